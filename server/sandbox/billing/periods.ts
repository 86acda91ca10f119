/** Billing periods by the calendar: a month after the 31st of January is the last of February, and the 31st again in March. */

import type Stripe from 'stripe';

type Interval = Stripe.Price.Recurring['interval'];

const day = 86_400;

/**
 * The end of the `count`-th interval after an anchor. Counted from the anchor and never from the period before, so that
 * a short month does not move all that follow.
 *
 * @param anchor - seconds.
 */
export function addIntervals(anchor: number, interval: Interval, count: number): number {
  if (interval === 'day') return anchor + count * day;
  if (interval === 'week') return anchor + count * 7 * day;
  const date = new Date(anchor * 1000);
  const months = date.getUTCMonth() + (interval === 'year' ? 12 : 1) * count;
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), months + 1, 0)).getUTCDate();
  const end = Date.UTC(
    date.getUTCFullYear(),
    months,
    Math.min(date.getUTCDate(), lastDay),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  );
  return end / 1000;
}
