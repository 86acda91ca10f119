/** The items of a subscription: as they are ordered, and as they are changed. */

import type Stripe from 'stripe';
import type { ItemOrder } from '../billing/plan-change.ts';
import type { SubscriptionItemOrder } from '../billing/subscriptions.ts';
import { invalid, missing, noSuch } from '../errors.ts';
import { refuse } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { mergeMetadata } from '../store/wire.ts';
import { createPriceOf, readCurrency, unitAmountIn } from './prices.ts';
import { billedQuantity, isMetered, readQuantity } from '../billing/quantities.ts';

type CreateParams = Stripe.SubscriptionCreateParams;
type UpdateParams = Stripe.SubscriptionUpdateParams;

const day = 24 * 60 * 60;

/** What is subscribed to, and in which currency. */
export function orderItems(change: Change, params: CreateParams): { items: SubscriptionItemOrder[]; currency: string } {
  const sent = params.items ?? [];
  if (sent.length === 0) throw missing('items');
  const prices = sent.map((item, index) => {
    const at = `items[${index}]`;
    refuse(item, ['billing_thresholds', 'discounts', 'tax_rates', 'trial']);
    if (item.price_data)
      return createPriceOf(change, { ...item.price_data, active: false } as Stripe.PriceCreateParams);
    const id = item.price ?? item.plan;
    if (id === undefined) throw missing(`${at}[price]`);
    const price = change.store.get('price', id, `${at}[price]`);
    if (!price.recurring) {
      throw invalid(
        `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
        `${at}[price]`,
      );
    }
    return price;
  });
  const currency =
    params.currency === undefined ? (prices[0]?.currency ?? 'usd') : readCurrency(params.currency, 'currency');
  const items = prices.map((price, index) => {
    const unitAmount = unitAmountIn(change, price, currency);
    if (unitAmount === null)
      throw invalid(
        `The price specified only supports ${price.currency}. This doesn't match the expected currency: ${currency}.`,
        `items[${index}][price]`,
      );
    return {
      price,
      quantity: readQuantity(price, sent[index]?.quantity, `items[${index}]`),
      unitAmount,
      metadata: mergeMetadata({}, sent[index]?.metadata),
    };
  });
  return { items, currency };
}

/** Seconds; null: no trial. */
export function trialEndOf(params: CreateParams, now: number): number | null {
  if (params.trial_end !== undefined && params.trial_period_days !== undefined) {
    throw invalid('You may only specify one of these parameters: trial_end, trial_period_days.', 'trial_end');
  }
  if (typeof params.trial_end === 'number') {
    if (params.trial_end <= now)
      throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future', 'trial_end');
    return params.trial_end;
  }
  return params.trial_period_days ? now + params.trial_period_days * day : null;
}

/**
 * The items as an update wants them, those that it does not name included.
 *
 * @throws StripeApiError 400 for an item or price that is not there, a price of another currency, or one twice.
 */
export function orderChangedItems(
  change: Change,
  subscription: Stripe.Subscription,
  sentItems: NonNullable<UpdateParams['items']>,
): ItemOrder[] {
  const orders: ItemOrder[] = subscription.items.data.map((item) => ({
    before: item,
    price: item.price,
    quantity: billedQuantity(item),
    metadata: item.metadata,
    deleted: false,
  }));
  for (const [index, sent] of sentItems.entries()) {
    const at = `items[${index}]`;
    refuse(sent, ['billing_thresholds', 'discounts', 'current_trial', 'tax_rates']);
    if (sent.id === undefined) {
      const price = priceOf(change, subscription, sent, at);
      if (!price) throw missing(`${at}[price]`);
      const metadata = mergeMetadata({}, sent.metadata);
      orders.push({ before: null, price, quantity: readQuantity(price, sent.quantity, at), metadata, deleted: false });
      continue;
    }
    const place = orders.findIndex(({ before }) => before?.id === sent.id);
    const known = orders[place];
    if (!known) throw noSuch('subscription_item', sent.id, `${at}[id]`);
    const price = priceOf(change, subscription, sent, at) ?? known.price;
    // From use to pieces there is no quantity to go on with.
    const otherwise = isMetered(known.price) ? 1 : known.quantity;
    orders[place] = {
      ...known,
      price,
      quantity: readQuantity(price, sent.quantity, at, { otherwise }),
      metadata: mergeMetadata(known.metadata, sent.metadata),
      deleted: sent.deleted === true,
    };
  }
  const kept = orders.filter(({ deleted }) => !deleted).map(({ price }) => price.id);
  const twice = kept.find((id, index) => kept.indexOf(id) !== index);
  if (twice !== undefined) {
    throw invalid(`Cannot add multiple subscription items with the same plan: ${twice}`, 'items');
  }
  if (kept.length > 20) throw invalid('A subscription can have at most 20 items.', 'items');
  return orders;
}

type SentItem = NonNullable<UpdateParams['items']>[number];

/** Null where the item keeps its price. */
function priceOf(change: Change, subscription: Stripe.Subscription, sent: SentItem, at: string): Stripe.Price | null {
  const id = sent.price ?? sent.plan;
  if (id === undefined && !sent.price_data) return null;
  const price = sent.price_data
    ? createPriceOf(change, { ...sent.price_data, active: false } as Stripe.PriceCreateParams)
    : change.store.get('price', id ?? '', `${at}[price]`);
  if (!price.recurring) {
    throw invalid(
      'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
      `${at}[price]`,
    );
  }
  if (!sent.price_data && !price.active && !subscription.items.data.some((item) => item.price.id === price.id)) {
    throw invalid(`The price specified is inactive. This field only accepts active prices.`, `${at}[price]`);
  }
  if (unitAmountIn(change, price, subscription.currency) === null) {
    throw invalid(
      `The price specified only supports \`${price.currency}\`. This doesn't match the expected currency: \`${subscription.currency}\`.`,
      `${at}[price]`,
    );
  }
  return price;
}
