/** Pausing and resuming a subscription by API. */

import type Stripe from 'stripe';
import { pauseSubscription, resumeSubscription } from '../billing/pause.ts';
import { invalid, noSuch } from '../errors.ts';
import type { Write } from '../http/api.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';

export const pause: Write<Stripe.SubscriptionPauseParams> = (params, { change, path }) => {
  const subscription = requireRunning(change, path['id'] ?? '');
  if (subscription.schedule !== null) {
    throw invalid(
      `You cannot pause a subscription that is attached to a schedule: it is managed by the subscription schedule \`${idOf(subscription.schedule)}\`.`,
    );
  }
  if (!['trialing', 'active', 'past_due', 'unpaid'].includes(subscription.status)) {
    throw invalid(`You cannot pause a subscription that is ${subscription.status}.`);
  }
  return pauseSubscription(change, subscription, {
    unusedTimeFrom: params.bill_for?.unused_time_from?.type ?? 'now',
    invoicing: params.invoicing_behavior ?? 'pending_invoice_item',
  });
};

export const resume: Write<Stripe.SubscriptionResumeParams> = (params, { change, path }) => {
  const subscription = requireRunning(change, path['id'] ?? '');
  if (subscription.status !== 'paused') {
    throw invalid(`You can only resume subscriptions that are paused. This one is ${subscription.status}.`);
  }
  return resumeSubscription(change, subscription, {
    anchor: params.billing_cycle_anchor?.type === 'unchanged' ? 'unchanged' : 'now',
    paymentBehavior: params.payment_behavior ?? 'resume_on_payment_attempt',
    prorationBehavior: params.proration_behavior ?? 'create_prorations',
    prorationDate: params.proration_date ?? null,
  });
};

/** Recorded from Stripe: what has ended is not found. */
function requireRunning(change: Change, id: string): Stripe.Subscription {
  const subscription = change.store.get('subscription', id, 'path');
  if (subscription.ended_at !== null) throw noSuch('subscription', id, 'path');
  return subscription;
}
