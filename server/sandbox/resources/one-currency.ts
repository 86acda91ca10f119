/** Stripe's rule that all of a customer's recurring business is in one currency. */

import type Stripe from 'stripe';
import { invalid } from '../errors.ts';
import type { Store } from '../store/store.ts';

/**
 * @throws StripeApiError 400 in Stripe's words, where something of this customer is in another currency: a subscription
 *   or schedule that has not ended, an invoice item that waits, or a balance (R13.1).
 */
export function requireCurrency(store: Store, customer: Stripe.Customer, currency: string | null): void {
  const bound = currencyOf(store, customer);
  if (currency === null || bound === null || bound === currency) return;
  throw invalid(
    `You cannot combine currencies on a single customer. This customer has an active subscription, subscription schedule, discount, quote, or invoice item with currency ${bound}`,
  );
}

/** What a customer is bound to; null: free to choose. */
function currencyOf(store: Store, customer: Stripe.Customer): string | null {
  const own = [{ sql: 'customer = ?', values: [customer.id] }];
  const live = store
    .all('subscription', own)
    .find(({ status }) => status !== 'canceled' && status !== 'incomplete_expired');
  if (live) return live.currency;
  const [waiting] = store.all('invoiceitem', [...own, { sql: "json_extract(body, '$.invoice') is null", values: [] }]);
  if (waiting) return waiting.currency;
  return customer.balance === 0 ? null : (customer.currency ?? null);
}
