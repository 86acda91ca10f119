/** `flow_data`: the one thing that a portal session is for, held against what its configuration lets customers do. */

import type Stripe from 'stripe';
import { invalid, missing, noSuch } from '../errors.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { requireUrl } from './portal-configurations.ts';
import { redemptionOf } from './redemptions.ts';

type Flow = Stripe.BillingPortal.Session.Flow;
type AfterCompletion = Stripe.BillingPortal.Session.Flow.AfterCompletion;
type Confirm = Stripe.BillingPortal.Session.Flow.SubscriptionUpdateConfirm;
type SentFlow = Stripe.BillingPortal.SessionCreateParams.FlowData;
type SentCancel = Stripe.BillingPortal.SessionCreateParams.FlowData.SubscriptionCancel;
type Retention = Stripe.BillingPortal.Session.Flow.SubscriptionCancel.Retention;
type SentConfirm = Stripe.BillingPortal.SessionCreateParams.FlowData.SubscriptionUpdateConfirm;

export interface FlowRequest {
  readonly configuration: Stripe.BillingPortal.Configuration;
  readonly customer: Stripe.Customer;
  readonly sent: SentFlow;
}

/** What a flow is of; those without one are about the customer. */
const features = {
  customer_update: 'customer_update',
  payment_method_update: 'payment_method_update',
  subscription_cancel: 'subscription_cancel',
  subscription_pause: 'subscription_pause',
  subscription_update: 'subscription_update',
  subscription_update_confirm: 'subscription_update',
} as const;

/** @throws StripeApiError 400 for a flow whose feature is off, and for a subscription that it cannot be about. */
export function readFlow(change: Change, request: FlowRequest): Flow {
  const { configuration, sent } = request;
  const type = sent.type as keyof typeof features;
  const feature = features[type];
  for (const name of Object.keys(sent)) {
    if (name !== 'type' && name !== 'after_completion' && name !== type) {
      throw invalid(
        `\`flow_data[${name}]\` cannot be sent when \`flow_data[type]\` is \`${type}\`.`,
        `flow_data[${name}]`,
      );
    }
  }
  if (!configuration.features[feature].enabled) {
    const what = feature.replaceAll('_', ' ');
    throw invalid(
      feature.startsWith('subscription')
        ? `This subscription cannot be ${pastOf[feature as keyof typeof pastOf]} because the ${what} feature in the portal configuration is disabled.`
        : `The ${what} feature in the portal configuration is disabled.`,
      'flow_data[type]',
    );
  }
  const flow: Flow = {
    after_completion: afterCompletion(sent.after_completion),
    customer_update: type === 'customer_update' ? {} : null,
    subscription_cancel: null,
    subscription_pause: null,
    subscription_update: null,
    subscription_update_confirm: null,
    type,
  };
  if (type === 'customer_update' || type === 'payment_method_update') return flow;
  const details = sent[type];
  if (!details) throw missing(`flow_data[${type}]`);
  const subscription = requireSubscription(change, request, type, details.subscription);
  if (type === 'subscription_cancel') {
    return {
      ...flow,
      subscription_cancel: {
        retention: retentionOf(change, subscription, details as SentCancel),
        subscription: subscription.id,
      },
    };
  }
  if (type !== 'subscription_update_confirm') return { ...flow, [type]: { subscription: subscription.id } };
  return {
    ...flow,
    subscription_update_confirm: confirmOf(change, configuration, subscription, details as SentConfirm),
  };
}

const pastOf = {
  subscription_cancel: 'canceled',
  subscription_pause: 'paused',
  subscription_update: 'updated',
} as const;

function afterCompletion(sent: SentFlow['after_completion']): AfterCompletion {
  const { type = 'portal_homepage', hosted_confirmation: confirmation, redirect } = sent ?? {};
  if (type === 'redirect' && !redirect) throw missing('flow_data[after_completion][redirect]');
  return {
    hosted_confirmation:
      type === 'hosted_confirmation' ? { custom_message: confirmation?.custom_message ?? null } : null,
    redirect:
      type === 'redirect' && redirect
        ? { return_url: requireUrl(redirect.return_url, 'flow_data[after_completion][redirect][return_url]') }
        : null,
    type,
  };
}

function requireSubscription(
  change: Change,
  { customer }: FlowRequest,
  type: 'subscription_cancel' | 'subscription_pause' | 'subscription_update' | 'subscription_update_confirm',
  id: string,
): Stripe.Subscription {
  const at = `flow_data[${type}][subscription]`;
  const subscription = change.store.find('subscription', id);
  if (!subscription) throw noSuch('subscription', id, at);
  if (idOf(subscription.customer) !== customer.id) {
    throw invalid(`The subscription ${id} does not belong to the customer ${customer.id}.`, at);
  }
  const verb = pastOf[features[type]];
  if (subscription.ended_at !== null || subscription.status === 'incomplete') {
    throw invalid(`This subscription cannot be ${verb} because its status is \`${subscription.status}\`.`, at);
  }
  if (subscription.schedule !== null) {
    throw invalid(
      `This subscription cannot be ${verb} because it is managed by the subscription schedule \`${idOf(subscription.schedule)}\`.`,
      at,
    );
  }
  if (type === 'subscription_cancel' && subscription.cancel_at !== null) {
    throw invalid('This subscription cannot be canceled because it is already set to be canceled.', at);
  }
  if (features[type] === 'subscription_update') requireOneItem(subscription, at);
  return subscription;
}

function requireOneItem(subscription: Stripe.Subscription, at: string): void {
  if (subscription.items.data.length === 1) return;
  throw invalid('This subscription cannot be updated because it contains multiple items.', at);
}

/** One change of one item to a price of the configuration, which may also be the price that it has. */
function confirmOf(
  change: Change,
  configuration: Stripe.BillingPortal.Configuration,
  subscription: Stripe.Subscription,
  sent: SentConfirm,
): Confirm {
  const at = 'flow_data[subscription_update_confirm][items]';
  const discounts = discountsOf(change, subscription, sent.discounts ?? []);
  const [item, ...others] = sent.items;
  if (!item) throw missing(at);
  if (others.length > 0) throw invalid('Only one item can be updated in this flow.', at);
  const current = subscription.items.data.find(({ id }) => id === item.id);
  if (!current) throw noSuch('subscription_item', item.id, `${at}[0][id]`);
  const price = item.price ?? current.price.id;
  const quantity = item.quantity ?? current.quantity ?? 1;
  if (price === current.price.id && quantity === current.quantity && !discounts) {
    throw invalid('This subscription cannot be updated because there are no changes to confirm.', at);
  }
  const allowed = configuration.features.subscription_update.default_allowed_updates;
  const { products } = change.store.hidden('billing_portal.configuration', configuration.id);
  if (price !== current.price.id) {
    change.store.get('price', price, `${at}[0][price]`);
    if (!products.some(({ prices }) => prices.includes(price))) {
      throw invalid(
        `This subscription cannot be updated because the price ${price} is not in the configuration's products.`,
        `${at}[0][price]`,
      );
    }
    if (!allowed.includes('price')) throw notAllowed('price', `${at}[0][price]`);
  }
  if (quantity !== current.quantity && !allowed.includes('quantity'))
    throw notAllowed('quantity', `${at}[0][quantity]`);
  return { discounts, items: [{ id: current.id, price, quantity }], subscription: subscription.id };
}

/** A coupon for those who stay. */
function retentionOf(change: Change, subscription: Stripe.Subscription, sent: SentCancel): Retention | null {
  if (!sent.retention) return null;
  const { coupon } = sent.retention.coupon_offer;
  const at = 'flow_data[subscription_cancel][retention][coupon_offer]';
  redemptionOf(change, { coupon }, { customer: null, currency: subscription.currency, amount: null }, at);
  return { coupon_offer: { coupon }, type: 'coupon_offer' };
}

/** At most one, which this customer may use for this. */
function discountsOf(
  change: Change,
  subscription: Stripe.Subscription,
  sent: NonNullable<SentConfirm['discounts']>,
): Confirm['discounts'] {
  const at = 'flow_data[subscription_update_confirm][discounts]';
  const [one, ...others] = sent;
  if (!one) return null;
  if (others.length > 0) throw invalid('Only one discount can be applied in this flow.', at);
  const customer = change.store.get('customer', idOf(subscription.customer) ?? '', 'customer');
  redemptionOf(change, one, { customer, currency: subscription.currency, amount: null }, `${at}[0]`);
  return [{ coupon: one.coupon ?? null, promotion_code: one.promotion_code ?? null }];
}

function notAllowed(what: 'price' | 'quantity', at: string) {
  return invalid(
    `This subscription cannot be updated because the configuration's \`default_allowed_updates\` does not hold \`${what}\`.`,
    at,
  );
}
