/** Coupons: what may be taken off, for how long, and for what. */

import type Stripe from 'stripe';
import { retirePromotionCodes } from '../billing/discounts.ts';
import { invalid, missing } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { page, within } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { mergeMetadata, pick } from '../store/wire.ts';
import { readCurrency } from './prices.ts';

type Params = Stripe.CouponCreateParams;

export const createCoupon: Write<Params> = (params, { change }) => {
  const off = offOf(params);
  const duration = params.duration ?? 'once';
  const months = params.duration_in_months ?? null;
  if (duration === 'repeating' && months === null) throw missing('duration_in_months');
  if (duration !== 'repeating' && months !== null) {
    throw invalid('You can only set `duration_in_months` if `duration` is `repeating`.', 'duration_in_months');
  }
  requirePositive(months, 'duration_in_months');
  requirePositive(params.max_redemptions, 'max_redemptions');
  if (params.redeem_by !== undefined && params.redeem_by <= change.now) {
    throw invalid('`redeem_by` must be a timestamp in the future.', 'redeem_by');
  }
  for (const product of params.applies_to?.products ?? []) change.store.get('product', product, 'applies_to[products]');
  const id = takeId(change, params.id);
  return change.create<'coupon'>(
    {
      id,
      object: 'coupon',
      ...off,
      created: change.now,
      duration,
      duration_in_months: months,
      livemode: false,
      max_redemptions: params.max_redemptions ?? null,
      metadata: mergeMetadata({}, params.metadata),
      name: params.name ?? null,
      redeem_by: params.redeem_by ?? null,
      times_redeemed: 0,
      valid: true,
    },
    {
      hidden: {
        currency_options: currencyOptions(off, params.currency_options ?? {}),
        applies_to: params.applies_to?.products ? { products: params.applies_to.products } : null,
      },
      dueAt: params.redeem_by ?? null,
    },
  );
};

export const retrieveCoupon: Read<unknown> = (_params, { store, path }) =>
  store.get('coupon', path['id'] ?? '', 'path');

export const updateCoupon: Write<Stripe.CouponUpdateParams> = (params, { change, path }) => {
  const coupon = change.store.get('coupon', path['id'] ?? '', 'path');
  const hidden = change.store.hidden('coupon', coupon.id);
  const added = currencyOptions(coupon, params.currency_options ?? {});
  return change.update<'coupon'>(
    coupon,
    { ...pick(params, ['name']), metadata: mergeMetadata(coupon.metadata ?? {}, params.metadata) },
    { hidden: { ...hidden, currency_options: { ...hidden.currency_options, ...added } } },
  );
};

/** Those who have redeemed it keep their discount; nobody else can, nor with a promotion code of it. */
export const deleteCoupon: Write<unknown> = (_params, { change, path }) => {
  const coupon = change.store.get('coupon', path['id'] ?? '', 'path');
  const left = { id: coupon.id, object: 'coupon', deleted: true } as const;
  retirePromotionCodes(change, coupon.id);
  change.remove<'coupon'>(coupon, left);
  return left;
};

export const listCoupons: Read<Stripe.CouponListParams> = (params, { store, url }) =>
  page(store, 'coupon', params, { url, where: [within('created', params.created)] });

type Off = Pick<Stripe.Coupon, 'amount_off' | 'currency' | 'percent_off'>;

function offOf(params: Params): Off {
  const { amount_off: amount, percent_off: percent } = params;
  if (amount === undefined && percent === undefined) {
    throw invalid('You must specify either `percent_off` or `amount_off`.', 'percent_off', 'parameter_missing');
  }
  if (amount !== undefined && percent !== undefined) {
    throw invalid('You may only specify one of these parameters: amount_off, percent_off.', 'percent_off');
  }
  if (percent !== undefined) {
    const share = Number(percent);
    if (!(share > 0 && share <= 100) || !Number.isInteger(Number((share * 100).toFixed(6)))) {
      throw invalid('`percent_off` must be above 0 and at most 100, with at most two decimals.', 'percent_off');
    }
    return { amount_off: null, currency: null, percent_off: share };
  }
  requirePositive(amount, 'amount_off');
  if (params.currency === undefined) throw missing('currency');
  return { amount_off: amount ?? null, currency: readCurrency(params.currency, 'currency'), percent_off: null };
}

/** Stripe lists the coupon's own currency among the options; a percentage has none. */
function currencyOptions(
  off: Off,
  sent: NonNullable<Params['currency_options']>,
): NonNullable<Stripe.Coupon['currency_options']> {
  if (off.amount_off === null || off.currency === null) {
    if (Object.keys(sent).length === 0) return {};
    throw invalid('You can only set `currency_options` with `amount_off`.', 'currency_options');
  }
  const others = Object.entries(sent).map(([currency, option]) => {
    requirePositive(option.amount_off, `currency_options[${currency}][amount_off]`);
    return [readCurrency(currency, `currency_options[${currency}]`), { amount_off: option.amount_off }] as const;
  });
  return { [off.currency]: { amount_off: off.amount_off }, ...Object.fromEntries(others) };
}

/** The id that was asked for; one of a deleted coupon is free again. */
function takeId(change: Change, wanted: string | undefined): string {
  if (wanted === undefined) return change.store.ids.secret(8);
  if (!/^[\w-]{1,200}$/.test(wanted)) {
    throw invalid('A coupon id may have letters, digits, dashes and underscores.', 'id');
  }
  const taken = change.store.find('coupon', wanted);
  if (taken && !('deleted' in taken)) throw invalid('Coupon already exists.', 'id', 'resource_already_exists');
  if (taken) change.store.database.run('delete from object where id = ?', wanted);
  return wanted;
}

function requirePositive(value: number | null | undefined, param: string): void {
  if (value === null || value === undefined || value >= 1) return;
  throw invalid('This value must be greater than or equal to 1.', param, 'parameter_invalid_integer');
}
