/** Paying what is owed with a card that has just replaced another, without waiting for Stripe's next attempt. */

import Stripe from 'stripe';
import { asking, isWithoutMethod, stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';
import type { OpenPayment } from './invoices.ts';

/** Which payment methods a subscription is paid by: its own first, then its customer's default. Ids. */
export interface DefaultPaymentMethods {
  readonly subscription: string | null;
  readonly customer: string | null;
}

/** What came of an attempt; `none`: there was nothing to pay, or nothing to pay it with. */
export type PaymentOutcome = 'none' | 'succeeded' | 'failed' | 'requires_action';

export async function readPaymentMethods(
  gateway: StripeGateway,
  subscriptionId: string,
): Promise<DefaultPaymentMethods> {
  return defaultsOf(await retrieve(gateway, subscriptionId));
}

/**
 * Where the payment method has been replaced since `before`, the subscription is paid by the new one from now on, and the latest
 * invoice of a delinquent one at once: it is the one that brings a subscription back, and once Stripe has stopped asking it is
 * left as a draft. The key lets a card pay an invoice once, however often this is called.
 * @throws PlanclaimError 503 `unavailable`
 */
export async function settleWithNewMethod(
  gateway: StripeGateway,
  subscriptionId: string,
  before: DefaultPaymentMethods,
): Promise<PaymentOutcome> {
  const subscription = await retrieve(gateway, subscriptionId);
  const now = defaultsOf(subscription);
  const replacement =
    now.subscription !== before.subscription
      ? now.subscription
      : now.customer !== before.customer
        ? now.customer
        : null;
  if (replacement === null) return 'none';
  // A subscription's own method goes before its customer's: the one that was replaced would be charged again next time.
  if (now.subscription !== null && now.subscription !== replacement) {
    await asking(() => gateway.sdk.subscriptions.update(subscriptionId, { default_payment_method: replacement }));
  }
  const invoice = typeof subscription.latest_invoice === 'object' ? subscription.latest_invoice : null;
  const owes = subscription.status === 'past_due' || subscription.status === 'unpaid';
  if (!owes || (invoice?.status !== 'open' && invoice?.status !== 'draft')) return 'none';
  try {
    if (invoice.status === 'draft') await gateway.sdk.invoices.finalizeInvoice(invoice.id);
    const paid = await gateway.sdk.invoices.pay(
      invoice.id,
      { payment_method: replacement },
      { idempotencyKey: `planclaim-pay-${invoice.id}-${replacement}` },
    );
    return paid.status === 'paid' ? 'succeeded' : 'requires_action';
  } catch (error) {
    return refused(error);
  }
}

/**
 * Pays an open invoice by what its subscription is paid by. One whose payment is under way is left to it.
 * @returns null where it is paid, else what it waits for
 * @throws PlanclaimError 503 `unavailable`
 */
export async function payInvoice(gateway: StripeGateway, invoice: Stripe.Invoice): Promise<OpenPayment | null> {
  try {
    await gateway.sdk.invoices.pay(invoice.id);
    return null;
  } catch (error) {
    return { requiresAction: refused(error) === 'requires_action', hostedUrl: invoice.hosted_invoice_url ?? null };
  }
}

/** A bank's no, or its question, is an outcome; anything else is a failure of ours or Stripe's. */
function refused(error: unknown): PaymentOutcome {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  if (error.code === 'invoice_payment_intent_requires_action' || error.code === 'authentication_required') {
    return 'requires_action';
  }
  if (error instanceof Stripe.errors.StripeCardError || isWithoutMethod(error)) return 'failed';
  throw stripeFailure(error);
}

const retrieve = (gateway: StripeGateway, subscriptionId: string): Promise<Stripe.Subscription> =>
  asking(() => gateway.sdk.subscriptions.retrieve(subscriptionId, { expand: ['latest_invoice', 'customer'] }));

function defaultsOf({ default_payment_method: own, customer }: Stripe.Subscription): DefaultPaymentMethods {
  const settings = typeof customer === 'string' || customer.deleted ? null : customer.invoice_settings;
  return { subscription: idOf(own), customer: idOf(settings?.default_payment_method ?? null) };
}

const idOf = (object: string | { readonly id: string } | null): string | null =>
  typeof object === 'string' ? object : (object?.id ?? null);
