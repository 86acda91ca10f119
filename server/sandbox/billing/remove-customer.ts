/** A customer is deleted, and what runs for it ends. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { endSubscription, stopCollectingFrom } from './end-subscription.ts';

/** Ends the customer's subscriptions at once, as Stripe does, and leaves what is answered for its id from now on. */
export function removeCustomer(change: Change, customer: Stripe.Customer): Stripe.DeletedCustomer {
  for (const subscription of change.store.all('subscription', [{ sql: 'customer = ?', values: [customer.id] }])) {
    if (subscription.status === 'canceled' || subscription.status === 'incomplete_expired') continue;
    endSubscription(change, subscription, { reason: null });
  }
  stopCollectingFrom(change, customer.id);
  const left = { id: customer.id, object: 'customer', deleted: true } as const;
  change.remove<'customer'>(customer, left);
  return left;
}
