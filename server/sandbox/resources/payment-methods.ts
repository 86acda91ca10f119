/** `/v1/payment_methods`, and the same below a customer. */

import type Stripe from 'stripe';
import { isDebit, methodTypes } from '../bank-accounts.ts';
import type { BankAccount, DebitType } from '../bank-accounts.ts';
import {
  attachPaymentMethod,
  comingExpiry,
  createAccount,
  createCard,
  readAccount,
  takePaymentMethod,
} from '../billing/payment-methods.ts';
import type { CardDetails } from '../billing/payment-methods.ts';
import { numberOfTestId } from '../cards.ts';
import { invalid, missing, noSuch, unsupported } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, ofCustomer, page } from '../http/page.ts';
import { addressOf, idOf, mergeMetadata } from '../store/wire.ts';

export const createPaymentMethod: Write<Stripe.PaymentMethodCreateParams> = (params, { change }) => {
  if (params.type === undefined) throw missing('type');
  const details = {
    ...(params.billing_details && {
      billing_details: params.billing_details as NonNullable<CardDetails['billing_details']>,
    }),
    ...(params.metadata && { metadata: params.metadata as Stripe.MetadataParam }),
  };
  if (isDebit(params.type)) return createAccount(change, { ...accountOf(params, params.type), ...details });
  if (params.type !== 'card') throw unsupported(`The payment method type ${params.type}`, 'type');
  const { card } = params;
  if (!card) throw missing('card');
  if ('token' in card) {
    const number = numberOfTestId(String(card.token));
    if (number === null) throw noSuch('token', String(card.token), 'card[token]');
    return createCard(change, { number, ...comingExpiry(change.now), ...details });
  }
  return createCard(change, {
    number: String(card.number).replaceAll(/\D/g, ''),
    exp_month: Number(card.exp_month),
    exp_year: Number(card.exp_year),
    ...details,
  });
};

function accountOf(params: Stripe.PaymentMethodCreateParams, type: DebitType): BankAccount {
  const [param, sent] =
    type === 'sepa_debit'
      ? ['sepa_debit[iban]', params.sepa_debit?.iban]
      : ['us_bank_account[account_number]', params.us_bank_account?.account_number];
  if (sent === undefined) throw missing(param);
  return readAccount(type, sent, param);
}

export const retrievePaymentMethod: Read<unknown> = (_params, { store, path }) =>
  store.get('payment_method', path['id'] ?? '', 'path');

export const updatePaymentMethod: Write<Stripe.PaymentMethodUpdateParams> = (params, { change, path }) => {
  const method = change.store.get('payment_method', path['id'] ?? '', 'path');
  if (method.customer === null) {
    throw invalid(
      'You must save this PaymentMethod to a customer before you can update it.',
      undefined,
      'payment_method_unexpected_state',
    );
  }
  const { address, ...billing } = params.billing_details ?? {};
  const card = method.card && {
    ...method.card,
    ...(params.card?.exp_month !== undefined && { exp_month: Number(params.card.exp_month) }),
    ...(params.card?.exp_year !== undefined && { exp_year: Number(params.card.exp_year) }),
  };
  return change.update<'payment_method'>(method, {
    ...(card && { card }),
    ...(params.allow_redisplay !== undefined && { allow_redisplay: params.allow_redisplay }),
    billing_details: {
      ...method.billing_details,
      ...(billing as Partial<Stripe.PaymentMethod.BillingDetails>),
      ...(address !== undefined && { address: addressOf(address || {}) }),
    },
    metadata: mergeMetadata(method.metadata ?? {}, params.metadata),
  });
};

export const attach: Write<Stripe.PaymentMethodAttachParams> = (params, { change, path }) => {
  if (!params.customer) throw missing('customer');
  return attachPaymentMethod(change, takePaymentMethod(change, path['id'] ?? '', 'path'), params.customer);
};

/** What is detached pays nothing any more: neither its customer nor a subscription is paid by it. */
export const detach: Write<unknown> = (_params, { change, path }) => {
  const method = change.store.get('payment_method', path['id'] ?? '', 'path');
  if (typeof method.customer !== 'string') {
    throw invalid(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
      undefined,
      'payment_method_unexpected_state',
    );
  }
  const customer = change.store.get('customer', method.customer, 'customer');
  if (customer.invoice_settings.default_payment_method === method.id) {
    change.update<'customer'>(customer, {
      invoice_settings: { ...customer.invoice_settings, default_payment_method: null },
    });
  }
  const paidByIt = change.store
    .all('subscription', [{ sql: 'customer = ?', values: [customer.id] }])
    .filter((each) => each.ended_at === null && idOf(each.default_payment_method) === method.id);
  for (const subscription of paidByIt)
    change.update<'subscription'>(
      subscription,
      { default_payment_method: null },
      { events: ['customer.subscription.updated'] },
    );
  return change.update<'payment_method'>(method, { customer: null }, { events: ['payment_method.detached'] });
};

export const listPaymentMethods: Read<Stripe.PaymentMethodListParams> = (params, { store, url }) => {
  if (params.customer !== undefined) store.get('customer', params.customer, 'customer');
  return page(store, 'payment_method', params, {
    url,
    where: [
      ofCustomer(params.customer) ?? { sql: 'customer is not null', values: [] },
      attribute('$.type', params.type),
      attribute('$.allow_redisplay', params.allow_redisplay),
    ],
  });
};

export const listCustomerPaymentMethods: Read<Stripe.CustomerListPaymentMethodsParams> = (
  params,
  { store, path, url },
) => {
  const customer = store.get('customer', path['id'] ?? '', 'path');
  return page(store, 'payment_method', params, {
    url,
    where: [
      ofCustomer(customer.id),
      attribute('$.type', params.type),
      attribute('$.allow_redisplay', params.allow_redisplay),
    ],
  });
};

export const retrieveCustomerPaymentMethod: Read<unknown> = (_params, { store, path }) => {
  const method = store.get('payment_method', path['id'] ?? '', 'path');
  if (method.customer !== path['customerId']) throw noSuch('payment_method', method.id, 'path');
  return method;
};

/**
 * What a payment allows, where that is said.
 *
 * @throws StripeApiError 400 where none of it is built: there are cards and bank debits to pay with.
 */
export function requireMethods<Type extends string>(types: Type[] | undefined): Type[] | null {
  if (types === undefined) return null;
  if (types.some((type) => methodTypes.some((built) => built === type))) return types;
  throw unsupported('Paying with anything but a card or a bank debit', 'allowed_payment_method_types');
}
