/** Where a subscription stands with its money: what a paid, given up or voided invoice makes of it, and what pauses it. */

import type Stripe from 'stripe';
import { list } from '../http/page.ts';
import type { HiddenParts } from '../store/objects.ts';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import { expireIncomplete } from './end-subscription.ts';
import { subscriptionOf } from './invoices.ts';
import { applyPendingUpdate } from './pending-updates.ts';
import { periodAt } from './prorations.ts';

type Subscription = Stripe.Subscription;
type PauseReason = Stripe.Subscription.StatusDetails.Paused.Subscription.Type;

/** A resumption that waits for its invoice. */
export type Resumption = NonNullable<NonNullable<HiddenParts['subscription']>['resumption']>;

/** The invoice is paid: the subscription that waited for it is active (again). */
export function afterPaid(change: Change, invoice: Stripe.Invoice, method: Stripe.PaymentMethod | null): void {
  const subscription = change.store.find('subscription', subscriptionOf(invoice) ?? '');
  if (!subscription) return;
  applyPendingUpdate(change, subscription, invoice);
  const keepsMethod = subscription.payment_settings?.save_default_payment_method === 'on_subscription';
  recover(change, subscription, invoice, keepsMethod && method ? { default_payment_method: method.id } : {});
}

/** A debit for the invoice is on its way: Stripe trusts in it and activates what waited for the first payment. */
export function afterConfirmed(change: Change, invoice: Stripe.Invoice): void {
  const subscription = change.store.find('subscription', subscriptionOf(invoice) ?? '');
  if (subscription?.status === 'incomplete') change.update<'subscription'>(subscription, { status: 'active' });
}

/** The invoice is marked uncollectible: for the subscription that is as good as paid. */
export function afterGivenUp(change: Change, invoice: Stripe.Invoice): void {
  const subscription = change.store.find('subscription', subscriptionOf(invoice) ?? '');
  if (subscription && subscription.status !== 'incomplete') recover(change, subscription, invoice, {});
}

/** The invoice was voided by hand: a first payment can never come any more, and a resumption stays undone. */
export function afterVoided(change: Change, invoice: Stripe.Invoice): void {
  const subscription = change.store.find('subscription', subscriptionOf(invoice) ?? '');
  if (!subscription) return;
  if (subscription.status === 'incomplete') expireIncomplete(change, subscription);
  if (resumptionOf(change.store, subscription)?.invoice === invoice.id) keepResumption(change, subscription, null);
}

/** Emits `customer.subscription.updated` and `customer.subscription.paused`. */
export function enterPause(
  change: Change,
  subscription: Subscription,
  reason: PauseReason,
  options: { readonly credited: boolean } = { credited: false },
): Subscription {
  const hidden = { ...change.store.hidden('subscription', subscription.id), paused_with_credit: options.credited };
  return change.update<'subscription'>(
    subscription,
    {
      status: 'paused',
      status_details: {
        paused: { subscription: { type: reason }, transitioned_at: change.now, type: 'subscription' },
      },
    },
    { hidden, events: ['customer.subscription.updated', 'customer.subscription.paused'] },
  );
}

/** What a resumption makes of items and anchor. `unchanged` moves to the period that surrounds the moment. */
export function resumedAttributes(
  subscription: Subscription,
  resumption: Pick<Resumption, 'anchor' | 'at'>,
): Pick<Subscription, 'billing_cycle_anchor' | 'items'> {
  const anchor = resumption.anchor === 'now' ? resumption.at : subscription.billing_cycle_anchor;
  const items = subscription.items.data.map((item) => {
    const { start, end } = periodAt(anchor, item.price, resumption.at);
    return { ...item, current_period_start: start, current_period_end: end };
  });
  return { billing_cycle_anchor: anchor, items: list(items, subscription.items.url) };
}

/** Emits `customer.subscription.updated` and `customer.subscription.resumed`. */
export function completeResumption(
  change: Change,
  subscription: Subscription,
  resumption: Pick<Resumption, 'anchor' | 'at'> & { readonly status: Stripe.Subscription.Status },
  more: Partial<Subscription> = {},
): Subscription {
  const hidden = {
    ...change.store.hidden('subscription', subscription.id),
    resumption: null,
    paused_with_credit: false,
  };
  const { status_details: _over, ...before } = subscription;
  const resumed = resumedAttributes(subscription, resumption);
  const cancelAt = subscription.cancel_at_period_end
    ? Math.min(...resumed.items.data.map((item) => item.current_period_end))
    : subscription.cancel_at;
  return change.update<'subscription'>(
    { ...before, object: 'subscription' },
    { ...resumed, cancel_at: cancelAt, status: resumption.status, status_details: undefined as never, ...more },
    { hidden, events: ['customer.subscription.updated', 'customer.subscription.resumed'] },
  );
}

export function resumptionOf(store: Store, subscription: Subscription): Resumption | null {
  return store.hidden('subscription', subscription.id)?.resumption ?? null;
}

export function keepResumption(change: Change, subscription: Subscription, resumption: Resumption | null): void {
  const hidden = { ...change.store.hidden('subscription', subscription.id), resumption };
  change.update<'subscription'>(subscription, {}, { hidden, events: [] });
}

/**
 * Paying (or giving up) the latest invoice brings a subscription back; an older one does not
 * (docs.stripe.com/billing/subscriptions/overview#subscription-statuses).
 */
function recover(
  change: Change,
  subscription: Subscription,
  invoice: Stripe.Invoice,
  patch: Partial<Subscription>,
): void {
  const { status } = subscription;
  const resumption = resumptionOf(change.store, subscription);
  if (resumption?.invoice === invoice.id) {
    completeResumption(change, subscription, { ...resumption, status: 'active' }, patch);
    return;
  }
  const owes = status === 'incomplete' || status === 'past_due' || status === 'unpaid';
  const reason = subscription.status_details?.paused.subscription.type;
  const failed = status === 'paused' && (reason === 'first_payment_failure' || reason === 'final_payment_failure');
  if ((!owes && !failed) || !isLatest(change.store, subscription, invoice)) return;
  if (owes) change.update<'subscription'>(subscription, { status: 'active', ...patch });
  else {
    completeResumption(change, subscription, { anchor: 'unchanged', at: change.now, status: 'active' }, patch);
  }
}

/** Whether no later invoice of the subscription was finalized and is still owed. */
function isLatest(store: Store, subscription: Subscription, invoice: Stripe.Invoice): boolean {
  const owed = store.all('invoice', [
    { sql: 'customer = ?', values: [idOf(subscription.customer)] },
    { sql: "json_extract(body, '$.status') = 'open'", values: [] },
  ]);
  return !owed.some((other) => subscriptionOf(other) === subscription.id && isAfter(other, invoice));
}

function isAfter(other: Stripe.Invoice, invoice: Stripe.Invoice): boolean {
  const since = ({ status_transitions: { finalized_at: finalized } }: Stripe.Invoice) => finalized ?? 0;
  return other.id !== invoice.id && since(other) > since(invoice);
}
