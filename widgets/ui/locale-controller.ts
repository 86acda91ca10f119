/** The language of an element: its `locale`, the closest `lang`, the browser's; first that we have. */

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { loadMessages, type Messages, messagesNow, type Speech, speechFor } from '../locales/index.ts';

interface LocaleHost extends ReactiveControllerHost, HTMLElement {
  readonly locale: string | null;
}

export class LocaleController implements ReactiveController {
  readonly #host: LocaleHost;
  #speech: Speech = { language: 'en', locale: 'en', direction: 'ltr' };
  #messages: Messages | undefined;

  constructor(host: LocaleHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Undefined until the language's file is here. */
  get messages(): Messages | undefined {
    return this.#messages;
  }

  get locale(): string {
    return this.#speech.locale;
  }

  /** The language of the text, for `lang`. */
  get language(): string {
    return this.#speech.language;
  }

  /** The page's own `dir` stands; without one, the text says which way it runs. */
  get direction(): 'ltr' | 'rtl' {
    const said = this.#host.locale ? null : closest(this.#host, '[dir]')?.getAttribute('dir');
    if (said === 'ltr' || said === 'rtl') return said;
    return this.#speech.direction;
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    const lang = closest(this.#host, '[lang]')?.getAttribute('lang');
    const speech = speechFor([this.#host.locale, lang, ...navigator.languages]);
    const isNew = speech.language !== this.#speech.language;
    this.#speech = speech;
    if (this.#messages && !isNew) return;
    const now = messagesNow(speech.language);
    if (now) this.#messages = now;
    else void this.#load(speech);
  }

  async #load(speech: Speech): Promise<void> {
    const messages = await loadMessages(speech.language);
    if (this.#speech.language !== speech.language) return;
    this.#messages = messages;
    this.#host.requestUpdate();
  }
}

/** `closest`, through shadow roots. */
function closest(from: Element, selector: string): Element | null {
  const found = from.closest(selector);
  if (found) return found;
  const root = from.getRootNode();
  return root instanceof ShadowRoot ? closest(root.host, selector) : null;
}
