/** Cancelling in the portal: at the end of the period or at once, as the configuration has it. */

import type Stripe from 'stripe';
import { creditsOf } from '../../billing/cancel-now.ts';
import { languageOf } from '../../pages/messages.ts';
import { renderCancelPage } from '../../pages/portal/steps.ts';
import type { CancelView } from '../../pages/portal/steps.ts';
import { cancelSubscription } from '../../resources/subscriptions.ts';
import { updateSubscription } from '../../resources/subscription-update.ts';
import type { Change } from '../../store/change.ts';
import { byThePayer } from '../by-the-payer.ts';
import { goTo } from '../respond.ts';
import { dateOf, moneyOf, periodEnd, planName } from './front.ts';
import { finish, frameOf, show, wayOut } from './visit.ts';
import type { Visit } from './visit.ts';

type Feedback = NonNullable<Stripe.SubscriptionCancelParams.CancellationDetails['feedback']>;

export function cancelPage(visit: Visit, subscription: Stripe.Subscription): Response {
  const { store, base } = visit;
  const { mode, cancellation_reason: reason } = visit.configuration.features.subscription_cancel;
  const page = renderCancelPage({
    ...frameOf(visit, 'inside'),
    plan: planName(store, subscription.items.data),
    endsOn: mode === 'immediately' ? null : dateOf(visit, periodEnd(subscription)),
    credit: creditOf(visit, subscription),
    reasons: reason.enabled ? (reason.options as CancelView['reasons']) : [],
    offer: offerOf(visit, subscription),
    submitUrl: `${base}/subscriptions/${subscription.id}/cancel`,
    keepUrl: wayOut(visit),
  });
  return show(visit, page);
}

export function cancel(visit: Visit, subscription: Stripe.Subscription, form: Record<string, string>): Response {
  const { store, session } = visit;
  const feature = visit.configuration.features.subscription_cancel;
  const isOffered = feature.cancellation_reason.enabled;
  const feedback = isOffered ? feature.cancellation_reason.options.find((option) => option === form['feedback']) : null;
  const comment = isOffered ? form['comment']?.trim() : '';
  const details = {
    ...(feedback && { feedback: feedback as Feedback }),
    ...(comment && { comment }),
  };
  store.change(byThePayer(store, session.id), (change) => {
    if (feature.mode !== 'immediately') return setCancellation(change, subscription, 'period_end', details);
    const credits = feature.proration_behavior === 'create_prorations';
    return cancelSubscription(
      { prorate: credits, invoice_now: credits, cancellation_details: details },
      { store, change, path: { id: subscription.id }, url: '' },
    );
  });
  return finish(visit, 'cancelled');
}

/** The flow's discount for those who stay is taken, and nothing is cancelled. */
export function takeOffer(visit: Visit, subscription: Stripe.Subscription): Response {
  const { store, session, flow, base, c } = visit;
  const coupon = flow?.subscription_cancel?.retention?.coupon_offer?.coupon;
  if (coupon === undefined) return goTo(c, base);
  store.change(byThePayer(store, session.id), (change) =>
    updateSubscription({ discounts: [{ coupon }] }, { store, change, path: { id: subscription.id }, url: '' }),
  );
  return finish(visit, 'offer');
}

function offerOf(visit: Visit, subscription: Stripe.Subscription): CancelView['offer'] {
  const id = visit.flow?.subscription_cancel?.retention?.coupon_offer?.coupon;
  const coupon = id === undefined ? null : visit.store.find('coupon', id);
  if (!coupon || 'deleted' in coupon) return null;
  const words =
    coupon.percent_off === null
      ? moneyOf(visit, coupon.amount_off ?? 0, coupon.currency ?? subscription.currency)
      : new Intl.NumberFormat(languageOf(visit.locale).lang, { style: 'percent', maximumFractionDigits: 2 }).format(
          coupon.percent_off / 100,
        );
  return { words, takeUrl: `${visit.base}/subscriptions/${subscription.id}/offer` };
}

/** Under flexible billing the portal sets the time and not the flag; under classic billing the flag, which sets both (R19). */
export function setCancellation(
  change: Change,
  subscription: Stripe.Subscription,
  when: 'period_end' | 'none',
  details: Stripe.SubscriptionUpdateParams.CancellationDetails = {},
): unknown {
  const isFlexible = subscription.billing_mode.type === 'flexible';
  const params: Stripe.SubscriptionUpdateParams =
    when === 'none'
      ? subscription.cancel_at_period_end
        ? { cancel_at_period_end: false }
        : { cancel_at: '' }
      : {
          ...(isFlexible ? { cancel_at: 'min_period_end' as const } : { cancel_at_period_end: true }),
          ...(Object.keys(details).length > 0 && { cancellation_details: details }),
        };
  return updateSubscription(params, { store: change.store, change, path: { id: subscription.id }, url: '' });
}

/** What an end at once gives back; null: nothing. */
function creditOf(visit: Visit, subscription: Stripe.Subscription): string | null {
  const { mode, proration_behavior: behavior } = visit.configuration.features.subscription_cancel;
  if (mode !== 'immediately' || behavior !== 'create_prorations') return null;
  const credits = creditsOf({ store: visit.store }, subscription, visit.now);
  const sum = credits.reduce((total, line) => total - line.amount, 0);
  return sum > 0 ? moneyOf(visit, sum, subscription.currency) : null;
}
