/** Credit notes: an invoice corrected. While it is open they lower it; once it is paid they give back what was paid. */

import type Stripe from 'stripe';
import { invalid } from '../errors.ts';
import { list } from '../http/page.ts';
import { formatMoney } from '../pages/money.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { enterBalance } from './balance.ts';
import { paymentOf } from './invoices.ts';
import { payInvoice } from './pay-invoice.ts';
import { refundCharge } from './refunds.ts';

type CreditNote = Stripe.CreditNote;

export interface CreditNoteOrder {
  readonly lines: readonly CreditNoteLine[];
  readonly memo: string | null;
  readonly metadata: Stripe.Metadata;
  readonly reason: CreditNote['reason'];
  readonly effectiveAt: number | null;
  /** How a paid invoice's money goes back; nothing of it for an open one. All in minor units. */
  readonly toBalance: number;
  readonly outOfBand: number;
  readonly newRefund: number;
  readonly refunds: readonly { readonly refund: Stripe.Refund; readonly amount: number }[];
}

export interface CreditNoteLine {
  /** Before discounts and tax, in minor units. */
  readonly amount: number;
  readonly description: string | null;
  readonly quantity: number | null;
  readonly unitAmount: number | null;
  /** The line that is credited; null: a line of its own. */
  readonly invoiceLine: Stripe.InvoiceLineItem | null;
  readonly discounts: readonly { readonly amount: number; readonly discount: string }[];
  readonly taxes: readonly Stripe.InvoiceLineItem.Tax[];
  readonly metadata: Stripe.Metadata;
}

/**
 * Writes a credit note and does what it says. Emits `credit_note.created`, `invoice.updated` and the events of a refund;
 * an open invoice that asks for nothing any more is paid.
 *
 * @throws StripeApiError 400 where it is more than what is left, or its parts do not add up.
 */
export function issueCreditNote(change: Change, invoice: Stripe.Invoice, order: CreditNoteOrder): CreditNote {
  const drafted = creditNoteOf(change, invoice, order);
  if (drafted.type === 'pre_payment') {
    const note = change.create<'credit_note'>(drafted);
    lowerInvoice(change, invoice, note);
    return note;
  }
  const refunds = [...drafted.refunds];
  if (order.newRefund > 0) {
    const reason =
      order.reason === 'duplicate' || order.reason === 'fraudulent' ? order.reason : 'requested_by_customer';
    const refund = refundCharge(change, chargeOf(change, invoice), { amount: order.newRefund, reason, metadata: {} });
    refunds.push({ amount_refunded: refund.amount, payment_record_refund: null, refund: refund.id, type: 'refund' });
  }
  const entry =
    order.toBalance > 0
      ? enterBalance(change, idOf(invoice.customer) ?? '', {
          amount: -order.toBalance,
          type: 'credit_note',
          currency: invoice.currency,
          invoice,
          creditNote: drafted.id,
        })
      : null;
  const note = change.create<'credit_note'>({ ...drafted, refunds, customer_balance_transaction: entry?.id ?? null });
  change.update<'invoice'>(invoice, {
    post_payment_credit_notes_amount: invoice.post_payment_credit_notes_amount + note.amount,
  });
  return note;
}

/** The credit note itself, written nowhere. */
export function creditNoteOf(
  change: Change,
  invoice: Stripe.Invoice,
  order: CreditNoteOrder,
): CreditNote & { object: 'credit_note' } {
  const { store } = change;
  const id = store.ids.next('cn');
  const sum = (amounts: readonly { readonly amount: number }[]) => amounts.reduce((all, { amount }) => all + amount, 0);
  const taxes = order.lines.flatMap((line) => line.taxes);
  const discounts = order.lines.flatMap((line) => line.discounts);
  const subtotal = sum(order.lines);
  const added = sum(taxes.filter((tax) => tax.tax_behavior === 'exclusive'));
  const total = subtotal - sum(discounts) + added;
  const type = invoice.status === 'paid' ? 'post_payment' : 'pre_payment';
  requireAmount(invoice, order, total);
  const sequence = creditNotesOf(change, invoice).length + 1;
  return {
    id,
    object: 'credit_note',
    amount: total,
    amount_shipping: 0,
    created: change.now,
    currency: invoice.currency,
    customer: idOf(invoice.customer) ?? '',
    customer_account: null,
    customer_balance_transaction: null,
    discount_amount: sum(discounts),
    discount_amounts: discounts,
    effective_at: order.effectiveAt ?? change.now,
    invoice: invoice.id ?? '',
    lines: list(
      order.lines.map((line) => lineOf(change, line)),
      `/v1/credit_notes/${id}/lines`,
    ),
    livemode: false,
    memo: order.memo,
    metadata: order.metadata,
    number: `${invoice.number ?? ''}-CN-${String(sequence).padStart(2, '0')}`,
    out_of_band_amount: order.outOfBand > 0 ? order.outOfBand : null,
    // There is no paper of it: the invoice's own page shows what was credited.
    pdf: invoice.hosted_invoice_url ?? '',
    post_payment_amount: type === 'post_payment' ? total : 0,
    pre_payment_amount: type === 'pre_payment' ? total : 0,
    pretax_credit_amounts: [],
    reason: order.reason,
    refunds: order.refunds.map(({ refund, amount }) => ({
      amount_refunded: amount,
      payment_record_refund: null,
      refund: refund.id,
      type: 'refund',
    })),
    shipping_cost: null,
    status: 'issued',
    subtotal,
    subtotal_excluding_tax: subtotal - sum(taxes) + added,
    total,
    total_excluding_tax: total - sum(taxes),
    total_taxes: taxes,
    type,
    voided_at: null,
  } as CreditNote & { object: 'credit_note' };
}

/** Takes back what a note had lowered. Emits `credit_note.voided` and `invoice.updated`. */
export function voidCreditNote(change: Change, note: CreditNote): CreditNote {
  const invoice = change.store.get('invoice', idOf(note.invoice) ?? '', 'invoice');
  if (note.type !== 'pre_payment' || invoice.status !== 'open' || note.status === 'void') {
    throw invalid('You can only void a credit note that was issued for an invoice that is still open.');
  }
  setDue(change, invoice, -note.pre_payment_amount);
  return change.update<'credit_note'>(
    note,
    { status: 'void', voided_at: change.now },
    { events: ['credit_note.voided'] },
  );
}

/** Of an invoice, oldest first. */
export function creditNotesOf(change: Pick<Change, 'store'>, invoice: Stripe.Invoice): CreditNote[] {
  return change.store.all('credit_note', [{ sql: "json_extract(body, '$.invoice') = ?", values: [invoice.id ?? ''] }]);
}

function lowerInvoice(change: Change, invoice: Stripe.Invoice, note: CreditNote): void {
  const lowered = setDue(change, invoice, note.pre_payment_amount);
  if (lowered.amount_due > 0) return;
  const intent = change.store.find(
    'payment_intent',
    idOf(paymentOf(change, lowered.id ?? '')?.payment.payment_intent) ?? '',
  );
  if (intent && intent.status !== 'canceled') {
    change.update<'payment_intent'>(
      intent,
      { canceled_at: change.now, cancellation_reason: 'void_invoice', next_action: null, status: 'canceled' },
      { events: ['payment_intent.canceled'] },
    );
  }
  payInvoice(change, lowered, { method: null, presence: 'off_session' });
}

/** What an open invoice asks for goes down, and with it the payment that waits for it. */
function setDue(change: Change, invoice: Stripe.Invoice, by: number): Stripe.Invoice {
  const due = invoice.amount_due - by;
  const intent = change.store.find(
    'payment_intent',
    idOf(paymentOf(change, invoice.id ?? '')?.payment.payment_intent) ?? '',
  );
  if (intent && due > 0) change.update<'payment_intent'>(intent, { amount: due }, { events: [] });
  return change.update<'invoice'>(invoice, {
    amount_due: due,
    amount_remaining: due,
    pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount + by,
  });
}

function requireAmount(invoice: Stripe.Invoice, order: CreditNoteOrder, total: number): void {
  const money = (amount: number) => formatMoney(amount, invoice.currency, 'en-US');
  const back = order.toBalance + order.outOfBand + order.newRefund;
  const given = back + order.refunds.reduce((sum, { amount }) => sum + amount, 0);
  if (total < 1) throw invalid('The credit note must be for an amount of at least 1.', 'amount');
  if (invoice.status === 'open') {
    if (given > 0) {
      throw invalid(
        'You cannot give money back on an invoice that was not paid: `refund_amount`, `credit_amount`, `refunds` and `out_of_band_amount` are for paid invoices.',
        'refund_amount',
      );
    }
    if (total <= invoice.amount_remaining) return;
    throw invalid(
      `The credit note's amount (${money(total)}) is greater than what remains to be paid on the invoice (${money(invoice.amount_remaining)}).`,
      'amount',
    );
  }
  const left = invoice.total - invoice.pre_payment_credit_notes_amount - invoice.post_payment_credit_notes_amount;
  if (total > left) {
    throw invalid(
      `The credit note's amount (${money(total)}) is greater than what is left of the invoice (${money(left)}).`,
      'amount',
    );
  }
  if (given !== total) {
    throw invalid(
      `The sum of credit amount, refund amount, refunds and out of band amount (${money(given)}) must equal the credit note amount (${money(total)}).`,
      'amount',
    );
  }
}

/** @throws StripeApiError 400 where no card has paid the invoice. */
function chargeOf(change: Change, invoice: Stripe.Invoice): Stripe.Charge {
  const payment = paymentOf(change, invoice.id ?? '');
  const intent = change.store.find('payment_intent', idOf(payment?.payment.payment_intent) ?? '');
  const charge = change.store.find('charge', idOf(intent?.latest_charge) ?? '');
  if (charge?.status === 'succeeded') return charge;
  throw invalid('There is no payment on this invoice to refund.', 'refund_amount');
}

function lineOf(change: Change, line: CreditNoteLine): Stripe.CreditNoteLineItem {
  return {
    id: change.store.ids.next('cnli'),
    object: 'credit_note_line_item',
    amount: line.amount,
    description: line.description,
    discount_amount: line.discounts.reduce((sum, { amount }) => sum + amount, 0),
    discount_amounts: line.discounts,
    ...(line.invoiceLine && { invoice_line_item: line.invoiceLine.id }),
    livemode: false,
    metadata: line.metadata,
    pretax_credit_amounts: [],
    quantity: line.quantity,
    tax_rates: [],
    taxes: line.taxes,
    type: line.invoiceLine ? 'invoice_line_item' : 'custom_line_item',
    unit_amount: line.unitAmount,
    unit_amount_decimal: line.unitAmount === null ? null : String(line.unitAmount),
  } as unknown as Stripe.CreditNoteLineItem;
}
