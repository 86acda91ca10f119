/** The invoice that Stripe will make next for a subscription, with everything in it: discounts, tax, balance, a scheduled change. */

import Stripe from 'stripe';
import type { Subscription } from '../store/records.ts';
import { stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';

export interface UpcomingInvoice {
  /** Minor units. */
  readonly amountDue: number;
  readonly currency: string;
  /** Milliseconds. */
  readonly date: number;
}

/** Null when nothing more will be invoiced. */
export async function upcomingInvoice(
  gateway: StripeGateway,
  { customerId, subscriptionId, scheduleId }: Subscription,
): Promise<UpcomingInvoice | null> {
  try {
    const invoice = await gateway.sdk.invoices.createPreview({
      customer: customerId,
      ...(scheduleId === null ? { subscription: subscriptionId } : { schedule: scheduleId }),
    });
    return { amountDue: invoice.amount_due, currency: invoice.currency, date: invoice.period_end * 1000 };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'invoice_upcoming_none') return null;
    throw stripeFailure(error);
  }
}
