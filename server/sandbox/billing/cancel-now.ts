/** A subscription is cancelled at once: what it gives back, and whether that is invoiced. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { draftOfChange, writeProrations } from './change-subscription.ts';
import { endSubscription } from './end-subscription.ts';
import type { EndOptions } from './end-subscription.ts';
import { pendingItems, takePendingItems } from './invoice-items.ts';
import { draftInvoice } from './invoice-drafts.ts';
import { finalizeInvoice } from './invoices.ts';
import type { InvoiceLine } from './invoice-lines.ts';
import { payInvoice } from './pay-invoice.ts';
import { expirePendingUpdate } from './pending-updates.ts';
import { creditLine } from './prorations.ts';

export interface CancelTerms extends EndOptions {
  /** Whether the rest of the period is credited. */
  readonly prorate: boolean;
  /** Whether what is pending is invoiced now. */
  readonly invoiceNow: boolean;
}

/** Cancels it. Emits `customer.subscription.deleted`, and the events of what is credited and invoiced. */
export function cancelNow(change: Change, stored: Stripe.Subscription, terms: CancelTerms): Stripe.Subscription {
  const subscription = expirePendingUpdate(change, stored);
  const prorations = terms.prorate ? creditsOf(change, subscription, change.now) : [];
  const ended = endSubscription(change, subscription, terms);
  const id = change.store.ids.next('in');
  if (!terms.invoiceNow) {
    if (!terms.prorate) dropPendingProrations(change, subscription);
    writeProrations(change, subscription, { prorations }, null);
    return ended;
  }
  const lines = [
    ...takePendingItems(change, subscription, id),
    ...writeProrations(change, subscription, { prorations }, id),
  ];
  if (lines.length === 0) return ended;
  const invoice = finalizeInvoice(change, draftInvoice(change, draftOfChange(change, subscription, lines, id)));
  const after = change.update<'subscription'>(ended, { latest_invoice: id }, { events: [] });
  // A declined card leaves the invoice open; the subscription has ended all the same.
  if (invoice.amount_due === 0 || hasCard(change, subscription)) {
    payInvoice(change, invoice, { method: null, presence: 'off_session' });
  }
  return after;
}

/** What a cancellation at this moment gives back; nothing while nothing was paid for. */
export function creditsOf(
  change: Pick<Change, 'store'>,
  subscription: Stripe.Subscription,
  date: number,
): InvoiceLine[] {
  if (!['active', 'past_due', 'unpaid'].includes(subscription.status)) return [];
  return subscription.items.data.map((item) => creditLine(change.store, subscription, item, date));
}

/** Without a last invoice and without a credit, what was prorated before goes as well. Emits `invoiceitem.deleted`. */
function dropPendingProrations(change: Change, subscription: Stripe.Subscription): void {
  for (const item of pendingItems(change.store, String(subscription.customer), subscription.id)) {
    const isOwn = item.parent?.subscription_details?.subscription === subscription.id;
    if (item.proration && isOwn)
      change.remove<'invoiceitem'>(
        { ...item, object: 'invoiceitem' },
        { id: item.id, object: 'invoiceitem', deleted: true },
      );
  }
}

function hasCard(change: Change, subscription: Stripe.Subscription): boolean {
  const customer = change.store.get('customer', String(subscription.customer), 'customer');
  return (subscription.default_payment_method ?? customer.invoice_settings.default_payment_method) !== null;
}
