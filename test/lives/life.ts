/** One life from beginning to end: its steps, what must hold after each, and what must be so when all has settled. */

import assert from 'node:assert/strict';
import { Books } from './books.ts';
import { Doer } from './doer.ts';
import { drawSteps } from './draws.ts';
import { expectedState } from './oracle.ts';
import { Postman } from './postman.ts';
import { Random } from './random.ts';
import { drawSetting, type Setting } from './setting.ts';
import type { Step } from './steps.ts';
import { Watch } from './watch.ts';
import { World, type Counts } from './world.ts';

/** All that makes a life: the same plan is lived the same way. */
export interface LifePlan {
  readonly seed: number;
  readonly setting: Setting;
  readonly steps: readonly Step[];
}

export interface LifeResult {
  readonly counts: Counts;
  /** What did not hold; null where all was well. */
  readonly failure: {
    readonly message: string;
    /** Index of the step after which it showed. */ readonly at: number;
  } | null;
  /** The states that it ended with, by user, without version and time. */
  readonly states: readonly unknown[];
}

export interface PlanOptions {
  readonly transport: Setting['transport'];
  readonly steps: number;
}

/** Every so many steps all settles. */
const settleEvery = 50;

export function planLife(seed: number, { transport, steps }: PlanOptions): LifePlan {
  const random = new Random(seed);
  const setting = drawSetting(random, transport);
  const lived: Step[] = [];
  while (lived.length < steps) {
    const part: Step[] = [];
    while (part.length < settleEvery - 1) part.push(...drawSteps(random, setting.users));
    lived.push(...part.slice(0, steps - lived.length - 1), { do: 'settle' });
  }
  return { seed, setting, steps: lived };
}

export async function live({ seed, setting, steps }: LifePlan): Promise<LifeResult> {
  const world = await World.open(setting, new Random(seed + 1), seed);
  let at = -1;
  let states: unknown[] = [];
  let failure: LifeResult['failure'] = null;
  try {
    const books = new Books(world);
    const postman = new Postman(world, seed + 2);
    const doer = new Doer(world, books, postman);
    const watch = new Watch(world, books);
    for (const step of steps) {
      at += 1;
      world.counts.steps += 1;
      if (step.do === 'settle') states = await settleAll(world, books, doer, watch);
      else await doer.perform(step);
      await watch.afterStep();
    }
  } catch (error) {
    failure = { message: error instanceof Error ? (error.stack ?? error.message) : String(error), at };
  } finally {
    await world.close();
  }
  return { counts: world.counts, failure, states };
}

/** All is delivered, all is tried again, all is reconciled: now the backend says what the books say. */
async function settleAll(world: World, books: Books, doer: Doer, watch: Watch): Promise<unknown[]> {
  await doer.settle();
  const { failed } = await world.reconcile();
  assert.deepEqual(failed, [], 'reconcile reaches everybody');
  await world.settle();
  await watch.afterStep();
  const again = await world.reconcile();
  assert.deepEqual(again.mended, [], 'a second reconcile writes nothing (R3.3)');
  const states: unknown[] = [];
  for (const userId of doer.users) {
    const { version: _version, updated_at: _updated, ...state } = await world.planOf(userId);
    assert.deepEqual(
      state,
      expectedState(world, books, userId, doer.assignedTo(userId)),
      `the plan of ${userId} is what the books say`,
    );
    states.push(state);
  }
  await watch.whenSettled(doer.users);
  return states;
}
