/** Payment intents: made, confirmed with a card, cancelled. */

import type Stripe from 'stripe';
import { askBank, rememberAuthentication } from '../billing/bank.ts';
import type { Presence } from '../billing/bank.ts';
import { payInvoice } from '../billing/pay-invoice.ts';
import { attachPaymentMethod, createCard, takePaymentMethod } from '../billing/payment-methods.ts';
import {
  authorizePayment,
  capturePayment,
  challengePayment,
  createPayment,
  failPayment,
  processPayment,
  succeedPayment,
} from '../billing/payments.ts';
import { invalid, missing } from '../errors.ts';
import type { StripeApiError } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { ofCustomer, page, refuse, within } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { idOf, mergeMetadata, pick } from '../store/wire.ts';
import { requireMethods } from './payment-methods.ts';
import { readCurrency } from './prices.ts';

type Intent = Stripe.PaymentIntent;

const unsupportedParams = [
  'amount_details',
  'application_fee_amount',
  'confirmation_token',
  'customer_account',
  'error_on_requires_action',
  'hooks',
  'on_behalf_of',
  'payment_method_data',
  'payment_method_options',
  'transfer_data',
  'transfer_group',
] as const;

export const createIntent: Write<Stripe.PaymentIntentCreateParams> = (params, { change }) => {
  refuse(params, unsupportedParams);
  if (params.amount < 1)
    throw invalid('This value must be greater than or equal to 1.', 'amount', 'parameter_invalid_integer');
  if (params.customer !== undefined) change.store.get('customer', params.customer, 'customer');
  const allowedTypes = requireMethods(params.allowed_payment_method_types);
  const intent = createPayment(change, {
    amount: params.amount,
    currency: readCurrency(params.currency, 'currency'),
    customer: params.customer ?? null,
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
    setupFutureUsage: params.setup_future_usage ?? null,
    ...(params.capture_method && { captureMethod: params.capture_method }),
    receiptEmail: params.receipt_email ?? null,
    shipping: params.shipping ?? null,
    allowedTypes,
    ...(allowedTypes && { types: allowedTypes }),
    automaticMethods: params.automatic_payment_methods?.enabled
      ? { allow_redirects: params.automatic_payment_methods.allow_redirects ?? 'always', enabled: true }
      : null,
  });
  const method = params.payment_method ? takePaymentMethod(change, params.payment_method, 'payment_method') : null;
  if (params.confirm === true) {
    if (!method) throw missing('payment_method');
    const presence = params.off_session ? 'off_session' : 'on_session';
    return confirmWith(change, intent, method, { presence, returnUrl: params.return_url ?? null });
  }
  if (!method) return intent;
  return change.update<'payment_intent'>(intent, { payment_method: method.id, status: 'requires_confirmation' });
};

export const retrieveIntent: Read<unknown> = (_params, { store, path }) =>
  store.get('payment_intent', path['id'] ?? '', 'path');

export const updateIntent: Write<Stripe.PaymentIntentUpdateParams> = (params, { change, path }) => {
  const intent = change.store.get('payment_intent', path['id'] ?? '', 'path');
  const {
    amount,
    currency,
    customer,
    description,
    metadata,
    payment_method: method,
    receipt_email: _r,
    ...rest
  } = params;
  refuse(rest, Object.keys(rest) as never[]);
  if (intent.status === 'succeeded' && (amount !== undefined || method !== undefined))
    throw unexpected(intent, 'updated');
  return change.update<'payment_intent'>(intent, {
    ...(pick(params, ['description', 'receipt_email']) as Partial<Intent>),
    ...(amount !== undefined && { amount }),
    ...(currency !== undefined && { currency: readCurrency(currency, 'currency') }),
    ...(typeof customer === 'string' && { customer: change.store.get('customer', customer, 'customer').id }),
    ...(description !== undefined && { description }),
    ...(method && {
      payment_method: takePaymentMethod(change, method, 'payment_method').id,
      status: 'requires_confirmation',
    }),
    metadata: mergeMetadata(intent.metadata, metadata),
  });
};

/** A declined card is a 402, and the failed attempt stays on the books. */
export const confirmIntent: Write<Stripe.PaymentIntentConfirmParams> = (params, { change, path }) => {
  const intent = change.store.get('payment_intent', path['id'] ?? '', 'path');
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw unexpected(intent, 'confirmed');
  }
  const method = methodOf(change, intent, params);
  const presence = params.off_session ? 'off_session' : 'on_session';
  return confirmWith(change, intent, method, { presence, returnUrl: params.return_url ?? null });
};

export const cancelIntent: Write<Stripe.PaymentIntentCancelParams> = (params, { change, path }) => {
  const intent = change.store.get('payment_intent', path['id'] ?? '', 'path');
  if (['succeeded', 'canceled', 'processing'].includes(intent.status)) throw unexpected(intent, 'canceled');
  return change.update<'payment_intent'>(
    intent,
    {
      amount_capturable: 0,
      canceled_at: change.now,
      cancellation_reason: params.cancellation_reason ?? null,
      next_action: null,
      status: 'canceled',
    },
    { events: ['payment_intent.canceled'] },
  );
};

/** What the bank holds is taken, whole or in part; the rest is let go. */
export const captureIntent: Write<Stripe.PaymentIntentCaptureParams> = (params, { change, path }) => {
  refuse(params, ['amount_details', 'application_fee_amount', 'final_capture', 'hooks', 'transfer_data']);
  const intent = change.store.get('payment_intent', path['id'] ?? '', 'path');
  if (intent.status !== 'requires_capture') throw unexpected(intent, 'captured');
  const amount = params.amount_to_capture ?? intent.amount_capturable;
  if (amount < 1 || amount > intent.amount_capturable) {
    throw invalid(`You cannot capture more than ${intent.amount_capturable}, nor less than 1.`, 'amount_to_capture');
  }
  return capturePayment(change, intent, amount);
};

export const listIntents: Read<Stripe.PaymentIntentListParams> = (params, { store, url }) =>
  page(store, 'payment_intent', params, {
    url,
    where: [ofCustomer(params.customer), within('created', params.created)],
  });

/** Tries a card or an account on a payment; where the payment is an invoice's, the invoice and its subscription hear of it. */
export function confirmWith(
  change: Change,
  intent: Intent,
  method: Stripe.PaymentMethod,
  options: { readonly presence: Presence; readonly returnUrl: string | null },
): Intent | StripeApiError {
  const invoice = invoiceOf(change, intent.id);
  if (invoice) {
    const { error } = payInvoice(change, invoice, { method, presence: options.presence });
    const after = change.store.get('payment_intent', intent.id, 'path');
    // What still needs 3-D Secure is an answer here, not an error.
    return error && after.status !== 'requires_action' ? error : after;
  }
  if (!intent.payment_method_types.includes(method.type)) {
    throw invalid(
      `The payment method type "${method.type}" is not allowed for this PaymentIntent, which takes: ${intent.payment_method_types.join(', ')}.`,
      'payment_method',
    );
  }
  const verdict = askBank(change, method, { for: 'charge', presence: options.presence });
  if (verdict.outcome === 'challenged') return challengePayment(change, intent, method, options.returnUrl);
  if (verdict.outcome === 'declined') return failPayment(change, intent, method, verdict.reason).error;
  const customer = idOf(intent.customer);
  if (customer !== null && intent.setup_future_usage !== null) attachPaymentMethod(change, method, customer);
  if (options.presence === 'passed_challenge') rememberAuthentication(change, method);
  if (verdict.outcome === 'processing') return processPayment(change, intent, method);
  return intent.capture_method === 'manual'
    ? authorizePayment(change, intent, method)
    : succeedPayment(change, intent, method);
}

function invoiceOf(change: Change, intentId: string): Stripe.Invoice | null {
  const [payment] = change.store.all('invoice_payment', [
    { sql: "json_extract(body, '$.payment.payment_intent') = ?", values: [intentId] },
  ]);
  const invoice = payment ? change.store.find('invoice', idOf(payment.invoice) ?? '') : null;
  return invoice?.status === 'open' ? invoice : null;
}

function methodOf(change: Change, intent: Intent, params: Stripe.PaymentIntentConfirmParams): Stripe.PaymentMethod {
  if (params.payment_method) return takePaymentMethod(change, params.payment_method, 'payment_method');
  const card = (
    params.payment_method_data as { card?: { number?: string; exp_month?: string; exp_year?: string } } | undefined
  )?.card;
  if (card?.number !== undefined) {
    return createCard(change, {
      number: card.number,
      exp_month: Number(card.exp_month),
      exp_year: Number(card.exp_year),
    });
  }
  const id = idOf(intent.payment_method);
  if (id !== null) return change.store.get('payment_method', id, 'payment_method');
  throw invalid(
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    undefined,
    'payment_intent_unexpected_state',
  );
}

function unexpected(intent: Intent, what: string): StripeApiError {
  return invalid(
    `This PaymentIntent's status is ${intent.status}, so it cannot be ${what}.`,
    undefined,
    'payment_intent_unexpected_state',
  );
}
