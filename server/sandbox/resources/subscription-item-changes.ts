/** Items of a subscription, written by themselves: each call is the update of the subscription that says the same. */

import type Stripe from 'stripe';
import { StripeApiError, missing } from '../errors.ts';
import type { Write, WriteCall } from '../http/api.ts';
import { retrieveSubscriptionItem } from './subscriptions.ts';
import { updateSubscription } from './subscription-update.ts';

type Item = Stripe.SubscriptionItem;
type UpdateParams = Stripe.SubscriptionUpdateParams;

export const createSubscriptionItem: Write<Stripe.SubscriptionItemCreateParams> = (params, call) => {
  const { subscription, payment_behavior, proration_behavior, proration_date, ...item } = params;
  if (item.price === undefined && item.plan === undefined && item.price_data === undefined) throw missing('price');
  const { items } = call.change.store.get('subscription', subscription, 'subscription');
  const known = new Set(items.data.map(({ id }) => id));
  const terms = { payment_behavior, proration_behavior, proration_date };
  return changed(call, subscription, item as SentItem, terms, ({ id }) => !known.has(id));
};

export const updateSubscriptionItem: Write<Stripe.SubscriptionItemUpdateParams> = (params, call) => {
  const { payment_behavior, proration_behavior, proration_date, off_session, ...item } = params;
  const { id, subscription } = retrieveSubscriptionItem({}, call) as Item;
  const terms = { payment_behavior, proration_behavior, proration_date, off_session };
  return changed(call, subscription, { ...item, id } as SentItem, terms, (one) => one.id === id);
};

export const deleteSubscriptionItem: Write<Stripe.SubscriptionItemDeleteParams> = (params, call) => {
  const { clear_usage, ...terms } = params;
  const { id, subscription } = retrieveSubscriptionItem({}, call) as Item;
  const item = { id, deleted: true, ...(clear_usage !== undefined && { clear_usage }) };
  const after = update(call, subscription, item, terms);
  return after instanceof StripeApiError ? after : { id, object: 'subscription_item', deleted: true };
};

type SentItem = NonNullable<UpdateParams['items']>[number];
type Terms = Pick<UpdateParams, 'off_session' | 'payment_behavior' | 'proration_behavior' | 'proration_date'>;

/** The item as it is then, or as it waits for its payment to become. */
function changed(
  call: WriteCall,
  subscription: string,
  item: SentItem,
  terms: { readonly [Name in keyof Terms]: Terms[Name] | undefined },
  isIt: (item: Item) => boolean,
): Item | StripeApiError | undefined {
  const after = update(call, subscription, item, terms);
  if (after instanceof StripeApiError) return after;
  return (after.pending_update?.subscription_items ?? after.items.data).find(isIt);
}

function update(
  call: WriteCall,
  subscription: string,
  item: SentItem,
  terms: object,
): Stripe.Subscription | StripeApiError {
  const given = Object.entries(terms).filter(([, value]) => value !== undefined);
  const params = { items: [item], ...Object.fromEntries(given) } as UpdateParams;
  try {
    return updateSubscription(params, { ...call, path: { id: subscription } }) as Stripe.Subscription | StripeApiError;
  } catch (error) {
    throw error instanceof StripeApiError ? byOwnName(error) : error;
  }
}

/** `items[0][price]` of the update is `price` here. */
function byOwnName(error: StripeApiError): StripeApiError {
  const param = /^items\[0\]\[(\w+)\](.*)$/.exec(error.param ?? '');
  if (!param) return error;
  const { status, type, code, declineCode, more } = error;
  return new StripeApiError(error.message, {
    status,
    type,
    param: `${param[1]}${param[2]}`,
    more,
    ...(code !== undefined && { code }),
    ...(declineCode !== undefined && { declineCode }),
  });
}
