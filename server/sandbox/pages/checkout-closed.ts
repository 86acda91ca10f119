/** What the session's address shows when there is nothing to pay: already paid, expired, or unknown. */

import { html } from 'hono/html';
import { renderBusiness } from './business.ts';
import type { Business } from './business.ts';
import { icon } from './icons.ts';
import { messagesFor } from './messages.ts';
import { renderShell } from './shell.ts';
import type { Page } from './shell.ts';
import { safeUrl } from './url.ts';

export interface CheckoutClosedView {
  readonly state: 'complete' | 'expired' | 'not_found';
  /** Null when the session is not known. */
  readonly business: Business | null;
  readonly locale: string;
  readonly assetsUrl: string;
  /** `success_url` of a complete session, `cancel_url` of an expired one. */
  readonly returnUrl: string | null;
}

/** A page with one sentence and one way on. Answer 200 for `complete`, 410 for `expired`, 404 for `not_found`. */
export function renderCheckoutClosedPage(view: CheckoutClosedView): Page {
  const text = messagesFor(view.locale);
  const name = view.business?.name ?? text.returnFallback;
  const words = {
    complete: { title: text.complete.title, detail: text.complete.detail(name) },
    expired: { title: text.expired.title, detail: text.expired.detail(name) },
    not_found: text.notFound,
  }[view.state];
  const returnUrl = safeUrl(view.returnUrl);
  return renderShell({
    title: `${words.title} · ${text.testMode}`,
    locale: view.locale,
    assetsUrl: view.assetsUrl,
    script: null,
    bodyClass: 'alone',
    body: html`<main class="sheet">
      ${
        view.business
          ? renderBusiness({ business: view.business, locale: view.locale, backUrl: null })
          : html`<div class="business"><span class="test-mode">${text.testMode}</span></div>`
      }
      <div class="outcome-page">
        <span class="badge ${view.state}"
          >${icon(({ complete: 'check', expired: 'clock', not_found: 'alert' } as const)[view.state])}</span
        >
        <h1>${words.title}</h1>
        <p>${words.detail}</p>
        ${returnUrl ? html`<a class="button" href="${returnUrl}">${text.returnTo(name)}</a>` : ''}
      </div>
    </main>`,
  });
}
