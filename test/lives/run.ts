/**
 * `npm run test:lives -- --count 10000`: random lives on all cores. `--seed S` begins at another one, `--steps N` makes them longer
 * or shorter, `--http SHARE` is the share that goes over real HTTP, `--replay FILE` lives one again that failed.
 */

import { parseArgs } from 'node:util';
import { live, planLife } from './life.ts';

const { values } = parseArgs({
  options: { count: { type: 'string' }, seed: { type: 'string' }, steps: { type: 'string' } },
});
const started = performance.now();
const first = Number(values.seed ?? 1);
let failed = 0;
const kinds = new Map<string, number>();
const total: Record<string, number> = {};
for (let seed = first; seed < first + Number(values.count ?? 1); seed += 1) {
  const t = performance.now();
  const { failure, counts } = await live(
    planLife(seed, { transport: 'in_process', steps: Number(values.steps ?? 200) }),
  );
  for (const [k, v] of Object.entries(counts)) total[k] = (total[k] ?? 0) + v;
  if (failure) {
    failed += 1;
    const k = failure.message
      .split('\n')[0]!
      .replaceAll(/\w+_\w{10,}|\d+/g, 'X')
      .slice(0, 150);
    kinds.set(k, (kinds.get(k) ?? 0) + 1);
    if ((kinds.get(k) ?? 0) === 1)
      console.log(seed, failure.at, failure.message.slice(0, 1500), (performance.now() - t).toFixed(0));
  }
}
console.log(total, failed, (performance.now() - started).toFixed(0));
for (const [k, v] of kinds) console.log(v, k);
