/** A button that says what it does, and keeps its width while it does it. */

import { html, nothing, type TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';

export interface ButtonView {
  readonly label: unknown;
  /** Shown in the place of the label while `isBusy`. */
  readonly busyLabel: string;
  readonly isBusy: boolean;
  /** Another one is busy: this one waits, and stays where it is in the order of focus. */
  readonly isWaiting?: boolean;
  readonly isDisabled?: boolean;
  readonly look: 'filled' | 'quiet' | 'current' | 'bare' | 'danger';
  readonly size?: 'wide' | 'small' | 'usual';
  /** Id, in the same shadow root, of what it is about. */
  readonly describedBy?: string;
  /** For a button that is on or off. */
  readonly isPressed?: boolean;
  readonly part?: string;
  /** Where what it says is not enough without what stands beside it. */
  readonly name?: string;
  /** A dialog gives it the focus. */
  readonly isFirst?: boolean;
  readonly onClick: () => void;
}

export function button(view: ButtonView): TemplateResult {
  const { look, size = 'usual', isBusy } = view;
  return html`<button
    type="button"
    part=${`button ${look === 'filled' ? 'button-filled' : ''} ${view.part ?? ''}`}
    class=${classMap({ button: true, [look]: true, [size]: true, first: view.isFirst ?? false })}
    ?disabled=${view.isDisabled ?? false}
    aria-busy=${isBusy ? 'true' : nothing}
    aria-disabled=${isBusy || view.isWaiting ? 'true' : nothing}
    aria-pressed=${view.isPressed === undefined ? nothing : String(view.isPressed)}
    aria-label=${view.name ?? nothing}
    aria-describedby=${view.describedBy ?? nothing}
    @click=${isBusy || view.isWaiting ? nothing : view.onClick}
  >
    <span class="labels">
      <span class=${isBusy ? '' : 'shown'}>${view.label}</span>
      ${
        look === 'current'
          ? nothing
          : html`<span class=${isBusy ? 'shown' : ''}
              ><span class="spinner" aria-hidden="true"></span>${view.busyLabel}</span
            >`
      }
    </span>
  </button>`;
}
