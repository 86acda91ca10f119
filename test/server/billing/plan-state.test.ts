/** The plan as a pure function: contract §2, cell by cell, and over orders and times at random. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bestSubscription } from '../../../server/billing/best-subscription.ts';
import { decidePlan } from '../../../server/billing/plan-state.ts';
import { graceEnd } from '../../../server/billing/standing.ts';
import type { Assignment, Subscription } from '../../../server/store/records.ts';
import { testProject } from '../support/project.ts';
import { testSubscription } from '../support/tokens.ts';

const now = Date.UTC(2026, 10, 24, 10);
const day = 86_400_000;
const project = testProject();

const subscription = (overrides: Partial<Subscription> = {}): Subscription => testSubscription(now, overrides);

const assigned = (overrides: Partial<Assignment> = {}): Assignment => ({
  plan: 'team',
  billingCycle: null,
  source: 'api',
  freeSelection: false,
  expiresAt: null,
  ...overrides,
});

const decide = (
  records: {
    subscriptions?: readonly Subscription[];
    assignment?: Assignment | null;
    at?: number;
    project?: typeof project;
  } = {},
) =>
  decidePlan({
    project: records.project ?? project,
    userId: 'u_1',
    subscriptions: records.subscriptions ?? [],
    assignment: records.assignment ?? null,
    now: records.at ?? now,
  });

describe('the plan of a user', () => {
  it('says what remains after an assignment: the plan of what entitles, never of a subscription that has ended', () => {
    const assignment = assigned({ plan: 'enterprise', expiresAt: now + 10 * day });
    const after = (status: string) => decide({ assignment, subscriptions: [subscription({ status })] }).decision;
    const at = '2026-12-04T10:00:00Z';
    assert.deepEqual(after('active').scheduled, { plan: 'pro', billing_cycle: 'monthly', at });
    assert.deepEqual(after('canceled').scheduled, { plan: 'free', billing_cycle: null, at });
    assert.deepEqual(after('unpaid').scheduled, { plan: 'free', billing_cycle: null, at });
  });

  it('is the default for a user with nothing (R25.4)', () => {
    const { decision, rule } = decide();
    assert.equal(rule, 'default');
    assert.deepEqual([decision.plan, decision.status, decision.source], ['free', 'free', 'default']);
  });

  it('is none where the project has no default', () => {
    const { decision, rule } = decide({ project: testProject({ defaultPlan: null }) });
    assert.equal(rule, 'none');
    assert.deepEqual([decision.plan, decision.status, decision.features], [null, 'none', []]);
  });

  for (const status of ['trialing', 'active']) {
    it(`is the subscription's while it is ${status}`, () => {
      const { decision } = decide({ subscriptions: [subscription({ status })] });
      assert.deepEqual(
        [decision.plan, decision.billing_cycle, decision.status, decision.source],
        ['pro', 'monthly', status, 'subscription'],
      );
    });
  }

  for (const status of ['unpaid', 'paused', 'canceled', 'incomplete', 'incomplete_expired']) {
    it(`is the default while the subscription is ${status} (R21.2)`, () => {
      assert.equal(decide({ subscriptions: [subscription({ status })] }).decision.plan, 'free');
    });
  }

  it('stays through the grace period and no longer (R21.1, R21.2)', () => {
    const pastDue = subscription({ status: 'past_due', pastDueSince: now });
    const end = graceEnd(project, pastDue) as number;
    const inside = decide({ subscriptions: [pastDue], at: end - 1 });
    assert.deepEqual([inside.decision.plan, inside.decision.status], ['pro', 'past_due']);
    assert.equal(inside.decision.grace_until, new Date(end).toISOString().replace('.000', ''));
    assert.equal(inside.validUntil, end);
    assert.equal(decide({ subscriptions: [pastDue], at: end }).decision.plan, 'free');
  });

  it('does not change for a cancellation that is only scheduled, and says what follows (R19.1)', () => {
    const { decision } = decide({ subscriptions: [subscription({ cancelAt: now + 3 * day })] });
    assert.equal(decision.plan, 'pro');
    assert.equal(decision.cancel_at, '2026-11-27T10:00:00Z');
    assert.deepEqual(decision.scheduled, { plan: 'free', billing_cycle: null, at: '2026-11-27T10:00:00Z' });
  });

  it('is the assigned one where the API assigned a higher plan than the subscription', () => {
    const { decision, rule } = decide({ subscriptions: [subscription()], assignment: assigned({ plan: 'team' }) });
    assert.deepEqual(
      [rule, decision.plan, decision.source, decision.status],
      ['assignment_above_subscription', 'team', 'api', 'assigned'],
    );
  });

  it('is the subscription where the assignment is lower, or only selected', () => {
    assert.equal(
      decide({ subscriptions: [subscription()], assignment: assigned({ plan: 'free' }) }).decision.plan,
      'pro',
    );
    const selected = assigned({ plan: 'team', source: 'selection' });
    assert.equal(decide({ subscriptions: [subscription()], assignment: selected }).decision.plan, 'pro');
  });

  it('falls back when an assignment expires', () => {
    const assignment = assigned({ expiresAt: now + day });
    assert.equal(decide({ assignment }).decision.plan, 'team');
    assert.equal(decide({ assignment }).validUntil, now + day);
    assert.equal(decide({ assignment, at: now + day }).decision.plan, 'free');
  });

  it('keeps, ends or dates what was chosen while nothing cost anything, as freeSelections says', () => {
    const assignment = assigned({ plan: 'pro', source: 'selection', freeSelection: true });
    const under = (freeSelections: typeof project.freeSelections) =>
      decide({ assignment, project: testProject({ freeSelections }) }).decision;
    assert.equal(under('keep').plan, 'pro');
    assert.equal(under('end').plan, 'free');
    assert.equal(under({ until: '2027-01-31' }).plan, 'pro');
    assert.deepEqual(under({ until: '2027-01-31' }).scheduled, {
      plan: 'free',
      billing_cycle: null,
      at: '2027-01-31T00:00:00Z',
    });
  });

  it('is not decided by a subscription whose price no plan names', () => {
    assert.equal(decide({ subscriptions: [subscription({ plan: null })] }).decision.plan, 'free');
    const both = [subscription({ subscriptionId: 'sub_0', plan: null }), subscription()];
    assert.equal(decide({ subscriptions: both }).decision.plan, 'pro');
  });

  it('names its features and limits from the entitlements', () => {
    const { decision } = decide({ subscriptions: [subscription()] });
    assert.deepEqual([decision.features, decision.limits], [['export'], { projects: -1 }]);
  });
});

const anySubscription = fc
  .record({
    id: fc.integer({ min: 1, max: 5 }),
    status: fc.constantFrom(
      'trialing',
      'active',
      'past_due',
      'unpaid',
      'paused',
      'canceled',
      'incomplete',
      'incomplete_expired',
    ),
    plan: fc.constantFrom('pro', 'team', null),
    end: fc.integer({ min: -40, max: 40 }),
    since: fc.integer({ min: -20, max: 0 }),
    paused: fc.boolean(),
    clock: fc.option(fc.integer({ min: -30, max: 30 })),
  })
  .map(({ id, status, plan, end, since, paused, clock }) =>
    subscription({
      subscriptionId: `sub_${id}`,
      status,
      plan,
      currentPeriodEnd: now + end * day,
      pastDueSince: status === 'past_due' ? now + since * day : null,
      collectionPaused: paused,
      testClock: clock === null ? null : { id: 'clock_1', time: now + clock * day },
    }),
  );

const someSubscriptions = fc.uniqueArray(anySubscription, { selector: (each) => each.subscriptionId, maxLength: 5 });

describe('several subscriptions', () => {
  it('decide the same in any order (R20.1)', () => {
    fc.assert(
      fc.property(someSubscriptions, fc.infiniteStream(fc.nat()), (subscriptions, keys) => {
        const shuffled = subscriptions
          .map((each) => [keys.next().value as number, each] as const)
          .toSorted((a, b) => a[0] - b[0])
          .map(([, each]) => each);
        assert.deepEqual(decide({ subscriptions: shuffled }), decide({ subscriptions }));
      }),
    );
  });

  it('do not notice when one that was not chosen ends (R20.2)', () => {
    fc.assert(
      fc.property(someSubscriptions, (subscriptions) => {
        const best = bestSubscription(project, subscriptions, now);
        const ended = subscriptions.map((each) => (each === best ? each : { ...each, status: 'canceled' }));
        assert.deepEqual(decide({ subscriptions: ended }).decision, decide({ subscriptions }).decision);
      }),
    );
  });

  it('hold until the time they say they hold, and not a moment longer', () => {
    fc.assert(
      fc.property(
        someSubscriptions,
        fc.option(fc.integer({ min: 1, max: 30 })),
        fc.nat({ max: 40 * day }),
        (subscriptions, days, later) => {
          const assignment = days === null ? null : assigned({ expiresAt: now + days * day });
          const first = decide({ subscriptions, assignment });
          const at = now + later;
          if (first.validUntil !== null && at >= first.validUntil) return;
          assert.deepEqual(decide({ subscriptions, assignment, at }).decision, first.decision);
        },
      ),
    );
  });
});
