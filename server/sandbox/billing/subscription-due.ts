/** When a subscription next has something to do by itself because of what was asked of it. */

import type Stripe from 'stripe';

/** Seconds at which it is cancelled, its pending update runs out or its collection resumes; null: none of these. */
export function nextRequestDue(subscription: Stripe.Subscription): number | null {
  const times = [
    subscription.cancel_at,
    subscription.pending_update?.expires_at ?? null,
    subscription.pause_collection?.resumes_at ?? null,
  ].filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * What `cancel_at` means by a word, in seconds. Without billing schedules, which would bill further ahead, every item is
 * billed until its period's end.
 *
 * @param ends - the ends of the items' periods.
 */
export function cancelTime(at: Stripe.SubscriptionUpdateParams.CancelAt, ends: readonly number[]): number {
  return at === 'min_period_end' ? Math.min(...ends) : Math.max(...ends);
}
