/** Customers. */

import type Stripe from 'stripe';
import { endDiscount, giveDiscount } from '../billing/discounts.ts';
import { attachPaymentMethod, takePaymentMethod } from '../billing/payment-methods.ts';
import { removeCustomer } from '../billing/remove-customer.ts';
import { invalid, noDiscount } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, page, refuse, within } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { addressOf, mergeMetadata, pick } from '../store/wire.ts';
import { redemptionOf } from './redemptions.ts';
import { requireTaxLocation } from './tax-location.ts';

const unsupportedParams = [
  'business_name',
  'individual_name',
  'cash_balance',
  'source',
  'tax_id_data',
  'balance',
] as const;

export const createCustomer: Write<Stripe.CustomerCreateParams & OlderDiscount> = (params, { change }) => {
  refuse(params, unsupportedParams);
  const customer = withDiscount(change, createCustomerOf(change, params), params);
  if (params.tax?.validate_location === 'immediately') requireTaxLocation(customer);
  const wanted = params.payment_method ?? params.invoice_settings?.default_payment_method;
  if (wanted === undefined) return customer;
  const attached = attachPaymentMethod(change, takePaymentMethod(change, wanted, 'payment_method'), customer.id);
  if (params.invoice_settings?.default_payment_method === undefined) return customer;
  return change.update<'customer'>(
    customer,
    { invoice_settings: { ...customer.invoice_settings, default_payment_method: attached.id } },
    { events: [] },
  );
};

/** Makes the customer of a call, or of a checkout that had none. */
export function createCustomerOf(change: Change, params: Stripe.CustomerCreateParams): Stripe.Customer {
  return change.create<'customer'>({
    id: change.store.ids.next('cus'),
    object: 'customer',
    address: addressOf(params.address),
    balance: 0,
    created: change.now,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: params.description ?? null,
    discount: null,
    email: params.email ?? null,
    invoice_prefix: params.invoice_prefix ?? change.store.ids.invoicePrefix(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: params.invoice_settings?.footer ?? null,
      rendering_options: null,
    },
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    name: params.name ?? null,
    next_invoice_sequence: params.next_invoice_sequence ?? 1,
    phone: params.phone ?? null,
    preferred_locales: params.preferred_locales ?? [],
    shipping: shippingOf(params.shipping),
    tax_exempt: params.tax_exempt || 'none',
    test_clock: clockOf(change, params.test_clock),
  });
}

/** Also answers for a deleted customer, with what is left of it. */
export const retrieveCustomer: Read<unknown> = (_params, { store, path }) => {
  const id = path['id'] ?? '';
  return store.find('customer', id) ?? store.get('customer', id, 'path');
};

export const updateCustomer: Write<Stripe.CustomerUpdateParams & OlderDiscount> = (params, { change, path }) => {
  refuse(params, [...unsupportedParams, 'default_source']);
  const customer = change.store.get('customer', path['id'] ?? '', 'path');
  const { default_payment_method: defaultMethod, footer } = params.invoice_settings ?? {};
  if (typeof defaultMethod === 'string') {
    const method = change.store.get('payment_method', defaultMethod, 'invoice_settings[default_payment_method]');
    if (method.customer !== customer.id) {
      throw invalid(
        `The customer does not have a payment method with the ID ${defaultMethod}. The payment method must be attached to the customer.`,
        'invoice_settings[default_payment_method]',
        'resource_missing',
      );
    }
  }
  const updated = change.update<'customer'>(customer, {
    ...pick(params, ['description', 'email', 'name', 'phone', 'invoice_prefix', 'next_invoice_sequence']),
    ...(params.preferred_locales !== undefined && { preferred_locales: params.preferred_locales }),
    ...(params.address !== undefined && { address: addressOf(params.address) }),
    ...(params.shipping !== undefined && { shipping: shippingOf(params.shipping) }),
    ...(params.tax_exempt !== undefined && { tax_exempt: params.tax_exempt || 'none' }),
    invoice_settings: {
      ...customer.invoice_settings,
      ...(defaultMethod !== undefined && { default_payment_method: defaultMethod }),
      ...(footer !== undefined && { footer }),
    },
    metadata: mergeMetadata(customer.metadata, params.metadata),
  });
  if (mustBeTaxable(change, updated, params)) requireTaxLocation(updated);
  return withDiscount(change, updated, params);
};

export const listCustomers: Read<Stripe.CustomerListParams> = (params, { store, url }) =>
  page(store, 'customer', params, {
    url,
    where: [
      attribute('$.email', params.email),
      attribute('$.test_clock', params.test_clock),
      within('created', params.created),
    ],
  });

export const deleteCustomer: Write<unknown> = (_params, { change, path }) =>
  removeCustomer(change, change.store.get('customer', path['id'] ?? '', 'path'));

/** @throws StripeApiError 400 where there is no such clock. */
function clockOf(change: Change, id: string | undefined): string | null {
  return id === undefined ? null : change.store.get('test_helpers.test_clock', id, 'test_clock').id;
}

/** By itself Stripe looks at a new address only where tax depends on it. */
function mustBeTaxable(change: Change, customer: Stripe.Customer, params: Stripe.CustomerUpdateParams): boolean {
  const wish = params.tax?.validate_location ?? 'auto';
  if (wish !== 'auto') return wish === 'immediately';
  if (params.address === undefined && params.shipping === undefined) return false;
  return change.store
    .all('subscription', [{ sql: 'customer = ?', values: [customer.id] }])
    .some((subscription) => subscription.automatic_tax.enabled && subscription.ended_at === null);
}

export const deleteCustomerDiscount: Write<unknown> = (_params, { change, path }) => {
  const { id, discount } = change.store.get('customer', path['id'] ?? '', 'path');
  if (!discount) throw noDiscount('customer', id);
  return endDiscount(change, discount);
};

/** Callers of today cannot give a customer a discount of their own; earlier ones could. */
interface OlderDiscount {
  /** Null ends it. */
  readonly coupon?: string | null;
  readonly promotion_code?: string | null;
}

function withDiscount(change: Change, customer: Stripe.Customer, sent: OlderDiscount): Stripe.Customer {
  const { coupon, promotion_code: code } = sent;
  if (coupon === null || code === null) {
    if (customer.discount) endDiscount(change, customer.discount);
    return change.store.get('customer', customer.id, 'path');
  }
  if (coupon === undefined && code === undefined) return customer;
  const wanted = coupon === undefined ? null : change.store.get('coupon', coupon, 'coupon');
  const currency = customer.currency ?? wanted?.currency ?? 'usd';
  const one = { ...(coupon !== undefined && { coupon }), ...(code !== undefined && { promotion_code: code }) };
  const redemption = redemptionOf(change, one, { customer, currency, amount: null }, 'discount');
  return giveDiscount(change, customer, redemption, currency);
}

function shippingOf(sent: Stripe.CustomerCreateParams['shipping']): Stripe.Customer['shipping'] {
  if (!sent) return null;
  const address = addressOf(sent.address);
  return { name: sent.name, phone: sent.phone ?? null, ...(address && { address }) } as Stripe.Customer['shipping'];
}
