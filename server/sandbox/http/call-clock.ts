/** In whose time a call happens: that of the test clock of what it is about. */

import type { Store } from '../store/store.ts';

/** Parameters that name what a call is about, after the path. */
const subjects = [
  'test_clock',
  'customer',
  'subscription',
  'from_subscription',
  'schedule',
  'invoice',
  'payment_intent',
  'charge',
] as const;

/** The clock's id; null: the sandbox's own time. */
export function clockOfCall(
  store: Store,
  path: Readonly<Record<string, string>>,
  params: Readonly<Record<string, unknown>>,
): string | null {
  for (const id of [...Object.values(path), ...subjects.map((name) => params[name])]) {
    const clock = typeof id === 'string' ? store.clockOf(id) : null;
    if (clock !== null) return clock;
  }
  return null;
}
