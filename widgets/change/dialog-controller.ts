/** A native modal dialog in an element's shadow root: opened and closed with what is drawn, focus led in and given back. */

import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Messages } from '../locales/index.ts';
import { icon } from '../ui/icons.ts';

/** What stands in a dialog. */
export interface DialogView {
  /** Another one takes the focus to its beginning. */
  readonly name: string;
  readonly title: string;
  readonly body: unknown;
  readonly actions: unknown;
  /** Said to a screen reader: all outside of a modal dialog is silent. */
  readonly said: string;
  readonly isBusy: boolean;
}

interface DialogHost extends ReactiveControllerHost, HTMLElement {
  readonly renderRoot: HTMLElement | DocumentFragment;
}

export interface DialogOptions {
  /** It was put away by the user. */
  readonly onClose: () => void;
  /** Whether it may not be put away now. */
  readonly isHeld: () => boolean;
}

export class DialogController implements ReactiveController {
  readonly #host: DialogHost;
  readonly #options: DialogOptions;
  #drawn: string | null = null;
  #shown: string | null = null;
  #pressed: EventTarget | null = null;

  constructor(host: DialogHost, options: DialogOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#shown = null;
  }

  hostUpdated(): void {
    const dialog = this.#element;
    if (!dialog) return;
    if (!dialog.open) {
      dialog.showModal();
      this.#shown = null;
    }
    const isNew = this.#shown !== this.#drawn;
    this.#shown = this.#drawn;
    const inside = (this.#host.renderRoot as unknown as ShadowRoot).activeElement;
    const title = dialog.querySelector<HTMLElement>('h2');
    const isLost = !inside || !dialog.contains(inside);
    if (!isNew && !isLost && inside !== title) return;
    (dialog.querySelector<HTMLElement>('.first:not([disabled])') ?? (isNew || isLost ? title : null))?.focus();
  }

  /** Before what it shows goes: the browser then gives the focus back to where it came from. */
  close(): void {
    this.#element?.close();
    this.#shown = null;
  }

  render(view: DialogView, text: Messages): TemplateResult {
    this.#drawn = view.name;
    return html`<dialog
      class="dialog"
      part="dialog"
      aria-labelledby="dialog-title"
      aria-describedby="dialog-body"
      aria-busy=${view.isBusy ? 'true' : 'false'}
      @cancel=${this.#onCancel}
      @close=${this.#onClose}
      @pointerdown=${(event: Event) => (this.#pressed = event.target)}
      @click=${this.#onClick}
    >
      <div class="sheet">
        <header>
          <h2 id="dialog-title" part="dialog-title" tabindex="-1">${view.title}</h2>
          <button
            type="button"
            class="button bare small close"
            part="button button-close"
            aria-label=${text.change.close}
            aria-disabled=${this.#options.isHeld() ? 'true' : nothing}
            @click=${this.#putAway}
          >
            ${icon('close')}
          </button>
        </header>
        <div class="body" id="dialog-body" part="dialog-body">${view.body}</div>
        <footer part="dialog-actions">${view.actions}</footer>
      </div>
      <div class="sr" role="status">${view.said}</div>
    </dialog>`;
  }

  get #element(): HTMLDialogElement | null {
    return this.#host.renderRoot.querySelector<HTMLDialogElement>('dialog');
  }

  readonly #putAway = (): void => {
    if (!this.#options.isHeld()) this.#options.onClose();
  };

  readonly #onCancel = (event: Event): void => {
    event.preventDefault();
    this.#putAway();
  };

  /** Browsers close it all the same when Escape is pressed twice; what is under way comes back into sight. */
  readonly #onClose = (event: Event): void => {
    const dialog = this.#element;
    // Told a task later: by then another one may be open.
    if (event.target !== dialog || dialog?.open) return;
    if (this.#options.isHeld()) this.#host.requestUpdate();
    else this.#options.onClose();
  };

  /** Beside it, pressed and let go there: not at the end of a selection that began inside. */
  readonly #onClick = (event: Event): void => {
    const dialog = this.#element;
    if (event.target === dialog && this.#pressed === dialog) this.#putAway();
  };
}
