/** The console's frame: what there is, what time it is, and moving it. In English, for the developer at this machine. */

import { html } from 'hono/html';
import { icon } from '../icons.ts';
import { renderShell } from '../shell.ts';
import type { Page } from '../shell.ts';

export interface ConsoleFrame {
  readonly assetsUrl: string;
  readonly apiVersion: string;
  readonly title: string;
  /** The path of the section that is shown. */
  readonly here: string;
  /** Numbers beside the sections, by path. */
  readonly counts: Readonly<Record<string, number>>;
  readonly clock: {
    /** ISO 8601, in UTC. */
    readonly now: string;
    /** How far it is from the machine's, in words; null: not at all. */
    readonly ahead: string | null;
    /** What falls due next. */
    readonly next: { readonly what: string; readonly id: string; readonly at: string } | null;
  };
  /** What was just done, or could not be. */
  readonly notice: { readonly tone: 'good' | 'bad'; readonly text: string } | null;
  /** Whether it is asked again while it is looked at. */
  readonly isLive: boolean;
}

export const sections = [
  ['/', 'Events'],
  ['/console/customers', 'Customers'],
  ['/console/subscriptions', 'Subscriptions'],
  ['/console/invoices', 'Invoices'],
  ['/console/deliveries', 'Deliveries'],
  ['/console/clocks', 'Test clocks'],
  ['/console/objects', 'All objects'],
  ['/console/requests', 'Requests'],
  ['/console/trouble', 'Trouble'],
] as const;

const steps = [
  ['3600', '+1 hour'],
  ['86400', '+1 day'],
  ['604800', '+1 week'],
  ['month', '+1 month'],
] as const;

export function renderConsole(frame: ConsoleFrame, body: Page): Page {
  return renderShell({
    title: `${frame.title} · Sandbox`,
    locale: 'en',
    assetsUrl: frame.assetsUrl,
    script: 'console.js',
    bodyClass: 'console',
    body: html`<header class="console-top" data-live>
        <a class="console-name" href="/"><strong>Sandbox</strong><span>${frame.apiVersion}</span></a>
        ${renderClock(frame)}
      </header>
      <nav class="console-nav" aria-label="Sections">
        <ul data-live>
          ${sections.map(
            ([path, name]) =>
              html`<li>
                <a href="${path}" ${path === frame.here ? html`aria-current="page"` : ''}
                  >${name}${frame.counts[path] === undefined ? '' : html` <span>${frame.counts[path]}</span>`}</a
                >
              </li>`,
          )}
        </ul>
      </nav>
      <main class="console-main">
        <h1>${frame.title}</h1>
        ${frame.notice ? renderNotice(frame.notice) : ''}
        <div ${frame.isLive ? 'data-live' : ''}>${body}</div>
      </main>`,
  });
}

function renderNotice(notice: NonNullable<ConsoleFrame['notice']>): Page {
  const isBad = notice.tone === 'bad';
  return html`<div class="notice ${isBad ? '' : 'good'}" role="${isBad ? 'alert' : 'status'}">
    ${icon(isBad ? 'alert' : 'check')}<span>${notice.text}</span>
  </div>`;
}

function renderClock({ clock, here }: ConsoleFrame): Page {
  return html`<section class="console-clock" aria-label="Clock">
    <p>
      <time datetime="${clock.now}">${clock.now.slice(0, 16).replace('T', ' ')} UTC</time>
      <span class="muted">${clock.ahead ?? 'machine time'}</span>
    </p>
    <form method="post" action="/console/clock">
      <input type="hidden" name="back" value="${here}" />
      ${steps.map(([by, words]) => html`<button class="chip" name="by" value="${by}">${words}</button>`)}
      <button class="chip" name="by" value="next" ${clock.next ? html`title="${clock.next.at}"` : 'disabled'}>
        To next due
      </button>
    </form>
    <form method="post" action="/console/clock">
      <input type="hidden" name="back" value="${here}" />
      <label class="sr" for="clock-to">Move to (UTC)</label>
      <input
        class="input small"
        id="clock-to"
        name="to"
        type="datetime-local"
        required
        min="${clock.now.slice(0, 16)}"
      />
      <button class="chip">Go</button>
    </form>
    <p class="muted next">
      ${
        clock.next
          ? html`Next due: <a href="/console/o/${clock.next.id}">${clock.next.what}</a> at ${clock.next.at}`
          : 'Nothing falls due.'
      }
    </p>
  </section>`;
}
