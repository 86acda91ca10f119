/** A subscription is paused and resumed (docs.stripe.com/billing/subscriptions/pause). */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { creditsOf } from './cancel-now.ts';
import { draftOfChange, writeProrations } from './change-subscription.ts';
import { discountsAt } from './discounts.ts';
import { nextAttempt, readDunning } from './dunning.ts';
import { draftInvoice } from './invoice-drafts.ts';
import { takePendingItems } from './invoice-items.ts';
import type { InvoiceLine } from './invoice-lines.ts';
import { finalizeInvoice, voidInvoice } from './invoices.ts';
import { defaultMethod, payInvoice } from './pay-invoice.ts';
import { expirePendingUpdate } from './pending-updates.ts';
import { periodLine, wholePeriodDiscounts } from './plan-change.ts';
import { debitLine } from './prorations.ts';
import { completeResumption, enterPause, keepResumption, resumedAttributes, resumptionOf } from './standing.ts';

type Subscription = Stripe.Subscription;

/** Seconds that the payment of a resumption may take. */
const resumableFor = 23 * 3600;

export interface PauseTerms {
  readonly unusedTimeFrom: Stripe.SubscriptionPauseParams.BillFor.UnusedTimeFrom.Type;
  readonly invoicing: Stripe.SubscriptionPauseParams.InvoicingBehavior;
}

export interface ResumeTerms {
  readonly anchor: 'now' | 'unchanged';
  readonly paymentBehavior: Stripe.SubscriptionResumeParams.PaymentBehavior;
  readonly prorationBehavior: Stripe.SubscriptionResumeParams.ProrationBehavior;
  /** Seconds; null: now. */
  readonly prorationDate: number | null;
}

/** Emits `customer.subscription.updated`, `customer.subscription.paused`, and the events of what is given back. */
export function pauseSubscription(change: Change, stored: Subscription, terms: PauseTerms): Subscription {
  const subscription = expirePendingUpdate(change, stored);
  const prorations = pauseCredits(change, subscription, terms);
  const id = change.store.ids.next('in');
  const invoices = terms.invoicing === 'invoice' && prorations.length > 0;
  const waiting = invoices ? takePendingItems(change, subscription, id) : [];
  const lines = [...waiting, ...writeProrations(change, subscription, { prorations }, invoices ? id : null)];
  if (invoices) {
    const invoice = finalizeInvoice(change, draftInvoice(change, draftOfChange(change, subscription, lines, id)));
    change.update<'subscription'>(subscription, { latest_invoice: id }, { events: [] });
    if (invoice.amount_due === 0 || defaultMethod(change, invoice)) {
      payInvoice(change, invoice, { method: null, presence: 'off_session' });
    }
  }
  return enterPause(change, subscription, 'pause_requested', { credited: prorations.length > 0 });
}

/** What a pause at this moment gives back. */
export function pauseCredits(
  change: Pick<Change, 'store' | 'now'>,
  subscription: Subscription,
  { unusedTimeFrom }: Pick<PauseTerms, 'unusedTimeFrom'>,
): InvoiceLine[] {
  if (unusedTimeFrom === 'none') return [];
  if (unusedTimeFrom === 'now') return creditsOf(change, subscription, change.now);
  const starts = subscription.items.data.map((item) => item.current_period_start);
  return creditsOf(change, subscription, Math.max(...starts));
}

/**
 * Resumes what is paused: at once where nothing is to be paid, else with the invoice that it is resumed by. That one is
 * tried in this call where there is a card; unpaid after 23 hours it is voided and the subscription stays paused.
 */
export function resumeSubscription(change: Change, stored: Subscription, terms: ResumeTerms): Subscription {
  const subscription = dropResumption(change, stored);
  if (subscription.trial_end !== null && subscription.trial_end > change.now) return resumeTrial(change, subscription);
  const resumption = { anchor: terms.anchor, at: change.now };
  const lines = resumptionLines(change, subscription, terms);
  const id = change.store.ids.next('in');
  const billsNow = terms.anchor === 'now' || (terms.prorationBehavior === 'always_invoice' && lines.length > 0);
  if (!billsNow) {
    writeProrations(change, subscription, { prorations: lines }, null);
    return completeResumption(change, subscription, { ...resumption, status: 'active' });
  }
  const billed =
    terms.anchor === 'now'
      ? [...takePendingItems(change, subscription, id), ...lines]
      : writeProrations(change, subscription, { prorations: lines }, id);
  const draft = { ...draftOfChange(change, subscription, billed, id), period: { start: change.now, end: change.now } };
  const invoice = finalizeInvoice(change, draftInvoice(change, draft));
  change.update<'subscription'>(subscription, { latest_invoice: id }, { events: [] });
  keepResumption(change, subscription, { ...resumption, invoice: id, expires_at: change.now + resumableFor });
  if (invoice.amount_due > 0 && !defaultMethod(change, invoice)) return current(change, subscription);
  tryResumption(change, subscription, invoice, terms);
  return current(change, subscription);
}

/** What a resumption at this moment bills. */
export function resumptionLines(
  change: Pick<Change, 'store' | 'now'>,
  subscription: Subscription,
  terms: Pick<ResumeTerms, 'anchor' | 'prorationBehavior' | 'prorationDate'>,
): InvoiceLine[] {
  const { items } = resumedAttributes(subscription, { anchor: terms.anchor, at: change.now });
  if (terms.anchor === 'now') return items.data.map((item) => periodLine(change, item, subscription.currency));
  if (terms.prorationBehavior === 'none') return [];
  const credited = change.store.hidden('subscription', subscription.id)?.paused_with_credit === true;
  const date = terms.prorationDate ?? change.now;
  const inForce = discountsAt(change.store, subscription, date);
  const discounts = wholePeriodDiscounts(change.store, items.data, subscription.currency, inForce);
  return items.data
    .filter((item) => credited || !isCurrent(subscription, item))
    .map((item) => debitLine(change.store, subscription.currency, item, date, discounts.get(item.id) ?? []));
}

/** A resumption whose payment did not come in time. Emits `invoice.voided`. */
export function dropResumption(change: Change, subscription: Subscription): Subscription {
  const resumption = resumptionOf(change.store, subscription);
  if (!resumption) return subscription;
  const invoice = change.store.find('invoice', resumption.invoice);
  if (invoice?.status === 'open') voidInvoice(change, invoice);
  keepResumption(change, subscription, null);
  return current(change, subscription);
}

function tryResumption(change: Change, subscription: Subscription, invoice: Stripe.Invoice, terms: ResumeTerms): void {
  const isRetried = terms.paymentBehavior === 'resume_on_payment_attempt';
  const next = isRetried ? nextAttempt(readDunning(change.store.database), 1, change.now) : null;
  const { error } = payInvoice(change, invoice, {
    method: null,
    presence: 'on_session',
    automatic: { attempts: 1, next },
  });
  const resumption = resumptionOf(change.store, subscription);
  // 3-D Secure is no attempt: the payer has still to be seen.
  if (!error || !resumption || error.code === 'invoice_payment_intent_requires_action' || !isRetried) return;
  completeResumption(change, current(change, subscription), { ...resumption, status: 'past_due' });
}

function resumeTrial(change: Change, subscription: Subscription): Subscription {
  const { status_details: _over, ...before } = subscription;
  return change.update<'subscription'>(
    { ...before, object: 'subscription' },
    { status: 'trialing', status_details: undefined as never },
    { events: ['customer.subscription.updated', 'customer.subscription.resumed'] },
  );
}

/** Whether the item is still in the period in which it was paused. */
function isCurrent(subscription: Subscription, item: Stripe.SubscriptionItem): boolean {
  const before = subscription.items.data.find(({ id }) => id === item.id);
  return before?.current_period_start === item.current_period_start;
}

function current(change: Change, subscription: Subscription): Subscription {
  return change.store.get('subscription', subscription.id, 'path');
}
