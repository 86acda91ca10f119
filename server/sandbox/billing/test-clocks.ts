/** The end of a test clock: its customers go with it, and so do their subscriptions. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { removeCustomer } from './remove-customer.ts';

/** Emits `test_helpers.test_clock.deleted` after the events of what goes with it. */
export function deleteClock(change: Change, clock: Stripe.TestHelpers.TestClock): void {
  for (const customer of change.store.all('customer', [{ sql: 'clock = ?', values: [clock.id] }])) {
    removeCustomer(change, customer);
  }
  change.remove<'test_helpers.test_clock'>(clock, { id: clock.id, object: clock.object, deleted: true });
}
