/** The page at `/`: what this is, how to call it, and how much is in it. */

import type { Hono } from 'hono';
import { html as markup } from 'hono/html';
import { renderShell } from '../pages/shell.ts';
import type { Store } from '../store/store.ts';
import { apiVersion } from '../version.ts';
import { assetsUrl } from './checkout-view.ts';
import { html } from './respond.ts';

export function addHome(app: Hono, store: Store): void {
  app.get('/', (c) => {
    const body = markup`<main class="sheet">
      <div class="business">
        <span class="business-name"><strong>Sandbox</strong></span>
        <span class="test-mode">Test mode</span>
      </div>
      <h1>A Stripe-compatible API</h1>
      <p class="lead">Give the official SDK this host and any key that begins with sk_test_. No money moves here.</p>
      <dl class="facts">
        ${facts(store).map(
          ([name, value, href]) =>
            markup`<div>
              <dt>${name}</dt>
              <dd>${href === null ? value : markup`<a href="${href}">${value}</a>`}</dd>
            </div>`,
        )}
      </dl>
    </main>`;
    return html(c, renderShell({ title: 'Sandbox', locale: 'en', assetsUrl, script: null, bodyClass: 'alone', body }));
  });
}

type Fact = readonly [name: string, value: string, href: string | null];

function facts(store: Store): readonly Fact[] {
  const count = (sql: string) => String(store.database.first(`select count(*) as n from ${sql}`)?.['n'] ?? 0);
  const objects = (object: string) => count(`object where object = '${object}' and deleted = 0`);
  return [
    ['API version', apiVersion, null],
    ['Clock', new Date(store.clock.now() * 1000).toISOString().replace('.000', ''), '/_sandbox/clock'],
    ['Customers', objects('customer'), null],
    ['Subscriptions', objects('subscription'), null],
    ['Invoices', objects('invoice'), null],
    ['Events', count('event'), null],
    ['Deliveries', count('delivery'), '/_sandbox/deliveries'],
    ['Requests', 'log', '/_sandbox/requests'],
  ];
}
