/** Cards and bank accounts, as payment methods: made from a test number or one of Stripe's ready ids, and attached to a customer. */

import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { accountKey, accountOfTestId, debitOf } from '../bank-accounts.ts';
import type { BankAccount, DebitType } from '../bank-accounts.ts';
import { behaviourOf, cardError, numberOfTestId } from '../cards.ts';
import { StripeApiError, invalid } from '../errors.ts';
import type { Change } from '../store/change.ts';
import { addressOf, mergeMetadata } from '../store/wire.ts';

/** What a card form knows. */
export interface CardDetails extends OwnerDetails {
  readonly number: string;
  readonly exp_month: number;
  readonly exp_year: number;
}

export interface OwnerDetails {
  readonly billing_details?: {
    address?: object | '' | null;
    email?: string | null;
    name?: string | null;
    phone?: string | null;
  };
  readonly metadata?: Stripe.MetadataParam;
}

/**
 * Makes a card that belongs to nobody yet. Says nothing to anyone: Stripe has no event for it.
 *
 * @throws StripeApiError 402 for numbers that are no test card's or whose date has passed.
 */
export function createCard(change: Change, details: CardDetails): Stripe.PaymentMethod {
  const { brand, country, funding } = behaviourOf(details.number);
  requireDate(details, change.now);
  return change.create<'payment_method'>(
    {
      id: change.store.ids.next('pm'),
      object: 'payment_method',
      allow_redisplay: 'unspecified',
      billing_details: billingOf(details),
      card: {
        brand,
        checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'unchecked' },
        country,
        display_brand: brand,
        exp_month: details.exp_month,
        exp_year: details.exp_year,
        fingerprint: fingerprint(details.number),
        funding,
        generated_from: null,
        last4: details.number.slice(-4),
        networks: { available: [brand], preferred: null },
        regulated_status: 'unregulated',
        three_d_secure_usage: { supported: true },
        wallet: null,
      },
      created: change.now,
      customer: null,
      customer_account: null,
      livemode: false,
      metadata: mergeMetadata({}, details.metadata),
      type: 'card',
    } as Stripe.PaymentMethod,
    { hidden: { number: details.number, authenticated: false } },
  );
}

function billingOf({ billing_details: billing = {} }: OwnerDetails): Stripe.PaymentMethod.BillingDetails {
  return {
    address: addressOf(billing.address ?? {}),
    email: billing.email ?? null,
    name: billing.name ?? null,
    phone: billing.phone ?? null,
    tax_id: null,
  };
}

/** Makes a bank account that belongs to nobody yet, as {@link createCard} makes a card. */
export function createAccount(change: Change, details: BankAccount & OwnerDetails): Stripe.PaymentMethod {
  const { type, number } = details;
  const account = { fingerprint: fingerprint(accountKey(details)), last4: number.slice(-4) };
  return change.create<'payment_method'>(
    {
      id: change.store.ids.next('pm'),
      object: 'payment_method',
      allow_redisplay: 'unspecified',
      billing_details: billingOf(details),
      created: change.now,
      customer: null,
      customer_account: null,
      livemode: false,
      metadata: mergeMetadata({}, details.metadata),
      ...(type === 'sepa_debit'
        ? {
            sepa_debit: {
              ...account,
              bank_code: number.slice(4, 12),
              branch_code: '',
              country: number.slice(0, 2),
              generated_from: { charge: null, setup_attempt: null },
            },
          }
        : {
            us_bank_account: {
              ...account,
              account_holder_type: 'individual',
              account_type: 'checking',
              bank_name: 'STRIPE TEST BANK',
              financial_connections_account: null,
              networks: { preferred: 'ach', supported: ['ach'] },
              routing_number: '110000000',
              status_details: {},
            },
          }),
      type,
    } as Stripe.PaymentMethod,
    { hidden: { number: accountKey(details), authenticated: false } },
  );
}

/** @throws StripeApiError 400 for an account that is no test account. */
export function readAccount(type: DebitType, sent: string, param: string): BankAccount {
  const account = { type, number: sent.replaceAll(/\s/g, '').toUpperCase() };
  if (debitOf(accountKey(account))) return account;
  throw invalid(
    'This is no test account number. For a list of valid test accounts, visit: https://docs.stripe.com/testing#non-card-payments.',
    param,
  );
}

/**
 * The payment method that an id names; one of Stripe's ready ids (`pm_card_visa`) is made anew each time.
 *
 * @throws StripeApiError 400 `resource_missing`.
 */
export function takePaymentMethod(change: Change, id: string, param: string): Stripe.PaymentMethod {
  const number = numberOfTestId(id);
  if (number !== null) return createCard(change, { number, ...comingExpiry(change.now) });
  const account = accountOfTestId(id);
  if (account) return createAccount(change, account);
  return change.store.get('payment_method', id, param);
}

/** @throws StripeApiError 402 where the bank will not have the card saved, 400 where it is another customer's. */
export function attachPaymentMethod(
  change: Change,
  method: Stripe.PaymentMethod,
  customer: string,
): Stripe.PaymentMethod {
  change.store.get('customer', customer, 'customer');
  if (method.customer === customer) return method;
  if (method.customer !== null) {
    throw invalid(
      'The payment method you provided has already been attached to a customer.',
      undefined,
      'payment_method_unexpected_state',
    );
  }
  const { attach } = behaviourOf(change.store.hidden('payment_method', method.id).number);
  if (attach) throw cardError(attach);
  const checks = { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' };
  return change.update<'payment_method'>(
    method,
    { customer, ...(method.card && { card: { ...method.card, checks } }) },
    { events: ['payment_method.attached'] },
  );
}

/** Ready ids and tokens are good for some years to come. */
export function comingExpiry(now: number): { exp_month: number; exp_year: number } {
  return { exp_month: 12, exp_year: new Date(now * 1000).getUTCFullYear() + 8 };
}

/** @throws StripeApiError 402 in Stripe's words for a month that is none, or is over. */
function requireDate(details: CardDetails, now: number): void {
  const { exp_month: month, exp_year: year } = details;
  const today = new Date(now * 1000);
  const refuse = (what: 'month' | 'year') =>
    new StripeApiError(`Your card's expiration ${what} is invalid.`, {
      status: 402,
      type: 'card_error',
      code: `invalid_expiry_${what}`,
      param: `exp_${what}`,
    });
  if (!(month >= 1 && month <= 12)) throw refuse('month');
  if (year < today.getUTCFullYear() || year > today.getUTCFullYear() + 50) throw refuse('year');
  if (year === today.getUTCFullYear() && month < today.getUTCMonth() + 1) throw refuse('month');
}

/** The same for the same number, as Stripe's is. */
function fingerprint(number: string): string {
  return createHash('sha256').update(`card:${number}`).digest('base64').replaceAll(/\W/g, '').slice(0, 16);
}
