/** A Stripe subscription as we keep it. The plan comes from the price, never from metadata (R23.1). */

import type Stripe from 'stripe';
import { toIso } from '../clock.ts';
import { findPlan, type BillingCycle, type Project } from '../config/project.ts';
import type { PaymentMethodSummary, ScheduledChange, Subscription } from '../store/records.ts';

/** What reading a subscription gives; `pastDueSince` is ours and is added by the caller. */
export interface SubscriptionReading extends Omit<Subscription, 'pastDueSince'> {
  readonly paymentMethod: PaymentMethodSummary | null;
  /** When the invoice that is owed was made, in milliseconds: where a delinquency starts. */
  readonly owedSince: number | null;
}

export interface PriceMeaning {
  readonly plan: string;
  readonly billingCycle: BillingCycle | null;
}

/** What asking Stripe for a subscription expands. */
export const subscriptionExpansions = ['data.default_payment_method', 'data.latest_invoice', 'data.schedule'];

const cycles: Readonly<Record<string, BillingCycle>> = { month: 'monthly', year: 'yearly' };

/** The cycle that a price bills in, when it is one of ours: `every 3 months` has no name and is null (R23.4). */
function cycleOf(price: Stripe.Price): BillingCycle | null {
  if (!price.recurring) return 'one_time';
  if (price.recurring.interval === 'month' && price.recurring.interval_count === 12) return 'yearly';
  return price.recurring.interval_count === 1 ? (cycles[price.recurring.interval] ?? null) : null;
}

/** Which plan and cycle a price means in a project: by its lookup key, or as one of the plan's legacy prices. Null: not ours. */
export function meaningOfPrice(project: Project, price: Stripe.Price): PriceMeaning | null {
  const cycle = cycleOf(price);
  for (const plan of project.plans) {
    if (plan.legacyPrices.includes(price.id)) return { plan: plan.id, billingCycle: cycle };
    const named = Object.keys(plan.prices).some((key) => price.lookup_key === `${project.id}_${plan.id}_${key}`);
    if (named) return { plan: plan.id, billingCycle: cycle };
  }
  return null;
}

const milliseconds = (seconds: number | null | undefined): number | null => (seconds == null ? null : seconds * 1000);

/** The item that carries the plan; add-ons stand beside it, in any order. */
function planItem(project: Project, subscription: Stripe.Subscription) {
  const items = subscription.items.data.map((item) => ({ item, meaning: meaningOfPrice(project, item.price) }));
  const rank = (meaning: PriceMeaning | null): number => findPlan(project, meaning?.plan ?? null)?.rank ?? -1;
  return items.toSorted((a, b) => rank(b.meaning) - rank(a.meaning))[0] ?? null;
}

/** Stripe's object in our terms. A field that Stripe left out is null, never NaN (R5.1). */
export function readSubscription(
  project: Project,
  subscription: Stripe.Subscription,
  scheduledPrices: ReadonlyMap<string, Stripe.Price> = new Map(),
): SubscriptionReading {
  const found = planItem(project, subscription);
  const invoice = typeof subscription.latest_invoice === 'object' ? subscription.latest_invoice : null;
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
    unitAmount: found?.item.price.unit_amount ?? null,
    currentPeriodStart: milliseconds(found?.item.current_period_start),
    currentPeriodEnd: periodEnd,
    trialStart: milliseconds(subscription.trial_start),
    trialEnd: milliseconds(subscription.trial_end),
    // Either field means that it ends (R19.1); a dashboard or dispute may set the flag alone.
    cancelAt: milliseconds(subscription.cancel_at) ?? (subscription.cancel_at_period_end ? periodEnd : null),
    canceledAt: milliseconds(subscription.canceled_at),
    endedAt: milliseconds(subscription.ended_at),
    collectionPaused: subscription.pause_collection !== null && subscription.pause_collection !== undefined,
    scheduleId: typeof subscription.schedule === 'string' ? subscription.schedule : (subscription.schedule?.id ?? null),
    scheduled: scheduledChange(project, subscription, scheduledPrices),
    createdAt: subscription.created * 1000,
    paymentMethod: summarizePaymentMethod(subscription.default_payment_method),
    owedSince: invoice?.status === 'open' ? milliseconds(invoice.created) : null,
  };
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
export const scheduledPriceIds = (subscription: Stripe.Subscription): string[] =>
  (nextPhase(subscription)?.items ?? []).map(({ price }) => (typeof price === 'string' ? price : price.id));

/** What the next phase changes to, when its price is one of ours. */
function scheduledChange(
  project: Project,
  subscription: Stripe.Subscription,
  prices: ReadonlyMap<string, Stripe.Price>,
): ScheduledChange | null {
  const next = nextPhase(subscription);
  if (!next) return null;
  for (const id of scheduledPriceIds(subscription)) {
    const price = prices.get(id);
    const meaning = price ? meaningOfPrice(project, price) : null;
    if (meaning) return { plan: meaning.plan, billing_cycle: meaning.billingCycle, at: toIso(next.start_date * 1000) };
  }
  return null;
}
