/** What every page of the portal has around it: who is paid, the way back, what was just done, and the small print. */

import { html } from 'hono/html';
import { renderBusiness } from '../business.ts';
import type { Business } from '../business.ts';
import { icon } from '../icons.ts';
import { renderShell } from '../shell.ts';
import type { Page, ShellOptions } from '../shell.ts';
import { safeUrl } from '../url.ts';
import { portalWords } from './words/words.ts';

export interface PortalFrame {
  readonly business: Business;
  /** BCP 47. */
  readonly locale: string;
  readonly assetsUrl: string;
  /** The customer's own site; null where the session names none. */
  readonly returnUrl: string | null;
  /** The portal's front page; null on it, and in a flow, which has no way there. */
  readonly homeUrl: string | null;
  readonly privacyUrl: string | null;
  readonly termsUrl: string | null;
  /** What was just done, or could not be. */
  readonly notice: { readonly tone: 'good' | 'bad'; readonly text: string } | null;
}

export interface PortalBody {
  readonly title: string;
  readonly body: Page;
  readonly script?: ShellOptions['script'];
}

export function renderPortal(frame: PortalFrame, { title, body, script = null }: PortalBody): Page {
  const words = portalWords(frame.locale);
  const home = safeUrl(frame.homeUrl);
  const small = [
    [words.privacy, safeUrl(frame.privacyUrl)],
    [words.terms, safeUrl(frame.termsUrl)],
  ] as const;
  return renderShell({
    title: `${title} · ${frame.business.name}`,
    locale: frame.locale,
    assetsUrl: frame.assetsUrl,
    script,
    bodyClass: 'portal',
    body: html`<header class="portal-head">
        ${renderBusiness({ business: frame.business, locale: frame.locale, backUrl: home ? null : frame.returnUrl })}
      </header>
      <main class="portal-main">
        ${home ? html`<a class="way-back" href="${home}">${icon('back')}${words.backToBilling}</a>` : ''}
        ${renderFlash(frame)} ${body}
      </main>
      <footer class="portal-foot">
        <span>${words.poweredBy}</span>
        ${small.map(([label, url]) => (url ? html`<a href="${url}">${label}</a>` : ''))}
      </footer>`,
  });
}

/** The way out of a step, where there is one, and the way on. */
export function renderStepActions(
  { locale, keepUrl }: { readonly locale: string; readonly keepUrl: string | null },
  on: Page | string,
): Page {
  const keep = safeUrl(keepUrl);
  return html`<div class="step-actions">
    ${keep ? html`<a class="button quiet" href="${keep}">${portalWords(locale).never}</a>` : ''} ${on}
  </div>`;
}

function renderFlash({ notice }: PortalFrame): Page {
  if (!notice) return html``;
  const isBad = notice.tone === 'bad';
  return html`<div class="notice ${isBad ? '' : 'good'}" role="${isBad ? 'alert' : 'status'}">
    ${icon(isBad ? 'alert' : 'check')}<span>${notice.text}</span>
  </div>`;
}
