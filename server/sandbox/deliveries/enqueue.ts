/** Puts an event in the queue of every endpoint that asked for its type, in the transaction that made the event. */

import type Stripe from 'stripe';
import type { Store } from '../store/store.ts';
import { drawFate, readChaos } from './chaos.ts';

/** @returns how many endpoints the event has still to reach. */
export function enqueueDeliveries(store: Store, event: { readonly id: string; readonly type: string }): number {
  const endpoints = endpointsFor(store, event.type);
  if (endpoints.length === 0) return 0;
  const chaos = readChaos(store.database);
  for (const endpoint of endpoints) {
    const fate = drawFate(store.database, chaos);
    for (let copy = 0; copy < fate.copies; copy++) {
      store.database.run(
        'insert into delivery (event, endpoint, state, rank, next_attempt_at) values (?, ?, ?, ?, ?)',
        event.id,
        endpoint.id,
        fate.dropped ? 'dropped' : 'pending',
        fate.rank,
        fate.dropped ? null : store.clock.wall() + fate.delayMs,
      );
    }
  }
  return endpoints.length;
}

/** Enabled endpoints that want this type. */
export function endpointsFor(store: Store, type: string): Stripe.WebhookEndpoint[] {
  return store
    .all('webhook_endpoint')
    .filter(
      ({ status, enabled_events: wanted }) => status === 'enabled' && (wanted.includes('*') || wanted.includes(type)),
    );
}
