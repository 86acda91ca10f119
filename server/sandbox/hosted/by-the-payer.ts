/** A change that no call of the API asked for: somebody at a page did. */

import type { ChangeRequest } from '../store/change.ts';
import type { Store } from '../store/store.ts';

/** @param about - the object of the page, in whose time the change happens. */
export function byThePayer(store: Store, about: string): ChangeRequest {
  return { id: null, idempotencyKey: null, clock: store.clockOf(about) };
}
