/** Subscriptions: begun by API, read, cancelled. */

import type Stripe from 'stripe';
import { cancelNow } from '../billing/cancel-now.ts';
import { endDiscount } from '../billing/discounts.ts';
import { openPayment, payInvoice } from '../billing/pay-invoice.ts';
import { beginSubscription, settleFirstInvoice } from '../billing/subscriptions.ts';
import { invalid, missing, noDiscount, noSuch, unsupported } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, ofCustomer, page, refuse, slice, within } from '../http/page.ts';
import type { PageParams } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import type { Condition } from '../store/store.ts';
import { idOf, mergeMetadata } from '../store/wire.ts';
import { requireCurrency } from './one-currency.ts';
import { redemptionOf } from './redemptions.ts';
import { orderItems, trialEndOf } from './subscription-items.ts';
import { requireOwn } from './subscription-update.ts';
import { requireTaxLocation } from './tax-location.ts';

type CreateParams = Stripe.SubscriptionCreateParams;

export const createSubscription: Write<CreateParams> = (params, { change }) => {
  refuse(params, [
    'add_invoice_items',
    'application_fee_percent',
    'backdate_start_date',
    'billing_cycle_anchor',
    'billing_cycle_anchor_config',
    'billing_schedules',
    'billing_thresholds',
    'customer_account',
    'days_until_due',
    'default_source',
    'default_tax_rates',
    'invoice_settings',
    'on_behalf_of',
    'pending_invoice_item_interval',
    'transfer_data',
    'trial_from_plan',
  ]);
  if (params.collection_method === 'send_invoice')
    throw unsupported('collection_method=send_invoice', 'collection_method');
  if (params.customer === undefined) throw missing('customer');
  const behavior = params.payment_behavior ?? 'allow_incomplete';
  if (behavior === 'pending_if_incomplete') {
    throw invalid(
      '`payment_behavior=pending_if_incomplete` is not supported when creating subscriptions.',
      'payment_behavior',
    );
  }
  const customer = change.store.get('customer', params.customer, 'customer');
  const { items, currency } = orderItems(change, params);
  if (params.billing_mode?.flexible?.proration_discounts === 'itemized') {
    throw unsupported('proration_discounts=itemized', 'billing_mode[flexible][proration_discounts]');
  }
  requireCurrency(change.store, customer, currency);
  if (params.automatic_tax?.enabled === true) requireTaxLocation(customer);
  const amount = items.reduce((sum, item) => sum + item.unitAmount * item.quantity, 0);
  const redemptions = (params.discounts || []).map((sent, place) =>
    redemptionOf(change, sent, { customer, currency, amount }, `discounts[${place}]`),
  );
  const method = methodOf(change, params.default_payment_method, customer);
  const begun = beginSubscription(
    change,
    {
      customer,
      currency,
      items,
      redemptions,
      automaticTax: params.automatic_tax?.enabled === true,
      trialEnd: trialEndOf(params, change.now),
      defaultPaymentMethod: params.default_payment_method ?? null,
      ...(params.billing_mode && { billingMode: params.billing_mode.type }),
      ...(params.cancel_at !== undefined && { cancelAt: params.cancel_at }),
      cancelAtPeriodEnd: params.cancel_at_period_end === true,
      description: params.description ?? null,
      metadata: mergeMetadata({}, params.metadata),
      ...(params.trial_settings && { missingPaymentMethod: params.trial_settings.end_behavior.missing_payment_method }),
      ...(params.payment_settings?.save_default_payment_method && {
        saveDefaultPaymentMethod: params.payment_settings.save_default_payment_method,
      }),
    },
    'incomplete',
  );
  if (customer.currency === null) change.update<'customer'>(customer, { currency }, { events: [] });
  if (begun.invoice.amount_due === 0) {
    settleFirstInvoice(change, begun, null);
    const subscription = stored(change, begun.subscription.id);
    return subscription.status === 'incomplete' ? activate(change, subscription) : subscription;
  }
  openPayment(change, begun.invoice);
  if (behavior === 'default_incomplete') return stored(change, begun.subscription.id);
  if (!method) {
    throw invalid(
      'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.',
      undefined,
      'resource_missing',
    );
  }
  const presence = params.off_session === true ? 'off_session' : 'on_session';
  const { error } = payInvoice(change, begun.invoice, { method, presence });
  // Nothing is written: a thrown error undoes the subscription with all that came with it.
  if (error && behavior === 'error_if_incomplete') throw error;
  return stored(change, begun.subscription.id);
};

export const retrieveSubscription: Read<unknown> = (_params, { store, path }) =>
  store.get('subscription', path['id'] ?? '', 'path');

export const listSubscriptions: Read<Stripe.SubscriptionListParams> = (params, { store, url }) => {
  if (params.customer !== undefined) {
    const customer = store.find('customer', params.customer);
    if (!customer) throw noSuch('customer', params.customer, 'customer');
  }
  return page(store, 'subscription', params, {
    url,
    where: [
      ofCustomer(params.customer),
      withStatus(params.status),
      attribute('$.collection_method', params.collection_method),
      attribute('$.automatic_tax.enabled', params.automatic_tax?.enabled),
      attribute('$.test_clock', params.test_clock),
      withPrice(params.price ?? params.plan),
      within("json_extract(body, '$.items.data[0].current_period_end')", params.current_period_end),
      within("json_extract(body, '$.items.data[0].current_period_start')", params.current_period_start),
      within('created', params.created),
    ],
  });
};

export const cancelSubscription: Write<Stripe.SubscriptionCancelParams> = (params, { change, path }) => {
  const subscription = change.store.get('subscription', path['id'] ?? '', 'path');
  if (subscription.status === 'canceled' || subscription.status === 'incomplete_expired') {
    throw noSuch('subscription', subscription.id, 'path');
  }
  const { comment, feedback } = params.cancellation_details ?? {};
  return cancelNow(change, subscription, {
    prorate: params.prorate === true,
    invoiceNow: params.invoice_now === true,
    reason: 'cancellation_requested',
    comment: comment || null,
    feedback: feedback || null,
  });
};

/** Ends all of its discounts; what is answered is the first of them. */
export const deleteDiscount: Write<unknown> = (_params, { change, path }) => {
  const subscription = change.store.get('subscription', path['id'] ?? '', 'path');
  const ended = subscription.discounts.map((reference) =>
    endDiscount(change, change.store.get('discount', idOf(reference) ?? '', 'path')),
  );
  const [first] = ended;
  if (!first) throw noDiscount('subscription', subscription.id);
  return first;
};

export const listSubscriptionItems: Read<PageParams & { subscription: string }> = (params, { store, url }) =>
  slice(store.get('subscription', params.subscription, 'subscription').items.data, params, url);

export const retrieveSubscriptionItem: Read<unknown> = (_params, { store, path }) => {
  const id = path['id'] ?? '';
  const [holder] = store.all('subscription', [
    {
      sql: "exists (select 1 from json_each(body, '$.items.data') where json_extract(value, '$.id') = ?)",
      values: [id],
    },
  ]);
  const item = holder?.items.data.find((one) => one.id === id);
  if (!item) throw noSuch('subscription_item', id, 'path');
  return item;
};

function methodOf(change: Change, id: string | undefined, customer: Stripe.Customer): Stripe.PaymentMethod | null {
  if (id !== undefined) return requireOwn(change, id, customer.id);
  const { default_payment_method: own } = customer.invoice_settings;
  return own === null ? null : change.store.find('payment_method', String(own));
}

function stored(change: Change, id: string): Stripe.Subscription {
  return change.store.get('subscription', id, 'path');
}

function activate(change: Change, subscription: Stripe.Subscription): Stripe.Subscription {
  return change.update<'subscription'>(subscription, { status: 'active' }, { dueAt: subscription.cancel_at });
}

/** Without a status: all but the cancelled ones. */
function withStatus(status: Stripe.SubscriptionListParams.Status | undefined): Condition | null {
  const column = "json_extract(body, '$.status')";
  if (status === 'all') return null;
  if (status === undefined) return { sql: `${column} <> 'canceled'`, values: [] };
  if (status === 'ended') return { sql: `${column} in ('canceled', 'incomplete_expired')`, values: [] };
  return { sql: `${column} = ?`, values: [status] };
}

function withPrice(price: string | undefined): Condition | null {
  if (price === undefined) return null;
  const sql = "exists (select 1 from json_each(body, '$.items.data') where json_extract(value, '$.price.id') = ?)";
  return { sql, values: [price] };
}
