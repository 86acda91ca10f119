/** Invoices after their draft: finalized, paid, voided, given up. Each step emits its own events. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { applyBalance, unapplyBalance } from './balance.ts';

/**
 * Gives a draft its number; from now on it is owed, less what the customer's balance covers. Emits `invoice.finalized`.
 *
 * @param balance - `untouched` where the whole has been paid already, as at the checkout page.
 */
export function finalizeInvoice(
  change: Change,
  invoice: Stripe.Invoice,
  balance: 'applied' | 'untouched' = 'applied',
): Stripe.Invoice {
  const customer = change.store.get('customer', idOf(invoice.customer) ?? '', 'customer');
  const sequence = customer.next_invoice_sequence ?? 1;
  // Silent: Stripe does not report its own counting.
  change.update<'customer'>(customer, { next_invoice_sequence: sequence + 1 }, { events: [] });
  const settled =
    balance === 'applied'
      ? applyBalance(change, invoice, customer)
      : { starting: customer.balance, ending: customer.balance, due: invoice.amount_due };
  return change.update<'invoice'>(
    invoice,
    {
      amount_due: settled.due,
      amount_remaining: settled.due,
      automatically_finalizes_at: null,
      auto_advance: false,
      effective_at: change.now,
      ending_balance: settled.ending,
      hosted_invoice_url: `${change.store.publicUrl()}/i/${invoice.id}`,
      invoice_pdf: `${change.store.publicUrl()}/i/${invoice.id}/pdf`,
      starting_balance: settled.starting,
      number: `${customer.invoice_prefix}-${String(sequence).padStart(4, '0')}`,
      status: 'open',
      status_transitions: { ...invoice.status_transitions, finalized_at: change.now },
    },
    { events: ['invoice.finalized'] },
  );
}

/** Ties a payment to an open invoice. Without a word: Stripe has no event for it. */
export function attachPayment(
  change: Change,
  invoice: Stripe.Invoice,
  intent: Stripe.PaymentIntent,
): Stripe.InvoicePayment {
  return change.create<'invoice_payment'>({
    id: change.store.ids.next('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: change.now,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
}

/**
 * Closes an invoice that is paid, or that asks for nothing. Emits `invoice.paid`, `invoice.payment_succeeded` and, where
 * money moved, `invoice_payment.paid`.
 */
export function settleInvoice(
  change: Change,
  invoice: Stripe.Invoice,
  payment: Stripe.InvoicePayment | null,
  options: { readonly attempts?: number } = {},
): Stripe.Invoice {
  const paid = change.update<'invoice'>(
    invoice,
    {
      amount_paid: invoice.amount_due,
      amount_remaining: 0,
      attempt_count: options.attempts ?? (payment ? 1 : 0),
      attempted: true,
      next_payment_attempt: null,
      status: 'paid',
      status_transitions: { ...invoice.status_transitions, paid_at: change.now },
    },
    { events: ['invoice.paid', 'invoice.payment_succeeded'] },
  );
  if (payment) {
    change.update<'invoice_payment'>(
      payment,
      {
        amount_paid: invoice.amount_due,
        status: 'paid',
        status_transitions: { canceled_at: null, paid_at: change.now },
      },
      { events: ['invoice_payment.paid'] },
    );
  }
  return paid;
}

/** Takes an invoice off the books. Emits `invoice.voided`. */
export function voidInvoice(change: Change, invoice: Stripe.Invoice): Stripe.Invoice {
  unapplyBalance(change, invoice);
  return change.update<'invoice'>(
    invoice,
    {
      auto_advance: false,
      next_payment_attempt: null,
      status: 'void',
      status_transitions: { ...invoice.status_transitions, voided_at: change.now },
    },
    { events: ['invoice.voided'] },
  );
}

/** Gives up on an open invoice, which stays owed. Emits `invoice.marked_uncollectible`. */
export function markUncollectible(change: Change, invoice: Stripe.Invoice): Stripe.Invoice {
  return change.update<'invoice'>(
    invoice,
    {
      auto_advance: false,
      next_payment_attempt: null,
      status: 'uncollectible',
      status_transitions: { ...invoice.status_transitions, marked_uncollectible_at: change.now },
    },
    { events: ['invoice.marked_uncollectible'] },
  );
}

/** The payment of an invoice: the last one tied to it. */
export function paymentOf(change: Pick<Change, 'store'>, invoiceId: string): Stripe.InvoicePayment | null {
  return (
    change.store.all('invoice_payment', [{ sql: "json_extract(body, '$.invoice') = ?", values: [invoiceId] }]).at(-1) ??
    null
  );
}

/** Whether somebody can still pay it: what was given up as well. */
export const isPayable = ({ status }: Stripe.Invoice): boolean => status === 'open' || status === 'uncollectible';

/** The subscription that an invoice bills. */
export function subscriptionOf(invoice: Stripe.Invoice): string | null {
  return idOf(invoice.parent?.subscription_details?.subscription);
}
