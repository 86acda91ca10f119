/** Schedules that begin a subscription, beside those that are put onto a running one. */

import type Stripe from 'stripe';
import { createSchedule } from '../billing/schedules.ts';
import { missing, unsupported } from '../errors.ts';
import type { Write } from '../http/api.ts';
import { refuse } from '../http/page.ts';
import { mergeMetadata } from '../store/wire.ts';
import * as schedules from './subscription-schedules.ts';
import { createSubscription } from './subscriptions.ts';

type Params = Stripe.SubscriptionScheduleCreateParams;

/** Puts a schedule onto a subscription, or begins one with its first phase. */
export const createOrStart: Write<Params> = (params, call) => {
  const { from_subscription: from, customer, phases, start_date: start, end_behavior: behavior, metadata } = params;
  if (from !== undefined) return schedules.create(params, call);
  refuse(params, ['billing_mode', 'customer_account', 'default_settings']);
  if (customer === undefined) throw missing('customer');
  const [first] = phases ?? [];
  if (!phases || !first) throw missing('phases');
  if (start !== 'now') throw unsupported('A schedule that begins at another time than now', 'start_date');
  const { change } = call;
  const { id } = createSubscription(
    {
      customer,
      items: first.items as NonNullable<Stripe.SubscriptionCreateParams['items']>,
      metadata: mergeMetadata({}, first.metadata),
      payment_behavior: 'allow_incomplete',
    },
    call,
  ) as Stripe.Subscription;
  const made = createSchedule(change, change.store.get('subscription', id, 'path'), mergeMetadata({}, metadata));
  return schedules.update(
    {
      phases: phases as NonNullable<Stripe.SubscriptionScheduleUpdateParams['phases']>,
      ...(behavior !== undefined && { end_behavior: behavior }),
    },
    { ...call, path: { id: made.id } },
  );
};
