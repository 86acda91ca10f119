/** The sandbox's clock: what time it is there, buttons that move it, what that did, and cards to try. Filled in by `assets/clock-panel.js`. */

import { html } from 'hono/html';
import type { Person } from '../identity/people.ts';
import { icon } from './icons.ts';

const steps = [
  ['day', '1 day'],
  ['week', '1 week'],
  ['month', '1 month'],
] as const;

/** Test cards as on the sandbox's own pages, by what becomes of them. */
const cards = [
  ['4242 4242 4242 4242', 'pays'],
  ['4000 0000 0000 0341', 'is saved, then never pays'],
  ['4000 0027 6000 3184', 'asks for 3-D Secure'],
  ['4000 0000 0000 0002', 'is declined'],
] as const;

export const clockPanel = (person: Person | null) =>
  html`<div id="dock-clock" class="dock-body clock" data-clock hidden>
    <section aria-labelledby="clock-title">
      <h2 id="clock-title">The sandbox’s time</h2>
      <p class="clock-now"><time data-clock-date>–</time> <span data-clock-time></span></p>
      <div class="clock-steps" role="group" aria-label="Move the clock">
        ${steps.map(
          ([by, name]) =>
            html`<button type="button" data-clock-by="${by}"><span aria-hidden="true">+</span> ${name}</button>`,
        )}
      </div>
      <button class="clock-next" type="button" data-clock-by="next" hidden>
        ${icon('forward')}<span data-clock-next></span>
      </button>
      <p class="dock-note">For everybody in this sandbox, and only forward.</p>
    </section>
    <section aria-labelledby="happened-title">
      <h2 id="happened-title">What happened</h2>
      <ol class="clock-happened" data-clock-happened hidden></ol>
      <p class="dock-note" data-clock-quiet>
        ${
          person
            ? 'Move the clock: renewals, failed payments and ends of your subscription are told here.'
            : 'Sign in to see here what passing time does to a subscription of yours.'
        }
      </p>
    </section>
    <section aria-labelledby="cards-title">
      <h2 id="cards-title">Cards to try</h2>
      <ul class="clock-cards">
        ${cards.map(
          ([number, outcome]) =>
            html`<li>
              <button type="button" data-copy="${number}" aria-label="Copy ${number}"><code>${number}</code></button>
              <span>${outcome}</span>
            </li>`,
        )}
      </ul>
      <p class="clock-fail" data-clock-fail hidden>
        <button type="button" data-clock-replace>${icon('card')}<span>Make the next renewal fail</span></button>
        <span class="dock-note"
          >Opens the portal, with the second card copied: save it there, then move to the renewal.</span
        >
      </p>
    </section>
  </div>`;
