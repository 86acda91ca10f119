/** What happened to a subscription between two readings, as one event at most (R2.1): pure, and deaf to what Stripe called it. */

import type { Subscription } from '../store/records.ts';
import { hasBegun } from './standing.ts';

export type SubscriptionEventType =
  | 'subscription.created'
  | 'subscription.updated'
  | 'subscription.canceled'
  | 'subscription.past_due'
  | 'subscription.recovered'
  | 'subscription.trial_will_end';

/** Statuses in which money is owed. */
const owing = new Set(['past_due', 'unpaid']);

/**
 * The transition from what was stored to what was read; null when there is nothing to tell. A subscription begins when it is paid
 * or on trial, not while its first payment is still open, and one that was never seen alive does not end.
 */
export function transitionOf(before: Subscription | null, after: Subscription): SubscriptionEventType | null {
  const had = before !== null && hasBegun(before);
  if (!hasBegun(after)) return had ? 'subscription.canceled' : null;
  if (!had) return 'subscription.created';
  if (owing.has(after.status) && !owing.has(before.status)) return 'subscription.past_due';
  if (owing.has(before.status) && (after.status === 'active' || after.status === 'trialing'))
    return 'subscription.recovered';
  return shownOf(before) === shownOf(after) ? null : 'subscription.updated';
}

/** How long before the end of a trial it is told of, in milliseconds: as Stripe does it. */
export const trialNotice = 3 * 86_400_000;

/**
 * Whether the end of a trial is to be told of: once for each end, and at once for a trial that is shorter than the notice. `now`:
 * Stripe's time, in milliseconds.
 */
export const trialWillEnd = ({ status, trialEnd, trialEndTold }: Subscription, now: number): boolean =>
  status === 'trialing' && trialEnd !== null && trialEnd !== trialEndTold && now >= trialEnd - trialNotice;

/** What of a subscription somebody could notice. */
const shownOf = (subscription: Subscription): string =>
  JSON.stringify([
    subscription.status,
    subscription.plan,
    subscription.billingCycle,
    subscription.priceId,
    subscription.quantity,
    subscription.currency,
    subscription.currentPeriodEnd,
    subscription.trialEnd,
    subscription.cancelAt,
    subscription.collectionPaused,
    subscription.scheduled,
  ]);
