/** When an event that was not taken is sent again (Standard Webhooks 1.0.0, "Retry schedule"). */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Milliseconds before each attempt, from the one before it: ten attempts over three days. */
export const waits: readonly number[] = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

/** The part of a wait that chance adds at most, so that what failed together does not come back together. */
const jitter = 0.1;
/** The longest that a receiver can ask us to stay away, in milliseconds. */
const longestPause = 24 * hour;

/**
 * Milliseconds until the next attempt after so many; null when there is none.
 * @param chance from 0 to 1, where in the jitter
 */
export function waitAfter(attempts: number, chance: number): number | null {
  const wait = waits[attempts];
  return wait === undefined ? null : Math.round(wait * (1 + jitter * chance));
}

/**
 * `Retry-After` (RFC 9110 §10.2.3), a number of seconds or a date, as milliseconds from `now`; a day at most. Null when there is
 * none, or it says nothing.
 */
export function readRetryAfter(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * second, longestPause);
  // Only the date of HTTP: `Date.parse` alone would find a year in "5 minutes".
  if (!/^[A-Z][a-z]{2,8},? .*GMT$/.test(text)) return null;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.min(Math.max(0, date - now), longestPause);
}
