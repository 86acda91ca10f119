/** Since when a subscription is past due, by Stripe's own invoices: the same answer whoever asks first, and whatever was missed before (R21.1). */

import type Stripe from 'stripe';

/** As many as a subscription can owe before Stripe or somebody has given it up. */
const mostInvoices = 24;

/**
 * When the invoice was made whose failure began what is owed now, in milliseconds; null for a subscription that is not past due.
 * Later failures do not move it; a payment that brought the subscription back begins afresh.
 */
export async function delinquentSince(stripe: Stripe, subscription: Stripe.Subscription): Promise<number | null> {
  const { data } = await stripe.invoices.list({ subscription: subscription.id, limit: mostInvoices });
  return startOfDelinquency(data);
}

/** @param invoices newest first */
function startOfDelinquency(invoices: readonly Stripe.Invoice[]): number | null {
  const [latest, ...older] = invoices;
  if (!latest) return null;
  let first = latest;
  for (const invoice of older) {
    if (stillOwedAt(invoice, first.created)) first = invoice;
    // A change that was paid, or came to nothing, says nothing of the renewals.
    else if (invoice.billing_reason !== 'subscription_update') break;
  }
  return first.created * 1000;
}

/** Whether nobody had paid it, nor given it up, when the next one was made; `time` in seconds. */
function stillOwedAt(
  { status_transitions: { paid_at, voided_at, marked_uncollectible_at } }: Stripe.Invoice,
  time: number,
): boolean {
  const settledAt = paid_at ?? voided_at ?? marked_uncollectible_at;
  return settledAt === null || settledAt >= time;
}
