/** What Stripe's own checkout page and Stripe's CLI call: undocumented, and nothing that an SDK has types for. */

import type Stripe from 'stripe';
import type { Payer } from '../billing/checkout-order.ts';
import { priceSession } from '../billing/checkout-totals.ts';
import { completeSession, needsCard } from '../billing/complete-session.ts';
import { takePaymentMethod } from '../billing/payment-methods.ts';
import { invalid, missing } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';

interface ConfirmParams {
  readonly payment_method?: string;
  /** Minor units that the payer saw. */
  readonly expected_amount?: string;
}

export const retrievePaymentPage: Read<unknown> = (_params, { store, path }) =>
  paymentPage(store, store.get('checkout.session', path['id'] ?? '', 'path'));

/** Pays an open session with a payment method. A complete one is answered again; an expired one is refused. */
export const confirmPaymentPage: Write<ConfirmParams> = (params, { change, path }) => {
  const session = change.store.get('checkout.session', path['id'] ?? '', 'path');
  if (session.status === 'complete') return paymentPage(change.store, session);
  if (session.status !== 'open') {
    throw invalid('This Checkout Session has expired.', undefined, 'checkout_session_expired');
  }
  if (params.payment_method === undefined && needsCard(session)) throw missing('payment_method');
  const method =
    params.payment_method === undefined ? null : takePaymentMethod(change, params.payment_method, 'payment_method');
  const payer = payerOf(change, session, method);
  const order = change.store.hidden('checkout.session', session.id);
  const priced = priceSession(change, session, { ...order, address: payer.address ?? order.address });
  requireAmount(priced.session, params.expected_amount);
  const completion = completeSession(change, priced.session, { method, payer, presence: 'on_session' });
  if (completion.outcome === 'declined') return completion.error;
  return paymentPage(change.store, completion.session);
};

/** @throws StripeApiError 400 where the payer saw another amount than the one that is due. */
export function requireAmount(session: Stripe.Checkout.Session, expected: string | undefined): void {
  if (expected === undefined || Number(expected) === (session.amount_total ?? 0)) return;
  throw invalid(
    `The expected amount (${expected}) does not match the amount that is due (${session.amount_total ?? 0}).`,
    'expected_amount',
    'checkout_amount_mismatch',
  );
}

/** Who pays when there is no form: what session, customer and card know. */
function payerOf(change: Change, session: Stripe.Checkout.Session, method: Stripe.PaymentMethod | null): Payer {
  const customer = change.store.find('customer', idOf(session.customer) ?? '');
  const billing = method?.billing_details;
  const address = billing?.address?.country ? billing.address : (customer?.address ?? null);
  return {
    address,
    email: customer?.email ?? session.customer_email ?? billing?.email ?? 'payer@example.com',
    name: billing?.name ?? customer?.name ?? null,
    phone: billing?.phone ?? customer?.phone ?? null,
  };
}

function paymentPage(store: Store, session: Stripe.Checkout.Session) {
  const { intent } = store.hidden('checkout.session', session.id);
  return {
    id: session.id,
    object: 'checkout.session',
    amount_total: session.amount_total,
    currency: session.currency,
    customer: session.customer,
    customer_email: session.customer_email,
    eid: session.id,
    mode: session.mode,
    payment_intent: intent === null ? null : (store.findAny(intent) ?? null),
    payment_status: session.payment_status,
    session_id: session.id,
    state: session.status === 'complete' ? 'succeeded' : 'active',
    status: session.status,
    subscription: session.subscription,
    success_url: session.success_url,
    total_summary: {
      due: session.amount_total ?? 0,
      subtotal: session.amount_subtotal ?? 0,
      total: session.amount_total ?? 0,
    },
  };
}
