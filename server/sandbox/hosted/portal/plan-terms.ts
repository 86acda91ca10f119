/** A change of plan in the portal: what may be chosen, what is wished for, and the terms that the configuration sets. */

import type Stripe from 'stripe';
import type { Interval } from '../../pages/messages.ts';
import type { PlanChoice } from '../../pages/portal/plans.ts';
import { unitAmountIn } from '../../resources/prices.ts';
import { findCode } from '../../resources/promotion-codes.ts';
import { idOf } from '../../store/wire.ts';
import { planName, priceWords } from './front.ts';
import type { Visit } from './visit.ts';

/** What the customer wants to have. */
export interface Wish {
  readonly price: Stripe.Price;
  readonly quantity: number;
  readonly discount: { readonly coupon?: string; readonly promotion_code?: string } | null;
  /** The code as it was typed. */
  readonly code: string;
}

/** How the configuration has it done. */
export interface Terms {
  readonly atPeriodEnd: boolean;
  readonly params: Stripe.SubscriptionUpdateParams;
}

export function termsOf(visit: Visit, subscription: Stripe.Subscription, wish: Wish, date: number): Terms {
  const feature = visit.configuration.features.subscription_update;
  const isTrial = subscription.status === 'trialing';
  const endsTrial = isTrial && feature.trial_update_behavior === 'end_trial';
  const restarts = feature.billing_cycle_anchor === 'now' && !isTrial;
  const behavior = feature.proration_behavior as Stripe.SubscriptionUpdateParams.ProrationBehavior;
  return {
    atPeriodEnd: !isTrial && waits(visit, subscription, wish),
    params: {
      items: [{ id: itemOf(subscription).id, price: wish.price.id, quantity: wish.quantity }],
      proration_behavior: behavior,
      ...(wish.discount && { discounts: [wish.discount] }),
      ...(endsTrial && { trial_end: 'now' as const }),
      ...(restarts && { billing_cycle_anchor: { type: 'now' as const } }),
      ...(!endsTrial && behavior !== 'none' && { proration_date: date }),
    },
  };
}

const lengths: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, year: 365 };

/** Whether a condition of the configuration puts the change off to the period's end. */
function waits(visit: Visit, subscription: Stripe.Subscription, { price, quantity }: Wish): boolean {
  const item = itemOf(subscription);
  const amount = (of: Stripe.Price, seats: number) => (unitAmountIn(visit, of, subscription.currency) ?? 0) * seats;
  const length = ({ recurring }: Stripe.Price) =>
    (lengths[recurring?.interval ?? 'month'] ?? 30) * (recurring?.interval_count ?? 1);
  const holds: Readonly<Record<string, boolean>> = {
    decreasing_item_amount: amount(price, quantity) < amount(item.price, item.quantity ?? 1),
    shortening_interval: length(price) < length(item.price),
  };
  const { conditions } = visit.configuration.features.subscription_update.schedule_at_period_end;
  return conditions.some(({ type }) => holds[type]);
}

/** Prices of the configuration that are sold in the subscription's currency, cheapest first; the current one always. */
export function choicesOf(visit: Visit, subscription: Stripe.Subscription): PlanChoice[] {
  const { store, configuration, products } = visit;
  const { currency } = subscription;
  const current = itemOf(subscription).price;
  const canSwitch = configuration.features.subscription_update.default_allowed_updates.includes('price');
  const listed = canSwitch ? products.flatMap(({ prices }) => prices) : [];
  const prices = [...new Set([...listed, current.id])].flatMap((id) => {
    const price = store.find('price', id);
    const unit = price && unitAmountIn(visit, price, currency);
    if (!price?.recurring || unit === null || unit === undefined) return [];
    return price.active || price.id === current.id ? [{ price, unit }] : [];
  });
  return prices
    .toSorted((a, b) => a.unit - b.unit)
    .map(({ price }) => ({
      price: price.id,
      name: planName(store, [{ price }]),
      description: store.find('product', idOf(price.product) ?? '')?.description ?? null,
      amount: priceWords(visit, price, { currency, quantity: 1 }),
      interval: (price.recurring?.interval ?? 'month') as Interval,
      isCurrent: price.id === current.id,
      seats: quantityOf(visit, price),
    }));
}

/** How many there may be; null where that is not the customer's to choose. */
export function quantityOf(visit: Visit, price: Stripe.Price) {
  const { configuration, products } = visit;
  if (!configuration.features.subscription_update.default_allowed_updates.includes('quantity')) return null;
  const product = products.find(({ product: id }) => id === idOf(price.product));
  const { enabled, minimum, maximum } = product?.adjustable_quantity ?? { enabled: true, minimum: 1, maximum: null };
  return enabled ? { least: Math.max(1, minimum), most: maximum } : null;
}

export type Refusal = 'no_change' | 'quantity' | 'promotion' | 'refused';

/** What the form or the flow asks for, or why that cannot be had. */
export function wishOf(
  visit: Visit,
  subscription: Stripe.Subscription,
  sent: Readonly<Record<string, string>>,
): Wish | Refusal {
  const item = itemOf(subscription);
  const [fixed] = visit.flow?.subscription_update_confirm?.items ?? [];
  const id = fixed?.price ?? sent['price'] ?? item.price.id;
  const price = visit.store.find('price', id);
  if (!price || (!fixed && !choicesOf(visit, subscription).some((choice) => choice.price === id))) return 'refused';
  const bounds = fixed ? null : quantityOf(visit, price);
  const asked = fixed?.quantity ?? Number(sent['quantity'] ?? item.quantity ?? 1);
  const meant = fixed || bounds ? asked : (item.quantity ?? 1);
  if (!Number.isInteger(meant) || meant < 1) return 'quantity';
  // One field asks for all plans: of another plan the nearest number is meant, and shown before it is agreed to.
  const quantity = bounds ? Math.min(Math.max(meant, bounds.least), bounds.most ?? Infinity) : meant;
  if (quantity !== meant && price.id === item.price.id) return 'quantity';
  const code = sent['promotion_code']?.trim() ?? '';
  const discount = discountOf(visit, code);
  if (discount === undefined) return 'promotion';
  const isSame = price.id === item.price.id && quantity === item.quantity;
  return isSame && !discount ? 'no_change' : { price, quantity, discount, code };
}

/** Of the flow, or of the code that was typed; null: none, undefined: it is not to be had. */
function discountOf(visit: Visit, code: string): Wish['discount'] | undefined {
  const { flow, configuration, customer, store } = visit;
  const [fixed] = flow?.subscription_update_confirm?.discounts ?? [];
  if (fixed) return fixed.coupon ? { coupon: fixed.coupon } : { promotion_code: fixed.promotion_code ?? '' };
  if (code === '') return null;
  const isOpen = configuration.features.subscription_update.default_allowed_updates.includes('promotion_code');
  const found = isOpen ? findCode(store, code, customer.id) : null;
  return found ? { promotion_code: found.id } : undefined;
}

export function itemOf(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  const [item] = subscription.items.data;
  if (!item) throw new Error(`The subscription ${subscription.id} has no item.`);
  return item;
}
