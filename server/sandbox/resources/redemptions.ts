/** `discounts` as calls send them: coupons and promotion codes, checked against who wants to use them and for what. */

import type Stripe from 'stripe';
import { endReplaced, redeem, termsOf } from '../billing/discounts.ts';
import type { Redemption } from '../billing/discounts.ts';
import { invalid, noSuch } from '../errors.ts';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import { minimumOf } from './promotion-codes.ts';

/** One of these three. */
export interface SentDiscount {
  readonly coupon?: string;
  readonly promotion_code?: string;
  /** Of a discount that is there already. */
  readonly discount?: string;
}

/** `''` was sent to clear them. */
export type SentDiscounts = readonly SentDiscount[] | '' | null | undefined;

export interface Purchase {
  readonly customer: Stripe.Customer | null;
  readonly currency: string;
  /** What is bought, in minor units; null: not for a promotion code to ask. */
  readonly amount: number | null;
}

/**
 * The coupon, or code, that is meant.
 *
 * @param at - the parameter's name: `discounts[0]`.
 * @throws StripeApiError 400 `resource_missing`, `coupon_expired`, and for a restriction that is not met.
 */
export function redemptionOf(change: Change, sent: SentDiscount, purchase: Purchase, at: string): Redemption {
  const named = Object.values(sent).filter((value) => value !== undefined);
  if (named.length !== 1) {
    throw invalid('You must specify exactly one of these parameters: coupon, promotion_code, discount.', at);
  }
  if (sent.promotion_code !== undefined) {
    const code = change.store.get('promotion_code', sent.promotion_code, `${at}[promotion_code]`);
    return redemptionOfCode(change.store, code, purchase, `${at}[promotion_code]`);
  }
  const coupon = change.store.get('coupon', sent.coupon ?? '', `${at}[coupon]`);
  requireUsable(change.store, coupon, purchase, `${at}[coupon]`);
  return { coupon, promotionCode: null };
}

/** @throws StripeApiError 400 where this code is not for this purchase. */
export function redemptionOfCode(store: Store, code: Stripe.PromotionCode, purchase: Purchase, at: string): Redemption {
  const obstacle = obstacleOf(store, code, purchase);
  if (obstacle) throw invalid(obstacles[obstacle], at, obstacle === 'expired' ? 'coupon_expired' : undefined);
  const coupon = store.get('coupon', idOf(code.promotion.coupon) ?? '', at);
  requireUsable(store, coupon, purchase, at);
  return { coupon, promotionCode: code };
}

/** Why a promotion code is not for a purchase, and how Stripe says so. */
const obstacles = {
  expired: 'This promotion code is no longer active.',
  other_customer: 'This promotion code cannot be redeemed by this customer.',
  prior_transactions: 'This promotion code cannot be redeemed because the associated customer has prior transactions.',
  below_minimum: 'This promotion code cannot be redeemed because the minimum amount was not met.',
} as const;

/** Null: nothing is in its way. */
export function obstacleOf(
  store: Store,
  code: Stripe.PromotionCode,
  purchase: Purchase,
): keyof typeof obstacles | null {
  const { customer } = purchase;
  if (!code.active) return 'expired';
  if (code.customer !== null && code.customer !== customer?.id) return 'other_customer';
  const isFirst = code.restrictions.first_time_transaction;
  if (isFirst && customer && hasBought(store, customer.id)) return 'prior_transactions';
  const minimum = purchase.amount === null ? null : minimumOf(store, code, purchase.currency);
  return minimum !== null && (purchase.amount ?? 0) < minimum ? 'below_minimum' : null;
}

/** Whether `discounts` asks for anything: none at all, and an empty list, leave things as they are. */
export function changesDiscounts(sent: SentDiscounts): boolean {
  return sent === '' || sent === null || (sent?.length ?? 0) > 0;
}

/**
 * Puts other discounts in the place of a subscription's: those named by their id stay, new ones are redeemed, and the
 * rest end. The subscription itself is the caller's to change.
 *
 * @returns their ids.
 */
export function replaceDiscounts(change: Change, subscription: Stripe.Subscription, sent: SentDiscounts): string[] {
  const wanted = redeemDiscounts(change, subscription, sent);
  endReplaced(change, subscription.discounts, wanted);
  return wanted;
}

/** The same, without an end to those that are replaced: that may come later, or never. */
export function redeemDiscounts(change: Change, subscription: Stripe.Subscription, sent: SentDiscounts): string[] {
  const purchase = purchaseOf(change, subscription);
  const own = new Set(subscription.discounts.map((reference) => idOf(reference)));
  return (sent || []).map((one, place) => {
    if (one.discount === undefined) {
      const redemption = redemptionOf(change, one, purchase, `discounts[${place}]`);
      const customer = idOf(subscription.customer) ?? '';
      return redeem(change, redemption, { customer, subscription: subscription.id, currency: purchase.currency }).id;
    }
    if (!own.has(one.discount)) throw noSuch('discount', one.discount, `discounts[${place}][discount]`);
    return one.discount;
  });
}

function requireUsable(store: Store, coupon: Stripe.Coupon, purchase: Purchase, at: string): void {
  if (!coupon.valid) throw invalid(`Coupon expired: ${coupon.id}`, at, 'coupon_expired');
  if (coupon.amount_off === null || termsOf(store, coupon, purchase.currency).amountOff) return;
  throw invalid(
    `The coupon ${coupon.id} takes off an amount in ${coupon.currency ?? ''}, and has none in ${purchase.currency}. Add it to the coupon's \`currency_options\`.`,
    at,
  );
}

function hasBought(store: Store, customer: string): boolean {
  const of = { sql: 'customer = ?', values: [customer] };
  const isPaid = { sql: "json_extract(body, '$.status') = 'succeeded'", values: [] };
  if (store.all('charge', [of, isPaid]).length > 0) return true;
  return store.all('invoice', [of]).some(({ amount_paid: paid }) => paid > 0);
}

/** Who a subscription's discounts are for. */
function purchaseOf(change: Change, subscription: Stripe.Subscription): Purchase {
  const customer = change.store.find('customer', idOf(subscription.customer) ?? '');
  return { customer, currency: subscription.currency, amount: null };
}
