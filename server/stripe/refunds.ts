/** Money that goes back. */

import Stripe from 'stripe';
import { stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';
import { paymentStatus } from './invoices.ts';

/** Stripe's refusals that mean that there is nothing left to give back, or that the bank has it already. */
const settled = new Set(['charge_already_refunded', 'charge_disputed']);

/** `waits`: a payment is on its way, and neither made nor failed; `nothing`: nothing was ever paid. */
export type Refunded = 'refunded' | 'nothing' | 'waits';

/**
 * Refunds everything that was ever paid for a subscription that has ended, and takes what can no longer be paid off the books. Safe
 * to repeat: what has been refunded stays refunded once.
 * @throws PlanclaimError 502 `stripe_refused`, 503 `unavailable`
 */
export async function refundSubscription(gateway: StripeGateway, subscriptionId: string): Promise<Refunded> {
  try {
    const invoices = gateway.sdk.invoices.list({
      subscription: subscriptionId,
      limit: 100,
      expand: ['data.payments'],
    });
    let outcome: Refunded = 'nothing';
    for await (const invoice of invoices) {
      if (invoice.status === 'open' && (await isPaymentUnderWay(gateway, invoice))) outcome = 'waits';
      if (invoice.status !== 'paid') continue;
      for (const { status, payment } of invoice.payments?.data ?? []) {
        const intent = payment.payment_intent;
        if (status !== 'paid' || !intent) continue;
        await refund(gateway, typeof intent === 'string' ? intent : intent.id);
        if (outcome === 'nothing') outcome = 'refunded';
      }
    }
    return outcome;
  } catch (error) {
    throw stripeFailure(error);
  }
}

/** Where none is, the invoice is voided: nobody shall pay it on its page either. */
async function isPaymentUnderWay(gateway: StripeGateway, { id }: Stripe.Invoice): Promise<boolean> {
  if ((await paymentStatus(gateway.sdk, id)) === 'processing') return true;
  await gateway.sdk.invoices.voidInvoice(id);
  return false;
}

async function refund(gateway: StripeGateway, paymentIntent: string): Promise<void> {
  try {
    await gateway.sdk.refunds.create(
      { payment_intent: paymentIntent, reason: 'duplicate' },
      { idempotencyKey: `planclaim-duplicate-${paymentIntent}` },
    );
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && settled.has(error.code ?? '')) return;
    throw error;
  }
}
