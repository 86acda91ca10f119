/** What a checkout session sells: read from its parameters, and shown as its lines. */

import type Stripe from 'stripe';
import type { CheckoutOrder, OrderedItem } from '../billing/checkout-order.ts';
import { checkoutTotals, isTrial } from '../billing/checkout-totals.ts';
import { sumOf } from '../billing/discount-terms.ts';
import { taxRateOf } from '../billing/tax-rates.ts';
import { taxAmounts } from '../billing/tax.ts';
import type { LineTax } from '../billing/tax.ts';
import { invalid } from '../errors.ts';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { mergeMetadata } from '../store/wire.ts';
import { createPriceOf, readCurrency, unitAmountIn } from './prices.ts';
import { isMetered, readQuantity } from '../billing/quantities.ts';

type Params = Stripe.Checkout.SessionCreateParams;
type Session = Stripe.Checkout.Session;

/** The items in order, each priced in the session's one currency. */
export function orderItems(change: Change, params: Params): { items: OrderedItem[]; currency: string | null } {
  const sent = params.line_items ?? [];
  const prices = sent.map((item, index) => priceOf(change, item, index));
  const asked = params.currency === undefined ? undefined : readCurrency(params.currency, 'currency');
  const currency = asked ?? prices[0]?.currency ?? null;
  const items = prices.map((price, index) => {
    const at = `line_items[${index}]`;
    const unitAmount = currency === null ? null : unitAmountIn(change, price, currency);
    if (unitAmount === null) {
      throw invalid(`The price specified supports currencies of ${price.currency}, not ${currency}.`, `${at}[price]`);
    }
    const quantity = readQuantity(price, sent[index]?.quantity, at);
    if (quantity < 1 && !isMetered(price))
      throw invalid('This value must be greater than or equal to 1.', `${at}[quantity]`, 'parameter_invalid_integer');
    requireKind(params, price, at);
    const metadata = mergeMetadata({}, sent[index]?.metadata);
    const adjustable = adjustableOf(sent[index]?.adjustable_quantity);
    return { id: change.store.ids.next('li'), price: price.id, quantity, unitAmount, metadata, adjustable };
  });
  return { items, currency };
}

function adjustableOf(
  sent: NonNullable<Params['line_items']>[number]['adjustable_quantity'],
): OrderedItem['adjustable'] {
  return sent?.enabled === true ? { enabled: true, maximum: sent.maximum ?? 99, minimum: sent.minimum ?? 0 } : null;
}

function priceOf(change: Change, item: NonNullable<Params['line_items']>[number], index: number): Stripe.Price {
  const at = `line_items[${index}]`;
  if (item.price_data) {
    const { recurring, ...rest } = item.price_data;
    return createPriceOf(change, {
      ...rest,
      ...(recurring && { recurring }),
      active: false,
    } as Stripe.PriceCreateParams);
  }
  if (item.price === undefined) throw invalid(`You must specify either \`price\` or \`price_data\` for ${at}.`, at);
  const price = change.store.get('price', item.price, `${at}[price]`);
  if (!price.active) {
    throw invalid(`The price specified is inactive. This field only accepts active prices.`, `${at}[price]`);
  }
  return price;
}

function requireKind(params: Params, price: Stripe.Price, at: string): void {
  if (params.mode === 'payment' && price.type === 'recurring') {
    throw invalid(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
      `${at}[price]`,
    );
  }
  if (params.mode === 'subscription' && price.type !== 'recurring') {
    throw invalid(
      'You must provide at least one recurring price in `subscription` mode when using prices. One-time prices beside it are not part of this sandbox.',
      `${at}[price]`,
    );
  }
}

/** The session's lines as Stripe shows them. */
export function lineItemsOf(store: Store, session: Session): Stripe.LineItem[] {
  const order = store.hidden('checkout.session', session.id);
  const totals = checkoutTotals(store, session, order, 'today');
  return order.items.map((item, place) => {
    const price = store.get('price', item.price, 'price');
    const subtotal = isTrial(order) ? 0 : item.unitAmount * item.quantity;
    const { discounts = [], taxes = [] } = totals.lines[place] ?? {};
    const { added, included } = taxAmounts(taxes);
    return {
      id: item.id,
      object: 'item',
      adjustable_quantity: item.adjustable,
      amount_discount: sumOf(discounts),
      amount_subtotal: subtotal,
      amount_tax: added + included,
      amount_total: subtotal - sumOf(discounts) + added,
      currency: session.currency ?? 'usd',
      description: store.find('product', String(price.product))?.name ?? null,
      metadata: item.metadata,
      price,
      quantity: isMetered(price) ? null : item.quantity,
    };
  });
}

/** `total_details.breakdown`: each discount and each tax of the session as the object that it is. */
export function breakdownOf(store: Store, session: Session): Stripe.Checkout.Session.TotalDetails.Breakdown {
  const order = store.hidden('checkout.session', session.id);
  const totals = checkoutTotals(store, session, order, 'today');
  const discounts = totals.discounts.map(({ amount, discount }) => ({
    amount,
    discount: store.find('discount', discount) ?? comingDiscount(session, order, discount),
  }));
  return { discounts, taxes: totals.taxes.flatMap(taxOf) };
}

function taxOf(tax: LineTax): Stripe.Checkout.Session.TotalDetails.Breakdown.Tax[] {
  const { amount, taxability_reason, taxable_amount } = tax;
  const rate = taxRateOf(tax.tax_rate_details?.tax_rate ?? '');
  return rate ? [{ amount, rate, taxability_reason, taxable_amount }] : [];
}

/** A discount that is made when the session is paid. */
function comingDiscount(session: Session, order: CheckoutOrder, id: string): Stripe.Discount {
  const { coupon = null, promotionCode = null } = order.discounts.find((one) => one.id === id) ?? {};
  return {
    id,
    object: 'discount',
    checkout_session: session.id,
    customer: session.customer as string | null,
    customer_account: null,
    end: null,
    invoice: null,
    invoice_item: null,
    promotion_code: promotionCode,
    source: { coupon, type: 'coupon' },
    start: session.created,
    subscription: null,
    subscription_item: null,
  };
}
