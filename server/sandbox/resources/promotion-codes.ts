/** Promotion codes: words that customers type, each standing for a coupon, within bounds of its own. */

import type Stripe from 'stripe';
import { StripeApiError, invalid, missing } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, ofCustomer, page, refuse, within } from '../http/page.ts';
import type { Store } from '../store/store.ts';
import { mergeMetadata, pick } from '../store/wire.ts';
import { readCurrency } from './prices.ts';

type Params = Stripe.PromotionCodeCreateParams;
type Options = NonNullable<Stripe.PromotionCode.Restrictions['currency_options']>;

export const createPromotionCode: Write<Params> = (params, { change }) => {
  refuse(params, ['customer_account']);
  if (params.promotion.coupon === undefined) throw missing('promotion[coupon]');
  const coupon = change.store.get('coupon', params.promotion.coupon, 'promotion[coupon]');
  if (!coupon.valid) throw invalid(`Coupon expired: ${coupon.id}`, 'promotion[coupon]', 'coupon_expired');
  if (params.customer !== undefined) change.store.get('customer', params.customer, 'customer');
  if (params.expires_at !== undefined && params.expires_at <= change.now) {
    throw invalid('`expires_at` must be a timestamp in the future.', 'expires_at');
  }
  if (coupon.redeem_by !== null && (params.expires_at ?? 0) > coupon.redeem_by) {
    throw invalid("The promotion code's `expires_at` cannot be after the coupon's `redeem_by`.", 'expires_at');
  }
  const most = params.max_redemptions ?? null;
  if (most !== null && most < 1) {
    throw invalid('This value must be greater than or equal to 1.', 'max_redemptions', 'parameter_invalid_integer');
  }
  if (most !== null && coupon.max_redemptions !== null && most > coupon.max_redemptions) {
    throw invalid(
      "The promotion code's `max_redemptions` cannot be greater than the coupon's `max_redemptions`.",
      'max_redemptions',
    );
  }
  const code = params.code ?? change.store.ids.secret(8).toUpperCase();
  if (!/^[a-zA-Z0-9-]{1,500}$/.test(code)) {
    throw invalid('A promotion code may have letters (a-z, A-Z), digits (0-9) and dashes (-).', 'code');
  }
  const active = params.active ?? true;
  const rival = activeCodes(change.store, code).find(
    ({ customer }) => customer === null || params.customer === undefined || customer === params.customer,
  );
  if (active && rival) {
    throw invalid(`An active promotion code with \`code: ${code}\` already exists.`, 'code', 'resource_already_exists');
  }
  const { restrictions } = params;
  const minimum = restrictions?.minimum_amount ?? null;
  if (minimum !== null && restrictions?.minimum_amount_currency === undefined) {
    throw missing('restrictions[minimum_amount_currency]');
  }
  const currency = restrictions?.minimum_amount_currency;
  return change.create<'promotion_code'>(
    {
      id: change.store.ids.next('promo'),
      object: 'promotion_code',
      active,
      code,
      created: change.now,
      customer: params.customer ?? null,
      customer_account: null,
      expires_at: params.expires_at ?? null,
      livemode: false,
      max_redemptions: most,
      metadata: mergeMetadata({}, params.metadata),
      promotion: { coupon: coupon.id, type: 'coupon' },
      restrictions: {
        first_time_transaction: restrictions?.first_time_transaction ?? false,
        minimum_amount: minimum,
        minimum_amount_currency:
          currency === undefined ? null : readCurrency(currency, 'restrictions[minimum_amount_currency]'),
      },
      times_redeemed: 0,
    },
    { hidden: { currency_options: optionsOf(restrictions?.currency_options) }, dueAt: params.expires_at ?? null },
  );
};

export const retrievePromotionCode: Read<unknown> = (_params, { store, path }) =>
  store.get('promotion_code', path['id'] ?? '', 'path');

export const updatePromotionCode: Write<Stripe.PromotionCodeUpdateParams> = (params, { change, path }) => {
  const code = change.store.get('promotion_code', path['id'] ?? '', 'path');
  const hidden = change.store.hidden('promotion_code', code.id);
  if (params.active === true && !code.active) {
    const coupon = change.store.find('coupon', String(code.promotion.coupon));
    if (!coupon?.valid || (code.expires_at !== null && code.expires_at <= change.now)) {
      throw invalid('This promotion code has expired, and can not be activated again.', 'active');
    }
    if (activeCodes(change.store, code.code).some(({ customer }) => customer === code.customer)) {
      throw invalid(`An active promotion code with \`code: ${code.code}\` already exists.`, 'active');
    }
  }
  return change.update<'promotion_code'>(
    code,
    { ...pick(params, ['active']), metadata: mergeMetadata(code.metadata ?? {}, params.metadata) },
    {
      hidden: { currency_options: { ...hidden.currency_options, ...optionsOf(params.restrictions?.currency_options) } },
    },
  );
};

export const listPromotionCodes: Read<Stripe.PromotionCodeListParams> = (params, { store, url }) =>
  page(store, 'promotion_code', params, {
    url,
    where: [
      ofCustomer(params.customer),
      attribute('$.active', params.active),
      attribute('$.promotion.coupon', params.coupon),
      params.code === undefined ? null : sameCode(params.code),
      within('created', params.created),
    ],
  });

/** The active promotion code that this customer means by what was typed, whatever its case; their own before anybody's. */
export function findCode(store: Store, typed: string, customer: string | null): Stripe.PromotionCode | null {
  const found = activeCodes(store, typed.trim());
  return (
    found.find((code) => code.customer !== null && code.customer === customer) ??
    found.find((code) => code.customer === null) ??
    null
  );
}

/** Whether such a code was active once, for whoever wonders why it is refused. */
export function wasCode(store: Store, typed: string): boolean {
  return store.all('promotion_code', [sameCode(typed.trim())]).some(({ active }) => !active);
}

/** The least that has to be bought with a code, in minor units of this currency; null: it has no such bound. */
export function minimumOf(store: Store, code: Stripe.PromotionCode, currency: string): number | null {
  const { minimum_amount: minimum, minimum_amount_currency: own } = code.restrictions;
  if (minimum === null) return null;
  if (own === currency) return minimum;
  const option = store.hidden('promotion_code', code.id).currency_options?.[currency];
  if (option) return option.minimum_amount;
  throw new StripeApiError(`This promotion code has a minimum amount in ${String(own)} and none in ${currency}.`, {
    status: 400,
    param: 'discounts',
  });
}

function activeCodes(store: Store, code: string): Stripe.PromotionCode[] {
  return store.all('promotion_code', [sameCode(code)]).filter(({ active }) => active);
}

function sameCode(code: string) {
  return { sql: "lower(json_extract(body, '$.code')) = ?", values: [code.toLowerCase()] };
}

function optionsOf(sent: NonNullable<Params['restrictions']>['currency_options']): Options {
  return Object.fromEntries(
    Object.entries(sent ?? {}).map(([currency, option]) => {
      const at = `restrictions[currency_options][${currency}]`;
      if (option.minimum_amount === undefined) throw missing(`${at}[minimum_amount]`);
      return [readCurrency(currency, at), { minimum_amount: option.minimum_amount }];
    }),
  );
}
