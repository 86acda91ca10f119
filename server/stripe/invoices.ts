/** A customer's invoices, as people see them. */

import type Stripe from 'stripe';
import { toIso } from '../clock.ts';
import { PlanclaimError } from '../errors.ts';
import { isMissing, stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';

export interface InvoiceSummary {
  readonly id: string;
  /** Null while it is a draft. */
  readonly number: string | null;
  /** ISO 8601. */
  readonly date: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
  readonly hosted_url: string | null;
  readonly pdf_url: string | null;
}

export interface InvoicePage {
  readonly data: readonly InvoiceSummary[];
  readonly has_more: boolean;
}

/**
 * Newest first; `startingAfter` is the id that the last page ended with.
 * @throws PlanclaimError 400 `invoice_unknown` for a `startingAfter` that is no invoice
 */
export async function listInvoices(
  gateway: StripeGateway,
  customerId: string,
  { limit, startingAfter }: { readonly limit: number; readonly startingAfter: string | null },
): Promise<InvoicePage> {
  try {
    const page = await gateway.sdk.invoices.list({
      customer: customerId,
      limit,
      ...(startingAfter !== null && { starting_after: startingAfter }),
    });
    return { data: page.data.map(summarize), has_more: page.has_more };
  } catch (error) {
    if (!isMissing(error, 'starting_after')) throw stripeFailure(error);
    throw new PlanclaimError('starting_after is not the id of an invoice. Take the last one of the page before.', {
      code: 'invoice_unknown',
      status: 400,
    });
  }
}

const summarize = (invoice: Stripe.Invoice): InvoiceSummary => ({
  id: invoice.id,
  number: invoice.number,
  date: toIso(invoice.created * 1000),
  amount: invoice.total,
  currency: invoice.currency,
  status: invoice.status ?? 'draft',
  hosted_url: invoice.hosted_invoice_url ?? null,
  pdf_url: invoice.invoice_pdf ?? null,
});

/** What an answer names when a payment did not go through: whether the bank asks the customer, and where it can be paid. */
export interface OpenPayment {
  readonly requiresAction: boolean;
  readonly hostedUrl: string | null;
}

/** The payment that a subscription's latest invoice waits for; expand `latest_invoice`. */
export async function openPaymentOf(
  stripe: Stripe,
  { latest_invoice: invoice }: Pick<Stripe.Subscription, 'latest_invoice'>,
): Promise<OpenPayment> {
  if (invoice === null || typeof invoice === 'string') return { requiresAction: false, hostedUrl: null };
  return {
    requiresAction: (await paymentStatus(stripe, invoice.id)) === 'requires_action',
    hostedUrl: invoice.hosted_invoice_url ?? null,
  };
}

/** How the payment of an invoice stands; null where nothing has been asked of a payment method yet. */
export async function paymentStatus(stripe: Stripe, invoiceId: string): Promise<Stripe.PaymentIntent.Status | null> {
  const invoice = await stripe.invoices.retrieve(invoiceId, { expand: ['payments.data.payment.payment_intent'] });
  const intents = (invoice.payments?.data ?? []).map(({ payment }) => payment.payment_intent);
  const intent = intents.find((found) => typeof found === 'object');
  return intent ? intent.status : null;
}
