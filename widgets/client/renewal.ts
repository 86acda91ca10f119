/** When a token is asked for again: before its end, and after a failure. Pure; all times in milliseconds. */

import type { BillingError } from './errors.ts';

/** A token is renewed when this part of its life is left, but not later than `atLeast` before its end. */
const renewAt = { part: 0.15, atLeast: 20_000 };
/** Between tries after failures; doubles up to `most`. */
const retry = { first: 4000, most: 300_000 };

/**
 * From now on until a token is renewed.
 * @param life of the token
 */
export function renewalDelay(life: number): number {
  const lead = Math.max(life * renewAt.part, renewAt.atLeast);
  // Half of a very short life, so that it does not renew without a pause.
  return Math.max(life - lead, life / 2);
}

/**
 * From a failure on until the next try; null where trying again could not help.
 * @param failures in a row, this one included
 * @param left of a token that is still good; null without one
 */
export function retryDelay(error: BillingError, failures: number, left: number | null): number | null {
  if (!error.isTemporary && left === null) return null;
  const wait = Math.min(retry.first * 2 ** (failures - 1), retry.most);
  const untilEnd = left === null ? Infinity : Math.max(left, 1000);
  return Math.min(Math.max(wait, (error.retryAfter ?? 0) * 1000), untilEnd);
}
