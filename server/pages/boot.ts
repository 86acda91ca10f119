/** What a page shows that does not know yet who its reader is: `select-boot.js` finds out with the token of the fragment. */

import { html } from 'hono/html';
import type { Html } from './lib/html.ts';
import { icon } from './lib/icons.ts';
import type { Speech } from './lib/messages.ts';
import { safeUrl } from './lib/url.ts';

export interface BootView {
  /** Takes the token as `Authorization: Bearer` by POST; answers `{redirect}` or a problem document. */
  readonly url: string;
  /** The way back to the app when there is no token or it is refused. */
  readonly returnUrl: string | null;
}

/** What may go wrong, hidden until it does. */
export function renderBoot(boot: BootView, speech: Speech): Html {
  const words = speech.text.select;
  const back = safeUrl(boot.returnUrl);
  const backLink = back ? html`<a class="button quiet small" href="${back}">${words.back}</a>` : '';
  return html`<div class="boot" data-url="${safeUrl(boot.url)}">
    <div class="notice" role="alert" data-error="signed-out" hidden>
      ${icon('alert')}
      <p><strong>${words.signedOutTitle}</strong> ${words.signedOut}</p>
      ${backLink}
    </div>
    <div class="notice" role="alert" data-error="no-answer" hidden>
      ${icon('alert')}
      <p><strong>${words.noAnswerTitle}</strong> <span data-detail data-usual="${words.noAnswer}"></span></p>
      <button class="button quiet small" type="button" data-retry>${words.tryAgain}</button>
    </div>
    <noscript>
      <div class="notice">
        ${icon('alert')}
        <p><strong>${words.noScriptTitle}</strong> ${words.noScript}</p>
        ${backLink}
      </div>
    </noscript>
  </div>`;
}
