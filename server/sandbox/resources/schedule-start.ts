/** Schedules that begin a subscription, now or at a time, beside those that are put onto a running one. */

import type Stripe from 'stripe';
import { createSchedule } from '../billing/schedules.ts';
import { beginScheduled } from '../billing/start-schedule.ts';
import { missing, unsupported } from '../errors.ts';
import type { Write } from '../http/api.ts';
import { refuse } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { mergeMetadata } from '../store/wire.ts';
import { requireCurrency } from './one-currency.ts';
import { orderItems } from './subscription-items.ts';
import * as schedules from './subscription-schedules.ts';

type Params = Stripe.SubscriptionScheduleCreateParams;
type SentItems = NonNullable<Stripe.SubscriptionCreateParams['items']>;

/** Puts a schedule onto a subscription, begins one with its first phase, or waits until that comes. */
export const createOrStart: Write<Params> = (params, call) => {
  if (params.from_subscription !== undefined) return schedules.create(params, call);
  refuse(params, ['billing_mode', 'customer_account', 'default_settings']);
  const { change } = call;
  const start = startOf(params, change.now);
  if (start === change.now) return begin(change, params);
  // What will be laid out then is shown from now on, and what will be refused then is refused now.
  const coming = change.rehearse(() => begin(change.at(start), params));
  return change.create<'subscription_schedule'>(
    {
      ...coming,
      id: change.store.ids.next('sub_sched'),
      object: 'subscription_schedule',
      created: change.now,
      current_phase: null,
      status: 'not_started',
      subscription: null,
    },
    { dueAt: start },
  );
};

/** Seconds. */
function startOf({ start_date: start }: Params, now: number): number {
  if (start === undefined) throw missing('start_date');
  if (start === 'now') return now;
  if (start < now) throw unsupported('A schedule that began before now', 'start_date');
  return start;
}

function begin(change: Change, params: Params): Stripe.SubscriptionSchedule {
  const [first] = params.phases ?? [];
  if (params.customer === undefined) throw missing('customer');
  if (!params.phases || !first) throw missing('phases');
  const customer = change.store.get('customer', params.customer, 'customer');
  const { items, currency } = orderItems(change, { customer: customer.id, items: first.items as SentItems });
  requireCurrency(change.store, customer, currency);
  const metadata = mergeMetadata({}, first.metadata);
  const subscription = beginScheduled(change, { customer, currency, items, metadata });
  const made = createSchedule(change, subscription, mergeMetadata({}, params.metadata));
  const { end_behavior: behavior } = params;
  return schedules.changeSchedule(change, made, {
    phases: params.phases as NonNullable<Stripe.SubscriptionScheduleUpdateParams['phases']>,
    ...(behavior !== undefined && { end_behavior: behavior }),
  });
}
