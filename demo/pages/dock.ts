/** The strip at the foot of every page: the access token as it is now, and the sandbox's clock. Filled in by `assets/`. */

import { html } from 'hono/html';
import type { Person } from '../identity/people.ts';
import type { SiteDeps } from '../site.ts';
import { clockPanel } from './clock-panel.ts';
import { icon } from './icons.ts';

/** The claims that a plan change changes. */
const watched = ['plan', 'billing_cycle', 'plan_status', 'plan_version'] as const;

export const dock = ({ sandboxUrl }: SiteDeps, person: Person | null) =>
  html`<aside
    class="dock"
    aria-label="Of the demo: token and clock"
    data-dock
    data-signed-in="${String(person !== null)}"
  >
    <div class="dock-bar">
      <button class="dock-toggle" type="button" aria-expanded="false" aria-controls="dock-token">
        ${icon('chevron')}<span>Access token</span>
      </button>
      <dl class="dock-claims" data-dock-claims hidden>
        ${watched.map(
          (claim) =>
            html`<div class="dock-claim" data-claim="${claim}">
              <dt>${claim}</dt>
              <dd>–</dd>
            </div>`,
        )}
        <div class="dock-claim dock-expiry">
          <dt>exp in</dt>
          <dd data-dock-countdown>–</dd>
        </div>
      </dl>
      <p class="dock-empty" data-dock-empty>${person ? 'Asking for a token' : 'Signed out: there is no token yet.'}</p>
      <div class="dock-end">
        <button class="dock-refresh" type="button" data-dock-refresh ${person ? '' : 'disabled'}>
          ${icon('refresh')}<span>Refresh token</span>
        </button>
        ${
          sandboxUrl === null
            ? ''
            : html`<button class="dock-toggle" type="button" aria-expanded="false" aria-controls="dock-clock">
                ${icon('clock')}<span class="sr">Clock of the sandbox: </span><span data-clock-short>Clock</span>
              </button>`
        }
      </div>
    </div>
    ${tokenPanel()} ${sandboxUrl === null ? '' : clockPanel(person)}
    <p class="sr" role="status" data-dock-status></p>
  </aside>`;

const tokenPanel = () =>
  html`<div id="dock-token" class="dock-body" hidden>
    <section aria-labelledby="dock-payload-title">
      <h2 id="dock-payload-title">What it says</h2>
      <pre class="dock-payload" data-dock-payload tabindex="0" aria-labelledby="dock-payload-title">{}</pre>
    </section>
    <section aria-labelledby="dock-raw-title">
      <h2 id="dock-raw-title">What is sent</h2>
      <p class="dock-raw" data-dock-raw>–</p>
      <p class="dock-note">
        Any backend checks it against the public keys and reads <code>claims.plan</code>. No call to Planclaim, none to
        Stripe.
      </p>
    </section>
  </div>`;
