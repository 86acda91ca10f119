/** Lives one life after another in a process of its own, as `run.ts` hands them out. */

import { live, planLife, type LifePlan, type LifeResult } from './life.ts';
import { shrink } from './shrink.ts';

export interface Order {
  readonly seed: number;
  readonly steps: number;
  readonly transport: 'in_process' | 'http';
  /** How long a failing life may be shortened, in milliseconds. */
  readonly shrinkFor: number;
}

export interface Report {
  readonly seed: number;
  readonly result: LifeResult;
  /** The shortest life found that fails alike; null where all was well. */
  readonly replay: LifePlan | null;
}

process.on('message', (order: Order) => {
  void work(order).then((report) => process.send?.(report));
});
process.once('disconnect', () => process.exit());

async function work({ seed, steps, transport, shrinkFor }: Order): Promise<Report> {
  const plan = planLife(seed, { transport, steps });
  const result = await live(plan);
  const { failure } = result;
  const replay = failure && (await shrink(plan, failure.message, failure.at, performance.now() + shrinkFor));
  return { seed, result, replay };
}
