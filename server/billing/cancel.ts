/** Ending a subscription with its period, and taking that back; both also deal with a change that is only scheduled (R18.2). */

import type { Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import type { Subscription } from '../store/records.ts';
import { discardPendingChange } from '../stripe/plan-change.ts';
import { resumeCollection, resumePaused } from '../stripe/resume.ts';
import { releaseOwnSchedule, releaseSchedule, requireOwnSchedule } from '../stripe/schedules.ts';
import { cancelAtPeriodEnd, keepRunning } from '../stripe/subscription-commands.ts';
import type { CheckoutDeps } from './checkout.ts';
import { refuseWhileDeleted } from './deletion-pending.ts';
import { bestSubscription } from './best-subscription.ts';
import type { PlanState } from './plan-state.ts';
import { notPaid } from './not-paid.ts';
import { isLive } from './standing.ts';
import { currentPlanState, readRecords } from './plan.ts';
import type { Lease } from './user-lock.ts';

type Command = (subscription: Subscription) => Promise<void>;

/**
 * The plan stays until the end of the paid period; what follows is in `scheduled`.
 * @throws PlanclaimError 409 `no_subscription`, `schedule_foreign`; 503 `unavailable`
 */
export function cancelSubscription(deps: CheckoutDeps, project: Project, userId: string): Promise<PlanState> {
  return onSubscription(deps, project, userId, async (subscription) => {
    // Stripe refuses to cancel what a schedule holds; the scheduled change is off with the plan that it would change.
    const gateway = deps.stripe(project);
    await releaseOwnSchedule(gateway, subscription);
    if (subscription.pendingChange) await discardPendingChange(gateway, subscription.subscriptionId);
    if (subscription.cancelAt === null) await cancelAtPeriodEnd(gateway, subscription.subscriptionId);
  });
}

/**
 * Takes back a cancellation or a scheduled change, and takes a paused subscription or a paused collection up again.
 * @throws PlanclaimError 402 `payment_failed`, `requires_action`; 409 `no_subscription`, `nothing_to_resume`, `schedule_foreign`,
 *   `deletion_pending`; 503 `unavailable`
 */
export function resumeSubscription(deps: CheckoutDeps, project: Project, userId: string): Promise<PlanState> {
  return onSubscription(deps, project, userId, async (subscription) => {
    await refuseWhileDeleted(deps.store.read, project, userId);
    const { subscriptionId, scheduleId, cancelAt, status, collectionPaused } = subscription;
    if (scheduleId === null && cancelAt === null && status !== 'paused' && !collectionPaused) {
      throw new PlanclaimError('Nothing is scheduled that could be undone. The subscription goes on as it is.', {
        code: 'nothing_to_resume',
        status: 409,
      });
    }
    const gateway = deps.stripe(project);
    await requireOwnSchedule(gateway, subscription);
    // First what has to be paid: where it is not, all stays as it is (R16.1).
    const unpaid =
      (collectionPaused && (await resumeCollection(gateway, subscriptionId, { paid: isPaidFor(subscription) }))) ||
      (status === 'paused' && (await resumePaused(gateway, subscriptionId)));
    if (unpaid) throw notPaid('resume', unpaid);
    if (scheduleId !== null) await releaseSchedule(gateway, scheduleId);
    if (cancelAt !== null) await keepRunning(gateway, subscriptionId);
  });
}

/** Whether the running period was paid for before its collection was paused. */
const isPaidFor = ({ paidUntil, currentPeriodEnd }: Subscription): boolean => paidUntil === currentPeriodEnd;

/** Under the user's lock: what Stripe says now, the command, and what Stripe says then. */
async function onSubscription(
  deps: CheckoutDeps,
  project: Project,
  userId: string,
  command: Command,
): Promise<PlanState> {
  await deps.locks.hold(project.id, userId, async (lease) => {
    await withRunning(deps, project, userId, lease, command);
    await deps.sync.refreshUser(project, userId, lease);
  });
  return currentPlanState(deps, project, userId);
}

/**
 * Does something to the user's running subscription. What Stripe refuses because it has ended meanwhile had no subscription either.
 * @throws PlanclaimError as {@link runningSubscription}, and as the command does
 */
export async function withRunning(
  deps: CheckoutDeps,
  project: Project,
  userId: string,
  lease: Lease,
  command: Command,
): Promise<void> {
  const subscription = await runningSubscription(deps, project, userId, lease);
  try {
    await command(subscription);
  } catch (error) {
    const refused = error instanceof PlanclaimError && refusals.has(error.code);
    if (refused) await runningSubscription(deps, project, userId, lease);
    throw error;
  }
}

/** What Stripe says no to whatever is tried again. */
const refusals: ReadonlySet<string> = new Set(['stripe_refused', 'stripe_resource_missing']);

/**
 * The user's running subscription, as Stripe has it now.
 * @throws PlanclaimError 409 `no_subscription`, 503 `unavailable`
 */
export async function runningSubscription(
  deps: CheckoutDeps,
  project: Project,
  userId: string,
  lease: Lease,
): Promise<Subscription> {
  await deps.sync.refreshUser(project, userId, lease);
  const now = deps.stripe.now(project);
  const { subscriptions } = await readRecords(deps.store.read, project, userId, now);
  const subscription = bestSubscription(project, subscriptions, now);
  if (subscription && isLive(subscription)) return subscription;
  throw new PlanclaimError('There is no running subscription.', { code: 'no_subscription', status: 409 });
}
