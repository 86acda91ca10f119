/** An update of a subscription: what may be sent together, and what it comes to. */

import type Stripe from 'stripe';
import { changeSubscription } from '../billing/change-subscription.ts';
import { discountsAt, endReplaced } from '../billing/discounts.ts';
import { planChange } from '../billing/plan-change.ts';
import type { PlannedChange } from '../billing/plan-change.ts';
import { endTrialWithoutCard } from '../billing/renewals.ts';
import { followChange } from '../billing/schedules.ts';
import { nextRequestDue } from '../billing/subscription-due.ts';
import { automaticTax } from '../billing/subscriptions.ts';
import { invalid, unsupported } from '../errors.ts';
import type { Write } from '../http/api.ts';
import { refuse } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { idOf, mergeMetadata, pick } from '../store/wire.ts';
import { changesDiscounts, redeemDiscounts, replaceDiscounts } from './redemptions.ts';
import { cancellation } from './subscription-cancellation.ts';
import { orderChangedItems } from './subscription-items.ts';
import { requireTaxLocation } from './tax-location.ts';

type UpdateParams = Stripe.SubscriptionUpdateParams;

/** What a pending update can hold (docs.stripe.com/billing/subscriptions/pending-updates-reference). */
const pendable = new Set<keyof UpdateParams>([
  'billing_cycle_anchor',
  'cancel_at_period_end',
  'discounts',
  'items',
  'metadata',
  'off_session',
  'payment_behavior',
  'proration_behavior',
  'proration_date',
  'trial_end',
]);

export const updateSubscription: Write<UpdateParams> = (params, { change, path }) => {
  const stored = change.store.get('subscription', path['id'] ?? '', 'path');
  requireUpdatable(stored, params);
  const pricing = pricingOf(change, stored, params);
  // What is billed for the change is billed by the new terms.
  const subscription = { ...stored, ...pricing };
  const patch = { ...patchOf(change, subscription, params), ...pricing };
  if (!params.items && params.billing_cycle_anchor?.type !== 'now' && params.trial_end === undefined) {
    const after = { ...subscription, ...patch };
    endReplaced(change, stored.discounts, after.discounts);
    return change.update<'subscription'>(subscription, patch, {
      ...(patch.cancel_at !== undefined && { dueAt: nextRequestDue(after) }),
    });
  }
  if (params.trial_end === 'now' && subscription.status === 'trialing') {
    const over = { ...subscription, ...patch, trial_end: change.now };
    const ended = endTrialWithoutCard(change, over);
    if (ended) return change.update<'subscription'>(ended, { ...patch, trial_end: change.now }, { events: [] });
  }
  const planned = planUpdate(change, subscription, params);
  const after = changeSubscription(change, subscription, planned, {
    paymentBehavior: params.payment_behavior ?? 'allow_incomplete',
    offSession: params.off_session === true,
    patch,
  });
  if (!after.pending_update) endReplaced(change, stored.discounts, after.discounts);
  followChange(change, after);
  return after;
};

/** What of an update, or of its preview, makes prorations and periods. */
export type BilledParams = Pick<UpdateParams, 'items' | 'proration_behavior' | 'proration_date'> & {
  readonly billing_cycle_anchor?: Pick<Stripe.SubscriptionUpdateParams.BillingCycleAnchor, 'type'>;
  readonly trial_end?: 'now' | number;
};

export function planUpdate(change: Change, subscription: Stripe.Subscription, params: BilledParams): PlannedChange {
  if (subscription.status === 'incomplete') {
    throw invalid(
      'The items of an incomplete subscription cannot be changed until its first invoice is paid.',
      'items',
    );
  }
  const trialEnd = params.trial_end ?? null;
  if (trialEnd !== null && subscription.status !== 'trialing' && subscription.status !== 'active') {
    throw unsupported(`A trial on a subscription that is ${subscription.status}`, 'trial_end');
  }
  if (typeof trialEnd === 'number' && trialEnd <= change.now) {
    throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future', 'trial_end');
  }
  return planChange(change, subscription, {
    items: orderChangedItems(change, subscription, params.items ?? []),
    anchor: params.billing_cycle_anchor?.type ?? null,
    trialEnd,
    prorationBehavior: params.proration_behavior ?? 'create_prorations',
    prorationDate: params.proration_date ?? null,
    discounts: discountsAt(change.store, subscription, change.now),
  });
}

/** @throws StripeApiError 400 where the payment method is not this customer's. */
export function requireOwn(change: Change, id: string, customer: string): Stripe.PaymentMethod {
  const method = change.store.get('payment_method', id, 'default_payment_method');
  if (method.customer === customer) return method;
  throw invalid(
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    'default_payment_method',
    'resource_missing',
  );
}

function requireUpdatable(subscription: Stripe.Subscription, params: UpdateParams): void {
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
    'billing_schedules',
    'billing_thresholds',
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
  requirePendable(params);
  const cancels = (['cancel_at', 'cancel_at_period_end'] as const).find((name) => params[name] !== undefined);
  if (cancels && subscription.schedule !== null) {
    throw invalid(
      `The subscription is managed by the subscription schedule \`${String(subscription.schedule)}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`,
      cancels,
    );
  }
}

function requirePendable(params: UpdateParams): void {
  if (params.payment_behavior !== 'pending_if_incomplete') return;
  const other = Object.keys(params).find((name) => !pendable.has(name as keyof UpdateParams));
  if (other !== undefined) {
    throw invalid(
      `\`${other}\` cannot be updated together with \`payment_behavior=pending_if_incomplete\`. Only these parameters can: ${[...pendable].join(', ')}.`,
      other,
    );
  }
}

/** Discounts and tax: what changes the amounts themselves. New coupons are redeemed; the subscription is the caller's to change. */
export function pricingOf(
  change: Change,
  subscription: Stripe.Subscription,
  params: Pick<UpdateParams, 'discounts' | 'automatic_tax' | 'payment_behavior'>,
): Partial<Pick<Stripe.Subscription, 'discounts' | 'automatic_tax'>> {
  if (params.automatic_tax?.enabled === true) {
    requireTaxLocation(change.store.get('customer', idOf(subscription.customer) ?? '', 'customer'));
  }
  // What has to be paid first ends nothing before.
  const redeemed = params.payment_behavior === 'pending_if_incomplete' ? redeemDiscounts : replaceDiscounts;
  return {
    ...(changesDiscounts(params.discounts) && {
      discounts: redeemed(change, subscription, params.discounts),
    }),
    ...(params.automatic_tax && {
      automatic_tax: automaticTax(params.automatic_tax.enabled ? 'enabled' : 'disabled'),
    }),
  };
}

/** What changes whether or not anything is billed. */
function patchOf(
  change: Change,
  subscription: Stripe.Subscription,
  params: UpdateParams,
): Partial<Stripe.Subscription> {
  const cancel = cancellation(change, subscription, params);
  if (typeof params.default_payment_method === 'string') {
    requireOwn(change, params.default_payment_method, String(subscription.customer));
  }
  const { pause_collection: collection } = params;
  if (collection && collection.resumes_at !== undefined && collection.resumes_at <= change.now) {
    throw invalid('`resumes_at` must be a timestamp in the future.', 'pause_collection[resumes_at]');
  }
  const { payment_settings: settings, trial_settings: trial, cancellation_details: details } = params;
  return {
    ...(pick(params, ['description', 'default_payment_method']) as Partial<Stripe.Subscription>),
    ...cancel,
    ...(collection !== undefined && {
      pause_collection: collection
        ? { behavior: collection.behavior, resumes_at: collection.resumes_at ?? null }
        : null,
    }),
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
    metadata: mergeMetadata(subscription.metadata, params.metadata),
  };
}
