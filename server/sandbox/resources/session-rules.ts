/** Stripe's own rules for the parameters of a checkout session, told in Stripe's words. */

import type Stripe from 'stripe';
import { invalid, missing, unsupported } from '../errors.ts';
import { refuse } from '../http/page.ts';
import { requireMethods } from './payment-methods.ts';

type Params = Stripe.Checkout.SessionCreateParams;

const halfHour = 30 * 60;
const day = 24 * 60 * 60;

const unsupportedParams = [
  'after_expiration',
  'custom_fields',
  'custom_text',
  'customer_account',
  'name_collection',
  'optional_items',
  'payment_method_configuration',
  'payment_method_data',
  'payment_method_options',
  'permissions',
  'shipping_options',
] as const;

/** Only with `mode` subscription, payment or setup. */
const dataOf = {
  subscription: 'subscription_data',
  payment: 'payment_intent_data',
  setup: 'setup_intent_data',
} as const;

/** @throws StripeApiError 400 for the first rule that is broken. */
export function requireSessionRules(
  params: Params,
  now: number,
): asserts params is Params & { mode: NonNullable<Params['mode']> } {
  refuse(params, unsupportedParams);
  if (params.mode === undefined) throw missing('mode');
  for (const [mode, data] of Object.entries(dataOf)) {
    if (mode !== params.mode && params[data] !== undefined) {
      throw invalid(`You can not pass \`${data}\` in \`${params.mode}\` mode.`, data);
    }
  }
  requireAddresses(params);
  requireCustomerRules(params);
  requireMethodRules(params);
  const { expires_at: expiresAt } = params;
  if (expiresAt !== undefined && expiresAt < now + halfHour) {
    throw invalid(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      'expires_at',
    );
  }
  if (expiresAt !== undefined && expiresAt > now + day) {
    throw invalid(
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
      'expires_at',
    );
  }
  requireDiscountRules(params);
  if (params.managed_payments?.enabled === true) throw unsupported('Managed payments', 'managed_payments[enabled]');
  if (params.invoice_creation?.enabled === true) throw unsupported('Invoice creation', 'invoice_creation[enabled]');
  if (params.mode === 'subscription') requireSubscriptionRules(params.subscription_data ?? {}, now);
}

/** Hosted pages redirect; embedded ones return. */
function requireAddresses(params: Params): void {
  const mode = params.ui_mode ?? 'hosted_page';
  if (mode === 'hosted_page') {
    if (params.success_url === undefined) throw missing('success_url');
    if (params.return_url !== undefined) {
      throw invalid(
        '`return_url` is only available for `ui_mode: embedded_page` and `ui_mode: elements`.',
        'return_url',
      );
    }
    if (params.redirect_on_completion !== undefined) {
      throw invalid(
        '`redirect_on_completion` is only available for `ui_mode: embedded_page`.',
        'redirect_on_completion',
      );
    }
  } else {
    for (const name of ['success_url', 'cancel_url'] as const) {
      if (params[name] !== undefined)
        throw invalid(`\`${name}\` is not allowed when \`ui_mode\` is \`${mode}\`. Use \`return_url\`.`, name);
    }
    const returns = params.redirect_on_completion !== 'never';
    if (returns && params.return_url === undefined) throw missing('return_url');
    if (!returns && params.return_url !== undefined) {
      throw invalid('`return_url` cannot be set when `redirect_on_completion` is `never`.', 'return_url');
    }
    if (mode === 'elements' && params.branding_settings !== undefined) {
      throw invalid('`branding_settings` is not allowed when `ui_mode` is `elements`.', 'branding_settings');
    }
  }
  for (const name of ['success_url', 'cancel_url', 'return_url'] as const) {
    const url = params[name];
    if (url === undefined) continue;
    if (url.length > 5000) throw invalid(`The \`${name}\` may be up to 5000 characters long.`, name);
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url) || !URL.canParse(url.replaceAll(/[{}]/g, ''))) {
      throw invalid('Not a valid URL', name, 'url_invalid');
    }
  }
}

function requireCustomerRules(params: Params): void {
  if (params.customer !== undefined && params.customer_email !== undefined) {
    throw invalid('You may only specify one of these parameters: customer, customer_email.', 'customer');
  }
  if (params.customer_update !== undefined && params.customer === undefined) {
    throw invalid('`customer_update` can only be used with `customer`.', 'customer_update');
  }
  if (params.customer_creation !== undefined && params.mode !== 'payment') {
    throw invalid('`customer_creation` can only be used in `payment` mode.', 'customer_creation');
  }
  if (params.customer_creation !== undefined && params.customer !== undefined) {
    throw invalid('You may only specify one of these parameters: customer, customer_creation.', 'customer_creation');
  }
  const { name, address } = params.customer_update ?? {};
  if (
    params.tax_id_collection?.enabled === true &&
    params.customer !== undefined &&
    (name !== 'auto' || address !== 'auto')
  ) {
    throw invalid(
      'Tax ID collection requires updating business name on the customer. To enable tax ID collection for an existing customer, please set `customer_update[name]` and `customer_update[address]` to `auto`.',
      'customer_update[name]',
    );
  }
  if (params.customer_email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(params.customer_email)) {
    throw invalid(`Invalid email address: ${params.customer_email}`, 'customer_email', 'email_invalid');
  }
  if ((params.client_reference_id ?? '').length > 200) {
    throw invalid('`client_reference_id` may be up to 200 characters long.', 'client_reference_id');
  }
}

function requireDiscountRules(params: Params): void {
  const { discounts, allow_promotion_codes: codes, automatic_tax: tax } = params;
  if (params.mode === 'setup') {
    if (discounts) throw invalid('You can not pass `discounts` in `setup` mode.', 'discounts');
    if (tax?.enabled === true) throw invalid('You can not pass `automatic_tax` in `setup` mode.', 'automatic_tax');
  }
  if (discounts && codes !== undefined) {
    throw invalid('You may only specify one of these parameters: allow_promotion_codes, discounts.', 'discounts');
  }
  if (discounts && discounts.length > 1) throw invalid('You may only pass one discount.', 'discounts');
}

function requireMethodRules(params: Params): void {
  if (params.payment_method_collection !== undefined && params.mode !== 'subscription') {
    throw invalid('`payment_method_collection` can only be used in `subscription` mode.', 'payment_method_collection');
  }
  requireMethods(params.allowed_payment_method_types);
  if (params.mode === 'setup') {
    if (params.line_items) throw invalid('You can not pass `line_items` in `setup` mode.', 'line_items');
    return;
  }
  if (!params.line_items || params.line_items.length === 0) throw missing('line_items');
  const most = params.mode === 'subscription' ? 20 : 100;
  if (params.line_items.length > most) throw invalid(`You may pass up to ${most} line items.`, 'line_items');
}

function requireSubscriptionRules(asked: NonNullable<Params['subscription_data']>, now: number): void {
  refuse(
    Object.fromEntries(Object.entries(asked).map(([name, value]) => [`subscription_data[${name}]`, value])),
    [
      'application_fee_percent',
      'billing_cycle_anchor',
      'billing_cycle_anchor_config',
      'default_tax_rates',
      'invoice_settings',
      'on_behalf_of',
      'pending_invoice_item_interval',
      'transfer_data',
    ].map((name) => `subscription_data[${name}]`),
  );
  const { trial_period_days: days, trial_end: end } = asked;
  if (days !== undefined && end !== undefined) {
    throw invalid(
      'You may only specify one of these parameters: trial_end, trial_period_days.',
      'subscription_data[trial_end]',
    );
  }
  if (days !== undefined && (days < 1 || days > 730)) {
    throw invalid(
      'The minimum number of trial period days is 1 and the maximum is 730.',
      'subscription_data[trial_period_days]',
    );
  }
  if (end !== undefined && end < now + 2 * day) {
    throw invalid('The `trial_end` date has to be at least 2 days in the future.', 'subscription_data[trial_end]');
  }
}
