/** How many bytes our claims take in a token, and how many they can take at worst: measured at start, so that no mint can fail for it. */

import type { BillingCycle } from './project.ts';

/** What the largest plan is measured by. */
export interface ClaimedPlan {
  readonly id: string;
  readonly prices: Readonly<Partial<Record<BillingCycle, unknown>>>;
  readonly entitlements: Readonly<Record<string, boolean | number>>;
}

/** Bytes of the claims as the token's JSON writes them, in UTF-8 and without the outer braces. */
export const claimBytes = (claims: Readonly<Record<string, unknown>>): number =>
  new TextEncoder().encode(JSON.stringify(claims)).length - 2;

/** The name of one of our claims: bare, or under the project's namespace, which ends with `/`. */
export const claimName = (namespace: string | null, name: string): string =>
  namespace === null ? name : `${namespace}${name}`;

/** The longest status that comes with a plan, and the widest number that a version reaches. */
const longestStatus = 'incomplete_expired';
const widestVersion = 999_999_999;
const widestTime = '9999-12-31T23:59:59Z';

/** The most bytes that a token of this plan can need: past due, yearly, at a high version. `account_id` is the caller's own and does not count. */
export function largestClaimBytes(plan: ClaimedPlan, namespace: string | null): number {
  const entitlements = Object.entries(plan.entitlements);
  const claims = {
    plan: plan.id,
    billing_cycle: 'one_time' in plan.prices ? 'one_time' : 'monthly',
    plan_status: longestStatus,
    features: entitlements.filter(([, value]) => value === true).map(([name]) => name),
    limits: Object.fromEntries(entitlements.filter(([, value]) => typeof value === 'number')),
    plan_version: widestVersion,
    grace_until: widestTime,
    can_manage_billing: false,
  };
  return claimBytes(
    Object.fromEntries(Object.entries(claims).map(([name, value]) => [claimName(namespace, name), value])),
  );
}
