/** What is done to a running subscription at Stripe. Each of them is followed by a reading; nothing is taken from the answers. */

import type Stripe from 'stripe';
import { PlanclaimError } from '../errors.ts';
import { asking, isMissing, stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';
import { openPaymentOf, type OpenPayment } from './invoices.ts';

/** Ends it when the paid period ends; changes nothing before. */
export async function cancelAtPeriodEnd(gateway: StripeGateway, subscriptionId: string): Promise<void> {
  await asking(() => gateway.sdk.subscriptions.update(subscriptionId, { cancel_at_period_end: true }));
}

/** Ends it now, without a refund. One that is gone already is ended already. */
export async function cancelNow(gateway: StripeGateway, subscriptionId: string): Promise<void> {
  try {
    await gateway.sdk.subscriptions.cancel(subscriptionId);
  } catch (error) {
    if (!isMissing(error)) throw stripeFailure(error);
  }
}

/**
 * Ends one that was never paid, and takes its first invoice off the books: Stripe will not try again to have it paid. One that is
 * gone already, or whose invoice was paid or voided meanwhile, is left as it is.
 */
export async function abandonUnpaid(gateway: StripeGateway, subscriptionId: string): Promise<void> {
  await cancelNow(gateway, subscriptionId);
  await asking(async () => {
    const { data } = await gateway.sdk.invoices.list({ subscription: subscriptionId, status: 'open' });
    for (const { id } of data) await gateway.sdk.invoices.voidInvoice(id);
  });
}

/** Clears whichever of the two fields says that it ends (R19.2): a portal sets `cancel_at` alone under flexible billing. */
export async function keepRunning(gateway: StripeGateway, subscriptionId: string): Promise<void> {
  await asking(async () => {
    const subscription = await gateway.sdk.subscriptions.retrieve(subscriptionId);
    if (subscription.cancel_at_period_end) {
      await gateway.sdk.subscriptions.update(subscriptionId, { cancel_at_period_end: false });
    } else if (subscription.cancel_at !== null) {
      await gateway.sdk.subscriptions.update(subscriptionId, { cancel_at: '' });
    }
  });
}

/**
 * Collects again. A period that passed without being paid is not given away: a new one begins now and is charged at once, or
 * nothing changes.
 * @param paid whether the running period has been paid for
 * @throws PlanclaimError 402 `payment_failed`
 */
export async function resumeCollection(
  gateway: StripeGateway,
  subscriptionId: string,
  { paid }: { readonly paid: boolean },
): Promise<void> {
  const afresh = {
    billing_cycle_anchor: { type: 'now' },
    proration_behavior: 'none',
    payment_behavior: 'error_if_incomplete',
  } as const;
  const invoice = paid ? null : await latestInvoice(gateway, subscriptionId);
  // A draft that goes on by itself pays for the period: billing it afresh would take the money twice.
  const billed = paid || (invoice?.status === 'draft' && invoice.auto_advance === true);
  try {
    await gateway.sdk.subscriptions.update(subscriptionId, { pause_collection: '', ...(!billed && afresh) });
  } catch (error) {
    throw declinedWith(stripeFailure(error), invoice);
  }
}

const latestInvoice = (gateway: StripeGateway, subscriptionId: string): Promise<Stripe.Invoice | null> =>
  asking(async () => {
    const { latest_invoice: invoice } = await gateway.sdk.subscriptions.retrieve(subscriptionId, {
      expand: ['latest_invoice'],
    });
    return typeof invoice === 'object' ? invoice : null;
  });

/** Of a payment that is declined nothing is left at Stripe; but the bill that the running period had can be paid on its own page. */
function declinedWith(failure: PlanclaimError, bill: Stripe.Invoice | null): PlanclaimError {
  const { code, status, message, cause } = failure;
  if (code !== 'payment_failed' || (bill?.status !== 'open' && bill?.status !== 'uncollectible')) return failure;
  return new PlanclaimError(message, { code, status, details: { hosted_url: bill.hosted_invoice_url ?? null }, cause });
}

/**
 * Takes a paused subscription up again; Stripe bills the new period at once. Until that is paid it stays paused: null where it goes
 * on, else the payment that it waits for.
 */
export async function resumePaused(gateway: StripeGateway, subscriptionId: string): Promise<OpenPayment | null> {
  return asking(async () => {
    const subscription = await gateway.sdk.subscriptions.resume(subscriptionId, {
      payment_behavior: 'resume_on_payment_success',
      expand: ['latest_invoice'],
    });
    return subscription.status === 'paused' ? openPaymentOf(gateway.sdk, subscription) : null;
  });
}
