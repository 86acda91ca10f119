/** Changing the plan, the cycle or the seats of a running subscription: first what it costs, then doing exactly that. */

import { toIso, toSeconds } from '../clock.ts';
import { findPlan, type BillingCycle, type Plan, type Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import type { Subscription } from '../store/records.ts';
import {
  changeAtPeriodEnd,
  changeNow,
  discardPendingChange,
  previewChange,
  previewOutdated,
  type ChangePreview,
  type ItemChange,
  type PreviewLine,
} from '../stripe/plan-change.ts';
import { releaseSchedule, requireOwnSchedule } from '../stripe/schedules.ts';
import { keepRunning } from '../stripe/subscription-commands.ts';
import { requirePlan, unknownCycle } from './assignment.ts';
import { cancelSubscription, runningSubscription, withRunning } from './cancel.ts';
import { checkQuantity, requireRenewal } from './checkout-order.ts';
import { continueOnceOn } from './continuations.ts';
import type { CheckoutDeps } from './checkout.ts';
import { refuseWhileDeleted } from './deletion-pending.ts';
import { notPaid } from './not-paid.ts';
import { currentPlanState } from './plan.ts';
import type { PlanState } from './plan-state.ts';
import { timeOf } from './standing.ts';

export interface ChangeOrder {
  readonly plan: string;
  readonly billingCycle: BillingCycle | null;
  readonly quantity: number | null;
}

/** What the user was shown and agrees to (R17.3). */
export interface AgreedChange extends ChangeOrder {
  /** Minor units. */
  readonly dueNow: number;
  /** Seconds; null for a change at the end of the period. */
  readonly prorationDate: number | null;
}

export type ChangeKind = 'upgrade' | 'downgrade' | 'switch';

export interface PreviewedChange {
  readonly kind: ChangeKind;
  /** `now`, or when, in ISO 8601. */
  readonly effective: string;
  /** Minor units. */
  readonly due_now: number;
  /** Minor units a period from then on, before tax and discounts; null where nothing more is charged. */
  readonly next_amount: number | null;
  readonly currency: string;
  readonly lines: readonly PreviewLine[];
  readonly proration_date: number | null;
}

/** How long a preview may be agreed to, in seconds. */
const previewLife = 15 * 60;

interface PlannedChange {
  readonly kind: ChangeKind;
  readonly when: 'now' | 'period_end';
  readonly subscription: Subscription;
  /** Null for the way to a plan that costs nothing: that is a cancellation. */
  readonly item: ItemChange | null;
  readonly nextAmount: number | null;
}

/**
 * @throws PlanclaimError 400 `plan_unknown`, `plan_not_for_sale`, `billing_cycle_unknown`, `quantity_invalid`; 403 `contact_required`;
 *   409 `no_subscription`, `no_change`, `fix_payment`, `resume`, `schedule_foreign`; 503 `unavailable`. A preview that fails is an error, never an amount (R17.2)
 */
export async function previewPlanChange(
  deps: CheckoutDeps,
  project: Project,
  userId: string,
  order: ChangeOrder,
): Promise<PreviewedChange> {
  try {
    return await previewAsItStands(deps, project, userId, order);
  } catch (error) {
    // The period ended between reading it and asking what a change in it costs.
    if (!(error instanceof PlanclaimError) || error.code !== 'preview_outdated') throw error;
    return previewAsItStands(deps, project, userId, order);
  }
}

async function previewAsItStands(
  deps: CheckoutDeps,
  project: Project,
  userId: string,
  order: ChangeOrder,
): Promise<PreviewedChange> {
  const subscription = await deps.locks.hold(project.id, userId, (lease) =>
    runningSubscription(deps, project, userId, lease),
  );
  const change = await planChange(deps, project, subscription, order);
  const { kind, nextAmount: next_amount } = change;
  if (change.when === 'period_end' || change.item === null) {
    const effective = toIso(subscription.currentPeriodEnd ?? timeOf(subscription, deps.stripe.now(project)));
    return {
      kind,
      effective,
      due_now: 0,
      next_amount,
      currency: subscription.currency,
      lines: [],
      proration_date: null,
    };
  }
  const prorationDate = prorationDateOf(deps, project, subscription);
  const { dueNow, lines } = await costOf(deps, project, subscription, change.item, prorationDate);
  const { currency } = subscription;
  return { kind, effective: 'now', due_now: dueNow, next_amount, currency, lines, proration_date: prorationDate };
}

/** What a change costs now. In a trial it is nothing: what Stripe previews then is the first invoice after it, or none at all. */
async function costOf(
  deps: CheckoutDeps,
  project: Project,
  { status }: Subscription,
  item: ItemChange,
  prorationDate: number,
): Promise<Pick<ChangePreview, 'dueNow' | 'lines'>> {
  if (status === 'trialing') return { dueNow: 0, lines: [] };
  return previewChange(deps.stripe(project), item, prorationDate);
}

/**
 * Carries out what was agreed to, and nothing else.
 * @throws PlanclaimError as {@link previewPlanChange}; 409 `preview_outdated`, `schedule_foreign`, `deletion_pending`; 402 `payment_failed` or
 *   `requires_action` with `hosted_url`, and the plan as it was
 */
export async function changePlan(
  deps: CheckoutDeps,
  project: Project,
  userId: string,
  agreed: AgreedChange,
): Promise<PlanState> {
  if (isFree(project, requirePlan(project, agreed.plan))) {
    requireSameAmount(0, agreed.dueNow);
    return cancelSubscription(deps, project, userId);
  }
  await deps.locks.hold(project.id, userId, async (lease) => {
    await refuseWhileDeleted(deps.store.read, project, userId);
    await withRunning(deps, project, userId, lease, async (subscription) => {
      const change = await planChange(deps, project, subscription, agreed);
      if (change.item === null) return;
      const gateway = deps.stripe(project);
      if (change.when === 'now') {
        const prorationDate = requireFresh(deps, project, subscription, agreed.prorationDate);
        const { dueNow } = await costOf(deps, project, subscription, change.item, prorationDate);
        requireSameAmount(dueNow, agreed.dueNow);
        // What was scheduled is off, since the user has chosen something else (R18.2, R19.3): once that is paid (R16.1).
        if (subscription.scheduleId !== null || subscription.cancelAt !== null) {
          await continueOnceOn(deps, project, userId, change.item, subscription.scheduleId);
        }
        const outcome = await changeNow(gateway, change.item, prorationDate);
        await deps.sync.refreshUser(project, userId, lease);
        if (outcome.kind === 'pending') throw notPaid('change', outcome);
      } else {
        requireSameAmount(0, agreed.dueNow);
        if (subscription.pendingChange) await discardPendingChange(gateway, subscription.subscriptionId);
        if (subscription.scheduleId !== null) await releaseSchedule(gateway, subscription.scheduleId);
        if (subscription.cancelAt !== null) await keepRunning(gateway, subscription.subscriptionId);
        await changeAtPeriodEnd(gateway, change.item);
        await deps.sync.refreshUser(project, userId, lease);
      }
    });
  });
  return currentPlanState(deps, project, userId);
}

const isFree = (project: Project, plan: Plan): boolean => plan.kind === 'free' && project.payments === 'stripe';

/** Which item becomes what, and when: an upgrade and a longer cycle now, a downgrade and a shorter one by config. */
async function planChange(
  deps: CheckoutDeps,
  project: Project,
  subscription: Subscription,
  order: ChangeOrder,
): Promise<PlannedChange> {
  const plan = requirePlan(project, order.plan);
  if (plan.kind === 'contact') {
    throw new PlanclaimError(`${plan.name} is not sold online. Get in touch to arrange it.`, {
      code: 'contact_required',
      status: 403,
      details: { contact_url: plan.contactUrl },
    });
  }
  const isCancelled = isFree(project, plan);
  if (!isCancelled) refuseWhileOwing(subscription);
  await requireOwnSchedule(deps.stripe(project), subscription);
  if (isCancelled) return { kind: 'downgrade', when: 'period_end', subscription, item: null, nextAmount: null };
  const cycle = order.billingCycle ?? sameCycle(plan, subscription);
  if (cycle === null || !plan.prices[cycle]) throw unknownCycle(plan);
  requireRenewal(plan, cycle);
  const quantity = checkQuantity(plan, order.quantity ?? (plan.perSeat ? keptSeats(plan, subscription) : null));
  const price = await deps.stripe(project).findPrice(plan.id, cycle);
  const { itemId } = subscription;
  if (itemId === null || (price.id === subscription.priceId && quantity === subscription.quantity)) {
    throw new PlanclaimError('That is the plan as it is now. Nothing was changed.', { code: 'no_change', status: 409 });
  }
  const kind = kindOf(project, plan, cycle, quantity, subscription);
  const shorter = subscription.billingCycle === 'yearly' && cycle === 'monthly';
  const when =
    kind === 'upgrade' ? project.changes.upgrade : kind === 'downgrade' || shorter ? project.changes.downgrade : 'now';
  const amount = plan.prices[cycle]?.[subscription.currency] ?? price.unitAmount;
  return {
    kind,
    when,
    subscription,
    item: {
      customerId: subscription.customerId,
      subscriptionId: subscription.subscriptionId,
      itemId,
      priceId: price.id,
      quantity: price.metered ? null : quantity,
      charged: price.id === subscription.priceId ? project.changes.seats : 'now',
    },
    nextAmount: amount === null ? null : amount * quantity,
  };
}

/** @throws PlanclaimError 409 `fix_payment`, `resume` */
function refuseWhileOwing(subscription: Subscription): void {
  if (subscription.status === 'past_due' || subscription.status === 'unpaid') {
    throw new PlanclaimError('The last payment failed. Update the payment method before changing the plan.', {
      code: 'fix_payment',
      status: 409,
    });
  }
  // While nothing is collected a change would credit time that nobody paid for.
  if (subscription.status === 'paused' || subscription.collectionPaused) {
    throw new PlanclaimError('The subscription is paused. Resume it before changing the plan.', {
      code: 'resume',
      status: 409,
    });
  }
}

const sameCycle = (plan: Plan, { billingCycle }: Subscription): BillingCycle | null => {
  if (billingCycle !== null && plan.prices[billingCycle]) return billingCycle;
  const [only, ...others] = Object.keys(plan.prices) as BillingCycle[];
  return others.length === 0 ? (only ?? null) : null;
};

const keptSeats = (plan: Plan, { quantity }: Subscription): number => Math.max(plan.seats?.min ?? 1, quantity);

function kindOf(
  project: Project,
  plan: Plan,
  cycle: BillingCycle,
  quantity: number,
  subscription: Subscription,
): ChangeKind {
  const rank = findPlan(project, subscription.plan)?.rank ?? -1;
  if (plan.rank !== rank) return plan.rank > rank ? 'upgrade' : 'downgrade';
  if (cycle !== subscription.billingCycle) return 'switch';
  return quantity > subscription.quantity ? 'upgrade' : 'downgrade';
}

/** Inside the running period, whatever our clock says: Stripe refuses a date outside of it. */
const prorationDateOf = (deps: CheckoutDeps, project: Project, subscription: Subscription): number =>
  toSeconds(Math.max(timeOf(subscription, deps.stripe.now(project)), subscription.currentPeriodStart ?? 0));

function requireFresh(
  deps: CheckoutDeps,
  project: Project,
  subscription: Subscription,
  prorationDate: number | null,
): number {
  const latest = prorationDateOf(deps, project, subscription);
  const start = toSeconds(subscription.currentPeriodStart ?? 0);
  const fresh =
    prorationDate !== null && prorationDate <= latest && prorationDate >= Math.max(start, latest - previewLife);
  if (!fresh) throw previewOutdated();
  return prorationDate;
}

function requireSameAmount(now: number, agreed: number): void {
  if (now !== agreed) throw previewOutdated();
}
