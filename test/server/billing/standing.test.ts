/** The table of status × collection × cancellation, cell by cell (R22.1), and that it is written down as it is. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { decidePlan } from '../../../server/billing/plan-state.ts';
import { isLive, standings, standingOf, standingsTable, statuses } from '../../../server/billing/standing.ts';
import type { Subscription } from '../../../server/store/records.ts';
import { testProject } from '../support/project.ts';
import { testSubscription } from '../support/tokens.ts';

const now = Date.UTC(2026, 10, 24, 10);
const day = 86_400_000;
const project = testProject();

/** `[plan, what a checkout is refused with, offer]` by status, then collection on and paused, then no end and an end set. */
const expected: Readonly<Record<string, readonly (readonly [string, string | null, string])[]>> = {
  trialing: [
    ['pro', 'manage', 'manage'],
    ['pro', 'manage', 'resume'],
    ['pro until paid', 'manage', 'resume'],
    ['pro until paid', 'manage', 'resume'],
  ],
  active: [
    ['pro', 'manage', 'manage'],
    ['pro', 'manage', 'resume'],
    ['pro until paid', 'manage', 'resume'],
    ['pro until paid', 'manage', 'resume'],
  ],
  past_due: Array.from({ length: 4 }, () => ['pro until grace', 'fix_payment', 'fix_payment'] as const),
  unpaid: Array.from({ length: 4 }, () => ['free', 'fix_payment', 'fix_payment'] as const),
  paused: Array.from({ length: 4 }, () => ['free', 'resume', 'resume'] as const),
  incomplete: Array.from({ length: 4 }, () => ['free', null, 'checkout'] as const),
  incomplete_expired: Array.from({ length: 4 }, () => ['free', null, 'checkout'] as const),
  canceled: Array.from({ length: 4 }, () => ['free', null, 'checkout'] as const),
  never_paid: Array.from({ length: 4 }, () => ['free', null, 'checkout'] as const),
  processing: Array.from({ length: 4 }, () => ['free', 'wait', 'wait'] as const),
};

const combinations = [false, true].flatMap((collectionPaused) =>
  [null, now + 3 * day].map((cancelAt) => ({ collectionPaused, cancelAt })),
);

const subscriptionIn = (status: string, set: Partial<Subscription>): Subscription =>
  testSubscription(now, {
    status: { processing: 'active', never_paid: 'past_due' }[status] ?? status,
    awaitingPayment: status === 'processing',
    neverPaid: status === 'processing' || status === 'never_paid',
    pastDueSince: status === 'past_due' || status === 'never_paid' ? now : null,
    paidUntil: now + 10 * day,
    ...set,
  });

/** The plan now, and whether it is still there when the grace period and the paid period are over. */
function planOf(subscription: Subscription): string {
  const at = (time: number) =>
    decidePlan({ project, userId: 'u_1', assignment: null, subscriptions: [subscription], now: time }).decision.plan;
  const grace = now + project.pastDueGraceDays * day;
  if (at(now) === 'free') return 'free';
  if (at(grace - 1) === 'pro' && at(grace) === 'free') return 'pro until grace';
  const paid = now + 10 * day;
  if (at(paid - 1) === 'pro' && at(paid) === 'free') return 'pro until paid';
  assert.equal(at(paid), 'pro');
  return 'pro';
}

describe('a subscription that is', () => {
  for (const [status, cells] of Object.entries(expected)) {
    combinations.forEach((set, index) => {
      const [plan, refusal, offer] = cells[index] as (typeof cells)[number];
      const where = `${set.collectionPaused ? ', its collection paused' : ''}${set.cancelAt === null ? '' : ', its end set'}`;
      it(`${status}${where} gives ${plan}, ${refusal === null ? 'lets a checkout through' : `refuses one with ${refusal}`} and offers ${offer} (R22.1)`, () => {
        const subscription = subscriptionIn(status, set);
        const cell = standingOf(subscription);
        assert.deepEqual([planOf(subscription), cell.refusal, cell.offer], [plan, refusal, offer]);
        assert.equal(isLive(subscription), refusal !== null);
      });
    });
  }

  it('in a status that nobody knows yet gives nothing by itself and is managed, not sold again', () => {
    const subscription = subscriptionIn('dormant', {});
    assert.deepEqual([planOf(subscription), standingOf(subscription).refusal], ['free', 'manage']);
  });
});

describe('the table', () => {
  it('names every status and is covered by this test', () => {
    assert.deepEqual(Object.keys(standings).toSorted(), statuses.toSorted());
    assert.deepEqual(Object.keys(expected).toSorted(), statuses.filter((status) => status !== 'none').toSorted());
    assert.deepEqual(standingOf(null), { entitled: 'no', refusal: null, offer: 'checkout' });
  });

  it('stands in ARCHITECTURE.md as it is', async () => {
    const text = await readFile(new URL('../../../ARCHITECTURE.md', import.meta.url), 'utf8');
    const cellsOf = (table: string) =>
      table
        .split('\n')
        .filter((line) => line.startsWith('|') && !line.startsWith('| -'))
        .map((line) => line.split('|').map((cell) => cell.trim()));
    const from = text.indexOf('| status |');
    assert.deepEqual(cellsOf(text.slice(from, text.indexOf('\n\n', from))), cellsOf(standingsTable()));
  });
});
