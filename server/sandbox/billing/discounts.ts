/** Discounts: a coupon redeemed on a subscription, for as long as it lasts. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import type { AppliedDiscount, DiscountTerms } from './discount-terms.ts';
import { addIntervals } from './periods.ts';

/** A coupon that somebody is about to use, by itself or through a promotion code. */
export interface Redemption {
  readonly coupon: Stripe.Coupon;
  readonly promotionCode: Stripe.PromotionCode | null;
}

export interface DiscountOwner {
  readonly customer: string;
  /** Null: the customer's own, for whatever has none. */
  readonly subscription: string | null;
  readonly currency: string;
  readonly checkoutSession?: string | null;
}

/** A checkout gives its discounts their ids beforehand. */
type Named = Redemption & { readonly id?: string };

/** Turns a coupon into a discount. Emits `customer.discount.created`. */
export function redeem(change: Change, redemption: Named, owner: DiscountOwner): Stripe.Discount {
  const { coupon, promotionCode } = redemption;
  const { terms, end } = inForce(change, redemption, owner.currency);
  countRedemption(change, redemption);
  return change.create<'discount'>(
    {
      id: redemption.id ?? change.store.ids.next('di'),
      object: 'discount',
      checkout_session: owner.checkoutSession ?? null,
      customer: owner.customer,
      customer_account: null,
      end,
      invoice: null,
      invoice_item: null,
      promotion_code: promotionCode?.id ?? null,
      source: { coupon: coupon.id, type: 'coupon' },
      start: change.now,
      subscription: owner.subscription,
      subscription_item: null,
    },
    { hidden: terms, dueAt: end },
  );
}

function inForce(change: Change, { coupon }: Redemption, currency: string) {
  const months = coupon.duration === 'repeating' ? coupon.duration_in_months : null;
  const end = months === null ? null : addIntervals(change.now, 'month', months);
  return { terms: termsOf(change.store, coupon, currency), end };
}

/**
 * Gives a customer a discount of their own, in the place of one that is there. Emits `customer.discount.created` or `…updated`, and
 * `customer.updated`.
 */
export function giveDiscount(
  change: Change,
  customer: Stripe.Customer,
  redemption: Redemption,
  currency: string,
): Stripe.Customer {
  const { coupon, promotionCode } = redemption;
  if (!customer.discount) {
    const owner = { customer: customer.id, subscription: null, currency };
    const made = redeem(change, redemption, owner);
    const hidden = { ...change.store.hidden('discount', made.id), currency };
    const discount = change.update<'discount'>(made, {}, { hidden, dueAt: made.end, events: [] });
    return change.update<'customer'>(customer, { discount });
  }
  const { terms, end } = inForce(change, redemption, currency);
  countRedemption(change, redemption);
  const discount = change.update<'discount'>(
    customer.discount,
    {
      end,
      promotion_code: promotionCode?.id ?? null,
      source: { coupon: coupon.id, type: 'coupon' },
      start: change.now,
    },
    { hidden: { ...terms, currency }, dueAt: end },
  );
  return change.update<'customer'>(customer, { discount });
}

/** How a coupon would bear on amounts of this currency; an amount off another one, which redeeming refuses, is nothing. */
export function termsOf(store: Store, coupon: Stripe.Coupon, currency: string): DiscountTerms {
  const { currency_options: options, applies_to: appliesTo } = store.hidden('coupon', coupon.id);
  return {
    percentOff: coupon.percent_off,
    amountOff:
      coupon.percent_off !== null
        ? null
        : coupon.currency === currency
          ? coupon.amount_off
          : (options?.[currency]?.amount_off ?? 0),
    duration: coupon.duration,
    products: appliesTo?.products ?? null,
  };
}

/** Counts a use without a word; a coupon or code that is used up is from then on not valid. */
export function countRedemption(change: Change, { coupon, promotionCode }: Redemption): void {
  const used = coupon.times_redeemed + 1;
  const isLeft = coupon.max_redemptions === null || used < coupon.max_redemptions;
  change.update<'coupon'>(coupon, { times_redeemed: used, valid: coupon.valid && isLeft }, { events: [] });
  if (promotionCode) {
    const times = promotionCode.times_redeemed + 1;
    const active = promotionCode.max_redemptions === null || times < promotionCode.max_redemptions;
    change.update<'promotion_code'>(
      promotionCode,
      { times_redeemed: times, active: promotionCode.active && active },
      { events: [] },
    );
  }
  if (!isLeft) retirePromotionCodes(change, coupon.id);
}

/** A promotion code is active no longer than its coupon is valid. */
export function retirePromotionCodes(change: Change, coupon: string): void {
  const codes = change.store.all('promotion_code', [
    { sql: "json_extract(body, '$.promotion.coupon') = ?", values: [coupon] },
  ]);
  for (const code of codes) change.update<'promotion_code'>(code, { active: false }, { events: [] });
}

/** The discounts that bear on a subscription at a moment, in seconds: its own, or where it has none its customer's. */
export function discountsAt(store: Store, subscription: Stripe.Subscription, at: number): AppliedDiscount[] {
  const { discounts, currency, customer } = subscription;
  if (discounts.length === 0) return customerDiscountsAt(store, idOf(customer) ?? '', { currency, at });
  return subscription.discounts.flatMap((reference) => {
    const discount = store.find('discount', idOf(reference) ?? '');
    if (!discount || 'deleted' in discount || (discount.end !== null && discount.end <= at)) return [];
    return [{ id: discount.id, terms: store.hidden('discount', discount.id) }];
  });
}

/** A customer's own discount, as far as it bears on something in this currency at a moment, in seconds. */
export function customerDiscountsAt(
  store: Store,
  customerId: string,
  { currency, at }: { readonly currency: string; readonly at: number },
): AppliedDiscount[] {
  const customer = store.find('customer', customerId);
  const discount = customer && !('deleted' in customer) ? customer.discount : null;
  if (!discount || (discount.end !== null && discount.end <= at)) return [];
  const terms = store.hidden('discount', discount.id);
  return terms.amountOff !== null && terms.currency !== currency ? [] : [{ id: discount.id, terms }];
}

/**
 * Ends a discount, and takes it off its subscription or customer. Emits `customer.discount.deleted` and
 * `customer.subscription.updated` or `customer.updated`.
 */
export function endDiscount(change: Change, discount: Stripe.Discount): Stripe.DeletedDiscount {
  const left = removeDiscount(change, discount);
  const subscription = change.store.find('subscription', idOf(discount.subscription) ?? '');
  if (subscription) {
    const discounts = subscription.discounts.filter((reference) => idOf(reference) !== discount.id);
    change.update<'subscription'>(subscription, { discounts });
  }
  const customer = change.store.find('customer', idOf(discount.customer) ?? '');
  if (customer && !('deleted' in customer) && customer.discount?.id === discount.id) {
    change.update<'customer'>(customer, { discount: null });
  }
  return left;
}

/** Ends a discount alone; the caller takes it off what it is on. Emits `customer.discount.deleted`. */
export function removeDiscount(change: Change, discount: Stripe.Discount): Stripe.DeletedDiscount {
  const { end: _end, ...rest } = discount;
  const left = { ...rest, deleted: true } as Stripe.DeletedDiscount & { readonly deleted: true };
  change.remove<'discount'>(discount, left);
  return left;
}

/** Ends those of a list that another one, which takes its place, does not have. */
export function endReplaced(
  change: Change,
  before: readonly (string | Stripe.Discount)[],
  after: readonly (string | Stripe.Discount)[],
): void {
  const kept = new Set(after.map((reference) => idOf(reference)));
  for (const reference of before) {
    const discount = kept.has(idOf(reference)) ? null : change.store.find('discount', idOf(reference) ?? '');
    if (discount && !('deleted' in discount)) removeDiscount(change, discount);
  }
}

/** Those that have not ended. */
export function living(change: Change, discounts: readonly (string | Stripe.Discount)[]): string[] {
  return discounts.flatMap((reference) => {
    const discount = change.store.find('discount', idOf(reference) ?? '');
    return discount && !('deleted' in discount) ? [discount.id] : [];
  });
}

/** What is meant for one invoice is used up by the first on which it took something off. */
export function useUpDiscounts(change: Change, invoice: Stripe.Invoice): void {
  for (const { amount, discount: reference } of invoice.total_discount_amounts ?? []) {
    const discount = change.store.find('discount', idOf(reference) ?? '');
    if (!discount || 'deleted' in discount || amount === 0) continue;
    if (change.store.hidden('discount', discount.id).duration === 'once') endDiscount(change, discount);
  }
}
