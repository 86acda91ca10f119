/** A Stripe subscription as we keep it. The plan comes from the price, never from metadata (R23.1). */

import type Stripe from 'stripe';
import { toIso } from '../clock.ts';
import { findPlan, type Project } from '../config/project.ts';
import type {
  OwedInvoice,
  PaymentMethodSummary,
  PendingChange,
  ScheduledChange,
  Subscription,
  TestClockReading,
} from '../store/records.ts';
import type { Bills } from './bills.ts';
import { meaningOfPrice, soldAs, type KnownMeanings, type PriceMeaning } from './price-meaning.ts';

/** What reading a subscription gives; `pastDueSince`, `dispute` and `trialEndTold` come from elsewhere and are added by the caller. */
export interface SubscriptionReading extends Omit<Subscription, 'pastDueSince' | 'dispute' | 'trialEndTold'> {
  readonly latestInvoiceId: string | null;
  readonly paymentMethod: PaymentMethodSummary | null;
  /** When the first invoice was made that is owed, in milliseconds: where a delinquency starts; null unless past due. */
  readonly owedSince: number | null;
  /** What the customer is bound to (R13.1). */
  readonly customerCurrency: string | null;
}

/** What belongs to a reading beside the subscription itself. */
export interface ReadingContext {
  /** What prices have once meant. */
  readonly known: KnownMeanings;
  /** How many subscriptions the customer had before. */
  readonly position: number;
  /** What their invoices say of those subscriptions that are not simply paid, by id. */
  readonly bills: ReadonlyMap<string, Bills>;
  /** Prices that a schedule or another currency needs, by id. */
  readonly prices: ReadonlyMap<string, Stripe.Price>;
  /** How the payments of {@link openPayments} stand, by the invoice's id. */
  readonly payments: ReadonlyMap<string, Stripe.PaymentIntent.Status>;
}

/** What asking Stripe for a subscription expands: four levels and no deeper. */
export const subscriptionExpansions = [
  'data.default_payment_method',
  'data.latest_invoice',
  'data.schedule',
  'data.test_clock',
  'data.customer.invoice_settings.default_payment_method',
];

const milliseconds = (seconds: number | null | undefined): number | null => (seconds == null ? null : seconds * 1000);

/** The item that carries the plan; add-ons stand beside it, in any order. */
function planItem(project: Project, items: readonly Stripe.SubscriptionItem[], known: KnownMeanings) {
  const meant = items.map((item) => ({ item, meaning: meaningOfPrice(project, item.price, known) }));
  const rank = (meaning: PriceMeaning | null): number => findPlan(project, meaning?.plan ?? null)?.rank ?? -1;
  return meant.toSorted((a, b) => rank(b.meaning) - rank(a.meaning))[0] ?? null;
}

/** Stripe's object in our terms. A field that Stripe left out is null, never NaN (R5.1). */
export function readSubscription(
  project: Project,
  subscription: Stripe.Subscription,
  context: ReadingContext,
): SubscriptionReading {
  const found = planItem(project, subscription.items.data, context.known);
  const invoice = latestInvoice(subscription);
  const bills = context.bills.get(subscription.id);
  const customer =
    typeof subscription.customer === 'object' && !subscription.customer.deleted ? subscription.customer : null;
  const periodStart = milliseconds(found?.item.current_period_start);
  const periodEnd = milliseconds(found?.item.current_period_end);
  return {
    subscriptionId: subscription.id,
    customerId: typeof subscription.customer === 'string' ? subscription.customer : subscription.customer.id,
    status: subscription.status,
    plan: found?.meaning?.plan ?? null,
    billingCycle: found?.meaning?.billingCycle ?? null,
    priceId: found?.item.price.id ?? null,
    itemId: found?.item.id ?? null,
    quantity: found?.item.quantity ?? 1,
    currency: subscription.currency,
    unitAmount: found
      ? amountIn(subscription.currency, context.prices.get(found.item.price.id) ?? found.item.price)
      : null,
    currentPeriodStart: periodStart,
    currentPeriodEnd: periodEnd,
    trialStart: milliseconds(subscription.trial_start),
    trialEnd: milliseconds(subscription.trial_end),
    // Either field means that it ends (R19.1); a dashboard or dispute may set the flag alone.
    cancelAt: milliseconds(subscription.cancel_at) ?? (subscription.cancel_at_period_end ? periodEnd : null),
    canceledAt: milliseconds(subscription.canceled_at),
    endedAt: milliseconds(subscription.ended_at),
    collectionPaused: subscription.pause_collection !== null && subscription.pause_collection !== undefined,
    paidUntil: bills?.periodPaid === false ? periodStart : periodEnd,
    awaitingPayment: invoice !== null && isFirst(invoice) && context.payments.get(invoice.id) === 'processing',
    neverPaid: invoice !== null && isFirst(invoice),
    legacyPrice: found !== null && found.meaning !== null && soldAs(project, found.item.price) === null,
    owed: owedOf(subscription, invoice),
    pendingChange: pendingChange(project, subscription, invoice, context),
    scheduleId: typeof subscription.schedule === 'string' ? subscription.schedule : (subscription.schedule?.id ?? null),
    scheduled: scheduledChange(project, subscription, context),
    createdAt: subscription.created * 1000,
    position: context.position,
    testClock: testClockOf(subscription),
    paymentMethod: summarizePaymentMethod(
      subscription.default_payment_method ?? customer?.invoice_settings.default_payment_method ?? null,
    ),
    latestInvoiceId: invoice?.id ?? null,
    owedSince: bills?.owedSince ?? null,
    customerCurrency: customer?.currency ?? null,
  };
}

const latestInvoice = ({ latest_invoice: invoice }: Stripe.Subscription): Stripe.Invoice | null =>
  typeof invoice === 'object' ? invoice : null;

const isFirst = (invoice: Stripe.Invoice): boolean =>
  invoice.billing_reason === 'subscription_create' && invoice.status === 'open';

/** Invoices whose payment says more than the subscription does: a first one that may be on its way, and that of a pending change. */
export function openPayments(subscriptions: readonly Stripe.Subscription[]): string[] {
  return subscriptions.flatMap((subscription) => {
    const invoice = latestInvoice(subscription);
    if (invoice?.status !== 'open') return [];
    const waits = subscription.pending_update !== null || (isFirst(invoice) && subscription.ended_at === null);
    return waits ? [invoice.id] : [];
  });
}

/** Ids of prices that the objects themselves do not tell enough of: scheduled ones, and those sold in another currency. */
export function furtherPriceIds(subscriptions: readonly Stripe.Subscription[]): string[] {
  return subscriptions.flatMap((subscription) => [
    ...scheduledPriceIds(subscription),
    ...subscription.items.data
      .filter(({ price }) => price.currency !== subscription.currency)
      .map(({ price }) => price.id),
  ]);
}

/** Minor units a seat and period in that currency; null where the price has tiers. */
const amountIn = (currency: string, price: Stripe.Price): number | null =>
  price.currency === currency ? price.unit_amount : (price.currency_options?.[currency]?.unit_amount ?? null);

const owing = new Set(['past_due', 'unpaid']);

function owedOf({ status }: Stripe.Subscription, invoice: Stripe.Invoice | null): OwedInvoice | null {
  // A draft is owed too: of who has stopped paying Stripe leaves them all as drafts.
  if (!owing.has(status) || (invoice?.status !== 'open' && invoice?.status !== 'draft')) return null;
  return {
    amount_due: invoice.amount_remaining,
    currency: invoice.currency,
    since: toIso(invoice.created * 1000),
    next_attempt_at: invoice.next_payment_attempt === null ? null : toIso(invoice.next_payment_attempt * 1000),
    hosted_url: invoice.hosted_invoice_url ?? null,
  };
}

/** The change that waits for the latest invoice to be paid, when it is to a plan of ours. */
function pendingChange(
  project: Project,
  { pending_update: update }: Stripe.Subscription,
  invoice: Stripe.Invoice | null,
  { known, payments }: ReadingContext,
): PendingChange | null {
  const next = update ? planItem(project, update.subscription_items ?? [], known) : null;
  if (!update || !next?.meaning) return null;
  return {
    plan: next.meaning.plan,
    billing_cycle: next.meaning.billingCycle,
    quantity: next.item.quantity ?? 1,
    expires_at: toIso(update.expires_at * 1000),
    requires_action: invoice !== null && payments.get(invoice.id) === 'requires_action',
    hosted_url: invoice?.hosted_invoice_url ?? null,
  };
}

function testClockOf({ test_clock: clock }: Stripe.Subscription): TestClockReading | null {
  if (!clock || typeof clock === 'string') return null;
  return { id: clock.id, time: clock.frozen_time * 1000 };
}

function summarizePaymentMethod(method: string | Stripe.PaymentMethod | null): PaymentMethodSummary | null {
  if (!method || typeof method === 'string') return null;
  const { card } = method;
  return {
    type: method.type,
    brand: card?.brand ?? null,
    last4: card?.last4 ?? null,
    exp_month: card?.exp_month ?? null,
    exp_year: card?.exp_year ?? null,
  };
}

/** The next phase of an attached schedule; null when nothing follows today's. */
function nextPhase({ schedule }: Stripe.Subscription): Stripe.SubscriptionSchedule.Phase | null {
  if (!schedule || typeof schedule === 'string' || !schedule.current_phase) return null;
  const { end_date: end } = schedule.current_phase;
  return schedule.phases.find((phase) => phase.start_date >= end) ?? null;
}

/** Ids of the prices that a schedule changes to. Stripe expands four levels and no deeper, so they come as ids. */
const scheduledPriceIds = (subscription: Stripe.Subscription): string[] =>
  (nextPhase(subscription)?.items ?? []).map(({ price }) => (typeof price === 'string' ? price : price.id));

/** What the next phase changes to, when its price is one of ours. */
function scheduledChange(
  project: Project,
  subscription: Stripe.Subscription,
  { prices, known }: ReadingContext,
): ScheduledChange | null {
  const next = nextPhase(subscription);
  if (!next) return null;
  for (const id of scheduledPriceIds(subscription)) {
    const price = prices.get(id);
    const meaning = price ? meaningOfPrice(project, price, known) : null;
    if (meaning) return { plan: meaning.plan, billing_cycle: meaning.billingCycle, at: toIso(next.start_date * 1000) };
  }
  return null;
}
