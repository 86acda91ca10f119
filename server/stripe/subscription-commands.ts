/** What is done to a running subscription at Stripe. Each of them is followed by a reading; nothing is taken from the answers. */

import { asking, isMissing, stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';

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
  await asking(async () => {
    // A draft that goes on by itself pays for the period: billing it afresh would take the money twice.
    const billed = paid || (await isBilledAlready(gateway, subscriptionId));
    await gateway.sdk.subscriptions.update(subscriptionId, { pause_collection: '', ...(!billed && afresh) });
  });
}

async function isBilledAlready(gateway: StripeGateway, subscriptionId: string): Promise<boolean> {
  const { latest_invoice: invoice } = await gateway.sdk.subscriptions.retrieve(subscriptionId, {
    expand: ['latest_invoice'],
  });
  return typeof invoice === 'object' && invoice?.status === 'draft' && invoice.auto_advance === true;
}

/** Takes a paused subscription up again; Stripe bills the new period at once. */
export async function resumePaused(gateway: StripeGateway, subscriptionId: string): Promise<void> {
  await asking(() => gateway.sdk.subscriptions.resume(subscriptionId));
}
