/** A subscription changes: its items, its cycle, and what is billed for that. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { living } from './discounts.ts';
import { createInvoiceItem } from './invoice-items.ts';
import { draftInvoice } from './invoice-drafts.ts';
import { finalizeInvoice } from './invoices.ts';
import type { InvoiceDraft } from './invoice-drafts.ts';
import { nextAttempt, readDunning } from './dunning.ts';
import { openPayment, payInvoice } from './pay-invoice.ts';
import type { AutomaticAttempt } from './pay-invoice.ts';
import { attributesOf, expirePendingUpdate, holdUpdate } from './pending-updates.ts';
import type { PlannedChange } from './plan-change.ts';
import { nextRequestDue } from './subscription-due.ts';

export interface ChangeTerms {
  readonly paymentBehavior: Stripe.SubscriptionUpdateParams.PaymentBehavior;
  readonly offSession: boolean;
  /** Other attributes that change with it. */
  readonly patch: Partial<Stripe.Subscription>;
}

/**
 * Carries out a planned change and bills it. Emits `customer.subscription.updated`, `invoiceitem.created` for each
 * proration, and the events of the invoice and its payment.
 *
 * @throws StripeApiError 402 under `error_if_incomplete`, 400 where there is no card to pay with: then nothing is written.
 */
export function changeSubscription(
  change: Change,
  stored: Stripe.Subscription,
  planned: PlannedChange,
  terms: ChangeTerms,
): Stripe.Subscription {
  // A new change takes the place of one that still waits.
  const { discounts, automatic_tax } = stored;
  const subscription = { ...expirePendingUpdate(change, stored), discounts, automatic_tax };
  if (!planned.billsNow) {
    const updated = write(change, subscription, planned, terms.patch);
    writeProrations(change, subscription, planned, null);
    return updated;
  }
  const invoiceId = change.store.ids.next('in');
  const presence = terms.offSession ? 'off_session' : 'on_session';
  if (terms.paymentBehavior === 'pending_if_incomplete') {
    const invoice = billChange(change, subscription, planned, invoiceId);
    const { error } = payInvoice(change, invoice, { method: null, presence });
    const discounts = terms.patch.discounts && living(change, terms.patch.discounts);
    if (!error) {
      const patch = { ...terms.patch, ...(discounts && { discounts }), latest_invoice: invoiceId };
      return write(change, subscription, planned, patch);
    }
    const { metadata, cancel_at_period_end: cancelAtPeriodEnd } = terms.patch;
    return holdUpdate(change, subscription, planned, {
      invoice: invoiceId,
      metadata: JSON.stringify(metadata) === JSON.stringify(subscription.metadata) ? null : (metadata ?? null),
      cancelAtPeriodEnd: cancelAtPeriodEnd ?? null,
      discounts: terms.patch.discounts ?? null,
    });
  }
  write(change, subscription, planned, { ...terms.patch, latest_invoice: invoiceId });
  const invoice = billChange(change, subscription, planned, invoiceId);
  if (terms.paymentBehavior === 'default_incomplete' && invoice.amount_due > 0) {
    openPayment(change, invoice);
    return fallPastDue(change, subscription.id);
  }
  const { error } = payInvoice(change, invoice, { method: null, presence, automatic: firstAttempt(change) });
  if (!error) return change.store.get('subscription', subscription.id, 'path');
  // Nothing is written: a thrown error undoes the change with all that came with it.
  if (terms.paymentBehavior === 'error_if_incomplete') throw error;
  return fallPastDue(change, subscription.id);
}

/** What fails at the change itself is tried again like a renewal. */
function firstAttempt(change: Change): AutomaticAttempt {
  return { attempts: 1, next: nextAttempt(readDunning(change.store.database), 1, change.now) };
}

/** The draft of the invoice that a change is billed with: only its prorations, and the periods that begin with it. */
export function draftOfChange(
  change: Pick<Change, 'store' | 'now'>,
  subscription: Stripe.Subscription,
  lines: InvoiceDraft['lines'],
  id: string,
): InvoiceDraft {
  return {
    id,
    customer: change.store.get('customer', idOf(subscription.customer) ?? '', 'customer'),
    subscription,
    billingReason: 'subscription_update',
    lines,
    period: {
      start: Math.min(...subscription.items.data.map((item) => item.current_period_start)),
      end: change.now,
    },
    finalizesAt: null,
  };
}

/** Writes prorations down, on an invoice or (null) for the next one. */
export function writeProrations(
  change: Change,
  subscription: Stripe.Subscription,
  planned: Pick<PlannedChange, 'prorations'>,
  invoice: string | null,
): InvoiceDraft['lines'] {
  const owner = {
    customer: idOf(subscription.customer) ?? '',
    currency: subscription.currency,
    subscription: subscription.id,
    metadata: subscription.metadata,
  };
  return planned.prorations.map((line) => ({
    ...line,
    invoiceItem: createInvoiceItem(change, owner, line, invoice).id,
  }));
}

function billChange(
  change: Change,
  subscription: Stripe.Subscription,
  planned: PlannedChange,
  id: string,
): Stripe.Invoice {
  const lines = [...writeProrations(change, subscription, planned, id), ...planned.periods];
  return finalizeInvoice(change, draftInvoice(change, draftOfChange(change, subscription, lines, id)));
}

function write(
  change: Change,
  subscription: Stripe.Subscription,
  planned: PlannedChange,
  patch: Partial<Stripe.Subscription>,
): Stripe.Subscription {
  const attributes = { ...attributesOf(subscription, planned), ...patch };
  return change.update<'subscription'>(subscription, attributes, {
    dueAt: nextRequestDue({ ...subscription, ...attributes }),
  });
}

/** The change stands and its invoice is open: the subscription owes. */
function fallPastDue(change: Change, id: string): Stripe.Subscription {
  const subscription = change.store.get('subscription', id, 'path');
  if (subscription.status !== 'active') return subscription;
  return change.update<'subscription'>(subscription, { status: 'past_due' });
}
