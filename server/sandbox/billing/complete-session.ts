/**
 * A checkout session is paid: the one way in which that happens, for the page, for the API and after 3-D Secure. The
 * subscription is made after the money has moved, so a declined card leaves an open session and nothing else.
 */

import type Stripe from 'stripe';
import type { Decline } from '../cards.ts';
import { invalid } from '../errors.ts';
import type { StripeApiError } from '../errors.ts';
import type { Change } from '../store/change.ts';
import { mergeMetadata } from '../store/wire.ts';
import { askBank, rememberAuthentication } from './bank.ts';
import type { Presence } from './bank.ts';
import type { CheckoutOrder, Payer } from './checkout-order.ts';
import { priceSession, redemptionsOf } from './checkout-totals.ts';
import { countRedemption } from './discounts.ts';
import { payingCustomer } from './paying-customer.ts';
import { attachPaymentMethod } from './payment-methods.ts';
import { challengePayment, createPayment, failPayment, processPayment, succeedPayment } from './payments.ts';
import { challengeSetup, createSetup, failSetup, succeedSetup } from './setups.ts';
import { awaitFirstPayment, beginSubscription, settleFirstInvoice } from './subscriptions.ts';

export interface Attempt {
  /** Null where the session asks for no card. */
  readonly method: Stripe.PaymentMethod | null;
  readonly payer: Payer;
  readonly presence: Exclude<Presence, 'off_session'>;
}

export type Completion =
  | { readonly outcome: 'complete'; readonly session: Stripe.Checkout.Session }
  | { readonly outcome: 'challenged'; readonly session: Stripe.Checkout.Session }
  | {
      readonly outcome: 'declined';
      readonly session: Stripe.Checkout.Session;
      readonly reason: Decline;
      readonly error: StripeApiError;
    };

/**
 * The session must be open.
 *
 * @throws StripeApiError 400 where the session cannot be paid with this; `customer_tax_location_invalid` where tax is due and the address does not say how much.
 */
export function completeSession(change: Change, stored: Stripe.Checkout.Session, attempt: Attempt): Completion {
  const known = change.store.hidden('checkout.session', stored.id);
  const { method, payer } = attempt;
  const { session, order } = priceSession(change, stored, { ...known, address: payer.address ?? known.address });
  if (session.automatic_tax.status === 'requires_location_inputs') {
    throw invalid(
      'Tax cannot be computed from this address. It takes a country, and in the United States a postal code.',
      'address',
      'customer_tax_location_invalid',
    );
  }
  if (method) requireAllowed(session, method);
  if (!method) return complete(change, session, order, attempt, null);
  return (session.amount_total ?? 0) > 0
    ? pay(change, session, order, { ...attempt, method })
    : save(change, session, order, { ...attempt, method });
}

function requireAllowed(session: Stripe.Checkout.Session, { type }: Stripe.PaymentMethod): void {
  if (session.payment_method_types.some((allowed) => allowed === type)) return;
  throw invalid(
    `The payment method type "${type}" is not allowed for this Checkout Session, which takes: ${session.payment_method_types.join(', ')}.`,
    'payment_method',
  );
}

/** Whether a card has to be given: there is something to pay, or to pay later. */
export function needsCard(session: Stripe.Checkout.Session): boolean {
  if (session.mode === 'setup' || (session.amount_total ?? 0) > 0) return true;
  return session.mode === 'subscription' && session.payment_method_collection === 'always';
}

type CardAttempt = Attempt & { readonly method: Stripe.PaymentMethod };

/** Money is due now: the card is charged, or the account debited. */
function pay(change: Change, session: Stripe.Checkout.Session, order: CheckoutOrder, attempt: CardAttempt): Completion {
  const { method } = attempt;
  const intent = order.intent
    ? change.store.get('payment_intent', order.intent, 'path')
    : createPayment(change, paymentOrder(session, order));
  const tried = remember(change, session, order, { intent: intent.id });
  const verdict = askBank(change, method, { for: 'charge', presence: attempt.presence });
  if (verdict.outcome === 'challenged') {
    challengePayment(change, intent, method, null);
    return { outcome: 'challenged', session: challenged(change, session, tried, attempt) };
  }
  if (verdict.outcome === 'declined') {
    const { error } = failPayment(change, intent, method, verdict.reason);
    remember(change, session, tried, { challenged: null });
    return { outcome: 'declined', session, reason: verdict.reason, error };
  }
  const keeps = session.mode === 'subscription' || intent.setup_future_usage !== null;
  const customer = payingCustomer(change, session, order, attempt.payer);
  if (keeps && customer) {
    attachPaymentMethod(change, method, customer.id);
    if (attempt.presence === 'passed_challenge') rememberAuthentication(change, method);
  }
  const confirm = verdict.outcome === 'processing' ? processPayment : succeedPayment;
  const paid = confirm(change, intent, method, { customer: customer?.id ?? null });
  return finish(change, session, tried, { ...attempt, customer, intent: paid, setup: null });
}

/** Nothing is due now: the card is saved for later. */
function save(
  change: Change,
  session: Stripe.Checkout.Session,
  order: CheckoutOrder,
  attempt: CardAttempt,
): Completion {
  const { method } = attempt;
  const setup = order.intent
    ? change.store.get('setup_intent', order.intent, 'path')
    : createSetup(change, {
        customer: session.customer as string | null,
        description: order.setup.description ?? null,
        metadata: mergeMetadata({}, order.setup.metadata),
      });
  const tried = remember(change, session, order, { intent: setup.id });
  const verdict = askBank(change, method, { for: 'attach', presence: attempt.presence });
  if (verdict.outcome === 'challenged') {
    challengeSetup(change, setup, method, null);
    return { outcome: 'challenged', session: challenged(change, session, tried, attempt) };
  }
  if (verdict.outcome === 'declined') {
    const { error } = failSetup(change, setup, method, verdict.reason);
    remember(change, session, tried, { challenged: null });
    return { outcome: 'declined', session, reason: verdict.reason, error };
  }
  return complete(change, session, tried, attempt, setup);
}

function complete(
  change: Change,
  session: Stripe.Checkout.Session,
  order: CheckoutOrder,
  attempt: Attempt,
  setup: Stripe.SetupIntent | null,
): Completion {
  const customer = payingCustomer(change, session, order, attempt.payer);
  if (setup && attempt.method) {
    if (customer) attachPaymentMethod(change, attempt.method, customer.id);
    if (attempt.presence === 'passed_challenge') rememberAuthentication(change, attempt.method);
    succeedSetup(change, setup, attempt.method, customer?.id ?? null);
  }
  return finish(change, session, order, { ...attempt, customer, intent: null, setup });
}

interface Outcome extends Attempt {
  readonly customer: Stripe.Customer | null;
  readonly intent: Stripe.PaymentIntent | null;
  readonly setup: Stripe.SetupIntent | null;
}

/** Makes the subscription where there is one to make, and closes the session. */
function finish(change: Change, session: Stripe.Checkout.Session, order: CheckoutOrder, done: Outcome): Completion {
  const { customer, intent, setup, payer } = done;
  if (session.mode === 'payment') {
    for (const redemption of redemptionsOf(change.store, order)) countRedemption(change, redemption);
  }
  const made =
    session.mode === 'subscription' && customer ? subscribe(change, session, order, { ...done, customer }) : null;
  const closed = change.update<'checkout.session'>(
    session,
    {
      collected_information: { business_name: null, individual_name: null, shipping_details: null },
      customer: customer?.id ?? null,
      customer_details: {
        address: payer.address,
        business_name: null,
        email: payer.email,
        individual_name: null,
        name: payer.name,
        phone: payer.phone,
        tax_exempt: customer?.tax_exempt ?? 'none',
        tax_ids: [],
      },
      invoice: made?.invoice.id ?? null,
      payment_intent: session.mode === 'payment' ? (intent?.id ?? null) : null,
      payment_status: intent ? (intent.status === 'processing' ? 'unpaid' : 'paid') : 'no_payment_required',
      setup_intent: session.mode === 'setup' ? (setup?.id ?? null) : null,
      status: 'complete',
      subscription: made?.subscription.id ?? null,
      url: null,
      client_secret: null,
    },
    { dueAt: null, hidden: { ...order, challenged: null }, events: ['checkout.session.completed'] },
  );
  return { outcome: 'complete', session: closed };
}

function subscribe(
  change: Change,
  session: Stripe.Checkout.Session,
  order: CheckoutOrder,
  done: Outcome & { readonly customer: Stripe.Customer },
) {
  const { subscription: asked } = order;
  const begun = beginSubscription(
    change,
    {
      customer: done.customer,
      currency: session.currency ?? 'usd',
      automaticTax: order.automaticTax,
      redemptions: redemptionsOf(change.store, order),
      checkoutSession: session.id,
      items: order.items.map((item) => ({
        price: change.store.get('price', item.price, 'price'),
        quantity: item.quantity,
        unitAmount: item.unitAmount,
        metadata: item.metadata,
      })),
      trialEnd: asked.trial_end ?? (asked.trial_period_days ? change.now + asked.trial_period_days * 86_400 : null),
      defaultPaymentMethod: done.method?.id ?? null,
      ...(asked.billing_mode && { billingMode: asked.billing_mode.type }),
      description: asked.description ?? null,
      metadata: mergeMetadata({}, asked.metadata),
      ...(asked.trial_settings && { missingPaymentMethod: asked.trial_settings.end_behavior.missing_payment_method }),
    },
    'paid',
  );
  const { intent } = done;
  const invoice =
    intent?.status === 'processing'
      ? awaitFirstPayment(change, begun, intent)
      : settleFirstInvoice(change, begun, intent);
  return { subscription: begun.subscription, invoice };
}

function paymentOrder(session: Stripe.Checkout.Session, order: CheckoutOrder) {
  const { payment } = order;
  return {
    amount: session.amount_total ?? 0,
    currency: session.currency ?? 'usd',
    types: session.payment_method_types,
    customer: session.customer as string | null,
    description: session.mode === 'subscription' ? 'Subscription creation' : (payment.description ?? null),
    metadata: mergeMetadata({}, payment.metadata),
    setupFutureUsage: session.mode === 'subscription' ? ('off_session' as const) : (payment.setup_future_usage ?? null),
    receiptEmail: payment.receipt_email ?? null,
    shipping: payment.shipping ?? null,
  };
}

function remember(
  change: Change,
  session: Stripe.Checkout.Session,
  order: CheckoutOrder,
  what: Partial<CheckoutOrder>,
): CheckoutOrder {
  const hidden = { ...order, ...what };
  change.update<'checkout.session'>(session, {}, { hidden, events: [] });
  return hidden;
}

function challenged(
  change: Change,
  session: Stripe.Checkout.Session,
  order: CheckoutOrder,
  attempt: CardAttempt,
): Stripe.Checkout.Session {
  remember(change, session, order, { challenged: { paymentMethod: attempt.method.id, payer: attempt.payer } });
  return session;
}
