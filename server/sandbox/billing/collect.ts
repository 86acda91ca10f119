/** Invoices in time: drafts finalize, open ones are charged, and what fails is tried again by the schedule. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { nextAttempt, readDunning } from './dunning.ts';
import { endSubscription } from './end-subscription.ts';
import { finalizeInvoice, markUncollectible, subscriptionOf, voidInvoice } from './invoices.ts';
import { defaultMethod, failWithoutMethod, payInvoice } from './pay-invoice.ts';

/** Finalizes a draft whose hour is over, or makes the next attempt on an open invoice. */
export function advanceInvoice(change: Change, invoice: Stripe.Invoice): void {
  const subscription = change.store.find('subscription', subscriptionOf(invoice) ?? '');
  if (!subscription || subscription.status === 'canceled') {
    // Nothing more is collected by itself for what has ended; whoever wants to can still pay.
    change.update<'invoice'>(
      invoice,
      { auto_advance: false, automatically_finalizes_at: null, next_payment_attempt: null },
      { events: [] },
    );
    return;
  }
  const open = invoice.status === 'draft' ? finalizeInvoice(change, invoice) : invoice;
  if (open.amount_due === 0) {
    payInvoice(change, open, { method: null, presence: 'off_session' });
    return;
  }
  const pause = subscription.pause_collection?.behavior;
  if (pause === 'void') voidInvoice(change, open);
  else if (pause === 'mark_uncollectible') markUncollectible(change, open);
  else if (pause === undefined) charge(change, open, subscription);
  else change.update<'invoice'>(open, { next_payment_attempt: null }, { events: [] });
}

/** One automatic attempt. A failed one leaves the subscription past due, and the last one as the settings say. */
function charge(change: Change, invoice: Stripe.Invoice, subscription: Stripe.Subscription): void {
  const dunning = readDunning(change.store.database);
  const attempts = invoice.attempt_count + 1;
  const next = nextAttempt(dunning, attempts, change.now);
  const automatic = { attempts, next };
  const method = defaultMethod(change, invoice);
  if (!method) failWithoutMethod(change, invoice, automatic);
  else if (!payInvoice(change, invoice, { method, presence: 'off_session', automatic }).error) return;
  if (next === null && dunning.after_retries === 'canceled') {
    endSubscription(change, subscription, { reason: 'payment_failed' });
  } else {
    const status = next === null ? dunning.after_retries : 'past_due';
    if (subscription.status !== 'unpaid') change.update<'subscription'>(subscription, { status });
  }
  const customer = change.store.find('customer', idOf(invoice.customer) ?? '');
  if (customer && !customer.delinquent) change.update<'customer'>(customer, { delinquent: true });
}
