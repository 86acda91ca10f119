/** Moving the sandbox's own clock: kept over restarts, and all that falls due on the way is done. */

import { catchUp } from '../billing/due.ts';
import { StripeApiError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/**
 * @param to - seconds.
 * @throws StripeApiError 400 for a time that has passed: what is in the books has happened.
 */
export function moveClock(store: Store, to: number): void {
  if (to < store.clock.now())
    throw new StripeApiError('Time here goes forward only. To start afresh, POST /_sandbox/reset.', { status: 400 });
  store.clock.setOffset(store.clock.offset + to - store.clock.now());
  store.database.setSetting('clock_offset', String(store.clock.offset));
  catchUp(store);
}
