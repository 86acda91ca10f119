/** Credit notes: written, tried, read and voided. */

import type Stripe from 'stripe';
import { creditNoteOf, issueCreditNote, voidCreditNote } from '../billing/credit-notes.ts';
import type { CreditNoteLine, CreditNoteOrder } from '../billing/credit-notes.ts';
import { invalid, missing, noSuch } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, ofCustomer, page, refuse, slice, within } from '../http/page.ts';
import type { PageParams } from '../http/page.ts';
import { Change } from '../store/change.ts';
import { idOf, mergeMetadata, pick } from '../store/wire.ts';

type Params = Stripe.CreditNoteCreateParams;

export const createCreditNote: Write<Params> = (params, { change }) => {
  const invoice = creditable(change, params);
  return issueCreditNote(change, invoice, orderOf(change, invoice, params));
};

/** Writes nothing. A read in Stripe's API, with a change's ids to make the note with. */
export const previewCreditNote: Read<Params> = (params, { store }) => {
  const change = new Change(store, { id: null, idempotencyKey: null, clock: store.clockOf(params.invoice) });
  const invoice = creditable(change, params);
  return creditNoteOf(change, invoice, orderOf(change, invoice, params));
};

export const listPreviewLines: Read<Params & PageParams> = (params, call) => {
  const { limit: _limit, starting_after: _after, ending_before: _before, ...asked } = params;
  const note = previewCreditNote(asked, call) as Stripe.CreditNote;
  return slice(note.lines.data, params, call.url);
};

export const retrieveCreditNote: Read<unknown> = (_params, { store, path }) =>
  store.get('credit_note', path['id'] ?? '', 'path');

export const updateCreditNote: Write<Stripe.CreditNoteUpdateParams> = (params, { change, path }) => {
  const note = change.store.get('credit_note', path['id'] ?? '', 'path');
  return change.update<'credit_note'>(note, {
    ...pick(params, ['memo']),
    metadata: mergeMetadata(note.metadata ?? {}, params.metadata),
  });
};

export const voidNote: Write<unknown> = (_params, { change, path }) =>
  voidCreditNote(change, change.store.get('credit_note', path['id'] ?? '', 'path'));

export const listLines: Read<PageParams> = (params, { store, path, url }) =>
  slice(store.get('credit_note', path['id'] ?? '', 'path').lines.data, params, url);

export const listCreditNotes: Read<Stripe.CreditNoteListParams> = (params, { store, url }) =>
  page(store, 'credit_note', params, {
    url,
    where: [ofCustomer(params.customer), attribute('$.invoice', params.invoice), within('created', params.created)],
  });

function creditable(change: Change, params: Params): Stripe.Invoice {
  refuse(params, ['shipping_cost']);
  const invoice = change.store.get('invoice', params.invoice, 'invoice');
  if (invoice.status === 'open' || invoice.status === 'paid') return invoice;
  throw invalid(
    `Credit notes can only be created for open or paid invoices. This invoice is ${String(invoice.status)}.`,
    'invoice',
  );
}

function orderOf(change: Change, invoice: Stripe.Invoice, params: Params): CreditNoteOrder {
  const { lines, amount } = params;
  if (lines === undefined && amount === undefined) throw missing('amount');
  if (lines !== undefined && amount !== undefined) {
    throw invalid('You may only specify one of these parameters: amount, lines.', 'lines');
  }
  return {
    lines: lines?.map((line, place) => readLine(invoice, line, `lines[${place}]`)) ?? [wholeAmount(amount ?? 0)],
    memo: params.memo ?? null,
    metadata: mergeMetadata({}, params.metadata),
    reason: params.reason ?? null,
    effectiveAt: params.effective_at ?? null,
    toBalance: params.credit_amount ?? 0,
    outOfBand: params.out_of_band_amount ?? 0,
    newRefund: params.refund_amount ?? 0,
    refunds: (params.refunds ?? []).map((sent, place) => readRefund(change, invoice, sent, `refunds[${place}]`)),
  };
}

/** An amount in itself, with whatever tax there is in it. */
function wholeAmount(amount: number): CreditNoteLine {
  return {
    amount,
    description: 'Credit',
    quantity: 1,
    unitAmount: amount,
    invoiceLine: null,
    discounts: [],
    taxes: [],
    metadata: {},
  };
}

function readLine(invoice: Stripe.Invoice, sent: NonNullable<Params['lines']>[number], at: string): CreditNoteLine {
  refuse(sent, ['tax_amounts', 'tax_rates', 'unit_amount_decimal']);
  const metadata = mergeMetadata({}, sent.metadata);
  if (sent.type === 'custom_line_item') {
    const { unit_amount: unitAmount, quantity = 1, description } = sent;
    const amount = sent.amount ?? (unitAmount === undefined ? undefined : unitAmount * quantity);
    if (amount === undefined) throw missing(`${at}[unit_amount]`);
    if (description === undefined) throw missing(`${at}[description]`);
    return { ...wholeAmount(amount), description, quantity, unitAmount: unitAmount ?? null, metadata };
  }
  const line = invoice.lines.data.find(({ id }) => id === sent.invoice_line_item);
  if (!line) throw noSuch('line_item', sent.invoice_line_item ?? '', `${at}[invoice_line_item]`);
  const { quantity } = sent;
  const unitAmount = line.quantity ? line.amount / line.quantity : null;
  const amount = sent.amount ?? (quantity === undefined ? line.amount : Math.round((unitAmount ?? 0) * quantity));
  if (amount < 1 || amount > line.amount) {
    throw invalid(`The line was for ${line.amount}: between 1 and that can be credited.`, `${at}[amount]`);
  }
  const part = (whole: number) => Math.round((whole * amount) / line.amount);
  return {
    amount,
    description: line.description,
    quantity: quantity ?? (amount === line.amount ? line.quantity : null),
    unitAmount: quantity === undefined ? null : unitAmount,
    invoiceLine: line,
    discounts: (line.discount_amounts ?? []).map((one) => ({
      amount: part(one.amount),
      discount: idOf(one.discount) ?? '',
    })),
    taxes: (line.taxes ?? []).map((tax) => ({
      ...tax,
      amount: part(tax.amount),
      taxable_amount: tax.taxable_amount === null ? null : part(tax.taxable_amount),
    })),
    metadata,
  };
}

/** A refund that was made already, of a payment of this invoice. */
function readRefund(
  change: Change,
  invoice: Stripe.Invoice,
  sent: NonNullable<Params['refunds']>[number],
  at: string,
): CreditNoteOrder['refunds'][number] {
  refuse(sent, ['payment_record_refund']);
  const refund = change.store.get('refund', sent.refund ?? '', `${at}[refund]`);
  const [payment] = change.store.all('invoice_payment', [
    { sql: "json_extract(body, '$.payment.payment_intent') = ?", values: [idOf(refund.payment_intent)] },
  ]);
  if (idOf(payment?.invoice) !== invoice.id) {
    throw invalid(`The refund ${refund.id} is not of a payment of this invoice.`, `${at}[refund]`);
  }
  const amount = sent.amount_refunded ?? refund.amount;
  if (amount <= refund.amount) return { refund, amount };
  throw invalid(`The refund ${refund.id} was of ${refund.amount}.`, `${at}[amount_refunded]`);
}
