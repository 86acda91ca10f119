/** An open invoice is paid, or is not: what that does to its payment and to the subscription behind it. */

import type Stripe from 'stripe';
import { StripeApiError, invalid } from '../errors.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { askBank, rememberAuthentication } from './bank.ts';
import type { Presence } from './bank.ts';
import { attachPayment, paymentOf, settleInvoice, subscriptionOf } from './invoices.ts';
import { attachPaymentMethod } from './payment-methods.ts';
import { challengePayment, createPayment, failPayment, processPayment, succeedPayment } from './payments.ts';
import { afterConfirmed, afterPaid } from './standing.ts';

export interface InvoicePaymentAttempt {
  /** Null: the subscription's, else the customer's default. */
  readonly method: Stripe.PaymentMethod | null;
  readonly presence: Presence;
  /** Absent where somebody pays by hand: then a failure counts no attempt after the first. */
  readonly automatic?: AutomaticAttempt;
}

/** An attempt of the retry schedule. */
export interface AutomaticAttempt {
  /** How many there were, this one included. */
  readonly attempts: number;
  /** Seconds of the one that follows a failure; null: this is the last. */
  readonly next: number | null;
}

export interface InvoicePaymentResult {
  readonly invoice: Stripe.Invoice;
  /** What a caller of the API is told; the attempt is on the books all the same. */
  readonly error: StripeApiError | null;
}

/** Opens the payment of an invoice that asks for money; later attempts go on with the same one. */
export function openPayment(change: Change, invoice: Stripe.Invoice): Stripe.PaymentIntent {
  const known = paymentOf(change, invoice.id);
  const knownIntent = idOf(known?.payment.payment_intent);
  if (knownIntent !== null) return change.store.get('payment_intent', knownIntent, 'path');
  const intent = createPayment(change, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: idOf(invoice.customer),
    description: invoice.billing_reason === 'subscription_create' ? 'Subscription creation' : 'Subscription update',
    setupFutureUsage: 'off_session',
    captureMethod: 'automatic',
  });
  attachPayment(change, invoice, intent);
  return intent;
}

export function payInvoice(
  change: Change,
  invoice: Stripe.Invoice,
  attempt: InvoicePaymentAttempt,
): InvoicePaymentResult {
  if (invoice.amount_due === 0)
    return { invoice: paid(change, settleInvoice(change, invoice, null), null), error: null };
  const method = attempt.method ?? defaultMethod(change, invoice);
  if (!method) {
    throw invalid(
      'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.',
      undefined,
      'resource_missing',
    );
  }
  const intent = openPayment(change, invoice);
  if (intent.status === 'processing') {
    throw invalid(
      'A payment of this invoice is being processed. Wait until it has succeeded or failed.',
      undefined,
      'payment_intent_unexpected_state',
    );
  }
  const verdict = askBank(change, method, { for: 'charge', presence: attempt.presence });
  if (verdict.outcome === 'challenged') {
    const waiting = challengePayment(change, intent, method, null);
    const open = attempted(change, invoice, ['invoice.payment_action_required']);
    return { invoice: open, error: actionRequired(waiting) };
  }
  if (verdict.outcome === 'declined') {
    const { error } = failPayment(change, intent, method, verdict.reason);
    const needsPayer = attempt.automatic && verdict.reason.code === 'authentication_required';
    const events = ['invoice.payment_failed', ...(needsPayer ? ['invoice.payment_action_required'] : [])];
    return { invoice: attempted(change, invoice, events, attempt.automatic), error };
  }
  const customer = idOf(invoice.customer) ?? '';
  attachPaymentMethod(change, method, customer);
  if (attempt.presence === 'passed_challenge') rememberAuthentication(change, method);
  if (verdict.outcome === 'processing') {
    processPayment(change, intent, method);
    const waiting = attempted(change, invoice, ['invoice.updated'], {
      attempts: attempt.automatic?.attempts ?? Math.max(1, invoice.attempt_count),
      next: null,
    });
    afterConfirmed(change, waiting);
    return { invoice: waiting, error: null };
  }
  succeedPayment(change, intent, method);
  const settled = settleInvoice(change, invoice, paymentOf(change, invoice.id), {
    attempts: attempt.automatic?.attempts ?? Math.max(1, invoice.attempt_count),
  });
  return { invoice: paid(change, settled, method), error: null };
}

/** A debit of an open invoice came through. */
export function settleDelayedInvoice(
  change: Change,
  invoice: Stripe.Invoice,
  method: Stripe.PaymentMethod,
): Stripe.Invoice {
  const attempts = Math.max(1, invoice.attempt_count);
  return paid(change, settleInvoice(change, invoice, paymentOf(change, invoice.id), { attempts }), method);
}

/** An automatic attempt that has no card to try. Emits `invoice.payment_failed`. */
export function failWithoutMethod(change: Change, invoice: Stripe.Invoice, automatic: AutomaticAttempt): void {
  openPayment(change, invoice);
  attempted(change, invoice, ['invoice.payment_failed'], automatic);
}

/** What an invoice is charged to by itself. */
export function defaultMethod(change: Change, invoice: Stripe.Invoice): Stripe.PaymentMethod | null {
  const subscription = change.store.find('subscription', subscriptionOf(invoice) ?? '');
  return methodOf(change, { customer: invoice.customer, default_payment_method: null, ...subscription });
}

/** The subscription's own card, else the customer's default. */
export function methodOf(
  change: Pick<Change, 'store'>,
  subscription: Pick<Stripe.Invoice, 'customer'> & Pick<Stripe.Subscription, 'default_payment_method'>,
): Stripe.PaymentMethod | null {
  const customer = change.store.find('customer', idOf(subscription.customer) ?? '');
  const id = idOf(subscription.default_payment_method) ?? idOf(customer?.invoice_settings?.default_payment_method);
  return id === null ? null : change.store.find('payment_method', id);
}

function paid(change: Change, invoice: Stripe.Invoice, method: Stripe.PaymentMethod | null): Stripe.Invoice {
  const customer = change.store.find('customer', idOf(invoice.customer) ?? '');
  if (customer?.delinquent) change.update<'customer'>(customer, { delinquent: false });
  afterPaid(change, invoice, method);
  return invoice;
}

/** The first attempt counts as one; what follows by hand does not. 3-D Secure is no attempt. */
export function attempted(
  change: Change,
  invoice: Stripe.Invoice,
  events: readonly string[],
  automatic?: AutomaticAttempt,
): Stripe.Invoice {
  const failed = events.includes('invoice.payment_failed');
  return change.update<'invoice'>(
    invoice,
    {
      attempted: true,
      attempt_count: automatic?.attempts ?? (failed ? Math.max(1, invoice.attempt_count) : invoice.attempt_count),
      ...(automatic && { next_payment_attempt: automatic.next }),
    },
    { events },
  );
}

function actionRequired(intent: Stripe.PaymentIntent): StripeApiError {
  return new StripeApiError(
    'The payment attempt failed because additional action is required before it can succeed. Payment on this invoice will need to be authorized by the customer.',
    {
      status: 402,
      type: 'card_error',
      code: 'invoice_payment_intent_requires_action',
      more: { payment_intent: intent },
    },
  );
}
