/** A preview: the invoice that a change, a cancellation or the next period would bring, computed by the same rules. */

import type Stripe from 'stripe';
import { balanceEffect } from '../billing/balance.ts';
import { creditsOf } from '../billing/cancel-now.ts';
import { draftOfChange, writeProrations } from '../billing/change-subscription.ts';
import { lineOfItem, pendingItems } from '../billing/invoice-items.ts';
import { invoiceOf } from '../billing/invoice-drafts.ts';
import type { InvoiceLine } from '../billing/invoice-lines.ts';
import { nextInvoiceOf, nextPeriodLines } from '../billing/look-ahead.ts';
import { periodEnd } from '../billing/next-due.ts';
import { pauseCredits, resumptionLines } from '../billing/pause.ts';
import { attributesOf } from '../billing/pending-updates.ts';
import { scheduleOf } from '../billing/schedules.ts';
import { StripeApiError, invalid, missing, unsupported } from '../errors.ts';
import type { Write } from '../http/api.ts';
import { refuse } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { cancellation } from './subscription-cancellation.ts';
import { changeSchedule } from './subscription-schedules.ts';
import type { LayoutParams } from './subscription-schedules.ts';
import { planUpdate, pricingOf } from './subscription-update.ts';

type Params = Stripe.InvoiceCreatePreviewParams;

/** What an invoice would hold, and why it would be made. */
interface Outlook {
  readonly lines: readonly InvoiceLine[];
  readonly reason: 'subscription_update' | 'upcoming';
  /** Seconds of the invoice's own period's end. */
  readonly at: number;
  /** Where it is another one by then. */
  readonly subscription?: Stripe.Subscription;
}

export const createPreview: Write<Params> = (params, { change }) => {
  refuse(params, ['customer_account', 'customer_details', 'invoice_items', 'on_behalf_of']);
  const stored = subscriptionOf(change, params);
  return change.rehearse(() => previewOf(change, stored, params));
};

/** Only to be called in a rehearsal. */
function previewOf(change: Change, stored: Stripe.Subscription, params: Params): Stripe.Invoice {
  const subscription = withTerms(change, stored, params);
  const outlook = lookAhead(change, subscription, params);
  const draft = draftOfChange(
    change,
    outlook.subscription ?? subscription,
    outlook.lines,
    `upcoming_${change.store.ids.next('in')}`,
  );
  const invoice = invoiceOf(change, {
    ...draft,
    billingReason: outlook.reason,
    period: { start: draft.period.start, end: outlook.at },
  });
  const starting = draft.customer.balance + heldByPendingUpdate(change, subscription);
  const { due, ending } = balanceEffect(invoice.total, starting, invoice.currency);
  return { ...invoice, amount_due: due, amount_remaining: due, starting_balance: starting, ending_balance: ending };
}

/** The discounts and the tax that the preview tries, redeemed and put on for as long as the rehearsal goes on. */
function withTerms(change: Change, subscription: Stripe.Subscription, params: Params): Stripe.Subscription {
  const terms = pricingOf(change, subscription, params);
  return change.update<'subscription'>(subscription, terms, { events: [] });
}

function lookAhead(change: Change, subscription: Stripe.Subscription, params: Params): Outlook {
  const details = params.subscription_details ?? {};
  refuse(details, ['billing_mode', 'billing_schedules', 'default_tax_rates', 'start_date']);
  if (details.items?.some((item) => item.price_data)) {
    throw unsupported('price_data in a preview', 'subscription_details[items][price_data]');
  }
  const anchor = details.billing_cycle_anchor;
  if (anchor?.type === 'timestamp') throw unsupported('A billing cycle anchor at a time', 'subscription_details');
  const pending = pendingItems(change.store, idOf(subscription.customer) ?? '', subscription.id);
  const waiting = pending.map((item) => lineOfItem(change.store, item));
  if (details.cancel_now === true) {
    const isCredited = (details.proration_behavior ?? 'create_prorations') !== 'none';
    const credits = isCredited ? creditsOf(change, subscription, details.proration_date ?? change.now) : [];
    return { lines: [...waiting, ...credits], reason: 'subscription_update', at: change.now };
  }
  if (details.pause) {
    const unusedTimeFrom = details.pause.bill_for?.unused_time_from?.type ?? 'now';
    const credits = pauseCredits(change, subscription, { unusedTimeFrom });
    return { lines: [...waiting, ...credits], reason: 'subscription_update', at: change.now };
  }
  if (details.resume_at === 'now') return resumptionOutlook(change, subscription, details, waiting);
  if (subscription.status === 'paused') throw noneUpcoming(String(subscription.customer));
  const { billing_cycle_anchor: _anchor, ...sent } = details;
  const type = anchor?.type;
  const billed = { ...sent, ...(type !== undefined && { billing_cycle_anchor: { type } }) };
  const planned = planUpdate(change, subscription, billed);
  const after = {
    ...subscription,
    ...attributesOf(subscription, planned),
    ...cancellation(change, subscription, sent),
  };
  if (params.preview_mode === 'recurring') {
    return { lines: nextPeriodLines(change, after), at: periodEnd(after), reason: 'upcoming' };
  }
  if (planned.billsNow) {
    return { lines: [...planned.prorations, ...planned.periods], reason: 'subscription_update', at: change.now };
  }
  if (params.schedule_details) tryLayout(change, subscription, params.schedule_details);
  const changed = change.update<'subscription'>(subscription, after, { events: [] });
  writeProrations(change, changed, planned, null);
  const next = nextInvoiceOf(change, changed);
  if (next.lines.length === 0) throw noneUpcoming(String(subscription.customer));
  return { ...next, reason: 'upcoming' };
}

/** Lays the schedule out as the preview has it, for as long as the rehearsal goes on. */
function tryLayout(
  change: Change,
  subscription: Stripe.Subscription,
  details: Stripe.InvoiceCreatePreviewParams.ScheduleDetails,
): void {
  refuse(details, ['billing_mode', 'pause_schedules']);
  const schedule = scheduleOf(change, subscription);
  if (!schedule) throw unsupported('A preview of a schedule that is not there', 'schedule_details');
  changeSchedule(change, schedule, details as LayoutParams);
}

function resumptionOutlook(
  change: Change,
  subscription: Stripe.Subscription,
  details: Stripe.InvoiceCreatePreviewParams.SubscriptionDetails,
  waiting: readonly InvoiceLine[],
): Outlook {
  if (subscription.status !== 'paused') {
    throw invalid('You can only preview the resumption of a paused subscription.', 'subscription_details[resume_at]');
  }
  const anchor = details.billing_cycle_anchor?.type === 'unchanged' ? 'unchanged' : 'now';
  const lines = resumptionLines(change, subscription, {
    anchor,
    prorationBehavior: details.proration_behavior ?? 'create_prorations',
    prorationDate: details.proration_date ?? null,
  });
  const billed = anchor === 'now' ? [...waiting, ...lines] : lines;
  if (billed.length === 0) throw noneUpcoming(String(subscription.customer));
  return { lines: billed, reason: 'subscription_update', at: change.now };
}

/** A change takes the place of one that waits for its payment, and with it goes what its invoice did to the balance. */
function heldByPendingUpdate(change: Change, subscription: Stripe.Subscription): number {
  if (!subscription.pending_update) return 0;
  const invoice = change.store.find('invoice', idOf(subscription.latest_invoice) ?? '');
  return invoice?.status === 'open' ? invoice.starting_balance - (invoice.ending_balance ?? 0) : 0;
}

function subscriptionOf(change: Change, params: Params): Stripe.Subscription {
  if (params.schedule !== undefined) return scheduledSubscription(change, params);
  if (params.subscription === undefined && params.customer === undefined) throw missing('customer');
  if (params.subscription === undefined && params.subscription_details?.items) {
    throw unsupported('A preview of a new subscription', 'subscription_details[items]');
  }
  const subscription =
    params.subscription === undefined
      ? change.store
          .all('subscription', [{ sql: 'customer = ?', values: [params.customer ?? ''] }])
          .filter(({ ended_at: ended }) => ended === null)
          .toSorted((a, b) => endOf(a) - endOf(b))[0]
      : change.store.get('subscription', params.subscription, 'subscription');
  if (!subscription || subscription.ended_at !== null)
    throw noneUpcoming(params.customer ?? String(subscription?.customer));
  if (params.customer !== undefined && idOf(subscription.customer) !== params.customer) {
    throw invalid(`The subscription ${subscription.id} belongs to another customer.`, 'subscription');
  }
  return subscription;
}

/** A schedule's own preview takes no part of the other kind's. */
function scheduledSubscription(change: Change, params: Params): Stripe.Subscription {
  for (const name of ['subscription', 'subscription_details'] as const) {
    if (params[name] !== undefined) {
      throw invalid(`You may only specify one of these parameters: schedule, ${name}.`, name);
    }
  }
  const schedule = change.store.get('subscription_schedule', params.schedule ?? '', 'schedule');
  const subscription = change.store.find('subscription', idOf(schedule.subscription) ?? '');
  if (schedule.status !== 'active' || !subscription) throw noneUpcoming(String(schedule.customer));
  return subscription;
}

function endOf(subscription: Stripe.Subscription): number {
  return Math.min(...subscription.items.data.map((item) => item.current_period_end));
}

function noneUpcoming(customer: string): StripeApiError {
  return new StripeApiError(`No upcoming invoices for customer: ${customer}`, {
    status: 404,
    code: 'invoice_upcoming_none',
  });
}
