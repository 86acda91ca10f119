/** A payment method in words: `Visa •••• 4242`. */

import type { Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';

export type PaymentMethod = NonNullable<Subscription['payment_method']>;

/** Names that are the same in every language, by Stripe's brand or type. */
const names: Readonly<Record<string, string | undefined>> = {
  amex: 'American Express',
  cartes_bancaires: 'Cartes Bancaires',
  diners: 'Diners Club',
  discover: 'Discover',
  eftpos_au: 'eftpos',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
  cashapp: 'Cash App Pay',
  amazon_pay: 'Amazon Pay',
  bacs_debit: 'Bacs Direct Debit',
  link: 'Link',
  paypal: 'PayPal',
  revolut_pay: 'Revolut Pay',
  sepa_debit: 'SEPA',
  us_bank_account: 'ACH',
};

export const methodName = ({ brand, type }: PaymentMethod): string =>
  names[brand ?? ''] ?? names[type] ?? capitalized((brand ?? type).replaceAll('_', ' '));

/** For the eye. */
export const methodLine = (method: PaymentMethod): string =>
  method.last4 === null ? methodName(method) : `${methodName(method)} •••• ${method.last4}`;

/** For the ear. */
export const methodSaid = (method: PaymentMethod, text: Messages): string =>
  method.last4 === null ? methodName(method) : `${methodName(method)}, ${text.manager.ending(method.last4)}`;

/** `12/28`; null for what does not expire. */
export const expiryOf = ({ exp_month: month, exp_year: year }: PaymentMethod): string | null =>
  month === null || year === null ? null : `${String(month).padStart(2, '0')}/${String(year % 100).padStart(2, '0')}`;

/** A card is good to the last day of its month. @param now milliseconds since the epoch */
export const isExpired = ({ exp_month: month, exp_year: year }: PaymentMethod, now: number): boolean =>
  month !== null && year !== null && now >= new Date(year, month, 1).getTime();

const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
