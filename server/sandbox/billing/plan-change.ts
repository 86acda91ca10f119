/** What a change of a subscription comes to: items, periods and lines. Nothing is written: previews and updates share it. */

import type Stripe from 'stripe';
import { invalid } from '../errors.ts';
import { planOf, unitAmountIn } from '../resources/prices.ts';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import { discountLines } from './discount-terms.ts';
import type { AppliedDiscount, DiscountAmount } from './discount-terms.ts';
import type { InvoiceLine } from './invoice-lines.ts';
import { creditLine, debitLine, itemAmount, periodAt } from './prorations.ts';
import { describeLine } from './subscriptions.ts';
import { billedQuantity, isMetered, shownQuantity } from './quantities.ts';

/** An item as it is to be; those that stay as they are included. */
export interface ItemOrder {
  /** Null: an item that is added. */
  readonly before: Stripe.SubscriptionItem | null;
  readonly price: Stripe.Price;
  readonly quantity: number;
  readonly metadata: Stripe.Metadata;
  readonly deleted: boolean;
}

export interface ChangeOrder {
  readonly items: readonly ItemOrder[];
  readonly anchor: Stripe.SubscriptionUpdateParams.BillingCycleAnchor['type'] | null;
  /** Seconds, or `now`; null: stays as it is. */
  readonly trialEnd: number | 'now' | null;
  readonly prorationBehavior: Stripe.SubscriptionUpdateParams.ProrationBehavior;
  /** Seconds; null: now. */
  readonly prorationDate: number | null;
  /** What is in force: its part of the rest of a period is taken off that. */
  readonly discounts: readonly AppliedDiscount[];
}

export interface PlannedChange {
  readonly items: Stripe.SubscriptionItem[];
  /** Seconds. */
  readonly anchor: number;
  readonly trialStart: number | null;
  readonly trialEnd: number | null;
  readonly status: Stripe.Subscription.Status;
  readonly prorations: readonly InvoiceLine[];
  /** Whole periods that begin with the change. */
  readonly periods: readonly InvoiceLine[];
  /** Whether it is billed at once. */
  readonly billsNow: boolean;
}

/**
 * @throws StripeApiError 400 for a proration date outside of the current period, and for what would leave no item.
 */
export function planChange(
  change: Pick<Change, 'store' | 'now'>,
  subscription: Stripe.Subscription,
  order: ChangeOrder,
): PlannedChange {
  const { store, now } = change;
  const { currency } = subscription;
  if (order.items.every((item) => item.deleted)) {
    throw invalid(
      'A subscription must have at least one active plan. In order to cancel a subscription, please use the cancel API endpoint instead of deleting all items.',
      'items',
    );
  }
  const date = dateOf(subscription, order, now);
  const isTrial = subscription.status === 'trialing';
  const isPaused = subscription.status === 'paused';
  const isFree = isTrial || isPaused || order.prorationBehavior === 'none';
  const beginsTrial = !isTrial && typeof order.trialEnd === 'number';
  // What is paused is billed when it is resumed.
  const restarts =
    order.trialEnd === 'now' ||
    (!isTrial &&
      !isPaused &&
      !beginsTrial &&
      (order.anchor === 'now' || changesInterval(order) || becomesPaid(change, order, currency)));
  const trialEnd = order.trialEnd === 'now' ? now : (order.trialEnd ?? subscription.trial_end);
  const anchor = restarts
    ? now
    : typeof order.trialEnd === 'number'
      ? order.trialEnd
      : subscription.billing_cycle_anchor;
  const periodFor = (item: ItemOrder) => {
    if (restarts) return periodAt(now, item.price, now);
    if (beginsTrial) return { start: now, end: anchor };
    if (isTrial) return { start: subscription.trial_start ?? subscription.start_date, end: trialEnd ?? anchor };
    if (item.before) return { start: item.before.current_period_start, end: item.before.current_period_end };
    return periodAt(anchor, item.price, now);
  };

  const after = order.items.map((sent) => ({
    sent,
    item: sent.deleted ? null : itemAfter(change, subscription, sent, periodFor(sent)),
  }));
  const items = after.flatMap(({ item }) => item ?? []);
  const discounts = wholePeriodDiscounts(store, items, currency, order.discounts);
  const prorations: InvoiceLine[] = [];
  const periods: InvoiceLine[] = [];
  for (const { sent, item } of after) {
    const { before } = sent;
    const isSame =
      !restarts && !beginsTrial && item && before?.price.id === item.price.id && before.quantity === item.quantity;
    if (before && !isSame && !isFree && !isMetered(before.price))
      prorations.push(creditLine(store, subscription, before, date));
    if (!item) continue;
    if (restarts) periods.push(periodLine(change, item, currency));
    else if (beginsTrial) periods.push(trialLine(change, item, currency));
    else if (!isSame && !isFree && !isMetered(item.price))
      prorations.push(debitLine(store, currency, item, date, discounts.get(item.id) ?? []));
  }
  const alwaysInvoices = order.prorationBehavior === 'always_invoice' && prorations.length > 0;
  return {
    items,
    anchor,
    trialStart: beginsTrial ? now : subscription.trial_start,
    trialEnd,
    status: beginsTrial ? 'trialing' : isTrial && restarts ? 'active' : subscription.status,
    prorations,
    periods,
    // A trial begins with an invoice of its own, as a subscription does that begins with one.
    billsNow: restarts || beginsTrial || alwaysInvoices,
  };
}

/** What an item costs for its current period. */
export function periodLine(
  change: Pick<Change, 'store'>,
  item: Stripe.SubscriptionItem,
  currency: string,
): InvoiceLine {
  const quantity = billedQuantity(item);
  const unitAmount = unitAmountIn(change, item.price, currency) ?? 0;
  return {
    amount: unitAmount * quantity,
    description: describeLine(change, { price: item.price, quantity, unitAmount }, { currency, trialing: false }),
    period: { start: item.current_period_start, end: item.current_period_end },
    price: item.price,
    quantity,
    subscriptionItem: item.id,
  };
}

/** What a whole period of all items would be discounted by, item by item. What is for one invoice waits for a whole one. */
export function wholePeriodDiscounts(
  store: Store,
  items: readonly Stripe.SubscriptionItem[],
  currency: string,
  discounts: readonly AppliedDiscount[],
): ReadonlyMap<string, readonly DiscountAmount[]> {
  const lines = items.map((item) => ({
    amount: itemAmount(store, item, currency),
    product: idOf(item.price.product),
    discountable: true,
  }));
  const lasting = discounts.filter(({ terms }) => terms.duration !== 'once');
  const taken = discountLines(lines, lasting);
  return new Map(items.map((item, place) => [item.id, taken[place] ?? []]));
}

/** What an item costs while it is tried out. */
function trialLine(change: Pick<Change, 'store'>, item: Stripe.SubscriptionItem, currency: string): InvoiceLine {
  const order = { price: item.price, quantity: billedQuantity(item), unitAmount: 0 };
  return {
    ...periodLine(change, item, currency),
    amount: 0,
    description: describeLine(change, order, { currency, trialing: true }),
  };
}

function itemAfter(
  change: Pick<Change, 'store' | 'now'>,
  subscription: Stripe.Subscription,
  sent: ItemOrder,
  period: { readonly start: number; readonly end: number },
): Stripe.SubscriptionItem {
  // What is billed by use shows no quantity, whatever was there before.
  const { quantity: _before, ...rest } = sent.before ?? {};
  return {
    id: change.store.ids.next('si'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: change.now,
    current_trial: null,
    discounts: [],
    subscription: subscription.id,
    tax_rates: [],
    ...rest,
    current_period_end: period.end,
    current_period_start: period.start,
    metadata: sent.metadata,
    plan: planOf(sent.price) as Stripe.Plan,
    price: sent.price,
    ...shownQuantity(sent.price, sent.quantity),
  };
}

/** A price of another rhythm cannot go on in the old one: the billing cycle begins anew. */
function changesInterval(order: ChangeOrder): boolean {
  return order.items.some(({ before, price, deleted }) => {
    if (!before || deleted) return false;
    const [was, is] = [before.price.recurring, price.recurring];
    return was?.interval !== is?.interval || was?.interval_count !== is?.interval_count;
  });
}

/** From free to paid, there is no paid period to go on with: the billing cycle begins anew. */
function becomesPaid(change: Pick<Change, 'store'>, order: ChangeOrder, currency: string): boolean {
  const isPaid = (price: Stripe.Price, quantity: number) => (unitAmountIn(change, price, currency) ?? 0) * quantity > 0;
  const before = order.items.map((item) => item.before).filter((item) => item !== null);
  return (
    before.every((item) => !isPaid(item.price, billedQuantity(item))) &&
    order.items.some((item) => !item.deleted && isPaid(item.price, item.quantity))
  );
}

function dateOf(subscription: Stripe.Subscription, order: ChangeOrder, now: number): number {
  const date = order.prorationDate ?? now;
  const starts = subscription.items.data.map((item) => item.current_period_start);
  const ends = subscription.items.data.map((item) => item.current_period_end);
  if (order.prorationDate === null || (date >= Math.max(...starts) && date <= Math.min(...ends))) return date;
  throw invalid(
    "Cannot specify `proration_date` outside of the subscription's current billing period.",
    'proration_date',
  );
}
