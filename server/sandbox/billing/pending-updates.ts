/** Updates that wait for their payment: applied when it comes, dropped when it does not. */

import type Stripe from 'stripe';
import { list } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { endReplaced, living } from './discounts.ts';
import { voidInvoice } from './invoices.ts';
import type { PlannedChange } from './plan-change.ts';
import { nextRequestDue } from './subscription-due.ts';
import { legacyPlan } from './subscriptions.ts';

/** Seconds that the payment of an update may take: 23 hours. */
const pendingFor = 23 * 60 * 60;

/** What a planned change makes of the subscription. */
export function attributesOf(subscription: Stripe.Subscription, planned: PlannedChange): Partial<Stripe.Subscription> {
  return {
    billing_cycle_anchor: planned.anchor,
    // Who cancels at the end of the period means the period that there is then.
    ...(subscription.cancel_at_period_end && {
      cancel_at: Math.min(...planned.items.map((item) => item.current_period_end)),
    }),
    items: list(planned.items, subscription.items.url),
    ...legacyPlan(planned.items),
    status: planned.status,
    trial_end: planned.trialEnd,
    trial_start: planned.trialStart,
  };
}

/** Keeps a planned change until its invoice, which is the subscription's latest, is paid. Emits `…updated`. */
export function holdUpdate(
  change: Change,
  subscription: Stripe.Subscription,
  planned: PlannedChange,
  held: {
    readonly invoice: string;
    readonly metadata: Stripe.Metadata | null;
    readonly cancelAtPeriodEnd: boolean | null;
    readonly discounts: Stripe.Subscription['discounts'] | null;
  },
): Stripe.Subscription {
  const ends = subscription.items.data.map((item) => item.current_period_end);
  const pending: Stripe.Subscription.PendingUpdate = {
    billing_cycle_anchor: planned.anchor === subscription.billing_cycle_anchor ? null : planned.anchor,
    cancel_at_period_end: held.cancelAtPeriodEnd,
    discount: null,
    discounts: held.discounts,
    // It never outlives the period that it was computed for.
    expires_at: Math.min(change.now + pendingFor, ...ends),
    metadata: held.metadata,
    subscription_items: planned.items,
    trial_end: planned.trialEnd === subscription.trial_end ? null : planned.trialEnd,
    trial_from_plan: null,
  };
  const after = { ...subscription, pending_update: pending };
  return change.update<'subscription'>(
    subscription,
    { latest_invoice: held.invoice, pending_update: pending },
    { dueAt: nextRequestDue(after) },
  );
}

/**
 * Applies the update that waited for this invoice. Emits `customer.subscription.updated` and
 * `customer.subscription.pending_update_applied`; does nothing where none waited.
 */
export function applyPendingUpdate(change: Change, subscription: Stripe.Subscription, invoice: Stripe.Invoice): void {
  const pending = subscription.pending_update;
  if (!pending || idOf(subscription.latest_invoice) !== invoice.id) return;
  const items = pending.subscription_items ?? subscription.items.data;
  const cancelAt = pending.cancel_at_period_end === true ? Math.min(...items.map((i) => i.current_period_end)) : null;
  const after: Partial<Stripe.Subscription> = {
    billing_cycle_anchor: pending.billing_cycle_anchor ?? subscription.billing_cycle_anchor,
    items: list(items, subscription.items.url),
    ...legacyPlan(items),
    ...(pending.discounts && { discounts: living(change, pending.discounts) }),
    ...(pending.metadata && { metadata: pending.metadata }),
    ...(pending.cancel_at_period_end !== null && {
      cancel_at: cancelAt,
      cancel_at_period_end: pending.cancel_at_period_end,
      canceled_at: cancelAt === null ? null : change.now,
    }),
    ...(pending.trial_end !== null && {
      trial_end: pending.trial_end,
      ...(subscription.status === 'trialing' && pending.trial_end <= change.now && { status: 'active' as const }),
    }),
    pending_update: null,
  };
  if (pending.discounts) endReplaced(change, subscription.discounts, pending.discounts);
  const updated = change.update<'subscription'>(subscription, after, {
    dueAt: nextRequestDue({ ...subscription, ...after }),
  });
  change.announce('customer.subscription.pending_update_applied', updated);
}

/**
 * Drops an update whose payment did not come, and takes its invoice off the books. Emits
 * `customer.subscription.pending_update_expired` and `invoice.voided`.
 */
export function expirePendingUpdate(change: Change, subscription: Stripe.Subscription): Stripe.Subscription {
  if (!subscription.pending_update) return subscription;
  const { discounts } = change.store.get('subscription', subscription.id, 'path');
  endReplaced(change, subscription.pending_update.discounts ?? [], discounts);
  const after = change.update<'subscription'>(
    subscription,
    { pending_update: null },
    {
      dueAt: nextRequestDue({ ...subscription, pending_update: null }),
      events: ['customer.subscription.pending_update_expired'],
    },
  );
  const invoice = change.store.find('invoice', idOf(subscription.latest_invoice) ?? '');
  if (invoice?.status === 'open') voidInvoice(change, invoice);
  return after;
}
