/** Test clocks: made, advanced, deleted. Whatever belongs to a customer on one lives in its time. */

import type Stripe from 'stripe';
import { catchUpWithin } from '../billing/due.ts';
import { addIntervals } from '../billing/periods.ts';
import { deleteClock } from '../billing/test-clocks.ts';
import { invalid } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { page } from '../http/page.ts';
import type { Change } from '../store/change.ts';

type Clock = Stripe.TestHelpers.TestClock;

/** Seconds until a clock is deleted by itself: Stripe keeps one for 30 days. */
const keptFor = 30 * 86_400;

export const createClock: Write<Stripe.TestHelpers.TestClockCreateParams> = (params, { change }) => {
  const clock = change.create<'test_helpers.test_clock'>(
    {
      id: change.store.ids.next('clock'),
      object: 'test_helpers.test_clock',
      created: change.now,
      deletes_after: change.now + keptFor,
      frozen_time: params.frozen_time,
      livemode: false,
      name: params.name ?? null,
      status: 'ready',
      status_details: {},
    },
    { dueAt: change.now + keptFor },
  );
  if (params.customer !== undefined) attachCustomer(change, params.customer, clock);
  return clock;
};

export const retrieveClock: Read<unknown> = (_params, { store, path }) =>
  store.get('test_helpers.test_clock', path['id'] ?? '', 'path');

export const listClocks: Read<Stripe.TestHelpers.TestClockListParams> = (params, { store, url }) =>
  page(store, 'test_helpers.test_clock', params, { url });

/**
 * Lets a clock's time pass. Answers, as Stripe does, with the clock as it sets out; by the time anybody looks again it
 * has arrived.
 */
export const advanceClock: Write<Stripe.TestHelpers.TestClockAdvanceParams> = (params, { change, path }) => {
  const clock = change.store.get('test_helpers.test_clock', path['id'] ?? '', 'path');
  const target = params.frozen_time;
  requireReachable(change, clock, target);
  const advancing = change.update<'test_helpers.test_clock'>(
    clock,
    { status: 'advancing', status_details: { advancing: { target_frozen_time: target } } },
    { events: ['test_helpers.test_clock.advancing'] },
  );
  catchUpWithin(change, target);
  change
    .at(target)
    .update<'test_helpers.test_clock'>(
      clock,
      { frozen_time: target, status: 'ready', status_details: {} },
      { events: ['test_helpers.test_clock.ready'] },
    );
  return advancing;
};

export const removeClock: Write<unknown> = (_params, { change, path }) => {
  const clock = change.store.get('test_helpers.test_clock', path['id'] ?? '', 'path');
  deleteClock(change, clock);
  return { id: clock.id, object: clock.object, deleted: true };
};

/** At most two intervals of the shortest subscription at once, or two years where there is none; never back. */
function requireReachable(change: Change, clock: Clock, target: number): void {
  if (target <= clock.frozen_time) {
    throw invalid("`frozen_time` must be after the test clock's current frozen time.", 'frozen_time');
  }
  const ends = change.store
    .all('subscription', [{ sql: 'clock = ?', values: [clock.id] }])
    .filter(({ ended_at: ended, status }) => ended === null && status !== 'incomplete_expired')
    .flatMap(({ items }) => items.data)
    .map(({ price }) =>
      addIntervals(clock.frozen_time, price.recurring?.interval ?? 'month', 2 * (price.recurring?.interval_count ?? 1)),
    );
  const furthest = ends.length === 0 ? addIntervals(clock.frozen_time, 'year', 2) : Math.min(...ends);
  if (target <= furthest) return;
  throw invalid(
    ends.length === 0
      ? 'Cannot advance a test clock without subscriptions by more than two years at once.'
      : `Cannot advance a test clock by more than two intervals of its shortest subscription at once: the furthest \`frozen_time\` is ${furthest}.`,
    'frozen_time',
  );
}

/** From now on the customer, and all that belongs to it, lives on this clock. */
function attachCustomer(change: Change, id: string, clock: Clock): void {
  const customer = change.store.get('customer', id, 'customer');
  if (customer.test_clock) {
    throw invalid(`The customer ${id} is already attached to a test clock.`, 'customer');
  }
  change.store.database.run('update object set clock = ? where customer = ?', clock.id, customer.id);
  change.update<'customer'>(customer, { test_clock: clock.id }, { events: [] });
  const clocked = ['subscription', 'subscription_schedule', 'invoice', 'invoiceitem'] as const;
  for (const object of clocked) {
    for (const owned of change.store.all(object, [{ sql: 'customer = ?', values: [id] }])) {
      change.update(owned as Stripe.Invoice & { object: 'invoice' }, { test_clock: clock.id }, { events: [] });
    }
  }
}
