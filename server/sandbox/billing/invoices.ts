/** Invoices: drafted, finalized, paid. Each step emits its own events. */

import type Stripe from 'stripe';
import { list } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { applyBalance, unapplyBalance } from './balance.ts';

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

export interface InvoiceDraft {
  readonly id: string;
  readonly customer: Stripe.Customer;
  readonly subscription: Stripe.Subscription;
  readonly billingReason: Stripe.Invoice['billing_reason'];
  readonly lines: readonly InvoiceLine[];
  /** Seconds. */
  readonly period: { readonly start: number; readonly end: number };
  /** Seconds until it finalizes by itself; null where that is done at once. */
  readonly finalizesAt: number | null;
}

/** Drafts an invoice. Emits `invoice.created`. */
export function draftInvoice(change: Change, draft: InvoiceDraft): Stripe.Invoice {
  return change.create<'invoice'>(invoiceOf(change, draft));
}

/** The draft itself, written nowhere. */
export function invoiceOf(change: Change, draft: InvoiceDraft): Stripe.Invoice & { object: 'invoice' } {
  const { customer, subscription } = draft;
  const total = draft.lines.reduce((sum, line) => sum + line.amount, 0);
  return {
    id: draft.id,
    object: 'invoice',
    account_country: 'US',
    account_name: accountName,
    account_tax_ids: null,
    amount_due: Math.max(0, total),
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: Math.max(0, total),
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: draft.finalizesAt !== null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: draft.finalizesAt,
    billing_reason: draft.billingReason,
    collection_method: subscription.collection_method,
    created: change.now,
    currency: subscription.currency,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: customer.shipping,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: list(
      draft.lines.map((line) => lineOf(change, draft, line)),
      `/v1/invoices/${draft.id}/lines`,
    ),
    livemode: false,
    metadata: {},
    // Recorded from Stripe's test mode: a second before it finalizes.
    next_payment_attempt: draft.finalizesAt === null ? null : draft.finalizesAt - 1,
    number: null,
    on_behalf_of: null,
    parent: {
      quote_details: null,
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
      type: 'subscription_details',
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: draft.period.end,
    period_start: draft.period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: customer.balance,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: total,
    subtotal_excluding_tax: total,
    test_clock: null,
    total,
    total_discount_amounts: [],
    total_excluding_tax: total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: change.now,
  } as Stripe.Invoice;
}

/** The name of the business behind every key. */
export const accountName = 'Sandbox';

/**
 * Gives a draft its number; from now on it is owed, less what the customer's balance covers. Emits `invoice.finalized`.
 *
 * @param balance - `untouched` where the whole has been paid already, as at the checkout page.
 */
export function finalizeInvoice(
  change: Change,
  invoice: Stripe.Invoice,
  balance: 'applied' | 'untouched' = 'applied',
): Stripe.Invoice {
  const customer = change.store.get('customer', idOf(invoice.customer) ?? '', 'customer');
  const sequence = customer.next_invoice_sequence ?? 1;
  // Silent: Stripe does not report its own counting.
  change.update<'customer'>(customer, { next_invoice_sequence: sequence + 1 }, { events: [] });
  const settled =
    balance === 'applied'
      ? applyBalance(change, invoice, customer)
      : { starting: customer.balance, ending: customer.balance, due: invoice.amount_due };
  return change.update<'invoice'>(
    invoice,
    {
      amount_due: settled.due,
      amount_remaining: settled.due,
      automatically_finalizes_at: null,
      auto_advance: false,
      effective_at: change.now,
      ending_balance: settled.ending,
      hosted_invoice_url: `${change.store.publicUrl()}/i/${invoice.id}`,
      starting_balance: settled.starting,
      number: `${customer.invoice_prefix}-${String(sequence).padStart(4, '0')}`,
      status: 'open',
      status_transitions: { ...invoice.status_transitions, finalized_at: change.now },
    },
    { events: ['invoice.finalized'] },
  );
}

/** Ties a payment to an open invoice. Without a word: Stripe has no event for it. */
export function attachPayment(
  change: Change,
  invoice: Stripe.Invoice,
  intent: Stripe.PaymentIntent,
): Stripe.InvoicePayment {
  return change.create<'invoice_payment'>({
    id: change.store.ids.next('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: change.now,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
}

/**
 * Closes an invoice that is paid, or that asks for nothing. Emits `invoice.paid`, `invoice.payment_succeeded` and, where
 * money moved, `invoice_payment.paid`.
 */
export function settleInvoice(
  change: Change,
  invoice: Stripe.Invoice,
  payment: Stripe.InvoicePayment | null,
  options: { readonly attempts?: number } = {},
): Stripe.Invoice {
  const paid = change.update<'invoice'>(
    invoice,
    {
      amount_paid: invoice.amount_due,
      amount_remaining: 0,
      attempt_count: options.attempts ?? (payment ? 1 : 0),
      attempted: true,
      next_payment_attempt: null,
      status: 'paid',
      status_transitions: { ...invoice.status_transitions, paid_at: change.now },
    },
    { events: ['invoice.paid', 'invoice.payment_succeeded'] },
  );
  if (payment) {
    change.update<'invoice_payment'>(
      payment,
      {
        amount_paid: invoice.amount_due,
        status: 'paid',
        status_transitions: { canceled_at: null, paid_at: change.now },
      },
      { events: ['invoice_payment.paid'] },
    );
  }
  return paid;
}

/** Takes an invoice off the books. Emits `invoice.voided`. */
export function voidInvoice(change: Change, invoice: Stripe.Invoice): Stripe.Invoice {
  unapplyBalance(change, invoice);
  return change.update<'invoice'>(
    invoice,
    {
      auto_advance: false,
      next_payment_attempt: null,
      status: 'void',
      status_transitions: { ...invoice.status_transitions, voided_at: change.now },
    },
    { events: ['invoice.voided'] },
  );
}

/** Gives up on an open invoice, which stays owed. Emits `invoice.marked_uncollectible`. */
export function markUncollectible(change: Change, invoice: Stripe.Invoice): Stripe.Invoice {
  return change.update<'invoice'>(
    invoice,
    {
      auto_advance: false,
      next_payment_attempt: null,
      status: 'uncollectible',
      status_transitions: { ...invoice.status_transitions, marked_uncollectible_at: change.now },
    },
    { events: ['invoice.marked_uncollectible'] },
  );
}

/** The payment of an invoice: the last one tied to it. */
export function paymentOf(change: Pick<Change, 'store'>, invoiceId: string): Stripe.InvoicePayment | null {
  return (
    change.store.all('invoice_payment', [{ sql: "json_extract(body, '$.invoice') = ?", values: [invoiceId] }]).at(-1) ??
    null
  );
}

/** The subscription that an invoice bills. */
export function subscriptionOf(invoice: Stripe.Invoice): string | null {
  return idOf(invoice.parent?.subscription_details?.subscription);
}

function lineOf(change: Change, draft: InvoiceDraft, line: InvoiceLine): Stripe.InvoiceLineItem {
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

function parentOf(draft: InvoiceDraft, line: InvoiceLine): Stripe.InvoiceLineItem.Parent {
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
