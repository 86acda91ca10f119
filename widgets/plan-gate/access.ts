/** Whether a gate opens: pure. It decides what is shown; what is allowed, the customer's backend decides by the token. */

import { type OfferState, suggestedPlan } from '../client/offer.ts';
import type { SessionSnapshot } from '../client/session-snapshot.ts';
import type { Catalogue, Plan } from '../client/types.ts';

export interface GateRule {
  /** This plan, or one of a higher rank. */
  readonly plan: string | null;
  /** A boolean entitlement that is true, or a numeric one that is not 0. */
  readonly feature: string | null;
}

/** `unknown`: still being found out, or not to be found out; both are closed. */
export type Access = 'open' | 'closed' | 'unknown';

export function accessOf(rule: GateRule, snapshot: SessionSnapshot | null, catalogue: Catalogue | null): Access {
  if (!snapshot || snapshot.status === 'loading' || snapshot.status === 'error') return 'unknown';
  const claims = snapshot.claims;
  if (snapshot.status === 'signed-out' || !claims) return 'closed';
  const checks: Access[] = [];
  if (rule.feature !== null) {
    const limit = claims.limits?.[rule.feature];
    const has = claims.features?.includes(rule.feature) || (limit !== undefined && limit !== 0);
    checks.push(has ? 'open' : 'closed');
  }
  if (rule.plan !== null) checks.push(planAccess(rule.plan, claims.plan ?? null, catalogue));
  return checks.find((access) => access !== 'open') ?? (checks.length > 0 ? 'open' : 'closed');
}

/** Ranks are the catalogue's; the same plan needs none. */
function planAccess(wanted: string, own: string | null, catalogue: Catalogue | null): Access {
  if (own === null) return 'closed';
  if (own === wanted) return 'open';
  if (!catalogue) return 'unknown';
  const rank = (id: string): number | undefined => catalogue.plans.find((plan) => plan.id === id)?.rank;
  const [wantedRank, ownRank] = [rank(wanted), rank(own)];
  return wantedRank !== undefined && ownRank !== undefined && ownRank >= wantedRank ? 'open' : 'closed';
}

/** The plan to offer to whom the gate is closed: the one that is asked for, else the lowest that has the feature. */
export function wayIn(rule: GateRule, state: OfferState | null, catalogue: Catalogue): Plan | null {
  const { plans } = catalogue;
  if (rule.plan !== null) return plans.find((plan) => plan.id === rule.plan) ?? null;
  const { feature } = rule;
  if (feature === null) return suggestedPlan(plans, state);
  const having = plans.filter(
    ({ entitlements }) => entitlements[feature] === true || Number(entitlements[feature] ?? 0) !== 0,
  );
  const own = plans.find((plan) => plan.id === state?.plan);
  const above = having.filter((plan) => !own || plan.rank > own.rank);
  return (above.length > 0 ? above : having).toSorted((a, b) => a.rank - b.rank)[0] ?? null;
}

/** `api-access` → `Api access`: what a feature's id says, where nobody gave it a name. */
export function featureName(id: string): string {
  const words = id
    .replaceAll(/[_\-.]+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
