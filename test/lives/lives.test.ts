/** A few hundred random lives; `npm run test:lives -- --count 10000` lives more of them, and longer. */

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { describe, explain, liveMany } from './crowd.ts';
import { live, planLife } from './life.ts';

it('200 lives end where the books say, whatever is lost, doubled, late or in another shape on the way', async (t) => {
  // Two workers of the two cores are used by other files.
  const crowd = await liveMany({ count: 200, seed: 1, steps: 50, http: 0.02, workers: 2, shrinkFor: 15_000 });
  for (const report of crowd.failures) {
    const folder = join(tmpdir(), 'planclaim-lives');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `life-${report.seed}.json`);
    writeFileSync(file, `${JSON.stringify(report.replay, null, 2)}\n`);
    console.error(explain(report, file));
  }
  t.diagnostic(describe(crowd));
  assert.equal(crowd.failures.length, 0);
  const { delivered, readsForEvents } = crowd.counts;
  assert.ok(readsForEvents / delivered < 0.5, 'reads of Stripe per event stay under a half');
});

it('the same life with its events in another order ends in the same state (R1.1)', async () => {
  for (const seed of [11, 12, 13]) {
    const plan = planLife(seed, { transport: 'in_process', steps: 60 });
    const fair = { lost: 0, doubled: 0, late: 0, reshaped: 0, shuffled: false, prompt: 0 };
    const inOrder = await live({ ...plan, setting: { ...plan.setting, delivery: fair } });
    const shuffled = await live({
      ...plan,
      setting: { ...plan.setting, delivery: { ...fair, shuffled: true, doubled: 0.3, reshaped: 1 } },
    });
    assert.deepEqual([inOrder.failure, shuffled.failure], [null, null]);
    assert.deepEqual(shuffled.states, inOrder.states);
  }
});

it('the same life is lived the same way again, to the last count', async () => {
  const plan = planLife(7, { transport: 'in_process', steps: 60 });
  assert.deepEqual(await live(plan), await live(plan));
});
