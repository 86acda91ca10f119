/** A subscription begins: its items, its first period, its first invoice. */

import type Stripe from 'stripe';
import { list } from '../http/page.ts';
import { formatMoney } from '../pages/money.ts';
import { planOf } from '../resources/prices.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { draftFor, draftInvoice } from './invoice-drafts.ts';
import { redeem } from './discounts.ts';
import type { Redemption } from './discounts.ts';
import { attachPayment, finalizeInvoice, settleInvoice } from './invoices.ts';
import { addIntervals } from './periods.ts';
import { cancelTime } from './subscription-due.ts';
import { shownQuantity } from './quantities.ts';

export interface SubscriptionItemOrder {
  readonly price: Stripe.Price;
  readonly quantity: number;
  /** Of one, in minor units of the subscription's currency. */
  readonly unitAmount: number;
  readonly metadata?: Stripe.Metadata;
}

export interface SubscriptionOrder {
  readonly customer: Stripe.Customer;
  readonly currency: string;
  readonly items: readonly SubscriptionItemOrder[];
  /** Seconds; null: no trial. */
  readonly trialEnd: number | null;
  readonly defaultPaymentMethod: string | null;
  readonly billingMode?: Stripe.Subscription.BillingMode['type'];
  /** Seconds, or one of the words for an end of a period. */
  readonly cancelAt?: Stripe.SubscriptionCreateParams['cancel_at'];
  readonly cancelAtPeriodEnd?: boolean;
  readonly description?: string | null;
  readonly metadata?: Stripe.Metadata;
  readonly missingPaymentMethod?: Stripe.Subscription.TrialSettings.EndBehavior['missing_payment_method'] | undefined;
  readonly automaticTax?: boolean;
  readonly redemptions?: readonly (Redemption & { readonly id?: string })[];
  /** The checkout session that it comes from. */
  readonly checkoutSession?: string;
  readonly saveDefaultPaymentMethod?: Stripe.Subscription.PaymentSettings['save_default_payment_method'];
}

export interface Begun {
  readonly subscription: Stripe.Subscription;
  readonly invoice: Stripe.Invoice;
}

/** Seconds that a first payment may take until the subscription expires: 23 hours. */
const incompleteFor = 23 * 60 * 60;

/**
 * Makes a subscription with its first invoice, finalized and still open.
 *
 * @param status - `incomplete` until the invoice is paid; what it is afterwards where it has been paid already. `drafted`:
 *   it runs, and its first invoice is a draft for an hour, as a schedule begins one (docs.stripe.com/api/subscriptions/create).
 */
export function beginSubscription(
  change: Change,
  order: SubscriptionOrder,
  status: 'paid' | 'incomplete' | 'drafted',
): Begun {
  const id = change.store.ids.next('sub');
  const invoiceId = change.store.ids.next('in');
  const trialing = order.trialEnd !== null;
  const anchor = order.trialEnd ?? change.now;
  const items = order.items.map((item) => itemOf(change, item, { subscription: id, trialEnd: order.trialEnd }));
  const periodEnd = Math.min(...items.map((item) => item.current_period_end));
  const cancelAt = cancelAtOf(order, items);
  const { checkoutSession = null } = order;
  const discounts = (order.redemptions ?? []).map((redemption) =>
    redeem(change, redemption, {
      customer: order.customer.id,
      subscription: id,
      currency: order.currency,
      checkoutSession,
    }),
  );
  const begun = trialing ? 'trialing' : status === 'incomplete' ? 'incomplete' : 'active';
  const subscription = change.create<'subscription'>(
    {
      id,
      object: 'subscription',
      application: null,
      application_fee_percent: null,
      automatic_tax: automaticTax(order.automaticTax === true ? 'enabled' : 'disabled'),
      billing_cycle_anchor: anchor,
      billing_cycle_anchor_config: null,
      billing_mode:
        order.billingMode === 'classic'
          ? { flexible: null, type: 'classic' }
          : { flexible: { proration_discounts: 'included' }, type: 'flexible', updated_at: change.now },
      billing_schedules: [],
      billing_thresholds: null,
      cancel_at: cancelAt,
      cancel_at_period_end: order.cancelAtPeriodEnd ?? false,
      canceled_at: cancelAt === null ? null : change.now,
      cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
      collection_method: 'charge_automatically',
      created: change.now,
      currency: order.currency,
      customer: order.customer.id,
      customer_account: null,
      days_until_due: null,
      default_payment_method: order.defaultPaymentMethod,
      default_source: null,
      default_tax_rates: [],
      description: order.description ?? null,
      discounts: discounts.map((discount) => discount.id),
      ended_at: null,
      invoice_settings: {
        account_tax_ids: null,
        custom_fields: null,
        description: null,
        footer: null,
        issuer: { type: 'self' },
      },
      items: list(items, `/v1/subscription_items?subscription=${id}`),
      latest_invoice: invoiceId,
      livemode: false,
      managed_payments: { enabled: false },
      metadata: order.metadata ?? {},
      next_pending_invoice_item_invoice: null,
      on_behalf_of: null,
      pause_collection: null,
      payment_settings: {
        payment_method_options: null,
        payment_method_types: null,
        save_default_payment_method: order.saveDefaultPaymentMethod ?? 'off',
      },
      pending_invoice_item_interval: null,
      pending_setup_intent: null,
      pending_update: null,
      ...legacyPlan(items),
      schedule: null,
      start_date: change.now,
      status: begun,
      test_clock: null,
      transfer_data: null,
      trial_end: order.trialEnd,
      trial_settings: {
        end_behavior: {
          billing_cycle_anchor: 'now',
          missing_payment_method: order.missingPaymentMethod ?? 'create_invoice',
        },
      },
      trial_start: trialing ? change.now : null,
    } as Stripe.Subscription,
    { dueAt: begun === 'incomplete' ? change.now + incompleteFor : cancelAt },
  );
  const draft = draftInvoice(change, {
    id: invoiceId,
    customer: order.customer,
    subscription,
    billingReason: 'subscription_create',
    lines: order.items.map((item, index) => ({
      amount: trialing ? 0 : item.unitAmount * item.quantity,
      description: describeLine(change, item, { currency: order.currency, trialing }),
      period: { start: change.now, end: items[index]?.current_period_end ?? periodEnd },
      price: item.price,
      quantity: item.quantity,
      subscriptionItem: items[index]?.id ?? '',
    })),
    period: { start: change.now, end: change.now },
    finalizesAt: status === 'drafted' ? change.now + draftFor : null,
  });
  if (status === 'drafted') return { subscription, invoice: draft };
  return { subscription, invoice: finalizeInvoice(change, draft, status === 'paid' ? 'untouched' : 'applied') };
}

/** `automatic_tax` of a subscription. */
export function automaticTax(state: 'enabled' | 'disabled'): Stripe.Subscription.AutomaticTax {
  const enabled = state === 'enabled';
  return { disabled_reason: null, enabled, liability: enabled ? { type: 'self' } : null };
}

/** Seconds; null: it goes on. */
function cancelAtOf(order: SubscriptionOrder, items: readonly Stripe.SubscriptionItem[]): number | null {
  const ends = items.map((item) => item.current_period_end);
  const at = order.cancelAtPeriodEnd === true ? 'min_period_end' : order.cancelAt;
  return typeof at === 'string' ? cancelTime(at, ends) : (at ?? null);
}

/** Pays the first invoice with a payment that has gone through, or closes one that asks for nothing. */
export function settleFirstInvoice(change: Change, begun: Begun, intent: Stripe.PaymentIntent | null): Stripe.Invoice {
  return settleInvoice(change, begun.invoice, intent ? attachPayment(change, begun.invoice, intent) : null);
}

/** The first invoice waits, open, for a debit that is on its way. */
export function awaitFirstPayment(change: Change, begun: Begun, intent: Stripe.PaymentIntent): Stripe.Invoice {
  attachPayment(change, begun.invoice, intent);
  return change.update<'invoice'>(begun.invoice, { attempt_count: 1, attempted: true });
}

/** `plan` and `quantity` are on the wire where there is one item, and null where there are several. */
export function legacyPlan(items: readonly Stripe.SubscriptionItem[]): {
  plan: Stripe.Plan | null;
  quantity: number | null;
} {
  const [only] = items;
  if (items.length !== 1 || !only) return { plan: null, quantity: null };
  return { plan: only.plan, quantity: only.quantity ?? null };
}

function itemOf(
  change: Change,
  order: SubscriptionItemOrder,
  options: { subscription: string; trialEnd: number | null },
): Stripe.SubscriptionItem {
  const { price } = order;
  const interval = price.recurring?.interval ?? 'month';
  return {
    id: change.store.ids.next('si'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: change.now,
    current_period_end: options.trialEnd ?? addIntervals(change.now, interval, price.recurring?.interval_count ?? 1),
    current_period_start: change.now,
    current_trial: null,
    discounts: [],
    metadata: order.metadata ?? {},
    plan: planOf(price) as Stripe.Plan,
    price,
    ...shownQuantity(price, order.quantity),
    subscription: options.subscription,
    tax_rates: [],
  };
}

/** "1 × Pro (at $19.00 / month)", or the trial's own words. */
export function describeLine(
  change: Pick<Change, 'store'>,
  order: Pick<SubscriptionItemOrder, 'price' | 'quantity' | 'unitAmount'>,
  options: { currency: string; trialing: boolean },
): string {
  const product = change.store.find('product', idOf(order.price.product) ?? '');
  const name = product?.name ?? 'product';
  if (options.trialing) return `Free trial for ${order.quantity} × ${name}`;
  const { interval = 'month', interval_count: count = 1 } = order.price.recurring ?? {};
  const every = count === 1 ? `/ ${interval}` : `every ${count} ${interval}s`;
  return `${order.quantity} × ${name} (at ${formatMoney(order.unitAmount, options.currency, 'en-US')} ${every})`;
}
