/** What a plan's button will do for this user: pure, one place for all elements (contract §5). */

import {
  type BillingCycle,
  billingCycles,
  type Catalogue,
  type Claims,
  type Plan,
  type PlanState,
  type Price,
} from './types.ts';

/**
 * - `current`: nothing, they have it
 * - `select`: choose a plan that costs nothing
 * - `subscribe`, `trial`, `buy`: pay for the first time; `buy` is paid once
 * - `upgrade`, `downgrade`, `switch`: from the plan that they have to another one, or to another billing cycle
 * - `contact`: write to the people who sell it
 * - `resume`, `undo`: take a cancellation or a scheduled change back
 */
export type OfferKind =
  | 'current'
  | 'select'
  | 'subscribe'
  | 'trial'
  | 'buy'
  | 'upgrade'
  | 'downgrade'
  | 'switch'
  | 'resume'
  | 'undo'
  | 'contact';

export interface Offer {
  readonly kind: OfferKind;
  readonly plan: Plan;
  /** The cycle that it would be bought in; null for a plan without a price. */
  readonly billingCycle: BillingCycle | null;
  /** How it is done: `choose` needs no payment (`PUT /v1/plan`), `checkout` does. */
  readonly way: 'none' | 'choose' | 'checkout' | 'contact';
  /** Of the trial that it starts with. */
  readonly trialDays: number | null;
}

/** What an offer depends on; of `GET /v1/subscription`, or where that is not to be had, of the token. */
export type OfferState = Pick<PlanState, 'plan' | 'billing_cycle' | 'status'> & { readonly trial_available: boolean };

/** @param state null while nobody is signed in */
export function offerFor(plan: Plan, cycle: BillingCycle, state: OfferState | null, catalogue: Catalogue): Offer {
  const priced = priceAt(plan, cycle);
  const billingCycle = priced?.cycle ?? null;
  const offer = { plan, billingCycle, trialDays: null };
  const isOwn = state !== null && state.plan === plan.id;
  if (isOwn && (state.billing_cycle === null || billingCycle === null || state.billing_cycle === billingCycle)) {
    return { ...offer, kind: 'current', way: 'none' };
  }
  if (plan.kind === 'contact') return { ...offer, kind: 'contact', way: 'contact' };

  const way = plan.kind === 'free' || catalogue.payments === 'none' ? 'choose' : 'checkout';
  if (isOwn) return { ...offer, kind: 'switch', way };
  const own = ownPlan(state, catalogue);
  if (own && own.kind !== 'free') return { ...offer, kind: plan.rank > own.rank ? 'upgrade' : 'downgrade', way };
  if (way === 'choose') return { ...offer, kind: 'select', way };
  if (billingCycle === 'one_time') return { ...offer, kind: 'buy', way };
  const mayTry = plan.trial_days !== null && plan.trial_days > 0 && state?.trial_available !== false;
  return mayTry ? { ...offer, kind: 'trial', way, trialDays: plan.trial_days } : { ...offer, kind: 'subscribe', way };
}

/** The plan that the user has, where the catalogue shows it. */
export function ownPlan(state: Pick<PlanState, 'plan'> | null, catalogue: Catalogue): Plan | null {
  return catalogue.plans.find((plan) => plan.id === state?.plan) ?? null;
}

/** The one plan that is put forward: for a subscriber the next one up, else the highlighted one, else the first that costs. */
export function suggestedPlan(plans: readonly Plan[], state: Pick<PlanState, 'plan'> | null): Plan | null {
  const own = plans.find((plan) => plan.id === state?.plan);
  if (own && own.kind !== 'free') {
    const above = plans.filter((plan) => plan.rank > own.rank && plan.kind !== 'contact');
    return above.toSorted((a, b) => a.rank - b.rank)[0] ?? null;
  }
  return (
    plans.find((plan) => plan.highlight !== null && plan.kind !== 'contact') ??
    plans.find((plan) => plan.kind === 'paid') ??
    null
  );
}

/** What a plan costs in a cycle, or where it is not sold in that one, in another. */
export function priceAt(
  plan: Plan,
  cycle: BillingCycle,
): { readonly cycle: BillingCycle; readonly price: Price } | null {
  for (const candidate of [cycle, ...billingCycles]) {
    const price = plan.prices[candidate];
    if (price) return { cycle: candidate, price };
  }
  return null;
}

/** What the switch offers: buying once is no cycle to switch to where there are others. */
export function switchableCycles(plans: readonly Plan[]): readonly BillingCycle[] {
  const sold = billingCycles.filter((cycle) => plans.some((plan) => plan.prices[cycle]));
  const recurring = sold.filter((cycle) => cycle !== 'one_time');
  return recurring.length > 0 ? recurring : sold;
}

/** What paying by the year saves at most, in whole percent, and whether it is as much for every plan. */
export function savings(plans: readonly Plan[]): { readonly percent: number; readonly same: boolean } {
  const found = plans.flatMap(({ prices: { monthly, yearly } }) =>
    monthly && yearly && monthly.currency === yearly.currency && monthly.unit_amount > 0
      ? [Math.round((1 - yearly.unit_amount / (monthly.unit_amount * 12)) * 100)]
      : [],
  );
  const percent = Math.max(0, ...found);
  return { percent, same: found.every((each) => each === percent) };
}

/** The token says less than the subscription: whether a trial is left is not in it, so none is promised. */
export function stateOfClaims(claims: Claims): OfferState {
  return {
    plan: claims.plan ?? null,
    billing_cycle: claims.billing_cycle ?? null,
    status: claims.plan_status ?? 'none',
    trial_available: false,
  };
}

/**
 * Whether a plan holds all that the one below it does, by their entitlements; then its list may begin with
 * "Everything in Free, and". Nothing is claimed where the config states no entitlements.
 */
export function includes(plan: Plan, below: Plan): boolean {
  const owed = Object.entries(below.entitlements).filter(([, value]) => value !== false && value !== 0);
  return owed.length > 0 && owed.every(([name, value]) => covers(plan.entitlements[name], value));
}

/** -1 is unlimited. */
function covers(has: boolean | number | undefined, owed: boolean | number): boolean {
  if (has === undefined) return false;
  if (typeof has === 'boolean' || typeof owed === 'boolean') return has === true || has === owed;
  return has === -1 || (owed !== -1 && has >= owed);
}
