/** The lines of an invoice: what is to be billed, and how the invoice shows it. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import type { DiscountAmount } from './discount-terms.ts';
import type { PricedLine, Totals } from './invoice-totals.ts';
import { taxBehaviorOf } from './tax.ts';

/** One line to be billed. */
export interface InvoiceLine {
  /** Minor units. */
  readonly amount: number;
  readonly description: string;
  readonly period: { readonly start: number; readonly end: number };
  /** Null: a plain amount. */
  readonly price: Stripe.Price | null;
  readonly quantity: number;
  /** Null: an invoice item that belongs to no subscription's item. */
  readonly subscriptionItem: string | null;
  /** The invoice item that it was written down as; absent on what a period costs. */
  readonly invoiceItem?: string | null;
  /** Absent on what a full period costs. `discounts` are those that its amount has in it already. */
  readonly proration?: { readonly credited: CreditedItems | null; readonly discounts?: readonly DiscountAmount[] };
  /** False for an invoice item that no discount is to touch; prorations are never touched. */
  readonly discountable?: false;
}

/** The lines of an earlier invoice that a credit gives back. */
export interface CreditedItems {
  readonly invoice: string;
  readonly invoice_line_items: string[];
}

/** The invoice that a line is on. */
export interface LineOwner {
  readonly id: string;
  readonly subscription: Stripe.Subscription | OneOff;
}

/** What takes a subscription's place on an invoice that bills none. */
export interface OneOff extends Pick<
  Stripe.Subscription,
  'automatic_tax' | 'collection_method' | 'currency' | 'metadata' | 'test_clock'
> {
  readonly id: null;
}

/** What of a line decides its discounts and its tax. */
export function pricedLine(line: InvoiceLine, currency: string): PricedLine {
  return {
    amount: line.amount,
    product: idOf(line.price?.product),
    discountable: isDiscountable(line),
    taxBehavior: taxBehaviorOf(line.price, currency),
  };
}

/** A discount among what comes off before tax. */
export function pretaxCredit({ discount, amount }: DiscountAmount): Stripe.InvoiceLineItem.PretaxCreditAmount {
  return { amount, discount, type: 'discount' };
}

/** A line as the invoice shows it. */
export function lineOf(
  change: Pick<Change, 'store'>,
  draft: LineOwner,
  line: InvoiceLine,
  priced: Totals['lines'][number],
): Stripe.InvoiceLineItem {
  return {
    id: change.store.ids.next('il'),
    object: 'line_item',
    amount: line.amount,
    currency: draft.subscription.currency,
    description: line.description,
    discount_amounts: priced.discounts,
    discountable: isDiscountable(line),
    discounts: priced.discounts.map(({ discount }) => discount),
    invoice: draft.id,
    livemode: false,
    metadata: draft.subscription.metadata,
    parent: parentOf(draft, line),
    period: { start: line.period.start, end: line.period.end },
    pretax_credit_amounts: priced.discounts.map(pretaxCredit),
    pricing: line.price && {
      price_details: { price: line.price.id, product: idOf(line.price.product) ?? '' },
      type: 'price_details',
      unit_amount_decimal: line.proration
        ? null
        : String(line.quantity === 0 ? line.price.unit_amount_decimal : line.amount / line.quantity),
    },
    quantity: line.quantity,
    quantity_decimal: String(line.quantity),
    subscription: draft.subscription.id,
    subtotal: line.amount,
    taxes: priced.taxes,
  } as unknown as Stripe.InvoiceLineItem;
}

function parentOf(draft: LineOwner, line: InvoiceLine): Stripe.InvoiceLineItem.Parent {
  const details = {
    invoice_item: line.invoiceItem ?? null,
    proration: line.proration !== undefined,
    proration_details: { credited_items: line.proration?.credited ?? null },
  };
  const { id: subscription } = draft.subscription;
  if (line.subscriptionItem === null || subscription === null) {
    return {
      invoice_item_details: { ...details, subscription, invoice_item: line.invoiceItem ?? '' },
      subscription_item_details: null,
      type: 'invoice_item_details',
    };
  }
  return {
    invoice_item_details: null,
    subscription_item_details: { ...details, subscription, subscription_item: line.subscriptionItem },
    type: 'subscription_item_details',
  };
}

function isDiscountable(line: InvoiceLine): boolean {
  return line.proration === undefined && line.discountable !== false;
}
