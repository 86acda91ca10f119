/** What a plan's button will do, case by case; pure, so without a browser. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { includes, offerFor, priceAt, savings, suggestedPlan, switchableCycles } from '../../widgets/client/offer.ts';
import type { OfferState } from '../../widgets/client/offer.ts';
import type { BillingCycle, Catalogue, Plan } from '../../widgets/client/types.ts';
import { fourPlans, usual, withoutPayments, withTrial } from './peer/catalogues.ts';

const state = (plan: string | null, more: Partial<OfferState> = {}): OfferState => ({
  plan,
  billing_cycle: null,
  status: 'active',
  trial_available: true,
  offer: 'manage',
  cancel_at: null,
  scheduled: null,
  pending_change: null,
  collection_paused: false,
  ...more,
});
/** Without a subscription: never chose, or was given it by hand. */
const unsubscribed = (plan: string | null, status: string, more: Partial<OfferState> = {}): OfferState =>
  state(plan, { status, offer: 'checkout', ...more });
const monthly = { billing_cycle: 'monthly' as const };
const yearly = { billing_cycle: 'yearly' as const };

const planOf = (catalogue: Catalogue, id: string): Plan => {
  const found = catalogue.plans.find((plan) => plan.id === id);
  assert.ok(found);
  return found;
};
const onlyYearly: Catalogue = {
  ...usual,
  plans: usual.plans.map((plan) => ({ ...plan, prices: plan.prices.yearly ? { yearly: plan.prices.yearly } : {} })),
};
const once: Catalogue = {
  ...usual,
  plans: usual.plans.map((plan) => ({
    ...plan,
    prices: plan.kind === 'paid' ? { one_time: { unit_amount: 9900, currency: 'usd' } } : {},
  })),
};

interface Case {
  readonly when: string;
  readonly catalogue?: Catalogue;
  readonly plan: string;
  readonly cycle?: BillingCycle;
  readonly state: OfferState | null;
  readonly is: { readonly kind: string; readonly way: string; readonly cycle: string | null; readonly trial?: number };
}

const cases: readonly Case[] = [
  { when: 'nobody is signed in, free', plan: 'free', state: null, is: { kind: 'select', way: 'choose', cycle: null } },
  {
    when: 'nobody is signed in, paid',
    plan: 'pro',
    state: null,
    is: { kind: 'subscribe', way: 'checkout', cycle: 'monthly' },
  },
  {
    when: 'nobody is signed in, trial',
    catalogue: withTrial,
    plan: 'pro',
    state: null,
    is: { kind: 'trial', way: 'checkout', cycle: 'monthly', trial: 14 },
  },
  {
    when: 'the trial is used up',
    catalogue: withTrial,
    plan: 'pro',
    state: unsubscribed('free', 'free', { trial_available: false }),
    is: { kind: 'subscribe', way: 'checkout', cycle: 'monthly' },
  },
  {
    when: 'on free, paid',
    plan: 'pro',
    state: unsubscribed('free', 'free'),
    is: { kind: 'subscribe', way: 'checkout', cycle: 'monthly' },
  },
  {
    when: 'on free, free',
    plan: 'free',
    state: unsubscribed('free', 'free'),
    is: { kind: 'current', way: 'none', cycle: null },
  },
  {
    when: 'on no plan, free',
    plan: 'free',
    state: unsubscribed(null, 'none'),
    is: { kind: 'select', way: 'choose', cycle: null },
  },
  {
    when: 'subscribed, the same',
    plan: 'pro',
    state: state('pro', monthly),
    is: { kind: 'current', way: 'none', cycle: 'monthly' },
  },
  {
    when: 'subscribed, the other cycle',
    plan: 'pro',
    cycle: 'yearly',
    state: state('pro', monthly),
    is: { kind: 'switch', way: 'change', cycle: 'yearly' },
  },
  {
    when: 'subscribed, higher',
    plan: 'team',
    state: state('pro', monthly),
    is: { kind: 'upgrade', way: 'change', cycle: 'monthly' },
  },
  {
    when: 'subscribed, lower',
    plan: 'free',
    state: state('pro', monthly),
    is: { kind: 'downgrade', way: 'change', cycle: null },
  },
  {
    when: 'subscribed, lower and paid',
    plan: 'pro',
    state: state('team', yearly),
    is: { kind: 'downgrade', way: 'change', cycle: 'monthly' },
  },
  {
    when: 'given by hand, the same',
    plan: 'pro',
    cycle: 'yearly',
    state: unsubscribed('pro', 'assigned'),
    is: { kind: 'current', way: 'none', cycle: 'yearly' },
  },
  {
    when: 'given by hand, higher',
    plan: 'team',
    state: unsubscribed('pro', 'assigned'),
    is: { kind: 'upgrade', way: 'checkout', cycle: 'monthly' },
  },
  {
    when: 'sold in person',
    catalogue: fourPlans,
    plan: 'enterprise',
    state: null,
    is: { kind: 'contact', way: 'contact', cycle: null },
  },
  {
    when: 'sold in person, and theirs',
    catalogue: fourPlans,
    plan: 'enterprise',
    state: state('enterprise'),
    is: { kind: 'current', way: 'none', cycle: null },
  },
  {
    when: 'not sold in the cycle that is shown',
    catalogue: onlyYearly,
    plan: 'pro',
    state: null,
    is: { kind: 'subscribe', way: 'checkout', cycle: 'yearly' },
  },
  {
    when: 'paid once',
    catalogue: once,
    plan: 'pro',
    state: null,
    is: { kind: 'buy', way: 'checkout', cycle: 'one_time' },
  },
  {
    when: 'nothing is paid for',
    catalogue: withoutPayments,
    plan: 'pro',
    state: unsubscribed('free', 'free'),
    is: { kind: 'select', way: 'choose', cycle: 'monthly' },
  },
  {
    when: 'nothing is paid for, higher',
    catalogue: withoutPayments,
    plan: 'team',
    state: unsubscribed('pro', 'assigned', monthly),
    is: { kind: 'upgrade', way: 'choose', cycle: 'monthly' },
  },
  {
    when: 'a plan that is no longer shown',
    plan: 'pro',
    state: state('old', monthly),
    is: { kind: 'select', way: 'change', cycle: 'monthly' },
  },
];

describe('offer', () => {
  for (const { when, catalogue = usual, plan, cycle = 'monthly', state: own, is } of cases) {
    it(`is ${is.kind} for ${plan} (${when})`, () => {
      const offer = offerFor(planOf(catalogue, plan), cycle, own, catalogue);
      assert.deepEqual(
        { kind: offer.kind, way: offer.way, cycle: offer.billingCycle, trial: offer.trialDays },
        { kind: is.kind, way: is.way, cycle: is.cycle, trial: is.trial ?? null },
      );
    });
  }

  it('puts one plan forward: the next one up, else the highlighted, else the first that costs', () => {
    const id = (own: string | null, plans = fourPlans.plans): string | undefined =>
      suggestedPlan(plans, own === null ? null : state(own))?.id;
    assert.equal(id(null), 'pro');
    assert.equal(id('free'), 'pro');
    assert.equal(id('pro'), 'team');
    assert.equal(id('team'), undefined);
    const plain = usual.plans.map((plan) => ({ ...plan, highlight: null }));
    assert.equal(id(null, plain), 'pro');
  });

  it('counts what a year saves', () => {
    assert.deepEqual(savings(usual.plans), { percent: 17, same: true });
    assert.deepEqual(savings(onlyYearly.plans), { percent: 0, same: true });
  });

  it('switches only between cycles that come again', () => {
    assert.deepEqual(switchableCycles(usual.plans), ['monthly', 'yearly']);
    assert.deepEqual(switchableCycles(once.plans), ['one_time']);
    assert.equal(priceAt(planOf(onlyYearly, 'pro'), 'monthly')?.cycle, 'yearly');
  });

  it('says “everything in” only where the entitlements do', () => {
    const [free, pro, team] = usual.plans.map((plan) => plan);
    assert.ok(free && pro && team);
    assert.equal(includes(pro, free), true);
    assert.equal(includes(free, pro), false);
    assert.equal(includes(pro, { ...free, entitlements: {} }), false);
    assert.equal(
      includes({ ...pro, entitlements: { projects: 5 } }, { ...free, entitlements: { projects: -1 } }),
      false,
    );
  });
});
