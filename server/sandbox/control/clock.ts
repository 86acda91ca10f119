/** Moving the sandbox's own clock: kept over restarts, and all that falls due on the way is done. */

import { catchUp } from '../billing/due.ts';
import type { Store } from '../store/store.ts';

/** @param to - seconds. */
export function moveClock(store: Store, to: number): void {
  store.clock.setOffset(store.clock.offset + to - store.clock.now());
  store.database.setSetting('clock_offset', String(store.clock.offset));
  catchUp(store);
}
