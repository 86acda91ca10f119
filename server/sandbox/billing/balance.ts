/** A customer's balance: credits that later invoices use up, and debts too small to be charged. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';

type TransactionType = Stripe.CustomerBalanceTransaction.Type;

/** What a balance does to an invoice. All in minor units; a negative balance is the customer's credit. */
export interface BalanceEffect {
  readonly starting: number;
  readonly ending: number;
  readonly due: number;
  /** What is written down, and as what; null: nothing. */
  readonly entry: { readonly amount: number; readonly type: TransactionType } | null;
}

/** Below these, in minor units, Stripe charges nothing (docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const smallestCharges: Readonly<Record<string, number>> = {
  aed: 200,
  bgn: 100,
  czk: 1500,
  dkk: 250,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  pln: 200,
  ron: 200,
  sek: 300,
  thb: 1000,
};

/**
 * What an invoice of this total asks for. Recorded from Stripe: a negative total becomes credit, and what is below the
 * smallest charge is owed until a later invoice. A total of nothing leaves the balance alone.
 */
export function balanceEffect(total: number, starting: number, currency: string): BalanceEffect {
  if (total === 0) return { starting, ending: starting, due: 0, entry: null };
  const owed = total + starting;
  if (owed <= 0) {
    // Of a credit only as much is used as the invoice asks for; a negative total adds to it.
    const type = 'applied_to_invoice';
    return { starting, ending: owed, due: 0, entry: { amount: total, type } };
  }
  if (owed < (smallestCharges[currency] ?? 50)) {
    return { starting, ending: owed, due: 0, entry: { amount: total, type: 'invoice_too_small' } };
  }
  const entry = starting === 0 ? null : ({ amount: -starting, type: 'applied_to_invoice' } as const);
  return { starting, ending: 0, due: owed, entry };
}

/** Settles an invoice with its customer's balance. Emits `customer.updated` where that changed. */
export function applyBalance(change: Change, invoice: Stripe.Invoice, customer: Stripe.Customer): BalanceEffect {
  const effect = balanceEffect(invoice.total, customer.balance, invoice.currency);
  if (effect.entry) enterBalance(change, customer.id, { ...effect.entry, currency: invoice.currency, invoice });
  return effect;
}

/** Gives back what a voided invoice had taken from, or added to, the balance. */
export function unapplyBalance(change: Change, invoice: Stripe.Invoice): void {
  const amount = invoice.starting_balance - (invoice.ending_balance ?? invoice.starting_balance);
  if (amount === 0) return;
  const type = 'unapplied_from_invoice';
  enterBalance(change, idOf(invoice.customer) ?? '', { amount, type, currency: invoice.currency, invoice });
}

export interface BalanceEntry {
  /** Added to the balance: negative is credit. */
  readonly amount: number;
  readonly type: TransactionType;
  readonly currency: string;
  readonly invoice?: Stripe.Invoice;
  readonly creditNote?: string;
  readonly description?: string | null;
  readonly metadata?: Stripe.Metadata;
}

/** Moves the balance and writes down why. Emits `customer.updated`. */
export function enterBalance(
  change: Change,
  customerId: string,
  entry: BalanceEntry,
): Stripe.CustomerBalanceTransaction | null {
  const customer = change.store.find('customer', customerId);
  // A deleted customer has no balance any more.
  if (!customer || 'deleted' in customer) return null;
  const balance = customer.balance + entry.amount;
  change.update<'customer'>(customer, { balance, currency: customer.currency ?? entry.currency });
  return change.create<'customer_balance_transaction'>({
    id: change.store.ids.next('cbtxn'),
    object: 'customer_balance_transaction',
    amount: entry.amount,
    checkout_session: null,
    created: change.now,
    credit_note: entry.creditNote ?? null,
    currency: entry.currency,
    customer: customer.id,
    customer_account: null,
    description: entry.description ?? null,
    ending_balance: balance,
    invoice: entry.invoice?.id ?? null,
    livemode: false,
    metadata: entry.metadata ?? {},
    type: entry.type,
  });
}
