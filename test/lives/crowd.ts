/** Many lives, on all cores: worker processes that each take the next one. */

import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Counts } from './world.ts';
import type { Order, Report } from './worker.ts';

export interface CrowdOptions {
  readonly count: number;
  /** The first one; the others follow it. */
  readonly seed: number;
  readonly steps: number;
  /** Share of the lives that go over real HTTP, 0 to 1. */
  readonly http: number;
  readonly workers: number;
  readonly shrinkFor: number;
  readonly onReport?: (report: Report) => void;
}

export interface Crowd {
  readonly lives: number;
  readonly overHttp: number;
  readonly counts: Counts;
  readonly failures: readonly Report[];
  readonly seconds: number;
}

export async function liveMany(options: CrowdOptions): Promise<Crowd> {
  const { count, seed: first, steps, http, workers, shrinkFor, onReport } = options;
  const started = performance.now();
  const counts: Counts = { steps: 0, delivered: 0, dropped: 0, doubled: 0, readsForEvents: 0, requests: 0 };
  const failures: Report[] = [];
  let lives = 0;
  let overHttp = 0;
  let next = 0;
  const take = (): Order | null => {
    if (next >= count) return null;
    const index = next;
    next += 1;
    // Spread over the run, and some in every run.
    const isHttp = http > 0 && Math.floor(index * http) !== Math.floor((index - 1) * http);
    const seed = first + index;
    // What goes over a network takes its time, and the machine's clock to know when it has ended.
    if (isHttp) return { seed, steps: Math.ceil(steps / 4), shrinkFor, transport: 'http' };
    return { seed, steps, shrinkFor, transport: 'in_process' };
  };
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(join(import.meta.dirname, 'worker.ts'));
      let order: Order | null = null;
      const hand = (): void => {
        order = take();
        if (order) child.send(order);
        else child.disconnect();
      };
      child.on('message', (report: Report) => {
        lives += 1;
        if (order?.transport === 'http') overHttp += 1;
        for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] += report.result.counts[name];
        if (report.result.failure) failures.push(report);
        onReport?.(report);
        hand();
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (order === null) resolve();
        else reject(new Error(`The worker ended in the life of seed ${order.seed}: ${signal ?? code}.`));
      });
      hand();
    });
  await Promise.all(Array.from({ length: Math.min(workers, count) }, work));
  return { lives, overHttp, counts, failures, seconds: (performance.now() - started) / 1000 };
}

/** What was lived, in two lines. */
export function describe({ lives, overHttp, counts, seconds }: Crowd): string {
  const { steps, delivered, dropped, doubled, readsForEvents } = counts;
  const perEvent = (readsForEvents / Math.max(1, delivered)).toFixed(3);
  return [
    `${lives} lives (${overHttp} over HTTP), ${steps} steps, ${counts.requests} requests to Stripe`,
    `${delivered} events delivered, ${dropped} dropped, ${doubled} doubled, ${perEvent} reads of Stripe per event, ${seconds.toFixed(0)} s`,
  ].join('\n');
}

/** A failure, and how to live it again. */
export function explain({ seed, result, replay }: Report, file: string): string {
  const { failure } = result;
  return [
    `The life of seed ${seed} failed after step ${failure?.at}: ${failure?.message}`,
    ...(replay?.steps.map((step) => `  ${JSON.stringify(step)}`) ?? []),
    `Again: npm run test:lives -- --replay ${file}   or whole: --seed ${seed} --count 1`,
  ].join('\n');
}
