/** What time does by itself: sessions expire, subscriptions renew or end, invoices are finalized and charged. */

import type { Change } from '../store/change.ts';
import type { ObjectName } from '../store/objects.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import { advanceInvoice } from './collect.ts';
import { advancePayment } from './delayed-payments.ts';
import { endDiscount, retirePromotionCodes } from './discounts.ts';
import { advanceDispute, disputeByCard } from './disputes.ts';
import { expireSession } from './expire-session.ts';
import { applyDuePhases } from './phases.ts';
import { advanceRefund } from './refunds.ts';
import { advanceSubscription } from './renewals.ts';
import { startSchedule } from './start-schedule.ts';
import { deleteClock } from './test-clocks.ts';

/** `setTimeout` takes no more than this. */
const longestTimer = 2 ** 31 - 1;

/** What an object does when its time has come. Whatever it does, it sets its next time, or none. */
const atItsTime: Partial<Record<ObjectName, (change: Change, id: string) => void>> = {
  'checkout.session': (change, id) => {
    const session = change.store.get('checkout.session', id, 'path');
    if (session.status === 'open') expireSession(change, session);
  },
  subscription_schedule: (change, id) => {
    const schedule = change.store.get('subscription_schedule', id, 'path');
    if (schedule.status === 'not_started') return startSchedule(change, schedule);
    const governed = change.store.find('subscription', idOf(schedule.subscription) ?? '');
    if (governed) applyDuePhases(change, governed);
  },
  subscription: (change, id) => {
    // A phase that begins with the next period decides what that period costs.
    const subscription = applyDuePhases(change, change.store.get('subscription', id, 'path'));
    if (subscription.ended_at === null) advanceSubscription(change, subscription);
  },
  coupon: (change, id) => {
    change.update<'coupon'>(change.store.get('coupon', id, 'path'), { valid: false }, { events: [] });
    retirePromotionCodes(change, id);
  },
  promotion_code: (change, id) => {
    const code = change.store.get('promotion_code', id, 'path');
    change.update<'promotion_code'>(code, { active: false }, { events: [] });
  },
  discount: (change, id) => {
    endDiscount(change, change.store.get('discount', id, 'path'));
  },
  payment_intent: (change, id) => advancePayment(change, change.store.get('payment_intent', id, 'path')),
  charge: (change, id) => disputeByCard(change, change.store.get('charge', id, 'path')),
  dispute: (change, id) => advanceDispute(change, change.store.get('dispute', id, 'path')),
  refund: (change, id) => advanceRefund(change, change.store.get('refund', id, 'path')),
  invoice: (change, id) => advanceInvoice(change, change.store.get('invoice', id, 'path')),
  'test_helpers.test_clock': (change, id) =>
    deleteClock(change, change.store.get('test_helpers.test_clock', id, 'path')),
};

/**
 * Does all that has fallen due, each at its own moment and in the order of these. What one step makes due comes into
 * its place among the others, so that one long jump gives the history of many short ones.
 *
 * @param clock - the test clock whose time has come; null: the sandbox's own.
 */
export function catchUp(store: Store, clock: string | null = null): void {
  const until = store.timeOf(clock);
  for (let due = store.firstDue(until, clock); due; due = store.firstDue(until, clock)) {
    const { dueAt } = due;
    store.change({ id: null, idempotencyKey: null, at: dueAt, clock }, (change) => runDue(change, due));
  }
}

/** The same up to a moment and as part of one change, for the test clock of that change. */
export function catchUpWithin(change: Change, until: number): void {
  const { store, clock } = change;
  for (let due = store.firstDue(until, clock); due; due = store.firstDue(until, clock))
    runDue(change.at(due.dueAt), due);
}

function runDue(change: Change, { object, id }: { readonly object: ObjectName; readonly id: string }): void {
  change.store.database.run('update object set due_at = null where id = ?', id);
  atItsTime[object]?.(change, id);
}

/** Catches up whenever something falls due, until stopped. Never keeps the process alive. */
export function watchDue(store: Store): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let armedFor: number | null = null;
  const arm = (): void => {
    const due = store.nextDue();
    // In the machine's seconds, so that moving the sandbox's clock moves the timer.
    const next = due === null ? null : due - store.clock.offset;
    if (next === armedFor) return;
    clearTimeout(timer);
    armedFor = next;
    if (next === null) return;
    // Half a second more: the clock counts whole seconds.
    const wait = Math.max(0, next * 1000 - store.clock.wall()) + 500;
    timer = setTimeout(run, Math.min(wait, longestTimer));
    timer.unref();
  };
  const run = (): void => {
    armedFor = null;
    catchUp(store);
    arm();
  };
  store.onChange(arm);
  run();
  return { stop: () => clearTimeout(timer) };
}
