/** The items of a subscription: as they are ordered, and as they are changed. */

import type Stripe from 'stripe';
import type { SubscriptionItemOrder } from '../billing/subscriptions.ts';
import { invalid, missing, noSuch, unsupported } from '../errors.ts';
import type { Change } from '../store/change.ts';
import { mergeMetadata } from '../store/wire.ts';
import { createPriceOf, readCurrency, unitAmountIn } from './prices.ts';

type CreateParams = Stripe.SubscriptionCreateParams;
type UpdateParams = Stripe.SubscriptionUpdateParams;

const day = 24 * 60 * 60;

/** What is subscribed to, and in which currency. */
export function orderItems(change: Change, params: CreateParams): { items: SubscriptionItemOrder[]; currency: string } {
  const sent = params.items ?? [];
  if (sent.length === 0) throw missing('items');
  const prices = sent.map((item, index) => {
    const at = `items[${index}]`;
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
      quantity: sent[index]?.quantity ?? 1,
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

/** Metadata of items may change; prices and quantities mean prorations, and are refused rather than done by halves. */
export function changedItems(
  change: Change,
  subscription: Stripe.Subscription,
  params: UpdateParams,
): Stripe.Subscription['items'] {
  const items = [...subscription.items.data];
  for (const [index, sent] of (params.items ?? []).entries()) {
    const at = `items[${index}]`;
    const place = items.findIndex(({ id }) => id === sent.id);
    const item = items[place];
    if (sent.id !== undefined && !item) throw noSuch('subscription_item', sent.id, `${at}[id]`);
    const price = sent.price ?? sent.plan;
    if (price !== undefined) change.store.get('price', price, `${at}[price]`);
    if (!item) throw unsupported('Adding an item to a subscription', at);
    const isSame =
      (price === undefined || price === item.price.id) &&
      (sent.quantity === undefined || sent.quantity === item.quantity) &&
      sent.deleted !== true &&
      sent.price_data === undefined;
    if (!isSame) throw unsupported('Changing the price or quantity of a subscription', at);
    items[place] = { ...item, metadata: mergeMetadata(item.metadata, sent.metadata) };
  }
  return { ...subscription.items, data: items };
}
