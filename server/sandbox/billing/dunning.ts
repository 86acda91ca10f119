/** What follows a payment that failed: a fixed schedule of retries, and what becomes of the subscription after the last. */

import { z } from 'zod';
import type { Database } from '../store/database.ts';

/**
 * `retry_days`: days from each failed attempt to the next. Stripe's own days are chosen by a model and published nowhere;
 * its default is eight tries in two weeks. Ours are declared: 1, 3, 4 and 6 days, two weeks in all, so five attempts.
 * `after_retries`: what becomes of the subscription when the last has failed; the invoice stays open.
 * `after_first_failure`: `paused` pauses it at once, and nothing is retried.
 */
export const dunningSchema = z.strictObject({
  retry_days: z.array(z.number().int().min(1).max(60)).max(8).default([1, 3, 4, 6]),
  after_retries: z.enum(['canceled', 'unpaid', 'past_due', 'paused']).default('canceled'),
  after_first_failure: z.enum(['past_due', 'paused']).default('past_due'),
});

export type Dunning = z.infer<typeof dunningSchema>;

const day = 86_400;

export function readDunning(database: Database): Dunning {
  return dunningSchema.parse(JSON.parse(database.setting('dunning') ?? '{}'));
}

export function setDunning(database: Database, dunning: Dunning): void {
  database.setSetting('dunning', JSON.stringify(dunning));
}

/**
 * Seconds of the attempt after this one, or null after the last.
 *
 * @param attempts - how many have failed, this one included.
 */
export function nextAttempt(dunning: Dunning, attempts: number, now: number): number | null {
  const days = dunning.retry_days[attempts - 1];
  return days === undefined ? null : now + days * day;
}
