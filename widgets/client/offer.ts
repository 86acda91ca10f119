/** What a plan's button will do for this user: pure, one place for all elements (contract §5). */

import {
  type BillingCycle,
  billingCycles,
  type CallToAction,
  type Catalogue,
  type Claims,
  type Plan,
  type PlanState,
  type Price,
  type Subscription,
} from './types.ts';

/**
 * - `current`: nothing, they have it
 * - `select`: choose a plan that costs nothing
 * - `subscribe`, `trial`, `buy`: pay for the first time; `buy` is paid once
 * - `upgrade`, `downgrade`, `switch`: from the plan that they have to another one, or to another billing cycle
 * - `contact`: write to the people who sell it
 * - `resume`, `undo`: take a cancellation, a pause or a scheduled change back
 * - `fix_payment`: pay what is owed, before anything else
 * - `pay`: make the payment that the change to this plan waits for
 * - `wait`: nothing, until a payment has been processed
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
  | 'contact'
  | 'fix_payment'
  | 'pay'
  | 'wait';

export interface Offer {
  readonly kind: OfferKind;
  readonly plan: Plan;
  /** The cycle that it would be bought in; null for a plan without a price. */
  readonly billingCycle: BillingCycle | null;
  /**
   * How it is done: `choose` needs no payment (`PUT /v1/plan`), `checkout` does; `change` is shown with its price and
   * agreed to, and never a checkout; `resume` and `fix_payment` are done on the spot; `pay` is Stripe's own page.
   */
  readonly way: 'none' | 'choose' | 'checkout' | 'contact' | 'change' | 'resume' | 'fix_payment' | 'pay';
  /** Of the trial that it starts with. */
  readonly trialDays: number | null;
  /** What it will be once a payment or a pause that comes first is out of the way; null where nothing comes first. */
  readonly blocked: OfferKind | null;
}

/** What an offer depends on; of `GET /v1/subscription`, or where that is not to be had, of the token. */
export type OfferState = Pick<
  Subscription,
  | 'plan'
  | 'billing_cycle'
  | 'status'
  | 'trial_available'
  | 'offer'
  | 'cancel_at'
  | 'scheduled'
  | 'pending_change'
  | 'collection_paused'
  | 'subscribed_plan'
>;

/** @param state null while nobody is signed in */
export function offerFor(plan: Plan, cycle: BillingCycle, state: OfferState | null, catalogue: Catalogue): Offer {
  const billingCycle = priceAt(plan, cycle)?.cycle ?? null;
  const offer = { plan, billingCycle, trialDays: null, blocked: null };
  if (plan.kind === 'contact' && state?.plan !== plan.id) return { ...offer, kind: 'contact', way: 'contact' };
  if (state && hasSubscription(state)) return offerToSubscriber(offer, state, catalogue);
  const isOwn = state !== null && state.plan === plan.id;
  if (isOwn && isSameCycle(state.billing_cycle, billingCycle)) return { ...offer, kind: 'current', way: 'none' };

  const way = plan.kind === 'free' || catalogue.payments === 'none' ? 'choose' : 'checkout';
  if (isOwn) return { ...offer, kind: 'switch', way };
  const own = ownPlan(state, catalogue);
  if (own && own.kind !== 'free') return { ...offer, kind: plan.rank > own.rank ? 'upgrade' : 'downgrade', way };
  if (way === 'choose') return { ...offer, kind: 'select', way };
  if (billingCycle === 'one_time') return { ...offer, kind: 'buy', way };
  const mayTry = plan.trial_days !== null && plan.trial_days > 0 && state?.trial_available !== false;
  return mayTry ? { ...offer, kind: 'trial', way, trialDays: plan.trial_days } : { ...offer, kind: 'subscribe', way };
}

/** Whether there is a subscription that another one must not stand beside. */
export const hasSubscription = ({ offer }: Pick<Subscription, 'offer'>): boolean => offer !== 'checkout';

/** What has to be done before a plan can be changed: pay what is owed, or end a pause. One that only ends can be changed. */
function firstThing({ offer, status, collection_paused: isPaused }: OfferState): 'fix_payment' | 'resume' | null {
  if (offer === 'fix_payment') return offer;
  return offer === 'resume' && (isPaused || status === 'paused') ? offer : null;
}

/** Whether the subscription that runs can become one of another plan now; one that ends goes on with the change. */
export const mayChangePlan = (state: OfferState): boolean =>
  state.offer === 'manage' || (state.offer === 'resume' && firstThing(state) === null);

type Unnamed = Omit<Offer, 'kind' | 'way'>;

/** Contract §4, "Never two subscriptions": whatever is offered to a subscriber changes the subscription that runs. */
function offerToSubscriber(offer: Unnamed, state: OfferState, catalogue: Catalogue): Offer {
  const { plan, billingCycle } = offer;
  const isMeant = (change: { plan: string | null; billing_cycle: BillingCycle | null } | null): boolean =>
    change?.plan === plan.id && isSameCycle(change.billing_cycle, billingCycle);
  const isOwn = isMeant(state);
  // While it gives nothing, the subscription's plan is not the one that its user is on.
  const isSubscribed = isOwn || (state.plan !== plan.id && state.subscribed_plan === plan.id);
  const compared = comparison(plan, state, catalogue);
  if (isOwn && plan.kind === 'free') return { ...offer, kind: 'current', way: 'none' };
  if (isMeant(state.pending_change) && !isOwn)
    return { ...offer, kind: 'pay', way: state.pending_change?.hosted_url ? 'pay' : 'none' };
  if (state.offer === 'wait')
    return isOwn
      ? { ...offer, kind: 'current', way: 'none' }
      : { ...offer, kind: 'wait', way: 'none', blocked: isSubscribed ? null : compared };
  // Leaving needs no payment: who owes, or has paused, may still go.
  const isFree = plan.kind === 'free';
  const first = firstThing(state);
  if (first && !isFree) return { ...offer, kind: first, way: first, blocked: isSubscribed ? null : compared };
  if (isOwn) {
    return state.cancel_at === null
      ? { ...offer, kind: 'current', way: 'none' }
      : { ...offer, kind: 'resume', way: 'resume' };
  }
  if (isMeant(state.scheduled)) return { ...offer, kind: 'undo', way: 'resume' };
  return { ...offer, kind: compared, way: 'change' };
}

function comparison(plan: Plan, state: OfferState, catalogue: Catalogue): OfferKind {
  if (state.plan === plan.id) return 'switch';
  const own = ownPlan(state, catalogue);
  // Of a plan that is no longer shown it cannot be said which is the higher one.
  if (!own) return 'select';
  return plan.rank > own.rank ? 'upgrade' : 'downgrade';
}

/** A plan without a price has no cycle, and one that was given by hand none of its own. */
const isSameCycle = (one: BillingCycle | null, other: BillingCycle | null): boolean =>
  one === null || other === null || one === other;

/** The plan that the user has, where the catalogue shows it. */
export function ownPlan(state: Pick<PlanState, 'plan'> | null, catalogue: Catalogue): Plan | null {
  return catalogue.plans.find((plan) => plan.id === state?.plan) ?? null;
}

/**
 * The one plan that is put forward: for a subscriber the next one up, and their own while something has to be done about
 * it first; else the highlighted one, else the first that costs. Null while a payment has to be waited for.
 */
export function suggestedPlan(
  plans: readonly Plan[],
  state: Pick<OfferState, 'plan' | 'offer' | 'subscribed_plan'> | null,
): Plan | null {
  const named = (id: string | null | undefined): Plan | undefined => plans.find((plan) => plan.id === id);
  if (state?.offer === 'wait') return null;
  if (state?.offer === 'fix_payment' || state?.offer === 'resume')
    return named(state.subscribed_plan ?? state.plan) ?? null;
  const own = named(state?.plan);
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
    offer: callToAction(claims.plan_status ?? 'none'),
    cancel_at: null,
    scheduled: null,
    pending_change: null,
    collection_paused: false,
    subscribed_plan: null,
  };
}

/** By the status alone: what the backend would say of it, as far as the token tells. */
function callToAction(status: string): CallToAction {
  switch (status) {
    case 'trialing':
    case 'active':
      return 'manage';
    case 'past_due':
    case 'unpaid':
      return 'fix_payment';
    case 'paused':
      return 'resume';
    default:
      return 'checkout';
  }
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
