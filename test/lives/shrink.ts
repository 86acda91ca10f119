/** Makes a life that failed as short as it gets while it still fails in the same way. */

import { live, type LifePlan } from './life.ts';
import type { Step } from './steps.ts';

/** What went wrong, without the ids and times that differ from life to life. */
export const kindOf = (message: string): string =>
  (message.split('\n')[0] ?? '').replaceAll(/\w+_\w{10,}/g, '…').replaceAll(/\d+/g, 'N');

/**
 * Leaves out steps, in ever smaller pieces, as long as the rest fails alike.
 * @param until milliseconds of `performance.now()` at which what has been reached has to do
 */
export async function shrink(plan: LifePlan, message: string, at: number, until: number): Promise<LifePlan> {
  const kind = kindOf(message);
  const fails = async (steps: readonly Step[]): Promise<boolean> => {
    const { failure } = await live({ ...plan, steps });
    return failure !== null && kindOf(failure.message) === kind;
  };
  const before = plan.steps.slice(0, at + 1);
  let steps: readonly Step[] = (await fails(before)) ? before : plan.steps;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < steps.length && performance.now() < until;) {
      const fewer = steps.toSpliced(from, size);
      if (await fails(fewer)) steps = fewer;
      else from += size;
    }
  }
  return { ...plan, steps };
}
