/** What a checkout comes to: its lines, the discounts that it has, and tax for where its payer is. Minor units. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import type { CheckoutOrder } from './checkout-order.ts';
import type { AppliedDiscount } from './discount-terms.ts';
import { sumOf } from './discount-terms.ts';
import { customerDiscountsAt, termsOf } from './discounts.ts';
import type { Redemption } from './discounts.ts';
import { totalsOf } from './invoice-totals.ts';
import type { Totals } from './invoice-totals.ts';
import { taxAddressOf, taxBehaviorOf, taxTermsAt } from './tax.ts';

type Session = Stripe.Checkout.Session;

/** What a session has to be known by. */
type Sold = Pick<Session, 'currency' | 'customer'>;

/**
 * @param when - `today`, when a trial costs nothing; or `recurring`: what a period costs in
 *   the end, with the discounts that last for ever.
 */
export function checkoutTotals(store: Store, session: Sold, order: CheckoutOrder, when: 'today' | 'recurring'): Totals {
  const currency = session.currency ?? 'usd';
  const isFree = when === 'today' && isTrial(order);
  const lines = order.items.map((item) => {
    const price = store.get('price', item.price, 'price');
    return {
      amount: isFree ? 0 : item.unitAmount * item.quantity,
      product: idOf(price.product),
      discountable: true,
      taxBehavior: taxBehaviorOf(price, currency),
    };
  });
  const discounts = discountsOf(store, session, order, currency).filter(
    ({ terms }) => when === 'today' || terms.duration === 'forever',
  );
  const customer = store.find('customer', idOf(session.customer) ?? '');
  const tax = order.automaticTax ? taxTermsAt(taxAddress(store, session, order), customer?.tax_exempt ?? null) : null;
  return totalsOf(lines, { discounts, tax });
}

/** The amounts of a session. */
export function amountsOf(totals: Totals): Pick<Session, 'amount_subtotal' | 'amount_total' | 'total_details'> {
  return {
    amount_subtotal: totals.subtotal,
    amount_total: totals.total,
    total_details: {
      amount_discount: sumOf(totals.discounts),
      amount_shipping: 0,
      amount_tax: totals.taxes.reduce((sum, { amount }) => sum + amount, 0),
    },
  };
}

/** `automatic_tax` of a session: complete once the address says where tax is owed. */
export function automaticTaxOf(store: Store, session: Sold, order: CheckoutOrder): Session['automatic_tax'] {
  if (!order.automaticTax) return { enabled: false, liability: null, provider: null, status: null };
  const isKnown = taxTermsAt(taxAddress(store, session, order), null) !== null;
  const status = isKnown ? 'complete' : 'requires_location_inputs';
  return { enabled: true, liability: { type: 'self' }, provider: 'stripe', status };
}

/** Writes down what an open session comes to now, for a payer at this address. Without a word. */
export function priceSession(
  change: Change,
  session: Session,
  order: CheckoutOrder,
): { readonly session: Session; readonly order: CheckoutOrder } {
  if (session.mode === 'setup') return { session, order };
  const totals = checkoutTotals(change.store, session, order, 'today');
  const priced = change.update<'checkout.session'>(
    session,
    {
      ...amountsOf(totals),
      automatic_tax: automaticTaxOf(change.store, session, order),
      discounts: order.discounts.map(({ coupon, promotionCode }) => ({ coupon, promotion_code: promotionCode })),
    },
    { hidden: order, events: [] },
  );
  const intent = change.store.find('payment_intent', order.intent ?? '');
  if (intent && intent.amount !== totals.total) {
    change.update<'payment_intent'>(intent, { amount: totals.total }, { events: [] });
  }
  return { session: priced, order };
}

/** The coupons that a session has, with the ids that their discounts are going to have. One that was deleted is gone. */
export function redemptionsOf(store: Store, order: CheckoutOrder): (Redemption & { readonly id: string })[] {
  return order.discounts.flatMap(({ id, coupon: couponId, promotionCode }) => {
    const coupon = store.find('coupon', couponId);
    if (!coupon || 'deleted' in coupon) return [];
    return [{ id, coupon, promotionCode: store.find('promotion_code', promotionCode ?? '') }];
  });
}

export function isTrial(order: Pick<CheckoutOrder, 'subscription'>): boolean {
  return order.subscription.trial_period_days !== undefined || order.subscription.trial_end !== undefined;
}

/** The session's own, or where it has none those of the customer. */
function discountsOf(store: Store, { customer }: Sold, order: CheckoutOrder, currency: string): AppliedDiscount[] {
  if (order.discounts.length === 0) {
    const payer = store.find('customer', idOf(customer) ?? '');
    const clock = payer && !('deleted' in payer) ? idOf(payer.test_clock) : null;
    return customerDiscountsAt(store, idOf(customer) ?? '', { currency, at: store.timeOf(clock) });
  }
  return redemptionsOf(store, order).map(({ id, coupon }) => ({ id, terms: termsOf(store, coupon, currency) }));
}

/** The customer's own address, or what they are changing it to; for a new customer, the payer's. */
function taxAddress(store: Store, session: Sold, order: CheckoutOrder): Stripe.Address | null {
  const customer = store.find('customer', idOf(session.customer) ?? '');
  if (!customer || 'deleted' in customer) return order.address;
  const isUpdated = order.customerUpdate.address === 'auto' && order.address !== null;
  return taxAddressOf(isUpdated ? { ...customer, address: order.address } : customer);
}
