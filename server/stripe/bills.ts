/** What a subscription's own invoices say of it: the same answer whoever asks first, and whatever was missed before. */

import type Stripe from 'stripe';

/** As many as a subscription can owe before Stripe or somebody has given it up. */
const mostInvoices = 24;

/** What is read of the invoices of a subscription that is not simply paid. */
export interface Bills {
  /** When the invoice was made whose failure began what is owed now, in milliseconds; null where nothing is owed. */
  readonly owedSince: number | null;
  /** Whether the running period has been paid for. */
  readonly periodPaid: boolean;
}

/** Whether a subscription says by itself how it is paid. */
export const needsBills = ({ status, pause_collection: pause }: Stripe.Subscription): boolean =>
  status === 'past_due' || (pause !== null && pause !== undefined);

export async function readBills(stripe: Stripe, subscription: Stripe.Subscription): Promise<Bills> {
  const data = await invoicesOf(stripe, subscription);
  return {
    owedSince: subscription.status === 'past_due' ? startOfDelinquency(data) : null,
    periodPaid: data.every((invoice) => invoice.status === 'paid' || !isRenewal(invoice, subscription)),
  };
}

/** The renewal's bill for the period that runs; null where it began with a payment, as a first period does. */
export async function billOfPeriod(stripe: Stripe, subscription: Stripe.Subscription): Promise<Stripe.Invoice | null> {
  const invoices = await invoicesOf(stripe, subscription);
  return invoices.find((invoice) => isRenewal(invoice, subscription)) ?? null;
}

/** Newest first. */
async function invoicesOf(stripe: Stripe, { id }: Stripe.Subscription): Promise<Stripe.Invoice[]> {
  const { data } = await stripe.invoices.list({ subscription: id, limit: mostInvoices });
  return data;
}

/** Whether it is the bill for the period that runs; a first one, or one that a change or a resumption made, begins with its payment. */
function isRenewal({ billing_reason: reason, lines }: Stripe.Invoice, { items }: Stripe.Subscription): boolean {
  const runs = ({ start, end }: Stripe.InvoiceLineItem.Period): boolean =>
    items.data.some((item) => item.current_period_start === start && item.current_period_end === end);
  return reason === 'subscription_cycle' && lines.data.some(({ period }) => runs(period));
}

/**
 * Once a delinquency (R21.1): later failures do not move it, and a payment that brought the subscription back begins afresh. A draft
 * has not failed, and one that was voided after it failed has not been paid.
 * @param invoices newest first
 */
function startOfDelinquency(invoices: readonly Stripe.Invoice[]): number | null {
  const [latest, ...older] = invoices.filter(({ status }) => status !== 'draft');
  if (!latest) return null;
  let first = latest;
  let paidAt = latest.status_transitions.paid_at ?? 0;
  for (const invoice of older) {
    const { billing_reason: reason, status_transitions: transitions } = invoice;
    if (stillOwedAt(invoice, first.created) || (failedAndVoided(invoice) && failedAt(invoice) > paidAt))
      first = invoice;
    // A change that was paid, or came to nothing, says nothing of the renewals.
    else if (reason !== 'subscription_update') break;
    paidAt = Math.max(paidAt, transitions.paid_at ?? 0);
  }
  return first.created * 1000;
}

/** Whether nobody had paid it, nor given it up, when the next one was made; `time` in seconds. What that one took the place of is voided then. */
function stillOwedAt(
  { status_transitions: { paid_at, voided_at, marked_uncollectible_at } }: Stripe.Invoice,
  time: number,
): boolean {
  const settledAt = paid_at ?? voided_at ?? marked_uncollectible_at;
  return settledAt === null || settledAt > time;
}

/** Whether its payment failed before it was voided: Stripe brings nobody back for that (docs.stripe.com/billing/subscriptions/overview). */
const failedAndVoided = ({ status, attempted, billing_reason: reason }: Stripe.Invoice): boolean =>
  status === 'void' && attempted && reason === 'subscription_cycle';

/** In seconds; a renewal is tried as it is finalized. */
const failedAt = ({ status_transitions: { finalized_at: finalized }, created }: Stripe.Invoice): number =>
  finalized ?? created;
