/** The account's own books, read. */

import type Stripe from 'stripe';
import type { Read } from '../http/api.ts';
import { attribute, page, refuse, within } from '../http/page.ts';

export const retrieveBalanceTransaction: Read<unknown> = (_params, { store, path }) =>
  store.get('balance_transaction', path['id'] ?? '', 'path');

export const listBalanceTransactions: Read<Stripe.BalanceTransactionListParams> = (params, { store, url }) => {
  refuse(params, ['payout']);
  return page(store, 'balance_transaction', params, {
    url,
    where: [
      attribute('$.currency', params.currency),
      attribute('$.source', params.source),
      attribute('$.type', params.type),
      within('created', params.created),
    ],
  });
};
