/** Drafts of invoices: the object before it has a number. */

import type Stripe from 'stripe';
import { list } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { discountsAt, useUpDiscounts } from './discounts.ts';
import { lineOf, pretaxCredit, pricedLine } from './invoice-lines.ts';
import type { InvoiceLine, OneOff } from './invoice-lines.ts';
import { totalsOf } from './invoice-totals.ts';
import { taxAddressOf, taxTermsAt } from './tax.ts';
import type { TaxTerms } from './tax.ts';

/** Seconds from a draft to its finalization; recorded from Stripe's test mode. */
export const draftFor = 3601;

export interface InvoiceDraft {
  readonly id: string;
  readonly customer: Stripe.Customer;
  readonly subscription: Stripe.Subscription | OneOff;
  readonly billingReason: Stripe.Invoice['billing_reason'];
  readonly lines: readonly InvoiceLine[];
  /** Seconds. */
  readonly period: { readonly start: number; readonly end: number };
  /** Seconds until it finalizes by itself; null where that is done at once. */
  readonly finalizesAt: number | null;
}

/** Drafts an invoice. Emits `invoice.created`, and ends the discounts that are for one invoice only. */
export function draftInvoice(change: Change, draft: InvoiceDraft): Stripe.Invoice {
  const invoice = change.create<'invoice'>(invoiceOf(change, draft));
  useUpDiscounts(change, invoice);
  return invoice;
}

/** The draft itself, written nowhere. */
export function invoiceOf(change: Change, draft: InvoiceDraft): Stripe.Invoice & { object: 'invoice' } {
  const { customer, subscription } = draft;
  const tax = subscription.automatic_tax.enabled
    ? taxTermsAt(taxAddressOf(customer), customer.tax_exempt ?? null)
    : null;
  const discounts = subscription.id === null ? [] : discountsAt(change.store, subscription, draft.period.end);
  const totals = totalsOf(
    draft.lines.map((line) => pricedLine(line, subscription.currency)),
    { discounts, tax },
  );
  const { total } = totals;
  return {
    id: draft.id,
    object: 'invoice',
    account_country: 'US',
    account_name: change.store.accountName,
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
    automatic_tax: automaticTaxOf(subscription, tax),
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
    discounts: discounts.map(({ id }) => id),
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
      draft.lines.map((line, place) =>
        lineOf(change, draft, line, totals.lines[place] ?? { discounts: [], taxes: [] }),
      ),
      `/v1/invoices/${draft.id}/lines`,
    ),
    livemode: false,
    metadata: {},
    // Recorded from Stripe's test mode: a second before it finalizes.
    next_payment_attempt: draft.finalizesAt === null ? null : draft.finalizesAt - 1,
    number: null,
    on_behalf_of: null,
    parent:
      subscription.id === null
        ? null
        : {
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
    subtotal: totals.subtotal,
    subtotal_excluding_tax: totals.subtotalExcludingTax,
    test_clock: idOf(subscription.test_clock),
    total,
    total_discount_amounts: totals.discounts,
    total_excluding_tax: totals.totalExcludingTax,
    total_pretax_credit_amounts: totals.discounts.map(pretaxCredit),
    total_taxes: totals.taxes,
    webhooks_delivered_at: change.now,
  } as unknown as Stripe.Invoice & { object: 'invoice' };
}

/** Without an address that says where tax is owed, none is computed. */
function automaticTaxOf(subscription: InvoiceDraft['subscription'], tax: TaxTerms | null): Stripe.Invoice.AutomaticTax {
  if (!subscription.automatic_tax.enabled) {
    return { disabled_reason: null, enabled: false, liability: null, provider: null, status: null };
  }
  return {
    disabled_reason: null,
    enabled: true,
    liability: { type: 'self' },
    provider: 'stripe',
    status: tax ? 'complete' : 'requires_location_inputs',
  };
}
