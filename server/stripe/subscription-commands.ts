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
