/** What a subscription's event is called: every way from one reading to the next. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { transitionOf } from '../../../server/billing/subscription-transition.ts';
import type { Subscription } from '../../../server/store/records.ts';
import { testSubscription } from '../support/tokens.ts';

/** For the names of the tests: what the second reading says otherwise. */
const difference = (before: Subscription | null, after: Subscription): Partial<Subscription> =>
  Object.fromEntries(
    Object.entries(after).filter(([name, value]) => before !== null && before[name as keyof Subscription] !== value),
  );

describe('a subscription', () => {
  const now = Date.UTC(2026, 10, 24, 10);
  const at = (status: string, more: Partial<Subscription> = {}): Subscription =>
    testSubscription(now, { status, ...more });

  for (const [before, after, event] of [
    [null, at('active'), 'subscription.created'],
    [null, at('trialing'), 'subscription.created'],
    [null, at('incomplete'), null],
    [null, at('canceled'), null],
    [at('incomplete'), at('active'), 'subscription.created'],
    [at('incomplete'), at('incomplete_expired'), null],
    [at('active'), at('active'), null],
    [at('trialing'), at('active'), 'subscription.updated'],
    [at('active'), at('past_due'), 'subscription.past_due'],
    [at('active'), at('unpaid'), 'subscription.past_due'],
    [at('past_due'), at('past_due', { pastDueSince: now }), null],
    [at('past_due'), at('unpaid'), 'subscription.updated'],
    [at('past_due'), at('active'), 'subscription.recovered'],
    [at('unpaid'), at('active'), 'subscription.recovered'],
    [at('past_due'), at('canceled'), 'subscription.canceled'],
    [at('active'), at('canceled'), 'subscription.canceled'],
    [at('canceled'), at('canceled', { endedAt: now }), null],
    [at('active'), at('active', { cancelAt: now }), 'subscription.updated'],
    [at('active'), at('active', { plan: 'team' }), 'subscription.updated'],
    [at('active'), at('active', { quantity: 3 }), 'subscription.updated'],
    [at('active'), at('active', { currentPeriodEnd: now }), 'subscription.updated'],
  ] as const) {
    const from = before === null ? 'nothing' : before.status;
    it(`from ${from} to ${after.status} is ${event ?? 'no event'} (${JSON.stringify(difference(before, after))})`, () => {
      assert.equal(transitionOf(before, after), event);
    });
  }
});
