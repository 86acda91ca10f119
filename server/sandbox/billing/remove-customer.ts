/** A customer is deleted, and what runs for it ends. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { endSubscription, stopCollectingFrom } from './end-subscription.ts';
import { cancelSchedule } from './schedules.ts';

/** Ends the customer's subscriptions at once, as Stripe does, and leaves what is answered for its id from now on. */
export function removeCustomer(change: Change, customer: Stripe.Customer): Stripe.DeletedCustomer {
  for (const subscription of change.store.all('subscription', [{ sql: 'customer = ?', values: [customer.id] }])) {
    if (subscription.status === 'canceled' || subscription.status === 'incomplete_expired') continue;
    endSubscription(change, subscription, { reason: null });
  }
  const waiting = [
    { sql: 'customer = ?', values: [customer.id] },
    { sql: "json_extract(body, '$.status') = 'not_started'", values: [] },
  ];
  for (const schedule of change.store.all('subscription_schedule', waiting)) cancelSchedule(change, schedule);
  stopCollectingFrom(change, customer.id);
  const left = { id: customer.id, object: 'customer', deleted: true } as const;
  change.remove<'customer'>(customer, left);
  return left;
}
