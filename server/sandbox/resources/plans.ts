/** Plans: what prices by time were before there were prices. Each is such a price, shown in its older form. */

import type Stripe from 'stripe';
import { invalid, noSuch, unsupported } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, page, refuse, within } from '../http/page.ts';
import { previousAttributes } from '../store/previous-attributes.ts';
import type { Store } from '../store/store.ts';
import { pick } from '../store/wire.ts';
import { createPriceOf, planOf, subscriptionsTo, updatePriceOf } from './prices.ts';

/** Emits `price.created` and `plan.created`. */
export const createPlan: Write<Stripe.PlanCreateParams> = (params, { change }) => {
  refuse(params, ['id', 'tiers', 'tiers_mode', 'transform_usage']);
  const { interval, amount, amount_decimal: amountDecimal, product } = params;
  const price = createPriceOf(change, {
    ...pick(params, ['active', 'billing_scheme', 'metadata', 'nickname']),
    currency: params.currency,
    recurring: { interval, ...pick(params, ['interval_count', 'meter', 'trial_period_days', 'usage_type']) },
    ...(amount !== undefined && { unit_amount: amount }),
    ...(amountDecimal !== undefined && { unit_amount_decimal: amountDecimal }),
    ...(typeof product === 'string' && { product }),
    ...(typeof product === 'object' && { product_data: product }),
  } as Stripe.PriceCreateParams);
  const plan = shown(price);
  change.announce('plan.created', plan);
  return plan;
};

export const retrievePlan: Read<unknown> = (_params, { store, path }) => shown(find(store, path['id'] ?? ''));

/** Emits `price.updated` and `plan.updated`. */
export const updatePlan: Write<Stripe.PlanUpdateParams> = (params, { change, path }) => {
  refuse(params, ['product', 'trial_period_days']);
  const before = find(change.store, path['id'] ?? '');
  const price = updatePriceOf(change, before, pick(params, ['active', 'metadata', 'nickname']));
  const plan = shown(price);
  const previous = previousAttributes({ ...shown(before) }, { ...plan });
  if (previous) change.announce('plan.updated', plan, previous);
  return plan;
};

/** Emits `price.deleted` and `plan.deleted`. */
export const deletePlan: Write<unknown> = (_params, { change, path }) => {
  const price = find(change.store, path['id'] ?? '');
  if (subscriptionsTo(change.store, price).length > 0) {
    throw unsupported('Deleting a plan that somebody is subscribed to', 'id');
  }
  const left = { id: price.id, object: 'plan', deleted: true } as const;
  change.remove<'price'>(price, left);
  change.announce('plan.deleted', shown(price));
  return left;
};

export const listPlans: Read<Stripe.PlanListParams> = (params, { store, url }) => {
  const prices = page(store, 'price', params, {
    url,
    where: [
      { sql: "json_extract(body, '$.recurring') is not null", values: [] },
      attribute('$.active', params.active),
      attribute('$.product', params.product),
      within('created', params.created),
    ],
  });
  return { ...prices, data: prices.data.map(shown) };
};

function find(store: Store, id: string): Stripe.Price {
  const price = store.find('price', id);
  if (!price?.recurring) throw noSuch('plan', id, 'path');
  return price;
}

function shown(price: Stripe.Price): Stripe.Plan {
  const plan = planOf(price);
  if (!plan) throw invalid(`The price ${price.id} is not billed by time.`);
  return plan;
}
