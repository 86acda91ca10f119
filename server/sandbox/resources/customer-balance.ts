/** A customer's balance, entry by entry. */

import type Stripe from 'stripe';
import { enterBalance } from '../billing/balance.ts';
import { noSuch } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { ofCustomer, page } from '../http/page.ts';
import type { PageParams } from '../http/page.ts';
import { mergeMetadata } from '../store/wire.ts';
import { readCurrency } from './prices.ts';

export const createBalanceTransaction: Write<Stripe.CustomerCreateBalanceTransactionParams> = (
  params,
  { change, path },
) => {
  const customer = change.store.get('customer', path['id'] ?? '', 'path');
  return enterBalance(change, customer.id, {
    amount: params.amount,
    currency: readCurrency(params.currency, 'currency'),
    type: 'adjustment',
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
  });
};

export const listBalanceTransactions: Read<PageParams> = (params, { store, path, url }) =>
  page(store, 'customer_balance_transaction', params, { url, where: [ofCustomer(path['id'])] });

export const retrieveBalanceTransaction: Read<unknown> = (_params, { store, path }) => {
  const id = path['id'] ?? '';
  const entry = store.get('customer_balance_transaction', id, 'path');
  if (entry.customer !== path['customerId']) throw noSuch('customer_balance_transaction', id, 'path');
  return entry;
};
