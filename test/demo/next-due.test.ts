/** What the demo's clock offers to move to. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isBehind, nextDue, type DueTimes } from '../../demo/clock/next-due.ts';

const seconds = (iso: string): number => Date.parse(iso) / 1000;
const now = seconds('2026-11-26T10:00:00Z');
const free: DueTimes = {
  status: 'free',
  current_period_end: null,
  trial_end: null,
  cancel_at: null,
  grace_until: null,
  scheduled: null,
  owed: null,
  pending_change: null,
};
const active: DueTimes = { ...free, status: 'active', current_period_end: '2026-12-20T10:00:00Z' };

describe('what is due next', () => {
  it('is nothing for somebody without a subscription', () => {
    assert.equal(nextDue(free, now), null);
  });

  it('is the renewal, and the hour more after which Stripe charges it', () => {
    const due = nextDue(active, now);
    assert.deepEqual([due?.what, due?.at], ['renewal', seconds('2026-12-20T10:00:00Z')]);
    assert.ok(Number(due?.settledAt) > seconds('2026-12-20T11:00:00Z'));
  });

  it('is the end of the trial, not the renewal of the same moment', () => {
    const trial = { ...active, status: 'trialing', trial_end: active.current_period_end };
    assert.equal(nextDue(trial, now)?.what, 'end of trial');
  });

  it('is the end of the plan where it was cancelled, and no renewal', () => {
    const ending = { ...active, cancel_at: active.current_period_end };
    const due = nextDue(ending, now);
    assert.equal(due?.what, 'end of plan');
    assert.ok(Number(due?.settledAt) < seconds('2026-12-20T11:00:00Z'));
  });

  it('is whatever comes first while a payment is owed: a try, the end of grace, the renewal', () => {
    const owing = { ...active, status: 'past_due', owed: { next_attempt_at: '2026-11-29T10:00:00Z' } };
    assert.equal(nextDue({ ...owing, grace_until: '2026-12-03T10:00:00Z' }, now)?.what, 'next try to pay');
    assert.equal(nextDue({ ...owing, grace_until: '2026-11-28T10:00:00Z' }, now)?.what, 'end of grace');
    assert.equal(nextDue({ ...owing, owed: { next_attempt_at: null } }, now)?.what, 'renewal');
  });

  it('has to be asked again while a period has ended that nobody has heard of', () => {
    const over = { ...active, current_period_end: '2026-11-26T09:00:00Z' };
    assert.deepEqual([isBehind(over, now), isBehind(active, now), isBehind(free, now)], [true, false, false]);
    assert.equal(isBehind({ ...over, status: 'canceled' }, now), false);
  });

  it('is never in the past', () => {
    assert.equal(nextDue({ ...active, grace_until: '2026-11-20T10:00:00Z' }, now)?.what, 'renewal');
  });
});
