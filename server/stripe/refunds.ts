/** Money that goes back. */

import Stripe from 'stripe';
import { stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';

/** Stripe's refusals that mean that there is nothing left to give back, or that the bank has it already. */
const settled = new Set(['charge_already_refunded', 'charge_disputed']);

/**
 * Refunds everything that was ever paid for a subscription. Safe to repeat: what has been refunded stays refunded once.
 * @throws PlanclaimError 502 `stripe_refused`, 503 `unavailable`
 */
export async function refundSubscription(gateway: StripeGateway, subscriptionId: string): Promise<void> {
  try {
    const invoices = gateway.sdk.invoices.list({
      subscription: subscriptionId,
      status: 'paid',
      limit: 100,
      expand: ['data.payments'],
    });
    for await (const invoice of invoices) {
      for (const { status, payment } of invoice.payments?.data ?? []) {
        const intent = payment.payment_intent;
        if (status === 'paid' && intent) await refund(gateway, typeof intent === 'string' ? intent : intent.id);
      }
    }
  } catch (error) {
    throw stripeFailure(error);
  }
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
