/** Schedules of subscriptions: which of them are ours to take off, and taking them off (R18.2, R18.3). */

import Stripe from 'stripe';
import { toSeconds } from '../clock.ts';
import type { Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import type { Subscription } from '../store/records.ts';
import { asking } from './failures.ts';
import type { StripeGateway } from './gateway.ts';

type Phase = Stripe.SubscriptionSchedule.Phase;

/** A subscription that a schedule governs, as last read. */
export type Scheduled = Pick<Subscription, 'scheduleId' | 'scheduled' | 'currentPeriodEnd' | 'currency'>;

/** Marks a schedule as one that we made and may release. */
export const scheduleMark = { planclaim: 'scheduled_change' } as const;

/** Takes the schedule off the subscription, which goes on as it is. One that has ended, even meanwhile, is off already. */
export async function releaseSchedule(gateway: StripeGateway, scheduleId: string): Promise<void> {
  const { subscriptionSchedules } = gateway.sdk;
  const holds = async (): Promise<boolean> => {
    const { status } = await subscriptionSchedules.retrieve(scheduleId);
    return status === 'active' || status === 'not_started';
  };
  await asking(async () => {
    if (!(await holds())) return;
    try {
      await subscriptionSchedules.release(scheduleId);
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeInvalidRequestError) || (await holds())) throw error;
    }
  });
}

/**
 * The same, where there is one, and where it is ours.
 * @throws PlanclaimError 409 `schedule_foreign`
 */
export async function releaseOwnSchedule(gateway: StripeGateway, subscription: Scheduled): Promise<void> {
  if (subscription.scheduleId === null) return;
  await requireOwnSchedule(gateway, subscription);
  await releaseSchedule(gateway, subscription.scheduleId);
}

/** @throws PlanclaimError 409 `schedule_foreign` when somebody else made the schedule: that one is never touched (R18.3) */
export async function requireOwnSchedule(gateway: StripeGateway, subscription: Scheduled): Promise<void> {
  const { scheduleId } = subscription;
  if (scheduleId === null) return;
  const schedule = await asking(() =>
    gateway.sdk.subscriptionSchedules.retrieve(scheduleId, { expand: ['phases.items.price.currency_options'] }),
  );
  if (isMarked(schedule) || isHalfMade(schedule, toSeconds(gateway.now()))) return;
  if (isOfPortal(gateway.project, schedule, subscription)) return;
  throw new PlanclaimError(
    'A schedule that was not made here is attached to the subscription. Release it at Stripe first.',
    { code: 'schedule_foreign', status: 409 },
  );
}

const isMarked = ({ metadata }: Stripe.SubscriptionSchedule): boolean =>
  metadata?.['planclaim'] === scheduleMark.planclaim;

const isUnclaimed = ({ metadata }: Stripe.SubscriptionSchedule): boolean => Object.keys(metadata ?? {}).length === 0;

/**
 * One that has stood for a while and says nothing but what is so already is nobody's change: a process died between making it and
 * saying what for.
 */
const isHalfMade = (schedule: Stripe.SubscriptionSchedule, now: number): boolean =>
  isUnclaimed(schedule) &&
  schedule.phases.length === 1 &&
  schedule.end_behavior === 'release' &&
  now - schedule.created > halfMade;

/** How long somebody may take to say what a schedule is for, in seconds. */
const halfMade = 60;

/**
 * What our configuration has Stripe's portal make, and says no more: with the end of the running period one item gives way to one
 * that costs less or is billed more often, and is known here. Whoever schedules anything else says something that is not the user's
 * to undo.
 */
function isOfPortal(
  { changes }: Project,
  schedule: Stripe.SubscriptionSchedule,
  { scheduled, currentPeriodEnd, currency }: Scheduled,
): boolean {
  const [current, next, ...further] = schedule.phases;
  if (!current || !next || further.length > 0 || scheduled === null || currentPeriodEnd === null) return false;
  const atPeriodEnd = current.end_date === toSeconds(currentPeriodEnd) && next.start_date === current.end_date;
  if (changes.upgrade !== 'now' || changes.downgrade !== 'period_end' || !atPeriodEnd) return false;
  if (!isUnclaimed(schedule) || schedule.end_behavior !== 'release' || !isPlain(current) || !isPlain(next))
    return false;
  const [from, ...others] = without(current.items, next.items);
  const [to, ...more] = without(next.items, current.items);
  return from !== undefined && to !== undefined && others.length + more.length === 0 && isLess(to, from, currency);
}

const isPlain = ({ add_invoice_items: added, metadata, items, trial_end: trial }: Phase): boolean =>
  added.length === 0 && trial === null && [{ metadata }, ...items].every((each) => !hasKeys(each.metadata));

const hasKeys = (metadata: Stripe.Metadata | null): boolean => Object.keys(metadata ?? {}).length > 0;

type Item = Phase['items'][number];

/** Items of the one phase that are not in the other. */
const without = (items: readonly Item[], others: readonly Item[]): Item[] =>
  items.filter((item) => !others.some((other) => keyOf(other) === keyOf(item)));

const keyOf = ({ price, quantity }: Item): string =>
  JSON.stringify([typeof price === 'string' ? price : price.id, quantity ?? null]);

/** The conditions of the portal's configuration: `decreasing_item_amount`, `shortening_interval`. */
function isLess(to: Item, from: Item, currency: string): boolean {
  const [less, more] = [termsOf(to, currency), termsOf(from, currency)];
  if (!less || !more) return false;
  const isCheaper = less.amount !== null && more.amount !== null && less.amount < more.amount;
  return isCheaper || less.days < more.days;
}

const days: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, year: 365 };

/** Minor units a period, null where the price has tiers; null for what is not billed by time. */
function termsOf(
  { price, quantity = 1 }: Item,
  currency: string,
): { readonly amount: number | null; readonly days: number } | null {
  if (typeof price === 'string' || price.deleted === true || !price.recurring) return null;
  const unit = price.currency === currency ? price.unit_amount : price.currency_options?.[currency]?.unit_amount;
  const { interval, interval_count: count } = price.recurring;
  return { amount: unit == null ? null : unit * quantity, days: (days[interval] ?? 30) * count };
}

/**
 * Takes on the schedule that our own portal configuration made while the user was there, whatever it looks like: it can then be
 * undone and changed here as well (R18.2). One that says whose it is, or is older than the visit, stays what it is.
 * @param since when the visit began, in milliseconds of Stripe's time
 */
export async function adoptPortalSchedule(
  gateway: StripeGateway,
  subscriptionId: string,
  since: number,
): Promise<void> {
  await asking(async () => {
    const { schedule } = await gateway.sdk.subscriptions.retrieve(subscriptionId, { expand: ['schedule'] });
    if (!schedule || typeof schedule === 'string') return;
    // Whole seconds, and clocks that differ a little.
    if (!isUnclaimed(schedule) || schedule.created < toSeconds(since) - portalSlack) return;
    await gateway.sdk.subscriptionSchedules.update(schedule.id, { metadata: { ...scheduleMark } });
  });
}

/** Seconds. */
const portalSlack = 5;
