/** Money that was taken back: full refunds and disputes, and which subscription they are about. */

import type Stripe from 'stripe';
import { isMissing, stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';

export interface Reversal {
  /** The charge's id for a refund, the dispute's for a dispute. */
  readonly id: string;
  readonly kind: 'refunded' | 'dispute_opened' | 'dispute_won' | 'dispute_lost';
  readonly subscriptionId: string;
  readonly invoiceId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

/** Whose charge it is; null where nobody's. Throws 503 `unavailable`. */
export async function customerOfCharge(gateway: StripeGateway, chargeId: string): Promise<string | null> {
  try {
    const { customer } = await gateway.sdk.charges.retrieve(chargeId);
    return customer === null || typeof customer === 'string' ? customer : customer.id;
  } catch (error) {
    if (isMissing(error)) return null;
    throw stripeFailure(error);
  }
}

/**
 * What was taken back of a customer's payments for subscriptions. A partial refund is nothing of the kind (R26.2), nor is an
 * inquiry, which takes no money.
 * @throws PlanclaimError 503 `unavailable`
 */
export async function listReversals(gateway: StripeGateway, customerId: string): Promise<Reversal[]> {
  const found: Reversal[] = [];
  try {
    for await (const charge of gateway.sdk.charges.list({ customer: customerId, limit: 100 })) {
      if (!charge.refunded && !charge.disputed) continue;
      const paid = await invoiceOf(gateway, charge);
      if (!paid) continue;
      const { amount, currency } = charge;
      if (charge.refunded) found.push({ id: charge.id, kind: 'refunded', ...paid, amount, currency });
      if (!charge.disputed) continue;
      for await (const dispute of gateway.sdk.disputes.list({ charge: charge.id })) {
        const kind = kindOf(dispute.status);
        if (kind) found.push({ id: dispute.id, kind, ...paid, amount: dispute.amount, currency: dispute.currency });
      }
    }
  } catch (error) {
    if (isMissing(error, 'customer')) return [];
    throw stripeFailure(error);
  }
  return found;
}

/** The invoice that a charge paid, and its subscription. */
async function invoiceOf(
  { sdk }: StripeGateway,
  charge: Stripe.Charge,
): Promise<{ readonly invoiceId: string; readonly subscriptionId: string } | null> {
  const intent = typeof charge.payment_intent === 'object' ? charge.payment_intent?.id : charge.payment_intent;
  if (!intent) return null;
  const { data } = await sdk.invoicePayments.list({
    payment: { type: 'payment_intent', payment_intent: intent },
    limit: 1,
    expand: ['data.invoice'],
  });
  const invoice = data[0]?.invoice;
  if (typeof invoice !== 'object' || invoice.deleted) return null;
  const subscription = invoice.parent?.subscription_details?.subscription;
  if (!subscription) return null;
  return { invoiceId: invoice.id, subscriptionId: typeof subscription === 'string' ? subscription : subscription.id };
}

function kindOf(status: Stripe.Dispute.Status): Reversal['kind'] | null {
  if (status === 'won') return 'dispute_won';
  if (status === 'lost') return 'dispute_lost';
  return status.startsWith('warning_') || status === 'prevented' ? null : 'dispute_opened';
}
