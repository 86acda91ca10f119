/** Who is being paid, at the head of a page, with the mark that no money moves here. */

import { html } from 'hono/html';
import { icon } from './icons.ts';
import { messagesFor } from './messages.ts';
import type { Page } from './shell.ts';
import { safeUrl } from './url.ts';

export interface Business {
  readonly name: string;
  /** An http(s) address or a path of this server; without one the mark is the name's first letter. */
  readonly logoUrl?: string | null;
}

export interface BusinessOptions {
  readonly business: Business;
  readonly locale: string;
  /** Makes the name a way back; null where there is none. */
  readonly backUrl: string | null;
}

/** Mark, name and the test-mode label. */
export function renderBusiness(options: BusinessOptions): Page {
  const text = messagesFor(options.locale);
  const back = safeUrl(options.backUrl);
  const logo = safeUrl(options.business.logoUrl);
  const mark = html`<span class="mark" aria-hidden="true"
    >${logo ? html`<img src="${logo}" alt="" />` : initial(options.business.name)}</span
  >`;
  return html`<div class="business">
    ${
      back
        ? html`<a class="business-name" href="${back}"
            >${icon('back')}${mark}<span class="sr">${text.back(options.business.name)}</span
            ><strong aria-hidden="true">${options.business.name}</strong></a
          >`
        : html`<span class="business-name">${mark}<strong>${options.business.name}</strong></span>`
    }
    <span class="test-mode">${text.testMode}</span>
  </div>`;
}

/** The first letter as a reader sees it: an emoji or an accented letter stays whole. */
function initial(name: string): string {
  const first = new Intl.Segmenter().segment(name.trim())[Symbol.iterator]().next();
  return first.done ? '' : first.value.segment.toUpperCase();
}
