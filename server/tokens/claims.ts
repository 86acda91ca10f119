/** Which claims a token carries: ours from the plan state, and the caller's own that are kept. Pure. */

import { claimName } from '../config/claim-size.ts';
import type { Project } from '../config/project.ts';
import type { PlanState } from '../billing/plan-state.ts';

/** Our claims, by their bare names. */
const planClaimNames = [
  'plan',
  'billing_cycle',
  'plan_status',
  'features',
  'limits',
  'plan_version',
  'grace_until',
] as const;

/** Whether the person may manage billing, in tokens of projects with a `billingRole`: `token.keep` may drop the role itself. */
export const billingClaim = 'can_manage_billing';

/**
 * Names that a caller's token cannot bring along: those of RFC 7519 §4.1, which every token has of its own, and ours, since
 * what they say is computed here. `account_id` above all: it would name somebody else as the payer.
 */
const neverKept = new Set<string>([
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'client_id',
  'account_id',
  billingClaim,
  ...planClaimNames,
]);

/** What a token says of the plan; `grace_until` as the plan state has it, only while past due. Under the project's namespace where it has one. */
export function planClaims(project: Project, state: PlanState): Record<string, unknown> {
  const claims: { [Name in (typeof planClaimNames)[number]]?: unknown } = {
    plan: state.plan,
    billing_cycle: state.billing_cycle,
    plan_status: state.status,
    features: state.features,
    limits: state.limits,
    plan_version: state.version,
  };
  if (state.grace_until !== null) claims.grace_until = state.grace_until;
  const { namespace } = project.token;
  if (namespace === null) return claims;
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [claimName(namespace, name), value]));
}

/** The caller's own claims, unchanged (R30.1): all but registered ones and ours, or those that `token.keep` names. */
export function keptClaims(project: Project, claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { keep, namespace } = project.token;
  const named = namespace === null ? null : planClaimNames.map((name) => claimName(namespace, name));
  return Object.fromEntries(
    Object.entries(claims).filter(
      ([name]) => !neverKept.has(name) && !named?.includes(name) && (keep === null || keep.includes(name)),
    ),
  );
}

/**
 * When what the state says will end by itself, in milliseconds: a cancellation, trial, grace period, assignment or scheduled
 * change; null when nothing is set to end (R29.2).
 */
export function entitlementEnd(state: PlanState): number | null {
  const ends = [state.cancel_at, state.trial_end, state.grace_until, state.scheduled?.at ?? null]
    .filter((end) => end !== null)
    .map((end) => Date.parse(end));
  return ends.length === 0 ? null : Math.min(...ends);
}
