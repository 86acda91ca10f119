/** When a subscription next has something to do by itself because of what was asked of it. */

import type Stripe from 'stripe';

/** Seconds at which it is cancelled or its pending update runs out; null: neither. */
export function nextRequestDue(subscription: Stripe.Subscription): number | null {
  const times = [subscription.cancel_at, subscription.pending_update?.expires_at ?? null].filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}
