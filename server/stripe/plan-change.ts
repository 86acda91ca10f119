/** A change of a subscription's plan at Stripe: what it would cost, doing it now, or when the paid period ends. */

import { stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';
import { paymentStatus } from './invoices.ts';
import { scheduleMark } from './subscription-commands.ts';

/** The plan item and what it becomes; add-on items and everything else stay (R15.1). */
export interface ItemChange {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly itemId: string;
  readonly priceId: string;
  readonly quantity: number;
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
export type ChangeOutcome =
  | { readonly kind: 'changed' }
  | { readonly kind: 'pending'; readonly requiresAction: boolean; readonly hostedUrl: string | null };

const change = ({ itemId, priceId, quantity }: ItemChange) => ({ items: [{ id: itemId, price: priceId, quantity }] });

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
        ...change(item),
        proration_behavior: 'always_invoice',
        proration_date: prorationDate,
      },
    });
    return {
      dueNow: invoice.amount_due,
      currency: invoice.currency,
      lines: invoice.lines.data.map(({ description, amount }) => ({ description: description ?? '', amount })),
    };
  } catch (error) {
    throw stripeFailure(error);
  }
}

/** Changes it and charges the difference. A payment that does not go through leaves the subscription as it was. */
export async function changeNow(
  gateway: StripeGateway,
  item: ItemChange,
  prorationDate: number,
): Promise<ChangeOutcome> {
  try {
    const subscription = await gateway.sdk.subscriptions.update(item.subscriptionId, {
      ...change(item),
      proration_behavior: 'always_invoice',
      proration_date: prorationDate,
      payment_behavior: 'pending_if_incomplete',
      expand: ['latest_invoice'],
    });
    if (subscription.pending_update === null) return { kind: 'changed' };
    const { latest_invoice: invoice } = subscription;
    const open = typeof invoice === 'object' ? invoice : null;
    return {
      kind: 'pending',
      requiresAction: open !== null && (await paymentStatus(gateway.sdk, open.id)) === 'requires_action',
      hostedUrl: open?.hosted_invoice_url ?? null,
    };
  } catch (error) {
    throw stripeFailure(error);
  }
}

/** Changes it when the paid period ends: no money moves before (R18.1). The schedule lets go of it right after. */
export async function changeAtPeriodEnd(gateway: StripeGateway, item: ItemChange): Promise<void> {
  const { subscriptionSchedules } = gateway.sdk;
  try {
    const schedule = await subscriptionSchedules.create({ from_subscription: item.subscriptionId });
    const [current] = schedule.phases;
    if (!current) throw new Error(`Stripe made schedule ${schedule.id} without a phase.`);
    const items = current.items.map((each) => ({
      price: typeof each.price === 'string' ? each.price : each.price.id,
      ...(each.quantity !== undefined && { quantity: each.quantity }),
    }));
    const subscription = await gateway.sdk.subscriptions.retrieve(item.subscriptionId);
    const planPrice = subscription.items.data.find(({ id }) => id === item.itemId)?.price.id;
    const next = items.map((each) =>
      each.price === planPrice ? { price: item.priceId, quantity: item.quantity } : each,
    );
    await subscriptionSchedules.update(schedule.id, {
      end_behavior: 'release',
      metadata: scheduleMark,
      phases: [
        { start_date: current.start_date, end_date: current.end_date, items },
        { items: next, proration_behavior: 'none' },
      ],
    });
  } catch (error) {
    throw stripeFailure(error);
  }
}
