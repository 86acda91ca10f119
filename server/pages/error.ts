/** The page of an error in a browser: what happened, what did not, and the next step. */

import { html } from 'hono/html';
import { renderLayout } from './layout.ts';
import type { PageFrame } from './layout.ts';
import type { Html } from './lib/html.ts';
import { icon } from './lib/icons.ts';
import { speechFor } from './lib/messages.ts';
import { safeUrl } from './lib/url.ts';

export interface ErrorView extends PageFrame {
  /** HTTP status. */
  readonly status: number;
  /** The stable `code` of the problem document. */
  readonly code: string;
  /** What happened. Null takes the words for `code` in the reader's language, then general ones. */
  readonly title: string | null;
  /** Why, and what to do. Null as above. Never secrets. */
  readonly detail: string | null;
  /** Whether money was in play: the page then says that none moved. */
  readonly money: 'nothing_charged' | null;
  /** The next step. Null label: "Go back", or "Try again" for 429 and 5xx. */
  readonly action: { readonly url: string; readonly label: string | null } | null;
}

/** An error as a page; answer it with `view.status` and `Cache-Control: no-store`. */
export function renderErrorPage(view: ErrorView): Html {
  const { text } = speechFor(view.locale);
  const temporary = view.status === 429 || view.status >= 500;
  const side = view.status >= 500 ? 'server' : 'client';
  const title = view.title ?? wordsFor(text.error.titles, view.code) ?? text.error.titleFallback[side];
  const detail = view.detail ?? wordsFor(text.error.details, view.code) ?? text.error.detailFallback[side];
  const url = safeUrl(view.action?.url);
  const label = view.action?.label ?? (temporary ? text.error.tryAgain : text.error.back);
  return renderLayout({
    ...view,
    title,
    bodyClass: 'alone',
    script: null,
    body: html`<main class="sheet">
      <span class="badge ${temporary ? 'wait' : 'stop'}">${icon(temporary ? 'clock' : 'alert')}</span>
      <h1>${title}</h1>
      <p class="detail">${view.money ? html`<strong>${text.error.nothingCharged}</strong> ` : ''}${detail}</p>
      ${url ? html`<p><a class="button" href="${url}">${label}</a></p>` : ''}
      <p class="code">${text.error.code(isolate(view.code), view.status)}</p>
    </main>`,
  });
}

function wordsFor(words: Readonly<Record<string, string>>, code: string): string | null {
  return Object.hasOwn(words, code) ? (words[code] ?? null) : null;
}

/** A code is left to right in every language. */
function isolate(code: string): string {
  return `\u2066${code}\u2069`;
}
