/** Invoices and their payments, read; open ones paid or voided. */

import type Stripe from 'stripe';
import { finalizeInvoice, isPayable, markUncollectible, subscriptionOf, voidInvoice } from '../billing/invoices.ts';
import { deleteDraft, draftOneOff } from '../billing/one-off-invoices.ts';
import { payInvoice } from '../billing/pay-invoice.ts';
import { takePaymentMethod } from '../billing/payment-methods.ts';
import { expirePendingUpdate } from '../billing/pending-updates.ts';
import { afterGivenUp, afterVoided } from '../billing/standing.ts';
import { invalid, missing } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, ofCustomer, page, refuse, slice, within } from '../http/page.ts';
import type { PageParams } from '../http/page.ts';
import { mergeMetadata, pick } from '../store/wire.ts';
import { readCurrency } from './prices.ts';

/** An invoice of what waits for a customer, and of no subscription. */
export const createInvoice: Write<Stripe.InvoiceCreateParams> = (params, { change }) => {
  const known = new Set([
    'auto_advance',
    'collection_method',
    'currency',
    'customer',
    'days_until_due',
    'description',
    'due_date',
    'metadata',
    'pending_invoice_items_behavior',
  ]);
  refuse(params, Object.keys(params).filter((name) => !known.has(name)) as never[]);
  if (params.customer === undefined) throw missing('customer');
  const isSent = params.collection_method === 'send_invoice';
  if (isSent && params.days_until_due === undefined && params.due_date === undefined) throw missing('days_until_due');
  if (!isSent && params.days_until_due !== undefined) {
    throw invalid('`days_until_due` is only for invoices with `collection_method=send_invoice`.', 'days_until_due');
  }
  return draftOneOff(change, {
    customer: change.store.get('customer', params.customer, 'customer'),
    currency: params.currency === undefined ? null : readCurrency(params.currency, 'currency'),
    items: params.pending_invoice_items_behavior === 'include' ? 'included' : 'excluded',
    autoAdvance: params.auto_advance ?? false,
    collectionMethod: params.collection_method ?? 'charge_automatically',
    dueDate: params.due_date ?? (isSent ? change.now + (params.days_until_due ?? 0) * 86_400 : null),
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
  });
};

/** Only a draft that bills no subscription. */
export const removeInvoice: Write<unknown> = (_params, { change, path }) => {
  const invoice = change.store.get('invoice', path['id'] ?? '', 'path');
  if (invoice.status !== 'draft') {
    throw invalid(`You can only delete draft invoices. This one is ${invoice.status}: void it instead.`);
  }
  if (subscriptionOf(invoice) !== null) throw invalid('You can only delete one-off invoices.');
  return deleteDraft(change, invoice);
};

/** Says that it was sent, which is all: nobody is written to here. Emits `invoice.sent`. */
export const send: Write<unknown> = (_params, { change, path }) => {
  const invoice = change.store.get('invoice', path['id'] ?? '', 'path');
  if (invoice.collection_method !== 'send_invoice') {
    throw invalid('You can only send invoices whose collection_method is send_invoice.');
  }
  if (invoice.status !== 'draft' && invoice.status !== 'open') {
    throw invalid(`You can only send draft and open invoices. This one is ${invoice.status}.`);
  }
  const open = invoice.status === 'draft' ? finalizeInvoice(change, invoice) : invoice;
  return change.update<'invoice'>(open, {}, { events: ['invoice.sent'] });
};

export const retrieveInvoice: Read<unknown> = (_params, { store, path }) =>
  store.get('invoice', path['id'] ?? '', 'path');

export const updateInvoice: Write<Stripe.InvoiceUpdateParams> = (params, { change, path }) => {
  const { metadata, description, footer: _footer, ...rest } = params;
  refuse(rest, Object.keys(rest) as never[]);
  const invoice = change.store.get('invoice', path['id'] ?? '', 'path');
  if (description !== undefined && invoice.status !== 'draft') {
    throw invalid("Finalized invoices can't be updated in this way", 'description', 'invoice_not_editable');
  }
  return change.update<'invoice'>(invoice, {
    ...pick(params, ['description', 'footer']),
    metadata: mergeMetadata(invoice.metadata ?? {}, metadata),
  });
};

export const listInvoices: Read<Stripe.InvoiceListParams> = (params, { store, url }) =>
  page(store, 'invoice', params, {
    url,
    where: [
      ofCustomer(params.customer),
      attribute('$.collection_method', params.collection_method),
      attribute('$.parent.subscription_details.subscription', params.subscription),
      attribute('$.status', params.status),
      within("json_extract(body, '$.due_date')", params.due_date),
      within('created', params.created),
    ],
  });

export const listInvoiceLines: Read<PageParams> = (params, { store, path, url }) =>
  slice(store.get('invoice', path['id'] ?? '', 'path').lines.data, params, url);

/** A declined card is a 402, and the failed attempt stays on the books. */
export const pay: Write<Stripe.InvoicePayParams> = (params, { change, path }) => {
  refuse(params, ['forgive', 'mandate', 'source']);
  const invoice = change.store.get('invoice', path['id'] ?? '', 'path');
  if (invoice.status === 'paid') throw invalid('Invoice is already paid', undefined, 'invoice_already_paid');
  if (invoice.status !== 'draft' && !isPayable(invoice)) {
    throw invalid(`You can only pay open invoices. This one is ${invoice.status}.`);
  }
  // Paying a draft finalizes it.
  const open = invoice.status === 'draft' ? finalizeInvoice(change, invoice) : invoice;
  const method = params.payment_method ? takePaymentMethod(change, params.payment_method, 'payment_method') : null;
  const result = payInvoice(change, open, {
    method,
    presence: params.off_session === true ? 'off_session' : 'on_session',
  });
  return result.error ?? result.invoice;
};

export const voidOpen: Write<unknown> = (_params, { change, path }) => {
  const invoice = change.store.get('invoice', path['id'] ?? '', 'path');
  if (!isPayable(invoice)) {
    throw invalid(`You can only pass in open invoices. This invoice isn't open (it is ${invoice.status}).`);
  }
  const subscription = change.store.find('subscription', subscriptionOf(invoice) ?? '');
  // Without its invoice a pending update can never be paid: dropping it voids the invoice.
  if (subscription?.pending_update && subscription.latest_invoice === invoice.id) {
    expirePendingUpdate(change, subscription);
    return change.store.get('invoice', invoice.id, 'path');
  }
  const voided = voidInvoice(change, invoice);
  afterVoided(change, voided);
  return voided;
};

export const finalize: Write<Stripe.InvoiceFinalizeInvoiceParams> = (params, { change, path }) => {
  const invoice = change.store.get('invoice', path['id'] ?? '', 'path');
  if (invoice.status !== 'draft') {
    throw invalid("This invoice is already finalized, you can't re-finalize a non-draft invoice.");
  }
  // Without auto_advance it waits for somebody to pay it.
  const advances = params.auto_advance ?? invoice.auto_advance ?? false;
  if (!advances) change.update<'invoice'>(invoice, { next_payment_attempt: null }, { events: [] });
  const open = finalizeInvoice(change, invoice);
  if (open.amount_due === 0) return payInvoice(change, open, { method: null, presence: 'off_session' }).invoice;
  if (!advances) return open;
  return change.update<'invoice'>(open, { next_payment_attempt: change.now + 3600 }, { events: [] });
};

export const giveUp: Write<unknown> = (_params, { change, path }) => {
  const invoice = change.store.get('invoice', path['id'] ?? '', 'path');
  if (invoice.status !== 'open') {
    throw invalid(`You can only mark open invoices as uncollectible. This one is ${invoice.status}.`);
  }
  const given = markUncollectible(change, invoice);
  afterGivenUp(change, given);
  return given;
};

export const retrieveInvoicePayment: Read<unknown> = (_params, { store, path }) =>
  store.get('invoice_payment', path['id'] ?? '', 'path');

export const listInvoicePayments: Read<Stripe.InvoicePaymentListParams> = (params, { store, url }) =>
  page(store, 'invoice_payment', params, {
    url,
    where: [
      attribute('$.invoice', params.invoice),
      attribute('$.payment.payment_intent', params.payment?.payment_intent),
      attribute('$.status', params.status),
      within('created', params.created),
    ],
  });
