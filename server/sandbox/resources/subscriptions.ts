/** Subscriptions: begun by API, read, changed in what needs no proration, cancelled. */

import type Stripe from 'stripe';
import { endSubscription } from '../billing/end-subscription.ts';
import { openPayment, payInvoice } from '../billing/pay-invoice.ts';
import { beginSubscription, settleFirstInvoice } from '../billing/subscriptions.ts';
import { invalid, missing, noSuch, unsupported } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, ofCustomer, page, refuse, slice, within } from '../http/page.ts';
import type { PageParams } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import type { Condition } from '../store/store.ts';
import { mergeMetadata, pick } from '../store/wire.ts';
import { cancellation } from './subscription-cancellation.ts';
import { changedItems, orderItems, trialEndOf } from './subscription-items.ts';

type CreateParams = Stripe.SubscriptionCreateParams;
type UpdateParams = Stripe.SubscriptionUpdateParams;

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
    'discounts',
    'invoice_settings',
    'on_behalf_of',
    'pending_invoice_item_interval',
    'transfer_data',
    'trial_from_plan',
  ]);
  if (params.automatic_tax?.enabled === true) throw unsupported('Automatic tax', 'automatic_tax[enabled]');
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
  const method = methodOf(change, params.default_payment_method, customer);
  const begun = beginSubscription(
    change,
    {
      customer,
      currency,
      items,
      trialEnd: trialEndOf(params, change.now),
      defaultPaymentMethod: params.default_payment_method ?? null,
      ...(params.billing_mode && { billingMode: params.billing_mode.type }),
      ...(typeof params.cancel_at === 'number' && { cancelAt: params.cancel_at }),
      cancelAtPeriodEnd: params.cancel_at_period_end === true || params.cancel_at === 'min_period_end',
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

export const updateSubscription: Write<UpdateParams> = (params, { change, path }) => {
  const subscription = change.store.get('subscription', path['id'] ?? '', 'path');
  if (subscription.status === 'canceled' || subscription.status === 'incomplete_expired') {
    const { metadata: _metadata, cancellation_details: _details, ...rest } = params;
    const [name] = Object.keys(rest);
    if (name !== undefined) {
      throw invalid(
        'A canceled subscription can only update its cancellation_details and metadata.',
        name,
        'invalid_canceled_subscription_fields',
      );
    }
  }
  refuse(params, [
    'add_invoice_items',
    'application_fee_percent',
    'billing_cycle_anchor',
    'billing_schedules',
    'billing_thresholds',
    'days_until_due',
    'default_source',
    'default_tax_rates',
    'discounts',
    'invoice_settings',
    'on_behalf_of',
    'pause_collection',
    'pending_invoice_item_interval',
    'transfer_data',
    'trial_end',
    'trial_from_plan',
  ]);
  if (params.automatic_tax?.enabled === true) throw unsupported('Automatic tax', 'automatic_tax[enabled]');
  if (params.collection_method === 'send_invoice')
    throw unsupported('collection_method=send_invoice', 'collection_method');
  const items = params.items ? changedItems(change, subscription, params) : subscription.items;
  const cancel = cancellation(change, subscription, params);
  if (typeof params.default_payment_method === 'string') {
    requireOwn(change, params.default_payment_method, String(subscription.customer));
  }
  const { payment_settings: settings, trial_settings: trial, cancellation_details: details } = params;
  return change.update<'subscription'>(
    subscription,
    {
      ...(pick(params, ['description', 'default_payment_method']) as Partial<Stripe.Subscription>),
      ...cancel,
      ...(details && {
        cancellation_details: {
          ...(cancel.cancellation_details ?? subscription.cancellation_details),
          ...(details as Partial<Stripe.Subscription.CancellationDetails>),
        } as Stripe.Subscription.CancellationDetails,
      }),
      ...(settings?.save_default_payment_method && {
        payment_settings: {
          payment_method_options: null,
          payment_method_types: null,
          ...subscription.payment_settings,
          save_default_payment_method: settings.save_default_payment_method,
        },
      }),
      ...(trial && {
        trial_settings: {
          end_behavior: {
            billing_cycle_anchor: 'now',
            missing_payment_method: 'create_invoice',
            ...trial.end_behavior,
          },
        } as Stripe.Subscription.TrialSettings,
      }),
      items,
      metadata: mergeMetadata(subscription.metadata, params.metadata),
    },
    { ...(cancel.cancel_at !== undefined && { dueAt: cancel.cancel_at }) },
  );
};

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
  if (params.prorate === true) throw unsupported('Prorating a cancellation', 'prorate');
  if (params.invoice_now === true) throw unsupported('Invoicing a cancellation', 'invoice_now');
  const { comment, feedback } = params.cancellation_details ?? {};
  return endSubscription(change, subscription, {
    reason: 'cancellation_requested',
    comment: comment || null,
    feedback: feedback || null,
  });
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

/** @throws StripeApiError 400 where the payment method is not this customer's. */
function requireOwn(change: Change, id: string, customer: string): Stripe.PaymentMethod {
  const method = change.store.get('payment_method', id, 'default_payment_method');
  if (method.customer === customer) return method;
  throw invalid(
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    'default_payment_method',
    'resource_missing',
  );
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
