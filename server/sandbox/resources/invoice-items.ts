/** Invoice items: read, added by hand, deleted while no invoice has them. */

import type Stripe from 'stripe';
import { createInvoiceItem } from '../billing/invoice-items.ts';
import { invalid, missing } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, ofCustomer, page, refuse, within } from '../http/page.ts';
import { idOf, mergeMetadata } from '../store/wire.ts';
import { readCurrency, unitAmountIn } from './prices.ts';

export const createItem: Write<Stripe.InvoiceItemCreateParams> = (params, { change }) => {
  refuse(params, [
    'customer_account',
    'discounts',
    'invoice',
    'price_data',
    'quantity_decimal',
    'tax_behavior',
    'tax_code',
    'tax_rates',
    'unit_amount_decimal',
  ]);
  if (params.customer === undefined) throw missing('customer');
  const customer = change.store.get('customer', params.customer, 'customer');
  const subscription =
    params.subscription === undefined ? null : change.store.get('subscription', params.subscription, 'subscription');
  if (subscription && idOf(subscription.customer) !== customer.id) {
    throw invalid(`The subscription ${subscription.id} belongs to another customer.`, 'subscription');
  }
  const price =
    params.pricing?.price === undefined ? null : change.store.get('price', params.pricing.price, 'pricing[price]');
  const wanted = params.currency ?? subscription?.currency ?? price?.currency ?? customer.currency;
  if (typeof wanted !== 'string') throw missing('currency');
  const currency = readCurrency(wanted, 'currency');
  const quantity = params.quantity ?? 1;
  const unitAmount = price ? unitAmountIn(change, price, currency) : null;
  const amount = price ? unitAmount && unitAmount * quantity : params.amount;
  if (amount === undefined || amount === null) throw missing('amount');
  const owner = {
    customer: customer.id,
    currency,
    subscription: subscription?.id ?? null,
    discountable: params.discountable ?? amount >= 0,
    metadata: mergeMetadata({}, params.metadata),
  };
  const line = {
    amount,
    description: params.description ?? '',
    period: params.period ?? { start: change.now, end: change.now },
    price,
    quantity,
    subscriptionItem: null,
  };
  return createInvoiceItem(change, owner, line, null);
};

export const retrieveItem: Read<unknown> = (_params, { store, path }) =>
  store.get('invoiceitem', path['id'] ?? '', 'path');

export const listItems: Read<Stripe.InvoiceItemListParams> = (params, { store, url }) =>
  page(store, 'invoiceitem', params, {
    url,
    where: [
      ofCustomer(params.customer),
      attribute('$.invoice', params.invoice),
      params.pending === undefined
        ? null
        : { sql: `json_extract(body, '$.invoice') is ${params.pending ? '' : 'not '}null`, values: [] },
      within("json_extract(body, '$.date')", params.created),
    ],
  });

export const deleteItem: Write<unknown> = (_params, { change, path }) => {
  const item = change.store.get('invoiceitem', path['id'] ?? '', 'path');
  if (item.invoice !== null) {
    throw invalid('You cannot delete an invoice item that is attached to an invoice.', 'id');
  }
  const left = { id: item.id, object: 'invoiceitem', deleted: true } as const;
  change.remove<'invoiceitem'>(item, left);
  return left;
};
