/**
 * A user's plan, as a pure function of the records and the clock (contract §2): no I/O, no order of events, no memory.
 * The plan is computed over all subscriptions the user ever had, never over the one that an event named.
 */

import { toIso } from '../clock.ts';
import { findPlan, type BillingCycle, type Plan, type Project } from '../config/project.ts';
import type { Assignment, ScheduledChange, Subscription } from '../store/records.ts';
import { bestSubscription } from './best-subscription.ts';
import { trialNotice } from './subscription-transition.ts';
import { entitledUntil, entitles, graceEnd, isLive, standingOf } from './standing.ts';

/** `none`, `free`, `assigned`, or Stripe's own subscription status. */
export type PlanStatus =
  | 'none'
  | 'free'
  | 'assigned'
  | 'trialing'
  | 'active'
  | 'past_due'
  | 'unpaid'
  | 'paused'
  | 'canceled'
  | 'incomplete'
  | 'incomplete_expired';

export type PlanSource = 'default' | 'selection' | 'api' | 'subscription';

/** The plan state object of the contract, the same in the API, events and webhooks. */
export interface PlanState {
  readonly project_id: string;
  readonly user_id: string;
  readonly plan: string | null;
  readonly billing_cycle: BillingCycle | null;
  readonly status: PlanStatus;
  readonly source: PlanSource;
  readonly quantity: number;
  readonly currency: string | null;
  readonly current_period_end: string | null;
  readonly trial_end: string | null;
  readonly cancel_at: string | null;
  readonly grace_until: string | null;
  readonly scheduled: ScheduledChange | null;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /** One more with every change of the object, never less. */
  readonly version: number;
  readonly updated_at: string;
}

/** What {@link decidePlan} computes; version and time are given when it is stored. */
export type PlanDecision = Omit<PlanState, 'version' | 'updated_at'>;

export interface PlanRecords {
  readonly project: Project;
  readonly userId: string;
  readonly assignment: Assignment | null;
  readonly subscriptions: readonly Subscription[];
  /** Milliseconds; Stripe's time, which a customer's test clock overrides for what that customer has. */
  readonly now: number;
}

/** Which rule of contract §2 decided. */
export type DecidingRule = 'subscription' | 'assignment_above_subscription' | 'assignment' | 'default' | 'none';

export interface Decided {
  readonly decision: PlanDecision;
  readonly rule: DecidingRule;
  readonly subscription: Subscription | null;
  /** Milliseconds; when time alone will change the answer, null when it will not: a test clock stands still until it is advanced. */
  readonly validUntil: number | null;
  /** Milliseconds; when Stripe should have said something and has to be asked. */
  readonly rereadAt: number | null;
}

/** The assignment while it counts: not expired, its plan still in the config, and kept by `freeSelections` where payments came later. */
export function standingAssignment({
  project,
  assignment,
  now,
}: PlanRecords): (Assignment & { readonly plan: string }) | null {
  if (!assignment || !findPlan(project, assignment.plan)) return null;
  const expiresAt = assignmentEnd(project, assignment);
  return expiresAt !== null && now >= expiresAt ? null : { ...assignment, expiresAt };
}

/** When the assignment ends, in milliseconds: its own date, or the project's for priced plans chosen before payments came. */
function assignmentEnd(project: Project, assignment: Assignment): number | null {
  if (project.payments === 'none' || !assignment.freeSelection || project.freeSelections === 'keep')
    return assignment.expiresAt;
  const until = project.freeSelections === 'end' ? 0 : Date.parse(project.freeSelections.until);
  return assignment.expiresAt === null ? until : Math.min(until, assignment.expiresAt);
}

/** Computes the effective plan and says which rule decided and for how long it holds. */
export function decidePlan(records: PlanRecords): Decided {
  const { project, now } = records;
  const subscription = bestSubscription(project, records.subscriptions, now);
  const assignment = standingAssignment(records);
  const entitled = subscription !== null && subscription.plan !== null && entitles(project, subscription, now);
  const rereadAt = subscription !== null && isLive(subscription) ? nextWord(subscription) : null;
  const outranks =
    assignment?.source === 'api' &&
    (findPlan(project, assignment.plan)?.rank ?? -1) > (findPlan(project, subscription?.plan ?? null)?.rank ?? -1);

  if (entitled && !(assignment && outranks)) {
    return {
      decision: fromSubscription(records, subscription, assignment),
      rule: 'subscription',
      subscription,
      validUntil: endOf(project, subscription),
      rereadAt,
    };
  }
  if (assignment) {
    const live = entitled ? endOf(project, subscription) : null;
    return {
      decision: fromAssignment(records, assignment, entitled ? subscription : null),
      rule: entitled ? 'assignment_above_subscription' : 'assignment',
      subscription,
      validUntil: earliest(assignment.expiresAt, live),
      rereadAt,
    };
  }
  return {
    decision: fromDefault(records, subscription),
    rule: project.defaultPlan === null ? 'none' : 'default',
    subscription,
    validUntil: null,
    rereadAt,
  };
}

/** When time alone ends what the subscription gives, in milliseconds; null when only Stripe does, or who advances the test clock. */
function endOf(project: Project, subscription: Subscription): number | null {
  if (subscription.testClock) return null;
  const until = entitledUntil(project, subscription);
  return Number.isFinite(until) ? until : null;
}

/** How long after a period's end Stripe may stay silent, in milliseconds: it announces a renewal within minutes. */
export const silence = 10 * 60_000;

/**
 * When the next word from Stripe is due, in milliseconds: a period's, trial's or cancellation's end, the notice of a trial's, or the
 * time at which an unpaid change is given up.
 */
const nextWord = (subscription: Subscription): number | null => {
  const { currentPeriodEnd, cancelAt, testClock, status, trialEnd, trialEndTold, pendingChange } = subscription;
  if (testClock) return null;
  const notice =
    status === 'trialing' && trialEnd !== null && trialEnd !== trialEndTold ? trialEnd - trialNotice : null;
  const given = pendingChange && Date.parse(pendingChange.expires_at);
  const due = [currentPeriodEnd, cancelAt, notice, given].reduce(earliest);
  return due === null ? null : due + silence;
};

const earliest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

const iso = (milliseconds: number | null): string | null => (milliseconds === null ? null : toIso(milliseconds));

/** Boolean entitlements that are true, and the numeric ones. */
export function entitlementClaims(plan: Plan | undefined): { features: string[]; limits: Record<string, number> } {
  const entries = Object.entries(plan?.entitlements ?? {});
  return {
    features: entries.filter(([, value]) => value === true).map(([name]) => name),
    limits: Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number')),
  };
}

function fromSubscription(
  { project, userId }: PlanRecords,
  subscription: Subscription,
  assignment: Assignment | null,
): PlanDecision {
  return {
    project_id: project.id,
    user_id: userId,
    plan: subscription.plan,
    billing_cycle: subscription.billingCycle,
    status: subscription.status as PlanStatus,
    source: 'subscription',
    quantity: subscription.quantity,
    currency: subscription.currency,
    current_period_end: iso(subscription.currentPeriodEnd),
    trial_end: subscription.status === 'trialing' ? iso(subscription.trialEnd) : null,
    cancel_at: iso(subscription.cancelAt),
    grace_until: iso(graceEnd(project, subscription)),
    scheduled: scheduledOf(project, subscription, assignment),
    ...entitlementClaims(findPlan(project, subscription.plan)),
  };
}

/** What follows the subscription: its scheduled phase, or, when it ends or is no longer paid for, what the user has without it. */
function scheduledOf(
  project: Project,
  subscription: Subscription,
  assignment: Assignment | null,
): ScheduledChange | null {
  const paidFor = standingOf(subscription).entitled === 'paid' ? endOf(project, subscription) : null;
  const end = earliest(subscription.cancelAt, paidFor);
  if (end === null) return subscription.scheduled;
  const outlasts = assignment && (assignment.expiresAt === null || assignment.expiresAt > end);
  return {
    plan: outlasts ? assignment.plan : project.defaultPlan,
    billing_cycle: outlasts ? assignment.billingCycle : null,
    at: toIso(end),
  };
}

/** @param subscription - what entitles beside the assignment: its plan remains when the assignment ends */
function fromAssignment(
  { project, userId }: PlanRecords,
  assignment: Assignment,
  subscription: Subscription | null,
): PlanDecision {
  const plan = findPlan(project, assignment.plan);
  return {
    project_id: project.id,
    user_id: userId,
    plan: assignment.plan,
    billing_cycle: assignment.billingCycle,
    status: plan?.kind === 'free' ? 'free' : 'assigned',
    source: assignment.source,
    quantity: 1,
    currency: null,
    current_period_end: null,
    trial_end: null,
    cancel_at: null,
    grace_until: null,
    scheduled:
      assignment.expiresAt === null
        ? null
        : {
            plan: subscription?.plan ?? project.defaultPlan,
            billing_cycle: subscription?.plan ? subscription.billingCycle : null,
            at: toIso(assignment.expiresAt),
          },
    ...entitlementClaims(plan),
  };
}

/** Stripe activates what is paid by debit before the money has come; who has nothing of it reads no `active` (R22.2). */
const waitingStatus = (subscription: Subscription): PlanStatus =>
  subscription.awaitingPayment ? 'incomplete' : (subscription.status as PlanStatus);

/** Nothing entitles. A subscription that still waits for the user (past due, unpaid, paused) shows in the status, so that elements can offer the way back. */
function fromDefault({ project, userId }: PlanRecords, subscription: Subscription | null): PlanDecision {
  const waiting = subscription !== null && isLive(subscription) && subscription.plan !== null;
  return {
    project_id: project.id,
    user_id: userId,
    plan: project.defaultPlan,
    billing_cycle: null,
    status: waiting ? waitingStatus(subscription) : project.defaultPlan === null ? 'none' : 'free',
    source: 'default',
    quantity: 1,
    currency: null,
    current_period_end: null,
    trial_end: null,
    cancel_at: null,
    grace_until: null,
    scheduled: null,
    ...entitlementClaims(findPlan(project, project.defaultPlan)),
  };
}
