/** A subscription in time: what is told beforehand, the end of a trial, and the period that follows a period. */

import type Stripe from 'stripe';
import { list } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { endSubscription, expireIncomplete } from './end-subscription.ts';
import { takePendingItems } from './invoice-items.ts';
import { draftFor, draftInvoice, invoiceOf } from './invoice-drafts.ts';
import type { InvoiceDraft } from './invoice-drafts.ts';
import type { InvoiceLine } from './invoice-lines.ts';
import { periodEnd, trialNoticeDue, upcomingDue } from './next-due.ts';
import { nextInvoiceOf } from './look-ahead.ts';
import { methodOf } from './pay-invoice.ts';
import { dropResumption } from './pause.ts';
import { expirePendingUpdate } from './pending-updates.ts';
import { periodLine } from './plan-change.ts';
import { periodAt } from './prorations.ts';
import { enterPause } from './standing.ts';
import { legacyPlan } from './subscriptions.ts';

/** Does the first thing of a subscription that is due; the others that are due follow one by one. */
export function advanceSubscription(change: Change, subscription: Stripe.Subscription): void {
  const { now } = change;
  if (subscription.status === 'incomplete') return expireIncomplete(change, subscription);
  if (subscription.pending_update && subscription.pending_update.expires_at <= now) {
    expirePendingUpdate(change, subscription);
    return;
  }
  if (subscription.cancel_at !== null && subscription.cancel_at <= now) return endAsAsked(change, subscription);
  if (isDue(subscription.pause_collection?.resumes_at ?? null, now)) {
    change.update<'subscription'>(subscription, { pause_collection: null });
    return;
  }
  if (subscription.status === 'paused') {
    dropResumption(change, subscription);
    return;
  }
  const notices = change.store.hidden('subscription', subscription.id);
  if (isDue(trialNoticeDue(subscription, notices), now)) return tellTrialEnd(change, subscription);
  if (isDue(upcomingDue(subscription, notices), now)) return tellUpcoming(change, subscription);
  // A phase of a schedule may have begun a period of its own at this very moment.
  if (periodEnd(subscription) > now) return;
  if (subscription.status === 'trialing') endTrial(change, subscription);
  else renew(change, subscription);
}

function isDue(time: number | null, now: number): boolean {
  return time !== null && time <= now;
}

/** Emits `customer.subscription.trial_will_end`. */
function tellTrialEnd(change: Change, subscription: Stripe.Subscription): void {
  const hidden = { ...change.store.hidden('subscription', subscription.id), trial_notice_for: subscription.trial_end };
  change.update<'subscription'>(subscription, {}, { hidden, events: ['customer.subscription.trial_will_end'] });
}

/** Emits `invoice.upcoming` with what the renewal would bill if it came now. */
function tellUpcoming(change: Change, subscription: Stripe.Subscription): void {
  const end = periodEnd(subscription);
  const hidden = { ...change.store.hidden('subscription', subscription.id), upcoming_for: end };
  change.update<'subscription'>(subscription, {}, { hidden, events: [] });
  const upcoming = change.rehearse(() => {
    const next = nextInvoiceOf(change, subscription);
    if (next.lines.length === 0) return null;
    const draft = draftOf(change, next.subscription, {
      id: `upcoming_${change.store.ids.next('in')}`,
      lines: next.lines,
      at: end,
    });
    return invoiceOf(change, { ...draft, finalizesAt: end + draftFor });
  });
  if (upcoming) change.announce('invoice.upcoming', upcoming);
}

/** The trial is over: by the card, or by what was set for the want of one. */
function endTrial(change: Change, subscription: Stripe.Subscription): void {
  if (!endTrialWithoutCard(change, subscription)) renew(change, subscription);
}

/** Cancels or pauses where a trial is over, no card is there, and that was set for it; null: it goes on. */
export function endTrialWithoutCard(change: Change, subscription: Stripe.Subscription): Stripe.Subscription | null {
  const wish = subscription.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice';
  if (wish === 'create_invoice' || methodOf(change, subscription) !== null) return null;
  if (wish === 'cancel') return endSubscription(change, subscription, { reason: null });
  return enterPause(change, subscription, 'trial_end_without_payment_method');
}

/** The time has come that a cancellation was set for; what is still pending comes on a last invoice. */
function endAsAsked(change: Change, subscription: Stripe.Subscription): void {
  endSubscription(change, subscription, { reason: 'cancellation_requested' });
  const id = change.store.ids.next('in');
  const lines = takePendingItems(change, subscription, id);
  if (lines.length === 0) return;
  const draft = draftOf(change, subscription, { id, lines, at: periodEnd(subscription) });
  change.update<'subscription'>(subscription, { latest_invoice: id }, { events: [] });
  draftInvoice(change, { ...draft, finalizesAt: change.now + draftFor });
}

/**
 * The next period begins. Emits `customer.subscription.updated` and `invoice.created`: a draft that finalizes after an
 * hour, or stays one where nothing is to be collected.
 */
function renew(change: Change, subscription: Stripe.Subscription): void {
  const end = periodEnd(subscription);
  const items = rolledItems(subscription, end);
  const id = change.store.ids.next('in');
  const after = change.update<'subscription'>(subscription, {
    items: list(items, subscription.items.url),
    ...legacyPlan(items),
    latest_invoice: id,
    ...(subscription.status === 'trialing' && { status: 'active' as const }),
  });
  const lines = [...takePendingItems(change, subscription, id), ...periodLines(change, subscription, items, end)];
  const isKept = subscription.status === 'unpaid' || subscription.pause_collection?.behavior === 'keep_as_draft';
  const draft = draftOf(change, subscription, { id, lines, at: end });
  draftInvoice(change, { ...draft, subscription: after, finalizesAt: isKept ? null : change.now + draftFor });
}

/** The items as of `at`, those whose period ends then in their next one. */
function rolledItems(subscription: Stripe.Subscription, at: number): Stripe.SubscriptionItem[] {
  return subscription.items.data.map((item) => {
    if (item.current_period_end !== at) return item;
    const { end } = periodAt(subscription.billing_cycle_anchor, item.price, at);
    return { ...item, current_period_start: at, current_period_end: end };
  });
}

/** The lines of the periods that begin at this moment. */
function periodLines(
  change: Change,
  subscription: Stripe.Subscription,
  items: readonly Stripe.SubscriptionItem[],
  at: number,
): InvoiceLine[] {
  return items
    .filter((item) => item.current_period_start === at)
    .map((item) => periodLine(change, item, subscription.currency));
}

/** Bills in advance, and closes the period that has run: that is the invoice's own. */
function draftOf(
  change: Change,
  subscription: Stripe.Subscription,
  bill: { readonly id: string; readonly lines: readonly InvoiceLine[]; readonly at: number },
): Omit<InvoiceDraft, 'finalizesAt'> {
  const ending = subscription.items.data.filter((item) => item.current_period_end === bill.at);
  return {
    id: bill.id,
    customer: change.store.get('customer', idOf(subscription.customer) ?? '', 'customer'),
    subscription,
    billingReason: 'subscription_cycle',
    lines: bill.lines,
    period: { start: Math.min(...ending.map((item) => item.current_period_start)), end: bill.at },
  };
}
