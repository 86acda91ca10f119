/** Plans that need no payment: chosen by the user, or set by the customer's own backend. Last write wins; Stripe never writes here. */

import { findPlan, type BillingCycle, type Plan, type Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import { refuseWhileDeleted } from './deletion-pending.ts';
import type { PlanState } from './plan-state.ts';
import { isLive } from './standing.ts';
import { momentOf, readRecords, storePlanState, type PlanChange, type PlanDeps } from './plan.ts';

export interface PlanChoice {
  readonly plan: string;
  readonly billingCycle: BillingCycle | null;
}

/**
 * A user chooses a plan that needs no payment.
 * @throws PlanclaimError 400 `plan_unknown` or `billing_cycle_unknown`, 402 `payment_required`, 403 `contact_required`,
 *   409 `manage`, `deletion_pending`
 */
export async function choosePlan(
  deps: PlanDeps,
  project: Project,
  userId: string,
  choice: PlanChoice,
): Promise<PlanState> {
  const plan = requirePlan(project, choice.plan);
  if (plan.kind === 'contact') {
    throw new PlanclaimError(`${plan.name} cannot be chosen here. Get in touch to arrange it.`, {
      code: 'contact_required',
      status: 403,
      details: { contact_url: plan.contactUrl },
    });
  }
  if (choice.billingCycle !== null && plan.kind === 'paid' && !plan.prices[choice.billingCycle])
    throw unknownCycle(plan);
  if (project.payments === 'stripe' && plan.kind === 'paid') {
    throw new PlanclaimError(`${plan.name} has to be paid for. Start a checkout with POST /v1/checkout.`, {
      code: 'payment_required',
      status: 402,
    });
  }
  const at = momentOf(deps, project);
  const { state } = await deps.store.write(async (tx): Promise<PlanChange> => {
    const { subscriptions } = await readRecords(tx, project, userId, at.stripeNow);
    if (subscriptions.some(isLive)) {
      throw new PlanclaimError('There is a running subscription. Change or cancel it instead.', {
        code: 'manage',
        status: 409,
      });
    }
    await putAssignment(tx, project, userId, {
      plan: plan.id,
      billing_cycle: plan.kind === 'paid' ? choice.billingCycle : null,
      source: 'selection',
      free_selection: plan.kind === 'paid' ? 1 : 0,
      expires_at: null,
      created_at: at.now,
    });
    return storePlanState(tx, project, userId, at);
  });
  return state;
}

/**
 * The customer's backend sets a plan, until a time or for good.
 * @param expiresAt milliseconds
 * @throws PlanclaimError 400 `plan_unknown` or `expires_at_past`, 409 `deletion_pending`
 */
export async function assignPlan(
  deps: PlanDeps,
  project: Project,
  userId: string,
  assignment: { readonly plan: string; readonly expiresAt: number | null },
): Promise<PlanState> {
  const plan = requirePlan(project, assignment.plan);
  const at = momentOf(deps, project);
  if (assignment.expiresAt !== null && assignment.expiresAt <= at.stripeNow) {
    throw new PlanclaimError(
      'expires_at is in the past. Leave it out for a plan without an end, or clear the plan with DELETE.',
      {
        code: 'expires_at_past',
        status: 400,
      },
    );
  }
  const { state } = await deps.store.write(async (tx) => {
    await putAssignment(tx, project, userId, {
      plan: plan.id,
      billing_cycle: null,
      source: 'api',
      free_selection: 0,
      expires_at: assignment.expiresAt,
      created_at: at.now,
    });
    return storePlanState(tx, project, userId, at);
  });
  return state;
}

/** Clears what was chosen or set; the plan falls back to the subscription's or the default at once (R25.3). */
export async function clearAssignment(deps: PlanDeps, project: Project, userId: string): Promise<PlanState> {
  const at = momentOf(deps, project);
  const { state } = await deps.store.write(async (tx) => {
    await tx.deleteFrom('assignment').where('project_id', '=', project.id).where('user_id', '=', userId).execute();
    return storePlanState(tx, project, userId, at);
  });
  return state;
}

/** @throws PlanclaimError 400 `plan_unknown` */
export function requirePlan(project: Project, id: string): Plan {
  const plan = findPlan(project, id);
  if (plan) return plan;
  throw new PlanclaimError(
    `There is no plan "${id}" in ${project.name}. Plans: ${project.plans.map((known) => known.id).join(', ')}.`,
    { code: 'plan_unknown', status: 400 },
  );
}

/** 400 `billing_cycle_unknown`: the plan is not sold in that cycle. */
export function unknownCycle(plan: Plan): PlanclaimError {
  return new PlanclaimError(`${plan.name} is billed ${Object.keys(plan.prices).join(' or ') || 'in no cycle'}.`, {
    code: 'billing_cycle_unknown',
    status: 400,
  });
}

async function putAssignment(
  tx: Parameters<typeof storePlanState>[0],
  project: Project,
  userId: string,
  row: {
    plan: string;
    billing_cycle: string | null;
    source: 'selection' | 'api';
    free_selection: number;
    expires_at: number | null;
    created_at: number;
  },
): Promise<void> {
  await refuseWhileDeleted(tx, project, userId);
  await tx
    .insertInto('assignment')
    .values({ project_id: project.id, user_id: userId, ...row })
    .onConflict((conflict) => conflict.columns(['project_id', 'user_id']).doUpdateSet(row))
    .execute();
}
