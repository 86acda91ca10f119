/** The app: a board for everybody who is signed in, and its export behind `<plan-gate>` here and `verifyToken` on the server. */

import { html } from 'hono/html';
import type { Person } from '../identity/people.ts';
import type { SiteDeps } from '../site.ts';
import { boardPicture, cards } from './board.ts';
import { icon } from './icons.ts';
import { page, type Html } from './layout.ts';

/** @param paid whether the visitor comes from checkout */
export function boardsPage(deps: SiteDeps, { person, paid }: { person: Person; paid: boolean }): Html {
  return page(deps, {
    title: 'Harbour house · Driftboard',
    person,
    current: '/app',
    body: html`
      ${
        paid
          ? html`<p class="notice good" role="status">
              ${icon('check')}<span
                >Thank you, ${person.name.split(' ')[0]}. Your plan was live before this page opened: the token below
                says so.</span
              >
            </p>`
          : ''
      }
      <div class="section-head">
        <h1>Harbour house</h1>
        <p>${cards.length} cards, drifting since Tuesday</p>
      </div>
      <div class="workspace">
        <figure class="board-frame">${boardPicture()}</figure>
        <div class="side">
          <section class="card" aria-labelledby="export-title">
            <h2 id="export-title">Take it with you</h2>
            <plan-gate project-id="driftboard" plan="pro">
              <div class="gate-inside">
                <p>The whole board as one SVG, every card where it is now.</p>
                <button class="button wide" type="button" data-export>
                  ${icon('download')}<span>Export board</span>
                </button>
              </div>
              <div slot="fallback" class="gate-inside">
                <p>${icon('lock')} Export is part of Pro: the whole board as one SVG, every card where it is now.</p>
                <upgrade-button
                  project-id="driftboard"
                  plan="pro"
                  billing-cycle="monthly"
                  success-url="${deps.siteUrl}/app?checkout=done"
                  cancel-url="${deps.siteUrl}/app"
                ></upgrade-button>
                <button class="button bare wide" type="button" data-export>Ask the server all the same</button>
              </div>
            </plan-gate>
            <p class="answer" role="status" data-export-answer></p>
          </section>
          <section class="card small" aria-labelledby="how-title">
            <h2 id="how-title">Two locks, one token</h2>
            <p>
              The page asks <code>&lt;plan-gate plan="pro"&gt;</code>. The server asks again:
              <code>GET /api/export</code> checks the access token with <code>verifyToken</code> and reads
              <code>can('export')</code>.
            </p>
          </section>
        </div>
      </div>
    `,
  });
}
