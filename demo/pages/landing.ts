/** The front page: what Driftboard is, and its plans on `<plan-picker>`. */

import { html } from 'hono/html';
import type { Person } from '../identity/people.ts';
import type { SiteDeps } from '../site.ts';
import { boardPicture } from './board.ts';
import { icon } from './icons.ts';
import { page, type Html } from './layout.ts';

/** @param canceled whether the visitor came back from checkout without paying */
export function landingPage(deps: SiteDeps, { person, canceled }: { person: Person | null; canceled: boolean }): Html {
  return page(deps, {
    title: 'Driftboard: put it down, let it drift',
    person,
    current: '/',
    body: html`
      <section class="hero">
        <div class="hero-words">
          <h1>Put it down. Let&nbsp;it&nbsp;drift.</h1>
          <p class="lead">
            A calm wall for pictures, lines and half-made plans. What belongs together floats closer; the rest makes
            room.
          </p>
          <p class="hero-actions">
            <a class="button" href="/app">Open a board ${icon('arrow')}</a>
            <a class="button quiet" href="#plans">See the plans</a>
          </p>
        </div>
        <div class="hero-board">${boardPicture()}</div>
      </section>

      <section class="plans" id="plans" aria-labelledby="plans-title">
        <div class="section-head">
          <h2 id="plans-title">Room for as much as you keep</h2>
          <p>Start with three boards. Move up when the wall is full.</p>
        </div>
        ${
          canceled
            ? html`<p class="notice" role="status">
                You left the checkout. Nothing was charged and your plan is as it was.
              </p>`
            : ''
        }
        <plan-picker
          project-id="driftboard"
          success-url="${deps.siteUrl}/app?checkout=done"
          cancel-url="${deps.siteUrl}/?checkout=canceled#plans"
        ></plan-picker>
        <p class="fine">
          Nothing costs real money here. Where a card is asked for: <code>4242 4242 4242 4242</code>, any date ahead,
          any CVC.
        </p>
      </section>

      <section class="ways" aria-label="How it works">
        <div>
          <h3>Things find each other</h3>
          <p>Colour, subject and the day you pinned it pull cards together, slowly enough to disagree with.</p>
        </div>
        <div>
          <h3>Nothing is filed</h3>
          <p>No folders and no tags to keep up. Hold one card still and the others settle around it.</p>
        </div>
        <div>
          <h3>Leave with everything</h3>
          <p>On Pro, any board is one file: every card where you last saw it, ready to print or to send.</p>
        </div>
      </section>
    `,
  });
}
