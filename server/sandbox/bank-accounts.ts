/** Stripe's test bank accounts for debits: what becomes of each (docs.stripe.com/testing#non-card-payments). */

import { z } from 'zod';
import type { Decline } from './cards.ts';
import type { Database } from './store/database.ts';

/** The debits there are, and the one currency of each. */
export const debitCurrencies = { sepa_debit: 'eur', us_bank_account: 'usd' } as const;

export type DebitType = keyof typeof debitCurrencies;

export const methodTypes = ['card', 'sepa_debit', 'us_bank_account'] as const;

export type MethodType = (typeof methodTypes)[number];

export const debitSettingsSchema = z.object({
  /** Seconds that a debit is on its way; at Stripe days, with most of its test accounts minutes. */
  bank_debit_seconds: z.number().int().min(0).default(180),
  /** What can be paid with where a session does not say: Stripe's setting for it in the dashboard. */
  payment_method_types: z.array(z.enum(methodTypes)).min(1).default(['card']),
});

export type DebitSettings = z.infer<typeof debitSettingsSchema>;

const failed: Decline = {
  code: 'payment_intent_payment_attempt_failed',
  declineCode: null,
  message: 'The payment attempt failed because the bank did not carry out the debit.',
};
const noFunds: Decline = {
  code: 'insufficient_funds',
  declineCode: null,
  message: "The customer's account has insufficient funds to cover this payment.",
};
const closed: Decline = {
  code: 'account_closed',
  declineCode: null,
  message: "The customer's bank account has been closed.",
};
const noAccount: Decline = {
  code: 'no_account',
  declineCode: null,
  message: "The customer's bank account could not be located.",
};
const notAuthorized: Decline = {
  code: 'debit_not_authorized',
  declineCode: null,
  message: 'The customer has notified their bank that this payment was unauthorized.',
};

/** Why a debit of the account comes back; null: it comes through. */
const accounts: Readonly<Record<DebitType, Readonly<Record<string, Decline | null>>>> = {
  sepa_debit: {
    DE89370400440532013000: null,
    DE62370400440532013001: failed,
    DE65370400440002222227: noFunds,
    AT611904300234573201: null,
    AT321904300235473204: null,
    FR1420041010050500013M02606: null,
    // Stripe's CLI means one that fails by it.
    IT60X0542811101000000123456: failed,
  },
  us_bank_account: {
    '000123456789': null,
    '000111111113': closed,
    '000111111116': noAccount,
    '000222222227': noFunds,
    '000333333335': notAuthorized,
  },
};

/** Those that the checkout page offers. */
export const testAccounts = {
  sepa_debit: [
    { number: 'DE89370400440532013000', outcome: 'success' },
    { number: 'DE62370400440532013001', outcome: 'declined' },
  ],
  us_bank_account: [
    { number: '000123456789', outcome: 'success' },
    { number: '000222222227', outcome: 'declined' },
  ],
} as const;

/** Stripe's ids of ready payment methods. */
const accountsById: Readonly<Record<string, readonly [DebitType, string]>> = {
  pm_success_de: ['sepa_debit', 'DE89370400440532013000'],
  pm_failed_de: ['sepa_debit', 'DE62370400440532013001'],
  pm_insufficientFunds_de: ['sepa_debit', 'DE65370400440002222227'],
  pm_usBankAccount_success: ['us_bank_account', '000123456789'],
  pm_usBankAccount_accountClosed: ['us_bank_account', '000111111113'],
  pm_usBankAccount_noAccount: ['us_bank_account', '000111111116'],
  pm_usBankAccount_insufficientFunds: ['us_bank_account', '000222222227'],
  pm_usBankAccount_debitNotAuthorized: ['us_bank_account', '000333333335'],
};

export interface BankAccount {
  readonly type: DebitType;
  readonly number: string;
}

/** The account behind one of Stripe's ready ids; null for any other id. */
export function accountOfTestId(id: string): BankAccount | null {
  if (!Object.hasOwn(accountsById, id)) return null;
  const [type, number] = accountsById[id] ?? ['sepa_debit', ''];
  return { type, number };
}

/** The account as its payment method keeps it, apart from the numbers of cards. */
export const accountKey = ({ type, number }: BankAccount): string => `${type}:${number}`;

/** What becomes of a debit; null: no test account's key. */
export function debitOf(key: string): { readonly failure: Decline | null } | null {
  const [type = '', number = ''] = key.split(':');
  if (!isDebit(type) || !Object.hasOwn(accounts[type], number)) return null;
  return { failure: accounts[type][number] ?? null };
}

export const isDebit = (type: string): type is DebitType => Object.hasOwn(debitCurrencies, type);

export function readDebitSettings(database: Database): DebitSettings {
  return debitSettingsSchema.parse(JSON.parse(database.setting('debits') ?? '{}'));
}

export function setDebitSettings(database: Database, settings: DebitSettings): void {
  database.setSetting('debits', JSON.stringify(settings));
}
