/** Bank debits: days after the payer agreed, it is known whether the money came, and whoever waited for it hears of that. */

import type Stripe from 'stripe';
import { behaviourOf } from '../cards.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { failDelayedInvoice } from './collect.ts';
import { settleDelayedInvoice } from './pay-invoice.ts';
import { completePayment, failPayment } from './payments.ts';

/**
 * What became of a debit. Emits, beside what payment and invoice do, `checkout.session.async_payment_succeeded` or
 * `checkout.session.async_payment_failed` where the payment is a session's first.
 */
export function advancePayment(change: Change, intent: Stripe.PaymentIntent): void {
  if (intent.status !== 'processing') return;
  const method = change.store.get('payment_method', idOf(intent.payment_method) ?? '', 'path');
  const { charge: failure } = behaviourOf(change.store.hidden('payment_method', method.id).number);
  const invoice = invoiceOf(change, intent);
  const session = sessionOf(change, intent, invoice);
  if (failure) {
    failPayment(change, intent, method, failure);
    if (invoice?.status === 'open') failDelayedInvoice(change, invoice);
  } else {
    completePayment(change, intent);
    if (invoice?.status === 'open') settleDelayedInvoice(change, invoice, method);
  }
  if (session) {
    change.update<'checkout.session'>(session, failure ? {} : { payment_status: 'paid' }, {
      events: [`checkout.session.async_payment_${failure ? 'failed' : 'succeeded'}`],
    });
  }
}

function invoiceOf(change: Change, intent: Stripe.PaymentIntent): Stripe.Invoice | null {
  const [payment] = change.store.all('invoice_payment', [
    { sql: "json_extract(body, '$.payment.payment_intent') = ?", values: [intent.id] },
  ]);
  return payment ? change.store.find('invoice', idOf(payment.invoice) ?? '') : null;
}

/** The completed session that is still unpaid: later attempts on the same invoice are none of its own. */
function sessionOf(
  change: Change,
  intent: Stripe.PaymentIntent,
  invoice: Stripe.Invoice | null,
): Stripe.Checkout.Session | null {
  const [session] = change.store.all('checkout.session', [
    {
      sql: "(json_extract(body, '$.payment_intent') = ? or json_extract(body, '$.invoice') = ?)",
      values: [intent.id, invoice?.id ?? null],
    },
    { sql: "json_extract(body, '$.payment_status') = 'unpaid'", values: [] },
  ]);
  return session && (invoice === null || invoice.attempt_count <= 1) ? session : null;
}
