/** A change of a subscription's plan at Stripe: what it would cost, doing it now, or when the paid period ends. */

import Stripe from 'stripe';
import { PlanclaimError } from '../errors.ts';
import { asking, stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';
import { openPaymentOf, type OpenPayment } from './invoices.ts';
import { scheduleMark } from './schedules.ts';

/** The plan item and what it becomes; add-on items and everything else stay (R15.1). */
export interface ItemChange {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly itemId: string;
  readonly priceId: string;
  /** Null for what is billed by use: Stripe refuses a quantity there (R24.2). */
  readonly quantity: number | null;
  /** Whether the difference is charged at once, or stands on the next invoice. */
  readonly charged: 'now' | 'next_invoice';
}

export interface PreviewLine {
  readonly description: string;
  /** Minor units; credits are negative. */
  readonly amount: number;
}

export interface ChangePreview {
  /** Minor units. */
  readonly dueNow: number;
  readonly currency: string;
  readonly lines: readonly PreviewLine[];
}

/** `pending`: the payment failed or waits for the customer; the old plan goes on until it is paid (R16.1). */
export type ChangeOutcome = { readonly kind: 'changed' } | ({ readonly kind: 'pending' } & OpenPayment);

const items = ({ itemId, priceId, quantity }: ItemChange) => [
  { id: itemId, price: priceId, ...(quantity !== null && { quantity }) },
];

const behavior = ({ charged }: ItemChange) => (charged === 'now' ? 'always_invoice' : 'create_prorations');

/** What {@link changeNow} would charge at `prorationDate` (seconds): the same items, behaviour and date (R17.1). */
export async function previewChange(
  gateway: StripeGateway,
  item: ItemChange,
  prorationDate: number,
): Promise<ChangePreview> {
  try {
    const invoice = await gateway.sdk.invoices.createPreview({
      customer: item.customerId,
      subscription: item.subscriptionId,
      subscription_details: {
        items: items(item),
        proration_behavior: behavior(item),
        proration_date: prorationDate,
      },
    });
    // On the next invoice stands the next period too: of that, only the difference belongs to the change.
    const { data } = invoice.lines;
    const lines = item.charged === 'now' ? data : data.filter(isProrationAt(prorationDate));
    return {
      dueNow: item.charged === 'now' ? invoice.amount_due : 0,
      currency: invoice.currency,
      lines: lines.map(({ description, amount }) => ({ description: description ?? '', amount })),
    };
  } catch (error) {
    throw changeFailure(error);
  }
}

/** What an earlier change left for the next invoice starts at another time. */
const isProrationAt =
  (date: number) =>
  ({ parent, period }: Stripe.InvoiceLineItem): boolean =>
    parent?.subscription_item_details?.proration === true && period.start === date;

/** Changes it and charges the difference as agreed. A payment that does not go through leaves the subscription as it was. */
export async function changeNow(
  gateway: StripeGateway,
  item: ItemChange,
  prorationDate: number,
): Promise<ChangeOutcome> {
  try {
    const subscription = await gateway.sdk.subscriptions.update(item.subscriptionId, {
      items: items(item),
      proration_behavior: behavior(item),
      proration_date: prorationDate,
      ...(item.charged === 'now' && { payment_behavior: 'pending_if_incomplete' }),
      expand: ['latest_invoice'],
    });
    if (subscription.pending_update === null) return { kind: 'changed' };
    return { kind: 'pending', ...(await openPaymentOf(gateway.sdk, subscription)) };
  } catch (error) {
    throw changeFailure(error);
  }
}

/**
 * Gives up a change that waits to be paid: something else has been asked for since, and paid later it would come in its place (R18.2).
 * Voiding its invoice ends it at Stripe (docs.stripe.com/billing/subscriptions/pending-updates).
 */
export async function discardPendingChange(gateway: StripeGateway, subscriptionId: string): Promise<void> {
  await asking(async () => {
    const { pending_update: pending, latest_invoice: invoice } = await gateway.sdk.subscriptions.retrieve(
      subscriptionId,
      { expand: ['latest_invoice'] },
    );
    if (pending && typeof invoice === 'object' && invoice?.status === 'open') {
      await gateway.sdk.invoices.voidInvoice(invoice.id);
    }
  });
}

/** What ended since, the period or the subscription, is not what was priced: it has to be asked for again. */
function changeFailure(error: unknown): PlanclaimError {
  const { code, param } = error instanceof Stripe.errors.StripeInvalidRequestError ? error : {};
  const ended = code === 'invoice_upcoming_none' || param?.includes('proration_date') === true;
  return ended ? previewOutdated() : stripeFailure(error);
}

/** 409 `preview_outdated`: what was shown does not hold any more. */
export const previewOutdated = (): PlanclaimError =>
  new PlanclaimError('The amount has changed since it was shown. Nothing was charged; ask for a new preview.', {
    code: 'preview_outdated',
    status: 409,
  });

/**
 * Changes it when the paid period ends: no money moves before (R18.1). A trial and the discounts go on as they are. The schedule
 * lets go of the subscription right after.
 */
export async function changeAtPeriodEnd(gateway: StripeGateway, item: ItemChange): Promise<void> {
  const { subscriptionSchedules } = gateway.sdk;
  try {
    const schedule = await subscriptionSchedules.create({ from_subscription: item.subscriptionId });
    const [current] = schedule.phases;
    if (!current) throw new Error(`Stripe made schedule ${schedule.id} without a phase.`);
    const kept = current.items.map((each) => ({
      price: typeof each.price === 'string' ? each.price : each.price.id,
      ...(each.quantity !== undefined && { quantity: each.quantity }),
    }));
    const subscription = await gateway.sdk.subscriptions.retrieve(item.subscriptionId);
    const planPrice = subscription.items.data.find(({ id }) => id === item.itemId)?.price.id;
    const quantity = item.quantity === null ? {} : { quantity: item.quantity };
    const next = kept.map((each) => (each.price === planPrice ? { price: item.priceId, ...quantity } : each));
    const discounts = subscription.discounts.map((each) => ({ discount: typeof each === 'string' ? each : each.id }));
    const same = discounts.length > 0 ? { discounts } : {};
    const trialEnd = subscription.status === 'trialing' ? subscription.trial_end : null;
    await subscriptionSchedules.update(schedule.id, {
      end_behavior: 'release',
      metadata: scheduleMark,
      phases: [
        {
          start_date: current.start_date,
          end_date: current.end_date,
          items: kept,
          ...same,
          ...(trialEnd !== null && { trial_end: trialEnd }),
        },
        { items: next, proration_behavior: 'none', ...same },
      ],
    });
  } catch (error) {
    throw stripeFailure(error);
  }
}
