/** Invoices in time: drafts finalize, open ones are charged, and what fails is tried again by the schedule. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { nextAttempt, readDunning } from './dunning.ts';
import type { Dunning } from './dunning.ts';
import { endSubscription } from './end-subscription.ts';
import { finalizeInvoice, markUncollectible, paymentOf, subscriptionOf, voidInvoice } from './invoices.ts';
import { advanceOneOff } from './one-off-invoices.ts';
import { attempted, defaultMethod, failWithoutMethod, payInvoice } from './pay-invoice.ts';
import type { AutomaticAttempt } from './pay-invoice.ts';
import { enterPause } from './standing.ts';

/**
 * After one of these the same card is not asked again: retries are counted and scheduled, and made once there is
 * another card (docs.stripe.com/billing/revenue-recovery/smart-retries).
 */
const hardDeclines = new Set([
  'authentication_required',
  'highest_risk_level',
  'incorrect_number',
  'lost_card',
  'pickup_card',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'stolen_card',
  'transaction_not_allowed',
]);

/** Finalizes a draft whose hour is over, or makes the next attempt on an open invoice. */
export function advanceInvoice(change: Change, invoice: Stripe.Invoice): void {
  const subscription = change.store.find('subscription', subscriptionOf(invoice) ?? '');
  if (!subscription) {
    if (subscriptionOf(invoice) === null) advanceOneOff(change, invoice);
    return;
  }
  const open = invoice.status === 'draft' ? finalizeInvoice(change, invoice) : invoice;
  if (open.amount_due === 0) {
    payInvoice(change, open, { method: null, presence: 'off_session' });
    return;
  }
  // What was finalized before collection was paused is tried again all the same.
  const pause = invoice.status === 'draft' ? subscription.pause_collection?.behavior : undefined;
  if (pause === 'void') voidInvoice(change, open);
  else if (pause === 'mark_uncollectible') markUncollectible(change, open);
  else if (pause === undefined) charge(change, open, subscription);
  else change.update<'invoice'>(open, { next_payment_attempt: null }, { events: [] });
}

/** One automatic attempt, and what its failure makes of the subscription. */
function charge(change: Change, invoice: Stripe.Invoice, subscription: Stripe.Subscription): void {
  const plan = planAttempt(change, subscription, invoice.attempt_count + 1);
  if (isUnderWay(change, invoice, plan)) return;
  afterFailure(change, invoice, subscription, plan);
}

/** A debit that was on its way did not come through. Emits `invoice.payment_failed`. */
export function failDelayedInvoice(change: Change, invoice: Stripe.Invoice): void {
  const subscription = change.store.find('subscription', subscriptionOf(invoice) ?? '');
  if (!subscription) {
    attempted(change, invoice, ['invoice.payment_failed']);
    return;
  }
  const plan = planAttempt(change, subscription, Math.max(1, invoice.attempt_count));
  attempted(change, invoice, ['invoice.payment_failed'], plan);
  afterFailure(change, invoice, subscription, plan);
}

interface PlannedAttempt extends AutomaticAttempt {
  /** Whether a failure pauses the subscription at once. */
  readonly pausesNow: boolean;
}

function planAttempt(change: Change, subscription: Stripe.Subscription, attempts: number): PlannedAttempt {
  const dunning = readDunning(change.store.database);
  const pausesNow = attempts === 1 && dunning.after_first_failure === 'paused';
  const isOver = subscription.ended_at !== null;
  return { attempts, pausesNow, next: pausesNow || isOver ? null : nextAttempt(dunning, attempts, change.now) };
}

function afterFailure(
  change: Change,
  invoice: Stripe.Invoice,
  subscription: Stripe.Subscription,
  { pausesNow, next }: PlannedAttempt,
): void {
  const dunning = readDunning(change.store.database);
  const isOver = subscription.ended_at !== null;
  if (pausesNow && subscription.status === 'active') enterPause(change, subscription, 'first_payment_failure');
  else if (!isOver) fallBehind(change, subscription, next === null ? dunning.after_retries : 'past_due');
  const customer = change.store.find('customer', idOf(invoice.customer) ?? '');
  if (customer && !customer.delinquent) change.update<'customer'>(customer, { delinquent: true });
}

/** Whether it is paid, or a debit for it on its way. */
function isUnderWay(change: Change, invoice: Stripe.Invoice, automatic: AutomaticAttempt): boolean {
  const method = defaultMethod(change, invoice);
  if (!method) {
    failWithoutMethod(change, invoice, automatic);
    return false;
  }
  if (isRefusedForGood(change, invoice, method)) {
    change.update<'invoice'>(invoice, { attempt_count: automatic.attempts, next_payment_attempt: automatic.next });
    return false;
  }
  return payInvoice(change, invoice, { method, presence: 'off_session', automatic }).error === null;
}

function isRefusedForGood(change: Change, invoice: Stripe.Invoice, method: Stripe.PaymentMethod): boolean {
  const intent = idOf(paymentOf(change, invoice.id)?.payment.payment_intent);
  const error = intent === null ? null : change.store.find('payment_intent', intent)?.last_payment_error;
  const code = error?.decline_code ?? error?.code ?? '';
  return hardDeclines.has(code) && error?.payment_method?.id === method.id;
}

/** A payment failed: while it is tried again the subscription is past due, and after the last time as the settings say. */
function fallBehind(change: Change, subscription: Stripe.Subscription, status: Dunning['after_retries']): void {
  if (!['trialing', 'active', 'past_due'].includes(subscription.status)) return;
  if (status === 'canceled') endSubscription(change, subscription, { reason: 'payment_failed' });
  else if (status === 'paused') enterPause(change, subscription, 'final_payment_failure');
  else change.update<'subscription'>(subscription, { status });
}
