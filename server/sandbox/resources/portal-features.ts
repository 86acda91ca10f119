/** The features of a portal configuration: what is sent, held against Stripe's rules and laid over what was there. */

import type Stripe from 'stripe';
import { invalid, missing, unsupported } from '../errors.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';

type Features = Stripe.BillingPortal.Configuration.Features;
type CustomerUpdate = Stripe.BillingPortal.Configuration.Features.CustomerUpdate;
type SubscriptionCancel = Stripe.BillingPortal.Configuration.Features.SubscriptionCancel;
type SubscriptionPause = Stripe.BillingPortal.Configuration.Features.SubscriptionPause;
type SubscriptionUpdate = Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate;
type SentFeatures = Stripe.BillingPortal.ConfigurationUpdateParams.Features;
/** Products that customers may switch between; Stripe shows them only where `expand` asks for them. */
export type PortalProduct = Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate.Product;

export interface PortalFeatures {
  readonly features: Features;
  readonly products: readonly PortalProduct[];
}

/** What a configuration has where nothing is said. */
export const startingFeatures: Features = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: {
      enabled: false,
      feedback_options: null,
      options: ['too_expensive', 'missing_features', 'switched_service', 'unused', 'other'],
    },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
  subscription_update: {
    billing_cycle_anchor: 'unchanged',
    default_allowed_updates: [],
    enabled: false,
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
};

/** @throws StripeApiError 400 for what Stripe refuses, with the parameter that is at fault. */
export function readFeatures(change: Change, before: PortalFeatures, sent: SentFeatures): PortalFeatures {
  const { features } = before;
  const products =
    sent.subscription_update?.products === undefined
      ? before.products
      : productsOf(change, sent.subscription_update.products || []);
  return {
    features: {
      customer_update: customerUpdate(features.customer_update, sent.customer_update),
      invoice_history: { ...features.invoice_history, ...sent.invoice_history },
      payment_method_update: {
        enabled: sent.payment_method_update?.enabled ?? features.payment_method_update.enabled,
        payment_method_configuration: null,
      },
      subscription_cancel: cancelFeature(features.subscription_cancel, sent.subscription_cancel),
      subscription_pause: pauseFeature(features.subscription_pause, sent.subscription_pause),
      subscription_update: updateFeature(features.subscription_update, sent.subscription_update, products),
    },
    products,
  };
}

function customerUpdate(before: CustomerUpdate, sent: SentFeatures['customer_update']) {
  const after = {
    allowed_updates:
      sent?.allowed_updates === undefined ? before.allowed_updates : [...new Set(sent.allowed_updates || [])],
    enabled: sent?.enabled ?? before.enabled,
  };
  if (after.enabled && after.allowed_updates.length === 0) {
    throw missing('features[customer_update][allowed_updates]');
  }
  return after;
}

function cancelFeature(before: SubscriptionCancel, sent: SentFeatures['subscription_cancel']): SubscriptionCancel {
  const at = 'features[subscription_cancel]';
  const { cancellation_reason: reason, ...rest } = sent ?? {};
  const options = reason?.options === undefined ? before.cancellation_reason.options : reason.options || [];
  const after = {
    ...before,
    ...rest,
    cancellation_reason: {
      enabled: reason?.enabled ?? before.cancellation_reason.enabled,
      feedback_options: null,
      options: [...new Set(options)],
    },
  };
  if (reason?.feedback_options && reason.feedback_options.length > 0) {
    throw invalid(
      `No such feedback option: '${reason.feedback_options[0]}'`,
      `${at}[cancellation_reason][feedback_options]`,
      'resource_missing',
    );
  }
  if (after.cancellation_reason.enabled && after.cancellation_reason.options.length === 0) {
    throw missing(`${at}[cancellation_reason][options]`);
  }
  if (after.proration_behavior === 'always_invoice') {
    throw invalid('`always_invoice` cannot be used when a subscription is cancelled.', `${at}[proration_behavior]`);
  }
  if (after.mode === 'at_period_end' && after.proration_behavior !== 'none') {
    throw invalid(
      '`proration_behavior` must be `none` when `mode` is `at_period_end`: nothing is prorated at the end of a period.',
      `${at}[proration_behavior]`,
    );
  }
  return after;
}

function pauseFeature(before: SubscriptionPause, sent: SentFeatures['subscription_pause']): SubscriptionPause {
  const type = sent?.duration?.type ?? before.duration.type;
  const options = sent?.duration?.interval_options;
  const after = {
    duration: {
      interval_options:
        options === undefined
          ? before.duration.interval_options
          : (options || []).map((option) => ({ ...option, interval_count: option.interval_count ?? 1 })),
      type,
    },
    enabled: sent?.enabled ?? before.enabled,
  };
  if (after.enabled && type === 'interval_options') {
    throw unsupported('A pause in the portal that ends by itself', 'features[subscription_pause][duration][type]');
  }
  return after;
}

function updateFeature(
  before: SubscriptionUpdate,
  sent: SentFeatures['subscription_update'],
  products: readonly PortalProduct[],
): SubscriptionUpdate {
  const {
    products: _products,
    schedule_at_period_end: schedule,
    default_allowed_updates: allowed,
    ...rest
  } = sent ?? {};
  const after = {
    ...before,
    ...rest,
    default_allowed_updates: allowed === undefined ? before.default_allowed_updates : [...new Set(allowed || [])],
    schedule_at_period_end: {
      conditions:
        schedule?.conditions === undefined ? before.schedule_at_period_end.conditions : schedule.conditions || [],
    },
  };
  if (after.enabled && products.length === 0) throw missing('features[subscription_update][products]');
  if (after.enabled && after.default_allowed_updates.length === 0) {
    throw missing('features[subscription_update][default_allowed_updates]');
  }
  return after;
}

type SentProducts = Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionUpdate.Product[];

function productsOf(change: Change, sent: SentProducts): PortalProduct[] {
  const at = 'features[subscription_update][products]';
  if (sent.length > 10) throw invalid('A configuration can have at most 10 products.', at);
  const twice = sent.find(({ product }, index) => sent.findIndex((other) => other.product === product) !== index);
  if (twice) throw invalid(`The product ${twice.product} is listed more than once.`, at);
  return sent.map((item, index) => {
    const product = change.store.get('product', item.product, `${at}[${index}][product]`);
    requirePrices(change, product, item.prices, `${at}[${index}][prices]`);
    const quantity = item.adjustable_quantity;
    const { minimum = 1, maximum = null } = quantity ?? {};
    if (maximum !== null && maximum < minimum) {
      throw invalid(
        'The maximum quantity cannot be smaller than the minimum.',
        `${at}[${index}][adjustable_quantity][maximum]`,
      );
    }
    return {
      adjustable_quantity: { enabled: quantity?.enabled ?? true, maximum, minimum },
      prices: item.prices,
      product: product.id,
    };
  });
}

/** Recurring, of this product, and only one for each interval: a customer has to be able to tell them apart (R28). */
function requirePrices(change: Change, product: Stripe.Product, ids: readonly string[], at: string): void {
  if (ids.length === 0) throw missing(at);
  const seen = new Map<string, string>();
  for (const [index, id] of ids.entries()) {
    const price = change.store.get('price', id, `${at}[${index}]`);
    if (idOf(price.product) !== product.id) {
      throw invalid(`The price ${id} does not belong to the product ${product.id}.`, `${at}[${index}]`);
    }
    if (!price.recurring) {
      throw invalid(`The price ${id} must be recurring to be used in the customer portal.`, `${at}[${index}]`);
    }
    if (!price.active) throw invalid(`The price ${id} is inactive.`, `${at}[${index}]`);
    const rhythm = `${price.recurring.interval_count} ${price.recurring.interval} ${price.currency}`;
    const other = seen.get(rhythm);
    if (other !== undefined) {
      throw invalid(
        `Products in a configuration cannot have multiple prices with the same billing interval: ${other} and ${id} of ${product.id} both renew every ${price.recurring.interval_count} ${price.recurring.interval}.`,
        at,
      );
    }
    seen.set(rhythm, id);
  }
}
