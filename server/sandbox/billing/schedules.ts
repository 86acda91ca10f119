/** Subscription schedules: phases laid out ahead, each of which changes the subscription when its time comes. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { idOf, mergeMetadata } from '../store/wire.ts';
import { changeSubscription } from './change-subscription.ts';
import { discountsAt, redeem, removeDiscount } from './discounts.ts';
import { endSubscription } from './end-subscription.ts';
import { attributesOf, expirePendingUpdate } from './pending-updates.ts';
import { planChange } from './plan-change.ts';
import type { ItemOrder } from './plan-change.ts';
import { billedQuantity, shownQuantity } from './quantities.ts';

type Schedule = Stripe.SubscriptionSchedule;
type Phase = Stripe.SubscriptionSchedule.Phase;

/** A phase that holds a subscription's items as they are. Times in seconds. */
export function phaseOf(
  subscription: Stripe.Subscription,
  period: { readonly start: number; readonly end: number },
  items: Phase['items'] = itemsOf(subscription),
): Phase {
  return {
    add_invoice_items: [],
    application_fee_percent: null,
    billing_cycle_anchor: null,
    billing_thresholds: null,
    collection_method: null,
    currency: subscription.currency,
    default_payment_method: null,
    default_tax_rates: [],
    description: null,
    discounts: discountsOf(subscription),
    end_date: period.end,
    invoice_settings: null,
    items,
    metadata: {},
    on_behalf_of: null,
    proration_behavior: 'create_prorations',
    start_date: period.start,
    transfer_data: null,
    trial_end: null,
  };
}

export function phaseItem(
  price: Stripe.Price,
  quantity: number,
  metadata: Stripe.Metadata = {},
): Phase['items'][number] {
  return {
    billing_thresholds: null,
    discounts: [],
    metadata,
    plan: price.id,
    price: price.id,
    ...shownQuantity(price, quantity),
    tax_rates: [],
  };
}

/** The items of a subscription as a phase has them. */
export function itemsOf(subscription: Stripe.Subscription): Phase['items'] {
  return subscription.items.data.map((item) => phaseItem(item.price, billedQuantity(item), item.metadata));
}

/** Puts a schedule onto a subscription. Emits `subscription_schedule.created` and `customer.subscription.updated`. */
export function createSchedule(change: Change, subscription: Stripe.Subscription, metadata: Stripe.Metadata): Schedule {
  const start = Math.max(...subscription.items.data.map((item) => item.current_period_start));
  const end = Math.min(...subscription.items.data.map((item) => item.current_period_end));
  const trial = subscription.status === 'trialing' ? { trial_end: subscription.trial_end } : {};
  const schedule = change.create<'subscription_schedule'>(
    {
      id: change.store.ids.next('sub_sched'),
      object: 'subscription_schedule',
      application: null,
      billing_mode: subscription.billing_mode as Schedule['billing_mode'],
      canceled_at: null,
      completed_at: null,
      created: change.now,
      current_phase: { end_date: end, start_date: start },
      customer: idOf(subscription.customer) ?? '',
      customer_account: null,
      default_settings: {
        application_fee_percent: null,
        automatic_tax: subscription.automatic_tax,
        billing_cycle_anchor: 'automatic',
        billing_thresholds: null,
        collection_method: 'charge_automatically',
        default_payment_method: null,
        description: null,
        invoice_settings: {
          account_tax_ids: null,
          custom_fields: null,
          days_until_due: null,
          description: null,
          footer: null,
          issuer: { type: 'self' },
        },
        on_behalf_of: null,
        transfer_data: null,
      },
      end_behavior: 'release',
      livemode: false,
      metadata,
      pause_schedules: [],
      phases: [{ ...phaseOf(subscription, { start, end }), ...trial }],
      released_at: null,
      released_subscription: null,
      status: 'active',
      subscription: subscription.id,
      test_clock: null,
    },
    { dueAt: end },
  );
  change.update<'subscription'>(subscription, { schedule: schedule.id });
  return schedule;
}

/** Lets go of the subscription, which goes on as it is. Emits `subscription_schedule.released` and `…updated`. */
export function releaseSchedule(change: Change, schedule: Schedule): Schedule {
  const subscription = change.store.find('subscription', idOf(schedule.subscription) ?? '');
  if (subscription) change.update<'subscription'>(subscription, { schedule: null });
  return change.update<'subscription_schedule'>(
    schedule,
    {
      current_phase: null,
      released_at: change.now,
      released_subscription: idOf(schedule.subscription),
      status: 'released',
      subscription: null,
    },
    { dueAt: null, events: ['subscription_schedule.released'] },
  );
}

/** Ends a schedule whose subscription has ended. Emits `subscription_schedule.canceled`. */
export function cancelSchedule(change: Change, schedule: Schedule): Schedule {
  return change.update<'subscription_schedule'>(
    schedule,
    { canceled_at: change.now, current_phase: null, status: 'canceled' },
    { dueAt: null, events: ['subscription_schedule.canceled'] },
  );
}

/** The schedule that still governs a subscription; null: none. */
export function scheduleOf(change: Pick<Change, 'store'>, subscription: Stripe.Subscription): Schedule | null {
  const schedule = change.store.find('subscription_schedule', idOf(subscription.schedule) ?? '');
  return schedule?.status === 'active' ? schedule : null;
}

/** After a direct change, the current phase holds the items as they are now. Emits `subscription_schedule.updated`. */
export function followChange(change: Change, subscription: Stripe.Subscription): void {
  const schedule = scheduleOf(change, subscription);
  if (!schedule) return;
  const phases = schedule.phases.map((phase) =>
    phase.start_date === schedule.current_phase?.start_date ? { ...phase, items: itemsOf(subscription) } : phase,
  );
  change.update<'subscription_schedule'>(schedule, { phases });
}

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

/** A subscription's discounts as a phase has them. */
function discountsOf(subscription: Stripe.Subscription): Phase['discounts'] {
  return subscription.discounts.map((discount) => ({ coupon: null, discount: idOf(discount), promotion_code: null }));
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
