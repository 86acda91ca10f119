/** The account's own books: every movement of money in or out of it, as Stripe's balance transactions. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';

export interface LedgerEntry {
  /** Minor units; negative leaves the account. */
  readonly amount: number;
  /** What Stripe keeps of it, in minor units. */
  readonly fee?: number;
  readonly currency: string;
  readonly type: Stripe.BalanceTransaction.Type;
  readonly reportingCategory: string;
  readonly description: string | null;
  /** The charge, refund or dispute that moved the money. */
  readonly source: string;
}

/** Days until the money can be paid out, where it came in. */
const availableAfter = 2 * 86_400;

/** Writes a movement down, without a word: Stripe has no event for it. */
export function enterLedger(change: Change, entry: LedgerEntry): Stripe.BalanceTransaction {
  const { amount, currency, fee = 0 } = entry;
  const kept = { amount: fee, application: null, currency, description: 'Stripe processing fees', type: 'stripe_fee' };
  return change.create<'balance_transaction'>({
    id: change.store.ids.next('txn'),
    object: 'balance_transaction',
    amount,
    available_on: amount > 0 ? change.now + availableAfter : change.now,
    balance_type: 'payments',
    created: change.now,
    currency,
    description: entry.description,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [kept],
    net: amount - fee,
    reporting_category: entry.reportingCategory,
    source: entry.source,
    status: amount > 0 ? 'pending' : 'available',
    type: entry.type,
  });
}

/** What Stripe keeps of a card payment: 2.9 % and 30 of the smallest unit, its price in the United States. */
export function processingFee(amount: number): number {
  return Math.round(amount * 0.029) + 30;
}
