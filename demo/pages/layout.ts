/** What every page has: the head with Planclaim's one script tag, the site's header and footer, and the dock at its foot. */

import { html } from 'hono/html';
import type { Person } from '../identity/people.ts';
import type { SiteDeps } from '../site.ts';
import { dock } from './dock.ts';
import { logo } from './icons.ts';

export type Html = ReturnType<typeof html>;

export interface PageFrame {
  readonly title: string;
  readonly person: Person | null;
  /** The path that the header marks as the one we are on. */
  readonly current: string;
  /** Whether `<billing-banner>` stands above what is in it; default: wherever somebody is signed in. */
  readonly hasBanner?: boolean;
  readonly body: Html | Promise<Html>;
}

/** A whole page. */
export function page(deps: SiteDeps, frame: PageFrame): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content="Driftboard is a calm wall for pictures, lines and half-made plans." />
        <title>${frame.title}</title>
        <link rel="icon" href="/assets/driftboard.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/driftboard.css" />
        <link rel="stylesheet" href="/assets/pages.css" />
        <link rel="stylesheet" href="/assets/dock.css" />
        <link rel="stylesheet" href="/assets/clock-panel.css" />
        <script
          src="${deps.backendUrl}/widgets.js"
          data-project-id="driftboard"
          data-token-endpoint="/token"
          async
        ></script>
        <script src="/assets/site.js" type="module" data-backend="${deps.backendUrl}"></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        ${siteHeader(frame)}
        ${
          frame.person && frame.hasBanner !== false
            ? html`<div class="site-banner"><billing-banner dismissible></billing-banner></div>`
            : ''
        }
        <main id="content" tabindex="-1">${frame.body}</main>
        ${siteFooter()} ${dock(deps, frame.person)}
      </body>
    </html>`;
}

const link = (frame: PageFrame, href: string, text: string) =>
  html`<a href="${href}" ${frame.current === href ? html`aria-current="page"` : ''}>${text}</a>`;

const siteHeader = (frame: PageFrame) =>
  html`<header class="site">
    <a class="wordmark" href="/">${logo()}<span>Driftboard</span></a>
    <nav aria-label="Main">
      <a href="/#plans">Plans</a>
      ${link(frame, '/app', 'Boards')}
      ${
        frame.person
          ? html`<a class="person" href="/account" ${frame.current === '/account' ? html`aria-current="page"` : ''}
              ><span class="initial" aria-hidden="true">${frame.person.name.slice(0, 1).toUpperCase()}</span
              ><span class="person-name">${frame.person.name}</span></a
            >`
          : link(frame, '/sign-in', 'Sign in')
      }
    </nav>
  </header>`;

const siteFooter = () =>
  html`<footer class="site">
    <p>
      Driftboard is made up. It shows what a customer of Planclaim’s writes: one script tag, a few elements, one line on
      the server. <a href="/elements">Every element in every state</a>
    </p>
  </footer>`;
