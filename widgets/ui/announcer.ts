/** Says to a screen reader what changed, and says the same thing again when it happens again. */

import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

export class Announcer implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #said = '';

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#said = '';
  }

  say(sentence: string): void {
    // A no-break space more makes it a new text where it is the same sentence.
    this.#said = this.#said === sentence ? `${sentence}\u00a0` : sentence;
    this.#host.requestUpdate();
  }

  /** Belongs into every state of the element: a live region speaks only of what changes in it. */
  render(): TemplateResult {
    return html`<div class="sr" role="status">${this.#said}</div>`;
  }
}
