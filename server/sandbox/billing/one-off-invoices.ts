/** Invoices that bill no subscription: what waits for a customer, put on paper because somebody asked for it. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { draftInvoice } from './invoice-drafts.ts';
import { lineOfItem } from './invoice-items.ts';
import { finalizeInvoice } from './invoices.ts';
import { defaultMethod, payInvoice } from './pay-invoice.ts';

export interface OneOffOrder {
  readonly customer: Stripe.Customer;
  /** Null: that of what waits, else the customer's. */
  readonly currency: string | null;
  readonly items: 'included' | 'excluded';
  readonly autoAdvance: boolean;
  readonly collectionMethod: Stripe.Invoice['collection_method'];
  /** Seconds; null where it is charged. */
  readonly dueDate: number | null;
  readonly description: string | null;
  readonly metadata: Stripe.Metadata;
}

const hour = 3600;

/** Emits `invoice.created`. */
export function draftOneOff(change: Change, order: OneOffOrder): Stripe.Invoice {
  const { customer } = order;
  const waiting = order.items === 'included' ? waitingItems(change.store, customer.id) : [];
  const currency = order.currency ?? waiting[0]?.currency ?? customer.currency ?? 'usd';
  const id = change.store.ids.next('in');
  const lines = waiting
    .filter((item) => item.currency === currency)
    .map((item) => lineOfItem(change.store, change.update<'invoiceitem'>(item, { invoice: id })));
  const invoice = draftInvoice(change, {
    id,
    customer,
    subscription: {
      id: null,
      automatic_tax: { disabled_reason: null, enabled: false, liability: null },
      collection_method: order.collectionMethod ?? 'charge_automatically',
      currency,
      metadata: {},
      test_clock: customer.test_clock ?? null,
    },
    billingReason: 'manual',
    lines,
    period: { start: change.now, end: change.now },
    finalizesAt: order.autoAdvance ? change.now + hour + 1 : null,
  });
  return change.update<'invoice'>(
    invoice,
    { description: order.description, due_date: order.dueDate, metadata: order.metadata },
    { events: [] },
  );
}

/** Finalizes a draft whose hour is over and charges it once; what is sent waits for its payer. */
export function advanceOneOff(change: Change, invoice: Stripe.Invoice): void {
  const open = invoice.status === 'draft' ? finalizeInvoice(change, invoice) : invoice;
  const isAsked = open.collection_method === 'charge_automatically' && defaultMethod(change, open) !== null;
  if (open.amount_due === 0 || isAsked) payInvoice(change, open, { method: null, presence: 'off_session' });
}

/** The ids of a draft's items wait again once it is gone. Emits `invoice.deleted`. */
export function deleteDraft(change: Change, invoice: Stripe.Invoice): { id: string; object: 'invoice'; deleted: true } {
  const items = change.store.all('invoiceitem', [
    { sql: "json_extract(body, '$.invoice') = ?", values: [invoice.id ?? ''] },
  ]);
  for (const item of items) change.update<'invoiceitem'>(item, { invoice: null });
  const left = { id: invoice.id ?? '', object: 'invoice', deleted: true } as const;
  change.remove<'invoice'>(invoice as Stripe.Invoice & { object: 'invoice' }, left);
  return left;
}

function waitingItems(store: Store, customer: string): Stripe.InvoiceItem[] {
  return store
    .all('invoiceitem', [
      { sql: 'customer = ?', values: [customer] },
      { sql: "json_extract(body, '$.invoice') is null", values: [] },
    ])
    .filter(({ parent }) => !parent?.subscription_details);
}
