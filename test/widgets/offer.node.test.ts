/** What a plan's button will do, case by case; pure, so without a browser. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  includes,
  offerFor,
  priceAt,
  savings,
  stateOfClaims,
  suggestedPlan,
  switchableCycles,
} from '../../widgets/client/offer.ts';
import type { OfferState } from '../../widgets/client/offer.ts';
import type { BillingCycle, Catalogue, Plan, Subscription } from '../../widgets/client/types.ts';
import { fourPlans, usual, withoutPayments, withTrial } from './peer/catalogues.ts';
import {
  beyondGrace,
  collectionPaused,
  downgrading,
  ending,
  pastDue,
  paused,
  periodEnd,
  processing,
  subscriptionOf,
  waitsToBePaid,
} from './support/subscriptions.ts';

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
  subscribed_plan: null,
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

  // Contract §4: one subscription; whatever is offered to a subscriber changes the one that runs, and is never a checkout.
  const standings: Readonly<Record<string, Partial<Subscription>>> = {
    active: {},
    trialing: { status: 'trialing' },
    ending,
    'ending on trial': { ...ending, status: 'trialing' },
    'downgrading to Pro': downgrading,
    'switching to yearly': { scheduled: { plan: 'pro', billing_cycle: 'yearly', at: periodEnd } },
    'past due': pastDue,
    'past due, beyond grace': beyondGrace,
    unpaid: { ...beyondGrace, status: 'unpaid' },
    paused,
    'collection paused': collectionPaused,
    'upgrade waits to be paid': waitsToBePaid(false),
    'upgrade waits for the bank': waitsToBePaid(true),
    'payment processed': processing,
    'of a plan that is no longer sold': { plan: 'old' },
  };
  /** Free, Pro monthly, Pro yearly, Team monthly, Enterprise: kind and way, and after a stroke what comes later. */
  const table: Readonly<Record<string, readonly string[]>> = {
    active: ['downgrade change', 'current none', 'switch change', 'upgrade change', 'contact contact'],
    trialing: ['downgrade change', 'current none', 'switch change', 'upgrade change', 'contact contact'],
    ending: ['undo resume', 'resume resume', 'switch change', 'upgrade change', 'contact contact'],
    'ending on trial': ['undo resume', 'resume resume', 'switch change', 'upgrade change', 'contact contact'],
    'downgrading to Pro': ['downgrade change', 'undo resume', 'downgrade change', 'current none', 'contact contact'],
    'switching to yearly': ['downgrade change', 'current none', 'undo resume', 'upgrade change', 'contact contact'],
    'past due': [
      'downgrade change',
      'fix_payment fix_payment',
      'fix_payment fix_payment / switch',
      'fix_payment fix_payment / upgrade',
      'contact contact',
    ],
    'past due, beyond grace': [
      'current none',
      'fix_payment fix_payment',
      'fix_payment fix_payment',
      'fix_payment fix_payment / upgrade',
      'contact contact',
    ],
    unpaid: [
      'current none',
      'fix_payment fix_payment',
      'fix_payment fix_payment',
      'fix_payment fix_payment / upgrade',
      'contact contact',
    ],
    paused: ['current none', 'resume resume', 'resume resume', 'resume resume / upgrade', 'contact contact'],
    'collection paused': [
      'downgrade change',
      'resume resume',
      'resume resume / switch',
      'resume resume / upgrade',
      'contact contact',
    ],
    'upgrade waits to be paid': ['downgrade change', 'current none', 'switch change', 'pay pay', 'contact contact'],
    'upgrade waits for the bank': ['downgrade change', 'current none', 'switch change', 'pay pay', 'contact contact'],
    'payment processed': ['current none', 'wait none', 'wait none', 'wait none / upgrade', 'contact contact'],
    'of a plan that is no longer sold': [
      'select change',
      'select change',
      'select change',
      'select change',
      'contact contact',
    ],
  };
  for (const [standing, more] of Object.entries(standings)) {
    it(`to a subscriber who is ${standing}, plan by plan (R15.1, R21.3, R22.1)`, () => {
      const own = subscriptionOf(more);
      const asked: [string, BillingCycle][] = [
        ['free', 'monthly'],
        ['pro', 'monthly'],
        ['pro', 'yearly'],
        ['team', 'monthly'],
        ['enterprise', 'monthly'],
      ];
      const said = asked.map(([plan, cycle]) => {
        const { kind, way, blocked } = offerFor(planOf(fourPlans, plan), cycle, own, fourPlans);
        return `${kind} ${way}${blocked === null ? '' : ` / ${blocked}`}`;
      });
      assert.deepEqual(said, table[standing]);
      assert.ok(!said.some((each) => /checkout|choose/.test(each)), 'never a second subscription');
    });
  }

  it('knows a subscriber by the token alone, and promises no trial', () => {
    const offers = ['active', 'trialing', 'past_due', 'unpaid', 'paused', 'canceled', 'free'].map(
      (status) => stateOfClaims({ plan: 'pro', billing_cycle: 'monthly', plan_status: status }).offer,
    );
    assert.deepEqual(offers, ['manage', 'manage', 'fix_payment', 'fix_payment', 'resume', 'checkout', 'checkout']);
    assert.equal(stateOfClaims({}).trial_available, false);
  });

  it('puts their own plan forward while something has to be done about it first', () => {
    const forward = (more: Partial<Subscription>): string | undefined =>
      suggestedPlan(fourPlans.plans, subscriptionOf(more))?.id;
    assert.equal(forward({}), 'team');
    assert.equal(forward(pastDue), 'pro');
    assert.equal(forward(ending), 'pro');
    assert.equal(forward(paused), 'pro');
    assert.equal(forward(processing), undefined);
  });

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
