/** A subscription ends: at once, at a time that was set, or because its first payment never came. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { subscriptionOf, voidInvoice } from './invoices.ts';
import { cancelSchedule, scheduleOf } from './schedules.ts';

type Details = Stripe.Subscription.CancellationDetails;

export interface EndOptions {
  readonly reason: Details['reason'];
  readonly comment?: Details['comment'];
  readonly feedback?: Details['feedback'];
}

/** Ends it now, and the schedule that governs it. Emits `customer.subscription.deleted`. */
export function endSubscription(
  change: Change,
  subscription: Stripe.Subscription,
  options: EndOptions,
): Stripe.Subscription {
  const before = subscription.cancellation_details;
  stopCollecting(change, subscription);
  const ended = change.update<'subscription'>(
    subscription,
    {
      canceled_at: subscription.canceled_at ?? change.now,
      cancellation_details: {
        comment: options.comment ?? before?.comment ?? null,
        feedback: options.feedback ?? before?.feedback ?? null,
        feedback_option: before?.feedback_option ?? null,
        reason: options.reason ?? before?.reason ?? null,
      },
      ended_at: change.now,
      status: 'canceled',
    },
    { dueAt: null, events: ['customer.subscription.deleted'] },
  );
  const schedule = scheduleOf(change, subscription);
  if (schedule) cancelSchedule(change, schedule, options.reason === 'payment_failed' ? 'aborted' : 'canceled');
  return ended;
}

/**
 * Nothing more is collected by itself for what has ended; whoever wants to can still pay. A first payment is the
 * exception: it would begin what is over.
 */
function stopCollecting(change: Change, subscription: Stripe.Subscription): void {
  const invoices = collectable(change, idOf(subscription.customer));
  for (const invoice of invoices.filter((one) => subscriptionOf(one) === subscription.id)) {
    if (invoice.status === 'open' && subscription.status === 'incomplete') voidInvoice(change, invoice);
    else leaveToThePayer(change, invoice);
  }
}

/** Nothing more is collected by itself of a customer who is deleted, of whatever their invoices are for. */
export function stopCollectingFrom(change: Change, customer: string): void {
  for (const invoice of collectable(change, customer)) leaveToThePayer(change, invoice);
}

const collectable = (change: Change, customer: string | null): Stripe.Invoice[] =>
  change.store.all('invoice', [
    { sql: 'customer = ?', values: [customer] },
    { sql: "json_extract(body, '$.status') in ('draft', 'open')", values: [] },
  ]);

function leaveToThePayer(change: Change, invoice: Stripe.Invoice): void {
  if (!invoice.auto_advance && invoice.next_payment_attempt === null) return;
  change.update<'invoice'>(invoice, {
    auto_advance: false,
    automatically_finalizes_at: null,
    next_payment_attempt: null,
  });
}

/** The first payment did not come in time. Emits `customer.subscription.updated` and `invoice.voided`. */
export function expireIncomplete(change: Change, subscription: Stripe.Subscription): void {
  change.update<'subscription'>(subscription, { ended_at: change.now, status: 'incomplete_expired' }, { dueAt: null });
  const invoice = change.store.find('invoice', String(subscription.latest_invoice));
  if (invoice?.status === 'open') voidInvoice(change, invoice);
}
