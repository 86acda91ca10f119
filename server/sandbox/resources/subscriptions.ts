/** Subscriptions: begun by API, read, changed in what needs no proration, cancelled. */

import type Stripe from 'stripe';
import { endSubscription } from '../billing/end-subscription.ts';
import { openPayment, payInvoice } from '../billing/pay-invoice.ts';
import { beginSubscription, settleFirstInvoice } from '../billing/subscriptions.ts';
import type { SubscriptionItemOrder } from '../billing/subscriptions.ts';
import { invalid, missing, noSuch, unsupported } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, ofCustomer, page, refuse, slice, within } from '../http/page.ts';
import type { PageParams } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import type { Condition } from '../store/store.ts';
import { mergeMetadata, pick } from '../store/wire.ts';
import { createPriceOf, readCurrency, unitAmountIn } from './prices.ts';

type CreateParams = Stripe.SubscriptionCreateParams;
type UpdateParams = Stripe.SubscriptionUpdateParams;

const day = 24 * 60 * 60;

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

function orderItems(change: Change, params: CreateParams): { items: SubscriptionItemOrder[]; currency: string } {
  const sent = params.items ?? [];
  if (sent.length === 0) throw missing('items');
  const prices = sent.map((item, index) => {
    const at = `items[${index}]`;
    if (item.price_data)
      return createPriceOf(change, { ...item.price_data, active: false } as Stripe.PriceCreateParams);
    const id = item.price ?? item.plan;
    if (id === undefined) throw missing(`${at}[price]`);
    const price = change.store.get('price', id, `${at}[price]`);
    if (!price.recurring) {
      throw invalid(
        `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
        `${at}[price]`,
      );
    }
    return price;
  });
  const currency =
    params.currency === undefined ? (prices[0]?.currency ?? 'usd') : readCurrency(params.currency, 'currency');
  const items = prices.map((price, index) => {
    const unitAmount = unitAmountIn(change, price, currency);
    if (unitAmount === null)
      throw invalid(
        `The price specified only supports ${price.currency}. This doesn't match the expected currency: ${currency}.`,
        `items[${index}][price]`,
      );
    return {
      price,
      quantity: sent[index]?.quantity ?? 1,
      unitAmount,
      metadata: mergeMetadata({}, sent[index]?.metadata),
    };
  });
  return { items, currency };
}

function trialEndOf(params: CreateParams, now: number): number | null {
  if (params.trial_end !== undefined && params.trial_period_days !== undefined) {
    throw invalid('You may only specify one of these parameters: trial_end, trial_period_days.', 'trial_end');
  }
  if (typeof params.trial_end === 'number') {
    if (params.trial_end <= now)
      throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future', 'trial_end');
    return params.trial_end;
  }
  return params.trial_period_days ? now + params.trial_period_days * day : null;
}

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

/** Metadata of items may change; prices and quantities mean prorations, and are refused rather than done by halves. */
function changedItems(
  change: Change,
  subscription: Stripe.Subscription,
  params: UpdateParams,
): Stripe.Subscription['items'] {
  const items = [...subscription.items.data];
  for (const [index, sent] of (params.items ?? []).entries()) {
    const at = `items[${index}]`;
    const place = items.findIndex(({ id }) => id === sent.id);
    const item = items[place];
    if (sent.id !== undefined && !item) throw noSuch('subscription_item', sent.id, `${at}[id]`);
    const price = sent.price ?? sent.plan;
    if (price !== undefined) change.store.get('price', price, `${at}[price]`);
    if (!item) throw unsupported('Adding an item to a subscription', at);
    const isSame =
      (price === undefined || price === item.price.id) &&
      (sent.quantity === undefined || sent.quantity === item.quantity) &&
      sent.deleted !== true &&
      sent.price_data === undefined;
    if (!isSame) throw unsupported('Changing the price or quantity of a subscription', at);
    items[place] = { ...item, metadata: mergeMetadata(item.metadata, sent.metadata) };
  }
  return { ...subscription.items, data: items };
}

type Cancellation = Partial<
  Pick<Stripe.Subscription, 'cancel_at' | 'cancel_at_period_end' | 'canceled_at' | 'cancellation_details'>
>;

/** What `cancel_at_period_end` and `cancel_at` come to; recorded from Stripe: the flag sets the time, and clears it. */
function cancellation(change: Change, subscription: Stripe.Subscription, params: UpdateParams): Cancellation {
  const { cancel_at: at, cancel_at_period_end: atEnd } = params;
  if (at !== undefined && atEnd !== undefined) {
    throw invalid('You may only specify one of these parameters: cancel_at, cancel_at_period_end.', 'cancel_at');
  }
  const ends = subscription.items.data.map((item) => item.current_period_end);
  if (atEnd === false || at === null || at === '') {
    if (atEnd === false && subscription.cancel_at !== null && !subscription.cancel_at_period_end) return {};
    return {
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: null,
      cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    };
  }
  if (at === undefined && atEnd === undefined) return {};
  const time = typeof at === 'number' ? at : at === 'max_period_end' ? Math.max(...ends) : Math.min(...ends);
  if (typeof at === 'number' && at <= change.now) {
    throw invalid('`cancel_at` must be a timestamp in the future.', 'cancel_at');
  }
  if (at === 'max_billed_until') throw unsupported('cancel_at=max_billed_until', 'cancel_at');
  return {
    cancel_at: time,
    cancel_at_period_end: atEnd === true,
    canceled_at: change.now,
    cancellation_details: {
      comment: null,
      feedback: null,
      feedback_option: null,
      ...subscription.cancellation_details,
      reason: 'cancellation_requested',
    },
  };
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
