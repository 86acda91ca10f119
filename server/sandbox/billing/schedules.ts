/** Subscription schedules: phases laid out ahead. What happens when the time of one comes, `phases.ts` knows. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
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

/**
 * Ends a schedule, as its subscription has ended or will not begin. Emits `subscription_schedule.canceled`, or `…aborted`
 * where it was for want of payment.
 */
export function cancelSchedule(
  change: Change,
  schedule: Schedule,
  event: 'canceled' | 'aborted' = 'canceled',
): Schedule {
  return change.update<'subscription_schedule'>(
    schedule,
    { canceled_at: change.now, current_phase: null, status: 'canceled' },
    { dueAt: null, events: [`subscription_schedule.${event}`] },
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

/** A subscription's discounts as a phase has them. */
function discountsOf(subscription: Stripe.Subscription): Phase['discounts'] {
  return subscription.discounts.map((discount) => ({ coupon: null, discount: idOf(discount), promotion_code: null }));
}
