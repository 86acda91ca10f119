/** Invoice items: prorations and other single amounts, waiting for an invoice or on one. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import type { InvoiceLine } from './invoice-lines.ts';

export interface ItemOwner {
  readonly customer: string;
  readonly currency: string;
  /** Null: any invoice of the customer may take it. */
  readonly subscription: string | null;
  readonly discountable?: boolean;
  readonly metadata?: Stripe.Metadata;
}

/**
 * Writes a line down as an invoice item. Emits `invoiceitem.created`.
 *
 * @param invoice - the one it is on; null: it waits for the next.
 */
export function createInvoiceItem(
  change: Change,
  owner: ItemOwner,
  line: InvoiceLine,
  invoice: string | null,
): Stripe.InvoiceItem {
  const credited = line.proration?.credited ?? null;
  return change.create<'invoiceitem'>({
    id: change.store.ids.next('ii'),
    object: 'invoiceitem',
    amount: line.amount,
    currency: owner.currency,
    customer: owner.customer,
    customer_account: null,
    date: change.now,
    description: line.description,
    discountable: owner.discountable ?? line.proration === undefined,
    discounts: [],
    invoice,
    livemode: false,
    metadata: owner.metadata ?? {},
    net_amount: line.amount,
    parent:
      owner.subscription === null
        ? null
        : {
            subscription_details: {
              subscription: owner.subscription,
              ...(line.subscriptionItem !== null && { subscription_item: line.subscriptionItem }),
            },
            type: 'subscription_details',
          },
    period: { start: line.period.start, end: line.period.end },
    pricing: line.price && {
      price_details: { price: line.price.id, product: idOf(line.price.product) ?? '' },
      type: 'price_details',
      unit_amount_decimal: line.proration ? null : String(line.amount / line.quantity),
    },
    proration: line.proration !== undefined,
    ...(line.proration && {
      proration_details: {
        credited_items: credited && { invoice_line_item_details: credited, type: 'invoice_line_items' },
        discount_amounts: line.proration.discounts ?? [],
      },
    }),
    quantity: line.quantity,
    quantity_decimal: String(line.quantity),
    tax_rates: [],
    test_clock: null,
  } as unknown as Stripe.InvoiceItem & { object: 'invoiceitem' });
}

/** What waits for a subscription's next invoice, oldest first: its own items, and those that name no subscription. */
export function pendingItems(store: Store, customer: string, subscription: string): Stripe.InvoiceItem[] {
  return store
    .all('invoiceitem', [
      { sql: 'customer = ?', values: [customer] },
      { sql: "json_extract(body, '$.invoice') is null", values: [] },
    ])
    .filter(({ parent }) => (parent?.subscription_details?.subscription ?? subscription) === subscription);
}

/** An invoice item as a line of the invoice that takes it. */
export function lineOfItem(store: Store, item: Stripe.InvoiceItem): InvoiceLine {
  return {
    amount: item.amount,
    description: item.description ?? '',
    period: item.period,
    price: store.find('price', idOf(item.pricing?.price_details?.price) ?? ''),
    quantity: item.quantity,
    subscriptionItem: item.parent?.subscription_details?.subscription_item ?? null,
    invoiceItem: item.id,
    ...(item.proration && {
      proration: { credited: item.proration_details?.credited_items?.invoice_line_item_details ?? null },
    }),
    ...(!item.discountable && { discountable: false as const }),
  };
}

/**
 * Takes what waits for a subscription's next invoice onto that invoice.
 *
 * @returns its lines, to be put before those of the new period.
 */
export function takePendingItems(change: Change, subscription: Stripe.Subscription, invoice: string): InvoiceLine[] {
  return pendingItems(change.store, idOf(subscription.customer) ?? '', subscription.id).map((item) =>
    lineOfItem(change.store, change.update<'invoiceitem'>(item, { invoice })),
  );
}
