/** Checkout sessions: made, listed, expired. Paying them is `billing/complete-session.ts`. */

import type Stripe from 'stripe';
import { debitCurrencies, isDebit, readDebitSettings } from '../bank-accounts.ts';
import type { CheckoutOrder } from '../billing/checkout-order.ts';
import { amountsOf, automaticTaxOf, checkoutTotals } from '../billing/checkout-totals.ts';
import { expireSession } from '../billing/expire-session.ts';
import { invalid } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, ofCustomer, page, refuse, slice, within } from '../http/page.ts';
import type { PageParams } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { mergeMetadata } from '../store/wire.ts';
import { requireCurrency } from './one-currency.ts';
import { redemptionOf } from './redemptions.ts';
import { lineItemsOf, orderItems } from './session-items.ts';
import { requireSessionRules } from './session-rules.ts';
import { isTaxable } from './tax-location.ts';

type Params = Stripe.Checkout.SessionCreateParams;
type Session = Stripe.Checkout.Session;

const day = 24 * 60 * 60;

export const createSession: Write<Params> = (params, { change }) => {
  requireSessionRules(params, change.now);
  const customer = params.customer === undefined ? null : change.store.get('customer', params.customer, 'customer');
  const { items, currency } = orderItems(change, params);
  if (customer && params.mode === 'subscription') requireCurrency(change.store, customer, currency);
  const order: CheckoutOrder = {
    items,
    subscription: params.subscription_data ?? {},
    payment: params.payment_intent_data ?? {},
    setup: params.setup_intent_data ?? {},
    customerUpdate: params.customer_update ?? {},
    discounts: discountsOf(change, params, { items, customer, currency }),
    automaticTax: params.automatic_tax?.enabled === true,
    address: null,
    intent: null,
    challenged: null,
  };
  if (customer && order.automaticTax) requireAddress(customer, order);
  const sold = { currency, customer: customer?.id ?? null };
  const totals = checkoutTotals(change.store, sold, order, 'today');
  const { total } = totals;
  if (params.mode === 'payment' && total > 0 && total < 50) {
    throw invalid(
      "The Checkout Session's total amount due must add up to at least $0.50 usd.",
      'line_items',
      'amount_too_small',
    );
  }
  const id = change.store.ids.next('cs_test');
  const mode = params.ui_mode ?? 'hosted_page';
  const secret = `${id}_secret_${change.store.ids.secret(60)}`;
  const expiresAt = params.expires_at ?? change.now + day;
  return change.create<'checkout.session'>(
    {
      id,
      object: 'checkout.session',
      adaptive_pricing: { enabled: params.adaptive_pricing?.enabled ?? false },
      after_expiration: null,
      allow_promotion_codes: params.allow_promotion_codes ?? null,
      allowed_payment_method_types: params.allowed_payment_method_types ?? null,
      ...(params.mode === 'setup'
        ? { amount_subtotal: null, amount_total: null, total_details: null }
        : amountsOf(totals)),
      automatic_tax: automaticTaxOf(change.store, sold, order),
      billing_address_collection: params.billing_address_collection ?? null,
      ...(mode !== 'elements' && { branding_settings: brandingOf(params.branding_settings ?? {}) }),
      cancel_url: params.cancel_url ?? null,
      client_reference_id: params.client_reference_id ?? null,
      client_secret: mode === 'hosted_page' ? null : secret,
      collected_information: null,
      consent: null,
      consent_collection: (params.consent_collection as Session['consent_collection']) ?? null,
      created: change.now,
      currency,
      currency_conversion: null,
      custom_fields: [],
      custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
      customer: customer?.id ?? null,
      customer_account: null,
      customer_creation: customer
        ? null
        : params.mode === 'payment'
          ? (params.customer_creation ?? 'if_required')
          : 'always',
      customer_details: knownDetails(params.customer_email ?? customer?.email ?? null),
      customer_email: params.customer_email ?? null,
      discounts: order.discounts.map(({ coupon, promotionCode }) => ({ coupon, promotion_code: promotionCode })),
      expires_at: expiresAt,
      integration_identifier: params.integration_identifier ?? null,
      invoice: null,
      invoice_creation:
        params.mode === 'payment'
          ? {
              enabled: false,
              invoice_data: {
                account_tax_ids: null,
                custom_fields: null,
                description: null,
                footer: null,
                issuer: null,
                metadata: {},
                rendering_options: null,
              },
            }
          : null,
      livemode: false,
      locale: params.locale ?? null,
      managed_payments: { enabled: false },
      metadata: mergeMetadata({}, params.metadata),
      mode: params.mode,
      origin_context: params.origin_context ?? null,
      payment_intent: null,
      payment_link: null,
      payment_method_collection:
        params.mode === 'subscription' ? (params.payment_method_collection ?? 'always') : 'if_required',
      payment_method_configuration_details: null,
      payment_method_options: {},
      payment_method_types: typesOf(change, params, currency),
      payment_status: params.mode === 'setup' ? 'no_payment_required' : 'unpaid',
      permissions: null,
      phone_number_collection: { enabled: params.phone_number_collection?.enabled ?? false },
      recovered_from: null,
      ...(mode !== 'hosted_page' && { redirect_on_completion: params.redirect_on_completion ?? 'always' }),
      ...(params.return_url !== undefined && { return_url: params.return_url }),
      saved_payment_method_options:
        params.mode === 'subscription'
          ? { allow_redisplay_filters: ['always'], payment_method_remove: 'disabled', payment_method_save: null }
          : null,
      setup_intent: null,
      shipping_address_collection:
        (params.shipping_address_collection as Session['shipping_address_collection']) ?? null,
      shipping_cost: null,
      shipping_options: [],
      status: 'open',
      submit_type: params.submit_type ?? null,
      subscription: null,
      success_url: params.success_url ?? null,
      tax_id_collection: {
        enabled: params.tax_id_collection?.enabled ?? false,
        required: params.tax_id_collection?.required ?? 'never',
      },
      ui_mode: mode,
      url: mode === 'hosted_page' ? `${change.store.publicUrl()}/c/pay/${id}` : null,
      wallet_options: (params.wallet_options as Session['wallet_options']) ?? null,
    } as Session,
    { hidden: order, dueAt: expiresAt },
  );
};

export const retrieveSession: Read<unknown> = (_params, { store, path }) =>
  store.get('checkout.session', path['id'] ?? '', 'path');

export const updateSession: Write<Stripe.Checkout.SessionUpdateParams> = (params, { change, path }) => {
  refuse(params, ['collected_information', 'line_items', 'payment_intent_data', 'shipping_options']);
  const session = change.store.get('checkout.session', path['id'] ?? '', 'path');
  return change.update<'checkout.session'>(session, {
    metadata: mergeMetadata(session.metadata ?? {}, params.metadata),
  });
};

export const listSessions: Read<Stripe.Checkout.SessionListParams> = (params, { store, url }) =>
  page(store, 'checkout.session', params, {
    url,
    where: [
      ofCustomer(params.customer),
      attribute('$.customer_details.email', params.customer_details?.email),
      attribute('$.payment_intent', params.payment_intent),
      attribute('$.payment_link', params.payment_link),
      attribute('$.status', params.status),
      attribute('$.subscription', params.subscription),
      within('created', params.created),
    ],
  });

export const expire: Write<unknown> = (_params, { change, path }) => {
  const session = change.store.get('checkout.session', path['id'] ?? '', 'path');
  if (session.status !== 'open') {
    throw invalid(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of "${session.status}".`,
    );
  }
  return expireSession(change, session);
};

export const listSessionItems: Read<PageParams> = (params, { store, path, url }) =>
  slice(lineItemsOf(store, store.get('checkout.session', path['id'] ?? '', 'path')), params, url);

/** What the session can be paid with: what it allows, else what is turned on, as far as its currency goes with it. */
function typesOf(change: Change, params: Params, currency: string | null): string[] {
  const turnedOn = readDebitSettings(change.store.database).payment_method_types;
  const types = (params.allowed_payment_method_types ?? turnedOn).filter(
    (type) => !isDebit(type) || currency === null || debitCurrencies[type] === currency,
  );
  if (types.length > 0) return types;
  throw invalid(
    `None of the payment method types can be used with the currency ${currency}.`,
    'allowed_payment_method_types',
  );
}

function discountsOf(
  change: Change,
  params: Params,
  sold: {
    readonly items: CheckoutOrder['items'];
    readonly customer: Stripe.Customer | null;
    readonly currency: string | null;
  },
): CheckoutOrder['discounts'] {
  const amount = sold.items.reduce((sum, item) => sum + item.unitAmount * item.quantity, 0);
  return (params.discounts ?? []).map((sent, place) => {
    const purchase = { customer: sold.customer, currency: sold.currency ?? 'usd', amount };
    const { coupon, promotionCode } = redemptionOf(change, sent, purchase, `discounts[${place}]`);
    return { id: change.store.ids.next('di'), coupon: coupon.id, promotionCode: promotionCode?.id ?? null };
  });
}

/** @throws StripeApiError 400 `customer_tax_location_invalid` (R14.1). */
function requireAddress(customer: Stripe.Customer, order: CheckoutOrder): void {
  const { address, shipping } = order.customerUpdate;
  if (isTaxable(customer) || address === 'auto' || shipping === 'auto') return;
  throw invalid(
    "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to 'auto' to save the address entered in Checkout to the Customer.",
    'automatic_tax',
    'customer_tax_location_invalid',
  );
}

function knownDetails(email: string | null): Session['customer_details'] {
  if (email === null) return null;
  return {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name: null,
    phone: null,
    tax_exempt: 'none',
    tax_ids: null,
  };
}

function brandingOf(sent: NonNullable<Params['branding_settings']>): Session['branding_settings'] {
  return {
    background_color: sent.background_color || '#ffffff',
    border_style: sent.border_style || 'rounded',
    button_color: sent.button_color || '#0074d4',
    display_name: sent.display_name ?? 'Sandbox',
    font_family: sent.font_family || 'default',
    icon: (sent.icon as NonNullable<Session['branding_settings']>['icon']) ?? null,
    logo: (sent.logo as NonNullable<Session['branding_settings']>['logo']) ?? null,
  };
}
