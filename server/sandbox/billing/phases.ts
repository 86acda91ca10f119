/** The phases of a schedule, begun when their time comes: each changes the subscription. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { idOf, mergeMetadata } from '../store/wire.ts';
import { changeSubscription } from './change-subscription.ts';
import { discountsAt, redeem, removeDiscount } from './discounts.ts';
import { endSubscription } from './end-subscription.ts';
import { attributesOf, expirePendingUpdate } from './pending-updates.ts';
import { planChange } from './plan-change.ts';
import type { ItemOrder } from './plan-change.ts';
import { billedQuantity } from './quantities.ts';
import { releaseSchedule, scheduleOf } from './schedules.ts';

type Schedule = Stripe.SubscriptionSchedule;
type Phase = Stripe.SubscriptionSchedule.Phase;

/**
 * Begins every phase whose time has come, and ends the schedule after its last. At the end of a period nothing is
 * prorated: whoever bills the next period calls this first, and then bills the items that are there.
 *
 * @returns the subscription as it is then.
 */
export function applyDuePhases(change: Change, stored: Stripe.Subscription): Stripe.Subscription {
  let subscription = change.store.get('subscription', stored.id, 'path');
  for (let schedule = scheduleOf(change, subscription); schedule; schedule = scheduleOf(change, subscription)) {
    const { current_phase: current } = schedule;
    if (!current || current.end_date > change.now) return subscription;
    const next = schedule.phases.find((phase) => phase.start_date >= current.end_date);
    if (!next) return endSchedule(change, schedule, subscription);
    change.update<'subscription_schedule'>(
      schedule,
      { current_phase: { end_date: next.end_date, start_date: next.start_date } },
      { dueAt: next.end_date },
    );
    // A change of phase discards what still waits for its payment (docs.stripe.com/billing/subscriptions/pending-updates).
    subscription = beginPhase(change, expirePendingUpdate(change, subscription), next);
  }
  return subscription;
}

/** The moment at which the next phase begins, or the schedule ends; null: there is none. */
export function nextPhaseAt(change: Pick<Change, 'store'>, subscription: Stripe.Subscription): number | null {
  return scheduleOf(change, subscription)?.current_phase?.end_date ?? null;
}

function beginPhase(change: Change, stored: Stripe.Subscription, phase: Phase): Stripe.Subscription {
  const subscription = withDiscountsOf(change, stored, phase);
  const metadata = mergeMetadata(subscription.metadata, phase.metadata);
  const isBoundary = subscription.items.data.every((item) => item.current_period_end === phase.start_date);
  const order = {
    items: ordersOf(change, subscription, phase),
    anchor: phase.billing_cycle_anchor === 'phase_start' ? ('now' as const) : null,
    trialEnd: null,
    prorationDate: null,
    prorationBehavior: phase.proration_behavior,
    discounts: discountsAt(change.store, subscription, change.now),
  };
  if (!isBoundary) {
    const planned = planChange(change, subscription, order);
    const terms = { paymentBehavior: 'allow_incomplete', offSession: true, patch: { metadata } } as const;
    return changeSubscription(change, subscription, planned, terms);
  }
  // The old period is over and paid; a new rhythm starts counting here.
  const planned = planChange(change, subscription, { ...order, prorationBehavior: 'none' });
  const items = planned.items.map((item) => {
    const before = subscription.items.data[0];
    return {
      ...item,
      current_period_start: before?.current_period_start ?? change.now,
      current_period_end: phase.start_date,
    };
  });
  return change.update<'subscription'>(subscription, {
    ...attributesOf(subscription, { ...planned, items }),
    metadata,
  });
}

/**
 * A phase has the discounts that it names, and no others: a coupon that is on the subscription goes on as the discount
 * that it is, another is redeemed now.
 */
function withDiscountsOf(change: Change, subscription: Stripe.Subscription, phase: Phase): Stripe.Subscription {
  const own = subscription.discounts.flatMap((reference) => {
    const discount = change.store.find('discount', idOf(reference) ?? '');
    return discount && !('deleted' in discount) ? [discount] : [];
  });
  const kept = phase.discounts.map((wanted) => keptDiscount(own, wanted) ?? redeemed(change, subscription, wanted));
  const discounts = kept.filter((id) => id !== null);
  for (const discount of own) if (!discounts.includes(discount.id)) removeDiscount(change, discount);
  return change.update<'subscription'>(subscription, { discounts });
}

function keptDiscount(own: readonly Stripe.Discount[], wanted: Phase['discounts'][number]): string | null {
  const same = own.find(
    (discount) =>
      discount.id === idOf(wanted.discount) ||
      (wanted.promotion_code !== null && idOf(discount.promotion_code) === idOf(wanted.promotion_code)) ||
      (wanted.coupon !== null && idOf(discount.source.coupon) === idOf(wanted.coupon)),
  );
  return same?.id ?? null;
}

/** Null where the coupon is not to be had any more. */
function redeemed(
  change: Change,
  subscription: Stripe.Subscription,
  wanted: Phase['discounts'][number],
): string | null {
  const promotionCode = change.store.find('promotion_code', idOf(wanted.promotion_code) ?? '');
  const coupon = change.store.find('coupon', idOf(wanted.coupon ?? promotionCode?.promotion.coupon) ?? '');
  if (!coupon?.valid || promotionCode?.active === false) return null;
  const { currency, id, customer } = subscription;
  return redeem(change, { coupon, promotionCode }, { customer: idOf(customer) ?? '', subscription: id, currency }).id;
}

/** The items of a phase, each in the place of the one that it follows. */
function ordersOf(change: Change, subscription: Stripe.Subscription, phase: Phase): ItemOrder[] {
  const left = [...subscription.items.data];
  const wanted = phase.items.map((item) => {
    const price = change.store.get('price', idOf(item.price) ?? '', 'items');
    const same = left.findIndex((one) => one.price.id === price.id);
    return { item, price, before: same === -1 ? null : (left.splice(same, 1)[0] ?? null) };
  });
  const orders = wanted.map(({ item, price, before }) => ({
    before: before ?? left.shift() ?? null,
    price,
    quantity: billedQuantity({ ...item, price }),
    metadata: item.metadata ?? {},
    deleted: false,
  }));
  const gone = left.map((item) => ({
    before: item,
    price: item.price,
    quantity: billedQuantity(item),
    metadata: item.metadata,
    deleted: true,
  }));
  return [...orders, ...gone];
}

function endSchedule(change: Change, schedule: Schedule, subscription: Stripe.Subscription): Stripe.Subscription {
  if (schedule.end_behavior !== 'cancel') {
    releaseSchedule(change, schedule);
    return change.store.get('subscription', subscription.id, 'path');
  }
  change.update<'subscription_schedule'>(
    schedule,
    { completed_at: change.now, current_phase: null, status: 'completed' },
    { dueAt: null, events: ['subscription_schedule.completed'] },
  );
  return endSubscription(change, subscription, { reason: 'cancellation_requested' });
}
