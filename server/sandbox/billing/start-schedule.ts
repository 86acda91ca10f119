/** A schedule begins the subscription that it governs. */

import type Stripe from 'stripe';
import { unitAmountIn } from '../resources/prices.ts';
import type { Change } from '../store/change.ts';
import { idOf, mergeMetadata } from '../store/wire.ts';
import { billedQuantity } from './quantities.ts';
import { cancelSchedule } from './schedules.ts';
import { beginSubscription } from './subscriptions.ts';
import type { SubscriptionItemOrder } from './subscriptions.ts';

/** The first phase, as a subscription is begun with it. */
export interface FirstPhase {
  readonly customer: Stripe.Customer;
  readonly currency: string;
  readonly items: readonly SubscriptionItemOrder[];
  readonly metadata: Stripe.Metadata;
}

/** Emits `customer.subscription.created` and `invoice.created`. */
export function beginScheduled(change: Change, first: FirstPhase): Stripe.Subscription {
  const { customer, currency } = first;
  const { subscription } = beginSubscription(
    change,
    { ...first, trialEnd: null, defaultPaymentMethod: null },
    'drafted',
  );
  if (customer.currency === null) change.update<'customer'>(customer, { currency }, { events: [] });
  return subscription;
}

/** The first phase of a schedule that has waited begins now. Without the customer it is cancelled. Emits `subscription_schedule.updated`. */
export function startSchedule(change: Change, schedule: Stripe.SubscriptionSchedule): void {
  const [first] = schedule.phases;
  const customer = change.store.find('customer', idOf(schedule.customer) ?? '');
  if (!first || !customer || 'deleted' in customer) {
    cancelSchedule(change, schedule);
    return;
  }
  const { currency } = first;
  const items = first.items.map((item) => {
    const price = change.store.get('price', idOf(item.price) ?? '', 'items');
    return {
      price,
      quantity: billedQuantity({ ...item, price }),
      unitAmount: unitAmountIn(change, price, currency) ?? 0,
      metadata: item.metadata ?? {},
    };
  });
  const metadata = mergeMetadata({}, first.metadata);
  const subscription = beginScheduled(change, { customer, currency, items, metadata });
  const { start_date, end_date } = first;
  change.update<'subscription_schedule'>(
    schedule,
    { current_phase: { start_date, end_date }, status: 'active', subscription: subscription.id },
    { dueAt: end_date },
  );
  change.update<'subscription'>(subscription, { schedule: schedule.id });
}
