/** Setup intents: made, confirmed with a card, cancelled. */

import type Stripe from 'stripe';
import { askBank, rememberAuthentication } from '../billing/bank.ts';
import type { Presence } from '../billing/bank.ts';
import { attachPaymentMethod, takePaymentMethod } from '../billing/payment-methods.ts';
import { challengeSetup, createSetup, failSetup, succeedSetup } from '../billing/setups.ts';
import { invalid } from '../errors.ts';
import type { StripeApiError } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, ofCustomer, page, refuse, within } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { idOf, mergeMetadata, pick } from '../store/wire.ts';
import { requireMethods } from './payment-methods.ts';

type Setup = Stripe.SetupIntent;

export const createSetupIntent: Write<Stripe.SetupIntentCreateParams> = (params, { change }) => {
  refuse(params, [
    'attach_to_self',
    'confirmation_token',
    'customer_account',
    'payment_method_data',
    'payment_method_options',
    'flow_directions',
    'on_behalf_of',
    'single_use',
  ]);
  if (params.customer !== undefined) change.store.get('customer', params.customer, 'customer');
  const setup = createSetup(change, {
    customer: params.customer ?? null,
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
    ...(params.usage && { usage: params.usage }),
    allowedTypes: requireMethods(params.allowed_payment_method_types),
    automaticMethods: params.automatic_payment_methods?.enabled
      ? { allow_redirects: params.automatic_payment_methods.allow_redirects ?? 'always', enabled: true }
      : null,
  });
  if (!params.payment_method) return setup;
  const method = takePaymentMethod(change, params.payment_method, 'payment_method');
  if (params.confirm !== true) {
    return change.update<'setup_intent'>(setup, { payment_method: method.id, status: 'requires_confirmation' });
  }
  return confirmSetupWith(change, setup, method, { presence: 'on_session', returnUrl: params.return_url ?? null });
};

export const retrieveSetupIntent: Read<unknown> = (_params, { store, path }) =>
  store.get('setup_intent', path['id'] ?? '', 'path');

export const updateSetupIntent: Write<Stripe.SetupIntentUpdateParams> = (params, { change, path }) => {
  const setup = change.store.get('setup_intent', path['id'] ?? '', 'path');
  const { customer, description: _d, metadata, payment_method: method, ...rest } = params;
  refuse(rest, Object.keys(rest) as never[]);
  return change.update<'setup_intent'>(setup, {
    ...(pick(params, ['description']) as Partial<Setup>),
    ...(typeof customer === 'string' && { customer: change.store.get('customer', customer, 'customer').id }),
    ...(method && {
      payment_method: takePaymentMethod(change, method, 'payment_method').id,
      status: 'requires_confirmation',
    }),
    metadata: mergeMetadata(setup.metadata ?? {}, metadata),
  });
};

export const confirmSetupIntent: Write<Stripe.SetupIntentConfirmParams> = (params, { change, path }) => {
  const setup = change.store.get('setup_intent', path['id'] ?? '', 'path');
  if (setup.status === 'succeeded' || setup.status === 'canceled') throw unexpected(setup, 'confirmed');
  const id = params.payment_method ?? idOf(setup.payment_method);
  if (id === null || id === undefined) {
    throw invalid(
      "You cannot confirm this SetupIntent because it's missing a payment method.",
      undefined,
      'setup_intent_unexpected_state',
    );
  }
  const method = takePaymentMethod(change, id, 'payment_method');
  return confirmSetupWith(change, setup, method, { presence: 'on_session', returnUrl: params.return_url ?? null });
};

export const cancelSetupIntent: Write<Stripe.SetupIntentCancelParams> = (params, { change, path }) => {
  const setup = change.store.get('setup_intent', path['id'] ?? '', 'path');
  if (setup.status === 'succeeded' || setup.status === 'canceled') throw unexpected(setup, 'canceled');
  return change.update<'setup_intent'>(
    setup,
    { cancellation_reason: params.cancellation_reason ?? null, next_action: null, status: 'canceled' },
    { events: ['setup_intent.canceled'] },
  );
};

export const listSetupIntents: Read<Stripe.SetupIntentListParams> = (params, { store, url }) =>
  page(store, 'setup_intent', params, {
    url,
    where: [
      ofCustomer(params.customer),
      attribute('$.payment_method', params.payment_method),
      within('created', params.created),
    ],
  });

/** Tries to save a card. */
export function confirmSetupWith(
  change: Change,
  setup: Setup,
  method: Stripe.PaymentMethod,
  options: { readonly presence: Presence; readonly returnUrl: string | null },
): Setup | StripeApiError {
  const verdict = askBank(change, method, { for: 'attach', presence: options.presence });
  if (verdict.outcome === 'challenged') return challengeSetup(change, setup, method, options.returnUrl);
  if (verdict.outcome === 'declined') return failSetup(change, setup, method, verdict.reason).error;
  const customer = idOf(setup.customer);
  if (customer !== null) attachPaymentMethod(change, method, customer);
  if (options.presence === 'passed_challenge') rememberAuthentication(change, method);
  return succeedSetup(change, setup, method, customer);
}

function unexpected(setup: Setup, what: string): StripeApiError {
  return invalid(
    `This SetupIntent's status is ${setup.status}, so it cannot be ${what}.`,
    undefined,
    'setup_intent_unexpected_state',
  );
}
