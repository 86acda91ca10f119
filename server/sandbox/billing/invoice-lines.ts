/** The lines of an invoice: what is to be billed, and how the invoice shows it. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';

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
  /** Absent on what a full period costs. */
  readonly proration?: { readonly credited: CreditedItems | null };
}

/** The lines of an earlier invoice that a credit gives back. */
export interface CreditedItems {
  readonly invoice: string;
  readonly invoice_line_items: string[];
}

/** The invoice that a line is on. */
export interface LineOwner {
  readonly id: string;
  readonly subscription: Stripe.Subscription;
}

/** A line as the invoice shows it. */
export function lineOf(change: Pick<Change, 'store'>, draft: LineOwner, line: InvoiceLine): Stripe.InvoiceLineItem {
  return {
    id: change.store.ids.next('il'),
    object: 'line_item',
    amount: line.amount,
    currency: draft.subscription.currency,
    description: line.description,
    discount_amounts: [],
    discountable: line.proration === undefined,
    discounts: [],
    invoice: draft.id,
    livemode: false,
    metadata: draft.subscription.metadata,
    parent: parentOf(draft, line),
    period: { start: line.period.start, end: line.period.end },
    pretax_credit_amounts: [],
    pricing: line.price && {
      price_details: { price: line.price.id, product: idOf(line.price.product) ?? '' },
      type: 'price_details',
      unit_amount_decimal: line.proration ? null : String(line.amount / line.quantity),
    },
    quantity: line.quantity,
    quantity_decimal: String(line.quantity),
    subscription: draft.subscription.id,
    subtotal: line.amount,
    taxes: [],
  } as unknown as Stripe.InvoiceLineItem;
}

function parentOf(draft: LineOwner, line: InvoiceLine): Stripe.InvoiceLineItem.Parent {
  const details = {
    invoice_item: line.invoiceItem ?? null,
    proration: line.proration !== undefined,
    proration_details: { credited_items: line.proration?.credited ?? null },
    subscription: draft.subscription.id,
  };
  if (line.subscriptionItem === null) {
    return {
      invoice_item_details: { ...details, invoice_item: line.invoiceItem ?? '' },
      subscription_item_details: null,
      type: 'invoice_item_details',
    };
  }
  return {
    invoice_item_details: null,
    subscription_item_details: { ...details, subscription_item: line.subscriptionItem },
    type: 'subscription_item_details',
  };
}
