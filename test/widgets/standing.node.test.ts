/** How a subscription stands, what needs its user, what is lost with a plan and what is paid next: pure, so without a browser. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nextDate } from '../../widgets/change/next-payment.ts';
import { attentionOf, type PortalReturn } from '../../widgets/client/attention.ts';
import { lossesOf } from '../../widgets/client/losses.ts';
import { outlookOf, planMeanwhile, standingOf, standingPlan } from '../../widgets/client/standing.ts';
import type { ChangePreview, Plan, Subscription } from '../../widgets/client/types.ts';
import { en } from '../../widgets/locales/en.ts';
import { outlookText } from '../../widgets/subscription-manager/outlook-text.ts';
import { expiryOf, isExpired, methodLine } from '../../widgets/ui/payment-method.ts';
import { formatAmount } from '../../widgets/ui/money.ts';
import { fivePlans, fourPlans, usual } from './peer/catalogues.ts';
import {
  beyondGrace,
  collectionPaused,
  downgrading,
  ending,
  pastDue,
  paused,
  periodEnd,
  subscriptionOf,
  waitsToBePaid,
} from './support/subscriptions.ts';

const trialEnd = '2026-12-07T10:00:00Z';
const onTrial: Partial<Subscription> = { status: 'trialing', trial_end: trialEnd };
const withoutCard: Partial<Subscription> = { ...onTrial, payment_method: null, next_invoice: null };

const none: Partial<Subscription> = {
  source: 'default',
  offer: 'checkout',
  billing_cycle: null,
  next_invoice: null,
  payment_method: null,
  price: null,
  current_period_end: null,
};

describe('what will happen, in a sentence', () => {
  for (const { when, more, pill, says } of [
    { when: 'active', more: {}, pill: 'active', says: 'Renews on December 23, 2026 for $19.00.' },
    {
      when: 'active, and Stripe says no amount',
      more: { next_invoice: null },
      pill: 'active',
      says: 'Renews on December 23, 2026.',
    },
    { when: 'on trial', more: onTrial, pill: 'trial', says: 'Free until December 7, 2026, then $19.00 a month.' },
    {
      when: 'on trial without a card',
      more: withoutCard,
      pill: 'trial',
      says: 'Your trial ends on December 7, 2026. Add a card to keep Pro.',
    },
    { when: 'ending', more: ending, pill: 'ends', says: 'Ends on December 23, 2026, then you move to Free.' },
    {
      when: 'ending with nothing after it',
      more: { ...ending, scheduled: null, fallback_plan: null },
      pill: 'ends',
      says: 'Ends on December 23, 2026.',
    },
    {
      when: 'downgrading',
      more: downgrading,
      pill: 'active',
      says: 'You move to Pro on December 23, 2026, for $19.00.',
    },
    {
      when: 'switching cycles',
      more: { billing_cycle: 'yearly', scheduled: { plan: 'pro', billing_cycle: 'monthly', at: periodEnd } },
      pill: 'active',
      says: 'You pay by the month from December 23, 2026.',
    },
    {
      when: 'past due',
      more: pastDue,
      pill: 'past-due',
      says: '$19.00 is owed since November 23, 2026. The next try is on November 27, 2026.',
    },
    {
      when: 'past due, beyond grace',
      more: beyondGrace,
      pill: 'past-due',
      says: '$19.00 is owed since November 23, 2026. Until it is paid you are on Free.',
    },
    {
      when: 'unpaid, and nobody knows what',
      more: { ...beyondGrace, status: 'unpaid', owed: null },
      pill: 'unpaid',
      says: 'A payment is owed. Until it is paid you are on Free.',
    },
    {
      when: 'beyond grace, with nothing left, of a plan that is not known',
      more: { ...beyondGrace, plan: null, subscribed_plan: null },
      pill: 'past-due',
      says: '$19.00 is owed since November 23, 2026. Your plan comes back when it is paid.',
    },
    {
      when: 'past due and ending',
      more: { ...ending, ...pastDue },
      pill: 'past-due',
      says: '$19.00 is owed since November 23, 2026. The next try is on November 27, 2026.',
    },
    {
      when: 'paused',
      more: paused,
      pill: 'paused',
      says: 'Nothing is charged while it is paused. Until you resume it you are on Free.',
    },
    {
      when: 'collection paused',
      more: collectionPaused,
      pill: 'collection-paused',
      says: 'Nothing is charged for now.',
    },
    {
      when: 'an upgrade waits',
      more: waitsToBePaid(true),
      pill: 'active',
      says: 'You move to Team once it is paid, by November 24, 2026 at the latest.',
    },
    {
      when: 'a change of the cycle waits',
      more: { ...waitsToBePaid(true), plan: 'team' },
      pill: 'active',
      says: 'Your change comes once it is paid, by November 24, 2026 at the latest.',
    },
    {
      when: 'a payment is processed',
      more: { status: 'incomplete', offer: 'wait' },
      pill: 'waits',
      says: 'Your payment is being processed. That can take a moment.',
    },
    { when: 'free', more: { ...none, plan: 'free', status: 'free' }, pill: 'free', says: 'Nothing is charged.' },
    { when: 'no plan', more: { ...none, plan: null, status: 'none' }, pill: 'none', says: 'You have no plan yet.' },
    {
      when: 'given by hand',
      more: { ...none, plan: 'team', status: 'assigned', source: 'api' },
      pill: 'assigned',
      says: 'Nothing is charged.',
    },
    {
      when: 'given by hand until a day',
      more: {
        ...none,
        plan: 'team',
        status: 'assigned',
        source: 'api',
        scheduled: { plan: 'free', billing_cycle: null, at: periodEnd },
      },
      pill: 'assigned',
      says: 'Yours until December 23, 2026, then you move to Free. Nothing is charged.',
    },
    {
      when: 'bought once',
      more: { ...none, plan: 'pro', status: 'assigned', billing_cycle: 'one_time' },
      pill: 'active',
      says: 'Paid once, yours to keep.',
    },
    {
      when: 'without a period',
      more: { next_invoice: null, current_period_end: null },
      pill: 'active',
      says: 'Runs until you cancel.',
    },
  ] as readonly { when: string; more: Partial<Subscription>; pill: string; says: string }[]) {
    it(`${when}: “${says}”`, () => {
      const subscription = subscriptionOf(more);
      assert.equal(outlookText({ subscription, catalogue: usual, text: en, locale: 'en', said: null }), says);
      assert.equal(standingOf(subscription), pill);
    });
  }

  for (const { said, more, says } of [
    { said: 'ends', more: ending, says: 'Then you move to Free.' },
    { said: 'moves', more: downgrading, says: '$19.00 is charged then.' },
    { said: 'moves', more: { ...downgrading, next_invoice: null }, says: 'You move to Pro on December 23, 2026.' },
    { said: 'trial-ends', more: withoutCard, says: 'Nothing is charged until then.' },
    { said: 'off', more: beyondGrace, says: '$19.00 is owed since November 23, 2026.' },
    { said: 'paused', more: paused, says: 'Nothing is charged while it is paused.' },
    {
      said: 'confirm',
      more: waitsToBePaid(true),
      says: 'You move to Team once it is paid, by November 24, 2026 at the latest.',
    },
  ] as const) {
    it(`does not say again what a notice (${said}) has said: “${says}”`, () => {
      const subscription = subscriptionOf(more);
      assert.equal(outlookText({ subscription, catalogue: usual, text: en, locale: 'en', said }), says);
    });
  }

  it('shows an end as an end, whatever else is set, except for what is owed', () => {
    assert.equal(outlookOf(subscriptionOf({ ...downgrading, ...ending })).kind, 'ends');
    assert.equal(outlookOf(subscriptionOf({ ...ending, ...pastDue })).kind, 'owed');
  });
});

describe('what needs the user', () => {
  const days = (count: number): number => Date.parse(trialEnd) - count * 24 * 60 * 60 * 1000;
  const now = days(20);
  for (const { when, more, at = now, returned = null, is } of [
    { when: 'active', more: {}, is: null },
    { when: 'on trial with a card', more: onTrial, at: days(1), is: null },
    { when: 'past due', more: pastDue, is: 'past-due danger fix_payment 2026-11-30T10:00:00Z' },
    { when: 'past due, beyond grace', more: beyondGrace, is: 'off danger fix_payment null' },
    {
      when: 'past due, back from the portal with a card that was declined too',
      more: pastDue,
      returned: 'failed',
      is: 'declined danger fix_payment 2026-11-30T10:00:00Z',
    },
    {
      when: 'past due, back from the portal with a card whose bank asks',
      more: pastDue,
      returned: 'requires_action',
      is: 'confirm-owed danger confirm_payment 2026-11-30T10:00:00Z',
    },
    { when: 'all is well, whatever the address says', more: {}, returned: 'failed', is: null },
    { when: 'the bank asks', more: waitsToBePaid(true), is: 'confirm warn confirm_payment 2026-11-24T09:00:00Z' },
    { when: 'an upgrade was declined', more: waitsToBePaid(false), is: 'upgrade-unpaid warn pay 2026-11-24T09:00:00Z' },
    { when: 'paused', more: paused, is: 'paused warn resume null' },
    { when: 'collection paused', more: collectionPaused, is: 'paused warn resume null' },
    { when: 'ending', more: ending, is: `ends warn resume ${periodEnd}` },
    { when: 'downgrading', more: downgrading, is: `moves calm undo ${periodEnd}` },
    { when: 'on trial without a card, 8 days before', more: withoutCard, at: days(8), is: null },
    {
      when: 'on trial without a card, 3 days before',
      more: withoutCard,
      at: days(3),
      is: `trial-ends warn add_payment_method ${trialEnd}`,
    },
    {
      when: 'past due and ending',
      more: { ...ending, ...pastDue },
      is: 'past-due danger fix_payment 2026-11-30T10:00:00Z',
    },
    { when: 'free', more: { ...none, plan: 'free', status: 'free' }, is: null },
  ] as readonly {
    when: string;
    more: Partial<Subscription>;
    at?: number;
    returned?: PortalReturn;
    is: string | null;
  }[]) {
    it(`${when}: ${is}`, () => {
      const found = attentionOf(subscriptionOf({ as_of: new Date(at).toISOString(), ...more }), returned);
      assert.equal(found && `${found.kind} ${found.severity} ${found.action.kind} ${found.at}`, is);
    });
  }

  it('is in another stage when it gets worse, and in the same one while it does not', () => {
    const stage = (more: Partial<Subscription>, at = now): string | undefined =>
      attentionOf(subscriptionOf({ as_of: new Date(at).toISOString(), ...more }), null)?.stage;
    assert.equal(stage(pastDue), stage({ ...pastDue, version: 9 }));
    assert.notEqual(stage(pastDue), stage(beyondGrace));
    assert.equal(stage(withoutCard, days(3)), stage(withoutCard, days(2)));
    assert.notEqual(stage(withoutCard, days(3)), stage(withoutCard, days(1)));
  });
});

describe('the plan that is named', () => {
  const named = (more: Partial<Subscription>): string =>
    `${standingPlan(subscriptionOf(more))}, meanwhile ${planMeanwhile(subscriptionOf(more))}`;
  for (const { when, more, is } of [
    { when: 'active', more: {}, is: 'pro, meanwhile null' },
    { when: 'past due', more: pastDue, is: 'pro, meanwhile null' },
    { when: 'beyond grace', more: beyondGrace, is: 'pro, meanwhile free' },
    { when: 'unpaid', more: { ...beyondGrace, status: 'unpaid' }, is: 'pro, meanwhile free' },
    {
      when: 'unpaid, with another one given by hand',
      more: { ...beyondGrace, plan: 'team', source: 'api' },
      is: 'pro, meanwhile team',
    },
    { when: 'paused', more: paused, is: 'pro, meanwhile free' },
    {
      when: 'collection paused, and what was paid for is used up',
      more: { ...collectionPaused, plan: 'free', source: 'default', subscribed_plan: 'pro' },
      is: 'pro, meanwhile free',
    },
    { when: 'collection paused, in the time that was paid for', more: collectionPaused, is: 'pro, meanwhile null' },
    {
      when: 'active, with another one given by hand',
      more: { plan: 'team', source: 'api', subscribed_plan: 'pro' },
      is: 'team, meanwhile null',
    },
    {
      when: 'free',
      more: { ...none, plan: 'free', status: 'free', subscribed_plan: null },
      is: 'free, meanwhile null',
    },
  ] as readonly { when: string; more: Partial<Subscription>; is: string }[])
    it(`${when}: ${is}`, () => assert.equal(named(more), is));
});

describe('what is lost with a plan', () => {
  const plan = (id: string, plans: readonly Plan[] = fourPlans.plans): Plan => {
    const found = plans.find((each) => each.id === id);
    assert.ok(found);
    return found;
  };
  it('is what the plan names, and what it names only as “everything in …”', () => {
    const { plans } = fourPlans;
    assert.deepEqual(lossesOf(plan('team'), plan('pro'), plans), plan('team').features);
    assert.deepEqual(lossesOf(plan('team'), plan('free'), plans), [...plan('team').features, ...plan('pro').features]);
    assert.deepEqual(lossesOf(plan('pro'), null, plans), plan('pro').features);
  });

  it('is nothing that the other plan names as well', () => {
    const { plans } = fivePlans;
    assert.ok(!lossesOf(plan('pro', plans), plan('starter', plans), plans).includes('Custom domain'));
  });

  it('is never invented: always of the plans’ own words (property)', () => {
    const { plans } = fourPlans;
    const words = new Set(plans.flatMap(({ features }) => features));
    fc.assert(
      fc.property(fc.constantFrom(...plans), fc.constantFrom(null, ...plans), (from, to) => {
        const lost = lossesOf(from, to, plans);
        return (
          lost.every((each) => words.has(each) && !to?.features.includes(each)) && new Set(lost).size === lost.length
        );
      }),
    );
  });
});

describe('what is paid next', () => {
  const preview: ChangePreview = {
    kind: 'upgrade',
    effective: 'now',
    due_now: 1000,
    next_amount: 2900,
    currency: 'usd',
    lines: [],
    proration_date: Date.UTC(2027, 0, 31, 12) / 1000,
  };
  const known = { preview, cycle: 'monthly', ownCycle: 'monthly', periodEnd, trialEnd: null } as const;
  for (const { when, more, is } of [
    { when: 'the same cycle', more: {}, is: periodEnd },
    { when: 'on trial', more: { trialEnd }, is: trialEnd },
    { when: 'at a date', more: { preview: { ...preview, effective: periodEnd } }, is: periodEnd },
    {
      when: 'another cycle begins anew, and February is short',
      more: { ownCycle: 'yearly' },
      is: '2027-02-28T12:00:00.000Z',
    },
    { when: 'to yearly', more: { cycle: 'yearly' }, is: '2028-01-31T12:00:00.000Z' },
  ] as readonly { when: string; more: Partial<Parameters<typeof nextDate>[0]>; is: string }[]) {
    it(`${when}: ${is}`, () => assert.equal(nextDate({ ...known, ...more }), is));
  }
});

describe('amounts and cards', () => {
  it('writes an amount to the last minor unit, and a credit with a minus', () => {
    assert.equal(formatAmount(5800, 'usd', 'en'), '$58.00');
    assert.equal(formatAmount(-948, 'usd', 'en'), '−$9.48');
    assert.equal(formatAmount(2900, 'jpy', 'en'), '¥2,900');
    assert.equal(formatAmount(-948, 'eur', 'de').replaceAll(/[\u00a0\u202f]/g, ' '), '−9,48 €');
  });

  it('names a card, and knows when it is over: after the last day of its month', () => {
    const card = { type: 'card', brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2028 } as const;
    assert.equal(methodLine(card), 'Visa •••• 4242');
    assert.equal(methodLine({ ...card, type: 'sepa_debit', brand: null }), 'SEPA •••• 4242');
    assert.equal(expiryOf(card), '12/28');
    assert.equal(isExpired(card, new Date(2028, 11, 31, 23).getTime()), false);
    assert.equal(isExpired(card, new Date(2029, 0, 1, 1).getTime()), true);
  });
});
