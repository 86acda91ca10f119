/** Prices, their lookup keys, and their amounts in other currencies. */

import type Stripe from 'stripe';
import { isMetered } from '../billing/quantities.ts';
import { invalid, missing } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { anyOf, attribute, page, refuse, within } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { decimal, idOf, mergeMetadata, pick } from '../store/wire.ts';
import { createProductOf } from './make-product.ts';

const unsupportedParams = ['tiers', 'tiers_mode', 'transform_quantity', 'custom_unit_amount'] as const;

export const createPrice: Write<Stripe.PriceCreateParams> = (params, { change }) => createPriceOf(change, params);

/** Makes the price of a call, of `price_data` or of `default_price_data`. */
export function createPriceOf(change: Change, params: Stripe.PriceCreateParams): Stripe.Price {
  refuse(params, unsupportedParams);
  if (params.billing_scheme === 'tiered') refuse(params, ['billing_scheme']);
  requireMeter(change, params.recurring);
  if (params.product === undefined && !params.product_data) throw missing('product');
  if (params.product !== undefined) change.store.get('product', params.product, 'product');
  const amount = amountOf(params);
  if (amount === null) {
    throw invalid(
      'Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.',
      'unit_amount',
      'parameter_missing',
    );
  }
  const currency = readCurrency(params.currency, 'currency');
  const lookupKey = takeLookupKey(change, params);
  const product = params.product ?? createProductOf(change, params.product_data as Stripe.ProductCreateParams).id;
  return change.create<'price'>(
    {
      id: change.store.ids.next('price'),
      object: 'price',
      active: params.active ?? true,
      billing_scheme: 'per_unit',
      created: change.now,
      currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: lookupKey,
      metadata: mergeMetadata({}, params.metadata),
      nickname: params.nickname ?? null,
      product,
      recurring: params.recurring
        ? {
            interval: params.recurring.interval,
            interval_count: params.recurring.interval_count ?? 1,
            meter: params.recurring.meter ?? null,
            trial_period_days: params.recurring.trial_period_days ?? null,
            usage_type: params.recurring.usage_type ?? 'licensed',
          }
        : null,
      tax_behavior: params.tax_behavior ?? 'unspecified',
      tiers_mode: null,
      transform_quantity: null,
      type: params.recurring ? 'recurring' : 'one_time',
      ...amount,
    },
    { hidden: { currency_options: currencyOptions(currency, amount, params) } },
  );
}

/** @throws StripeApiError 400 for a price by use without an active meter, and for a meter of a price that is not by use. */
function requireMeter(change: Change, recurring: Stripe.PriceCreateParams['recurring']): void {
  const { usage_type: usage = 'licensed', meter } = recurring ?? {};
  if (usage !== 'metered') {
    if (meter === undefined) return;
    throw invalid('You can only set `meter` where `usage_type` is `metered`.', 'recurring[meter]');
  }
  if (meter === undefined) {
    throw invalid(
      'Prices with `usage_type` `metered` must be backed by a meter. Make one at /v1/billing/meters and pass its id.',
      'recurring[meter]',
      'parameter_missing',
    );
  }
  if (change.store.get('billing.meter', meter, 'recurring[meter]').status !== 'active')
    throw invalid(`The meter ${meter} is inactive.`, 'recurring[meter]');
}

export const retrievePrice: Read<unknown> = (_params, { store, path }) => store.get('price', path['id'] ?? '', 'path');

export const updatePrice: Write<Stripe.PriceUpdateParams> = (params, { change, path }) =>
  updatePriceOf(change, change.store.get('price', path['id'] ?? '', 'path'), params);

/** Changes what of a price can change. Emits `price.updated`. */
export function updatePriceOf(change: Change, price: Stripe.Price, params: Stripe.PriceUpdateParams): Stripe.Price {
  const hidden = change.store.hidden('price', price.id);
  const lookupKey = params.lookup_key === undefined ? price.lookup_key : takeLookupKey(change, params, price.id);
  const added = params.currency_options ? readCurrencyOptions(params.currency_options) : {};
  const updated = change.update<'price'>(
    price,
    {
      ...pick(params, ['active', 'nickname', 'tax_behavior']),
      lookup_key: lookupKey,
      metadata: mergeMetadata(price.metadata, params.metadata),
    },
    { hidden: { currency_options: { ...hidden.currency_options, ...added } } },
  );
  showInItems(change, updated);
  return updated;
}

/** All that have an item of this price, ended ones too. */
export function subscriptionsTo(store: Store, price: Stripe.Price): Stripe.Subscription[] {
  const holds = "exists (select 1 from json_each(body, '$.items.data') where json_extract(value, '$.price.id') = ?)";
  return store.all('subscription', [{ sql: holds, values: [price.id] }]);
}

/** Subscriptions show the price as it is now, not as it was when it was bought; their change is no event. */
function showInItems(change: Change, price: Stripe.Price): void {
  for (const subscription of subscriptionsTo(change.store, price)) {
    const { items } = subscription;
    const data = items.data.map((item) => (item.price.id === price.id ? { ...item, price } : item));
    change.update<'subscription'>(subscription, { items: { ...items, data } }, { events: [] });
  }
}

export const listPrices: Read<Stripe.PriceListParams> = (params, { store, url }) => {
  if (params.lookup_keys && params.lookup_keys.length > 10) {
    throw invalid('You may only specify up to 10 lookup_keys.', 'lookup_keys');
  }
  return page(store, 'price', params, {
    url,
    where: [
      anyOf('$.lookup_key', params.lookup_keys),
      attribute('$.active', params.active),
      attribute('$.currency', params.currency),
      attribute('$.product', params.product),
      attribute('$.type', params.type),
      attribute('$.recurring.interval', params.recurring?.interval),
      attribute('$.recurring.usage_type', params.recurring?.usage_type),
      within('created', params.created),
    ],
  });
};

/** What one unit costs in a currency, in minor units; null where the price is not sold in it. */
export function unitAmountIn(change: Pick<Change, 'store'>, price: Stripe.Price, currency: string): number | null {
  // Prices by use have fractions of the smallest unit; nothing is ever billed for them here.
  if (price.currency === currency) return price.unit_amount ?? (isMetered(price) ? 0 : null);
  return change.store.hidden('price', price.id).currency_options?.[currency]?.unit_amount ?? null;
}

/** ISO 4217 in lower case. */
export function readCurrency(sent: string, param: string): string {
  const currency = sent.toLowerCase();
  if (/^[a-z]{3}$/.test(currency)) return currency;
  throw invalid(`Invalid currency: ${sent}. Stripe takes three-letter ISO 4217 codes.`, param);
}

/** A lookup key names one active price; it moves only on request. */
function takeLookupKey(
  change: Change,
  params: Pick<Stripe.PriceCreateParams, 'lookup_key' | 'transfer_lookup_key'>,
  takenBy?: string,
): string | null {
  const key = params.lookup_key ?? null;
  if (key === null) return null;
  const holder = change.store
    .all('price', [{ sql: "json_extract(body, '$.lookup_key') = ?", values: [key] }])
    .find(({ id }) => id !== takenBy);
  if (!holder) return key;
  if (params.transfer_lookup_key !== true) {
    throw invalid(
      `A price (\`${holder.id}\`) already uses that lookup key. Set \`transfer_lookup_key=true\` to move it to this price.`,
      'lookup_key',
    );
  }
  showInItems(change, change.update<'price'>(holder, { lookup_key: null }));
  return key;
}

interface Amount {
  unit_amount: number | null;
  unit_amount_decimal: Stripe.Price['unit_amount_decimal'];
}

function amountOf(params: { unit_amount?: number; unit_amount_decimal?: unknown }): Amount | null {
  if (params.unit_amount !== undefined) {
    if (params.unit_amount < 0) {
      throw invalid('This value must be greater than or equal to 0.', 'unit_amount', 'parameter_invalid_integer');
    }
    return { unit_amount: params.unit_amount, unit_amount_decimal: decimal(params.unit_amount) };
  }
  if (params.unit_amount_decimal === undefined) return null;
  const text = String(params.unit_amount_decimal);
  return { unit_amount: Number.isInteger(Number(text)) ? Number(text) : null, unit_amount_decimal: decimal(text) };
}

type CurrencyOptions = NonNullable<Stripe.Price['currency_options']>;

/** Stripe lists the price's own currency among the options. */
function currencyOptions(currency: string, own: Amount, params: Stripe.PriceCreateParams): CurrencyOptions {
  const tax = params.tax_behavior ?? 'unspecified';
  return {
    [currency]: { custom_unit_amount: null, tax_behavior: tax, ...own },
    ...readCurrencyOptions(params.currency_options ?? {}),
  };
}

function readCurrencyOptions(sent: NonNullable<Stripe.PriceCreateParams['currency_options']>): CurrencyOptions {
  return Object.fromEntries(
    Object.entries(sent).map(([currency, option]) => {
      const amount = amountOf(option);
      if (!amount) throw missing(`currency_options[${currency}][unit_amount]`);
      const tax = option.tax_behavior ?? 'unspecified';
      const code = readCurrency(currency, `currency_options[${currency}]`);
      return [code, { custom_unit_amount: null, tax_behavior: tax, ...amount }];
    }),
  );
}

/** The legacy `plan` that subscriptions still carry beside the price. */
export function planOf(price: Stripe.Price): Stripe.Plan | null {
  if (!price.recurring) return null;
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: price.recurring.interval,
    interval_count: price.recurring.interval_count,
    livemode: false,
    metadata: price.metadata,
    meter: price.recurring.meter,
    nickname: price.nickname,
    product: idOf(price.product),
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: price.recurring.trial_period_days,
    usage_type: price.recurring.usage_type,
  };
}
