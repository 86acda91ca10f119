/**
 * `npm run test:lives -- --count 10000`: random lives on all cores; the last line is `N passed, N failed`.
 * `--seed S` begins at another life, `--steps N` makes them longer or shorter, `--http SHARE` is the share that goes over real HTTP,
 * `--workers N` takes fewer cores. A life that fails is shortened and written to a file: `--replay FILE` lives it again, exactly.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describe, explain, liveMany } from './crowd.ts';
import { live, type LifePlan } from './life.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '200' },
    http: { type: 'string', default: '0.02' },
    workers: { type: 'string', default: String(availableParallelism()) },
    replay: { type: 'string' },
  },
});

/** Milliseconds between two words about how far it is. */
const wordEvery = 30_000;
/** Milliseconds that the first failures may be shortened; who has many failures looks at a few. */
const shrinkFor = 60_000;

if (values.replay === undefined) await liveCrowd();
else await liveAgain(values.replay);

async function liveCrowd(): Promise<void> {
  const folder = join(tmpdir(), 'planclaim-lives');
  const count = Number(values.count);
  let done = 0;
  let toldAt = performance.now();
  const crowd = await liveMany({
    count,
    seed: Number(values.seed),
    steps: Number(values.steps),
    http: Number(values.http),
    workers: Number(values.workers),
    shrinkFor,
    onReport: (report) => {
      done += 1;
      if (report.replay) {
        mkdirSync(folder, { recursive: true });
        const file = join(folder, `life-${report.seed}.json`);
        writeFileSync(file, `${JSON.stringify(report.replay, null, 2)}\n`);
        console.log(`${explain(report, file)}\n`);
      }
      if (performance.now() - toldAt < wordEvery) return;
      toldAt = performance.now();
      console.log(`${done} of ${count}`);
    },
  });
  console.log(describe(crowd));
  console.log(`${crowd.lives - crowd.failures.length} passed, ${crowd.failures.length} failed`);
  process.exitCode = crowd.failures.length > 0 ? 1 : 0;
}

async function liveAgain(file: string): Promise<void> {
  const plan = JSON.parse(readFileSync(file, 'utf8')) as LifePlan;
  for (const step of plan.steps) console.log(JSON.stringify(step));
  const { failure } = await live(plan);
  if (failure) console.log(`After step ${failure.at}: ${failure.message}`);
  console.log(failure ? '0 passed, 1 failed' : '1 passed, 0 failed');
  process.exitCode = failure ? 1 : 0;
}
