/** Taking up again what was paused: a subscription, or the collection of its payments. A period is paid for once. */

import type Stripe from 'stripe';
import { PlanclaimError } from '../errors.ts';
import { billOfPeriod } from './bills.ts';
import { asking, stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';
import { openPaymentOf, type OpenPayment } from './invoices.ts';
import { payInvoice } from './owed-payment.ts';

/**
 * Collects again. A period that passed without being paid is not given away: its open bill is paid, or, where it has none, a new
 * period begins now and is charged at once; or nothing changes.
 * @param paid whether the running period has been paid for
 * @returns null where it is collected again, else the payment that this waits for
 * @throws PlanclaimError 402 `payment_failed`
 */
export async function resumeCollection(
  gateway: StripeGateway,
  subscriptionId: string,
  { paid }: { readonly paid: boolean },
): Promise<OpenPayment | null> {
  const bill = paid ? null : await billOf(gateway, subscriptionId);
  if (bill?.status === 'open') {
    const waits = await payInvoice(gateway, bill);
    if (waits) return waits;
  }
  // A draft that goes on by itself pays for the period: billing it afresh would take the money twice.
  const billed =
    paid || bill?.status === 'open' || bill?.status === 'paid' || (bill?.status === 'draft' && bill.auto_advance);
  const afresh = {
    billing_cycle_anchor: { type: 'now' },
    proration_behavior: 'none',
    payment_behavior: 'error_if_incomplete',
  } as const;
  try {
    await gateway.sdk.subscriptions.update(subscriptionId, { pause_collection: '', ...(!billed && afresh) });
    return null;
  } catch (error) {
    throw declinedWith(stripeFailure(error), bill);
  }
}

const billOf = (gateway: StripeGateway, subscriptionId: string): Promise<Stripe.Invoice | null> =>
  asking(async () => billOfPeriod(gateway.sdk, await gateway.sdk.subscriptions.retrieve(subscriptionId)));

/** Of a payment that is declined nothing is left at Stripe; but the bill that was given up can still be paid on its own page. */
function declinedWith(failure: PlanclaimError, bill: Stripe.Invoice | null): PlanclaimError {
  const { code, status, message, cause } = failure;
  if (code !== 'payment_failed' || bill?.status !== 'uncollectible') return failure;
  return new PlanclaimError(message, { code, status, details: { hosted_url: bill.hosted_invoice_url ?? null }, cause });
}

/**
 * Takes a paused subscription up again; Stripe bills the new period at once, and until that is paid it stays paused. One whose
 * resumption waits for its payment already is paid: another resumption would void that bill, and with it what the pause gave back.
 * @returns null where it goes on, else the payment that it waits for
 */
export async function resumePaused(gateway: StripeGateway, subscriptionId: string): Promise<OpenPayment | null> {
  const { subscriptions } = gateway.sdk;
  const expand = ['latest_invoice'];
  const { latest_invoice: latest } = await asking(() => subscriptions.retrieve(subscriptionId, { expand }));
  if (latest !== null && typeof latest === 'object' && latest.status === 'open') return payInvoice(gateway, latest);
  return asking(async () => {
    const resumed = await subscriptions.resume(subscriptionId, {
      payment_behavior: 'resume_on_payment_success',
      expand,
    });
    return resumed.status === 'paused' ? openPaymentOf(gateway.sdk, resumed) : null;
  });
}
