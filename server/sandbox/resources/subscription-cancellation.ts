/** When a subscription is to end: `cancel_at_period_end` and `cancel_at`, set and cleared. */

import type Stripe from 'stripe';
import { cancelTime } from '../billing/subscription-due.ts';
import { invalid } from '../errors.ts';
import type { Change } from '../store/change.ts';

type UpdateParams = Stripe.SubscriptionUpdateParams;

export type Cancellation = Partial<
  Pick<Stripe.Subscription, 'cancel_at' | 'cancel_at_period_end' | 'canceled_at' | 'cancellation_details'>
>;

/** What `cancel_at_period_end` and `cancel_at` come to; recorded from Stripe: the flag sets the time, and clears it. */
export function cancellation(change: Change, subscription: Stripe.Subscription, params: UpdateParams): Cancellation {
  const { cancel_at: at, cancel_at_period_end: atEnd } = params;
  if (at !== undefined && atEnd !== undefined) {
    throw invalid('You may only specify one of these parameters: cancel_at, cancel_at_period_end.', 'cancel_at');
  }
  const ends = subscription.items.data.map((item) => item.current_period_end);
  if (atEnd === false || at === null || at === '') {
    if (atEnd === false && subscription.cancel_at !== null && !subscription.cancel_at_period_end) return {};
    return {
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: null,
      cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    };
  }
  if (at === undefined && atEnd === undefined) return {};
  const time = typeof at === 'number' ? at : cancelTime(at ?? 'min_period_end', ends);
  if (typeof at === 'number' && at <= change.now) {
    throw invalid('`cancel_at` must be a timestamp in the future.', 'cancel_at');
  }
  return {
    cancel_at: time,
    cancel_at_period_end: atEnd === true,
    canceled_at: change.now,
    cancellation_details: {
      comment: null,
      feedback: null,
      feedback_option: null,
      ...subscription.cancellation_details,
      reason: 'cancellation_requested',
    },
  };
}
