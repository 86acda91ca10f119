/** Subscription schedules: put onto a running subscription, laid out, released, cancelled. */

import type Stripe from 'stripe';
import { cancelNow } from '../billing/cancel-now.ts';
import { addIntervals } from '../billing/periods.ts';
import { cancelSchedule, createSchedule, itemsOf, phaseItem, phaseOf, releaseSchedule } from '../billing/schedules.ts';
import { invalid, missing, noSuch, unsupported } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { ofCustomer, page, refuse, within } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { idOf, mergeMetadata } from '../store/wire.ts';
import { unitAmountIn } from './prices.ts';
import { redemptionOf } from './redemptions.ts';
import { readQuantity } from '../billing/quantities.ts';

type Schedule = Stripe.SubscriptionSchedule;
type Phase = Stripe.SubscriptionSchedule.Phase;
type SentPhase = Stripe.SubscriptionScheduleUpdateParams.Phase;

export const create: Write<Stripe.SubscriptionScheduleCreateParams> = (params, { change }) => {
  const { from_subscription: from, metadata, ...rest } = params;
  if (from === undefined) throw unsupported('A schedule that begins a subscription', 'from_subscription');
  const [other] = Object.keys(rest);
  if (other !== undefined) {
    throw invalid(`You cannot set \`${other}\` if \`from_subscription\` is set.`, other);
  }
  const subscription = change.store.get('subscription', from, 'from_subscription');
  if (subscription.schedule !== null) {
    throw invalid(
      `You cannot migrate a subscription that is already attached to a schedule: \`${from}\` is currently attached to \`${idOf(subscription.schedule)}\`.`,
      'from_subscription',
    );
  }
  if (subscription.ended_at !== null || subscription.status === 'incomplete') {
    throw invalid(`You cannot migrate a subscription that is ${subscription.status}.`, 'from_subscription');
  }
  if (subscription.cancel_at !== null) {
    throw unsupported('A schedule from a subscription that is set to cancel', 'from_subscription');
  }
  return createSchedule(change, subscription, mergeMetadata({}, metadata));
};

export const update: Write<Stripe.SubscriptionScheduleUpdateParams> = (params, { change, path }) => {
  refuse(params, ['default_settings', 'pause_schedules']);
  const schedule = requireUnfinished(change, path['id'] ?? '', 'update');
  if (schedule.status === 'not_started') throw unsupported('Changing a schedule that has not started', 'path');
  return changeSchedule(change, schedule, params);
};

/** What of an update lays out the time ahead; a preview tries the same. */
export type LayoutParams = Pick<
  Stripe.SubscriptionScheduleUpdateParams,
  'end_behavior' | 'phases' | 'metadata' | 'proration_behavior'
>;

/** Lays out the phases anew. Emits `subscription_schedule.updated`. */
export function changeSchedule(change: Change, schedule: Schedule, params: LayoutParams): Schedule {
  const behavior = params.end_behavior;
  if (behavior !== undefined && behavior !== 'release' && behavior !== 'cancel') {
    throw unsupported(`end_behavior=${behavior}`, 'end_behavior');
  }
  const phases = params.phases ? phasesOf(change, schedule, params.phases) : schedule.phases;
  const current = phases.find((phase) => phase.start_date === schedule.current_phase?.start_date);
  if (!current) throw invalid('The current phase cannot be left out.', 'phases');
  return change.update<'subscription_schedule'>(
    schedule,
    {
      current_phase: { end_date: current.end_date, start_date: current.start_date },
      ...(behavior !== undefined && { end_behavior: behavior }),
      metadata: mergeMetadata(schedule.metadata ?? {}, params.metadata),
      phases,
    },
    { dueAt: current.end_date },
  );
}

export const release: Write<Stripe.SubscriptionScheduleReleaseParams> = (_params, { change, path }) =>
  releaseSchedule(change, requireUnfinished(change, path['id'] ?? '', 'release'));

export const cancel: Write<Stripe.SubscriptionScheduleCancelParams> = (params, { change, path }) => {
  const schedule = requireUnfinished(change, path['id'] ?? '', 'cancel');
  if (schedule.status === 'not_started') return cancelSchedule(change, schedule);
  const subscription = change.store.get('subscription', idOf(schedule.subscription) ?? '', 'path');
  // Stripe credits and invoices unless it is told not to.
  cancelNow(change, subscription, {
    prorate: params.prorate ?? true,
    invoiceNow: params.invoice_now ?? true,
    reason: 'cancellation_requested',
  });
  return change.store.get('subscription_schedule', schedule.id, 'path');
};

export const retrieve: Read<unknown> = (_params, { store, path }) =>
  store.get('subscription_schedule', path['id'] ?? '', 'path');

export const listSchedules: Read<Stripe.SubscriptionScheduleListParams> = (params, { store, url }) =>
  page(store, 'subscription_schedule', params, {
    url,
    where: [
      ofCustomer(params.customer),
      params.scheduled === undefined
        ? null
        : { sql: `(json_extract(body, '$.status') = 'not_started') = ?`, values: [Number(params.scheduled)] },
      within("json_extract(body, '$.canceled_at')", params.canceled_at),
      within("json_extract(body, '$.completed_at')", params.completed_at),
      within("json_extract(body, '$.released_at')", params.released_at),
      within('created', params.created),
    ],
  });

function requireUnfinished(change: Change, id: string, what: 'update' | 'release' | 'cancel'): Schedule {
  const schedule = change.store.find('subscription_schedule', id);
  if (!schedule) throw noSuch('subscription_schedule', id, 'path');
  if (schedule.status === 'active' || schedule.status === 'not_started') return schedule;
  throw invalid(
    `You cannot ${what} a subscription schedule that is currently in the \`${schedule.status}\` status. It must be in \`not_started\` or \`active\` status to ${what} it.`,
  );
}

/** The phases as they are sent: the current one first, each starting where the one before ends. */
function phasesOf(change: Change, schedule: Schedule, sent: readonly SentPhase[]): Phase[] {
  const subscription = change.store.get('subscription', idOf(schedule.subscription) ?? '', 'path');
  const current = schedule.current_phase;
  if (!current) throw invalid('This schedule has no current phase.', 'phases');
  const phases: Phase[] = [];
  for (const [index, phase] of sent.entries()) {
    const at = `phases[${index}]`;
    refuse(phase, [
      'add_invoice_items',
      'automatic_tax',
      'application_fee_percent',
      'billing_thresholds',
      'collection_method',
      'default_payment_method',
      'default_tax_rates',
      'invoice_settings',
      'on_behalf_of',
      'transfer_data',
      'trial',
    ]);
    const start = phases.at(-1)?.end_date ?? current.start_date;
    const wanted = phase.start_date ?? start;
    if (wanted === 'now' || phase.end_date === 'now')
      throw unsupported('A phase that is cut off now', `${at}[end_date]`);
    if (wanted !== start) {
      const message =
        index === 0
          ? 'You can not modify the start date of the current phase.'
          : 'Phases must be contiguous: each one starts when the one before ends.';
      throw invalid(message, `${at}[start_date]`);
    }
    const items = phaseItems(change, subscription, phase, at);
    const end = endOf(change, phase, items, start);
    if (end <= start || end <= change.now) {
      throw invalid('The end date of a phase must be in the future and after its start date.', `${at}[end_date]`);
    }
    if (index === 0) requireSameItems(subscription, items);
    phases.push({
      ...phaseOf(subscription, { start, end }, items),
      billing_cycle_anchor: phase.billing_cycle_anchor ?? null,
      description: phase.description ?? null,
      discounts: phaseDiscounts(change, subscription, phase, { at, isCurrent: index === 0 }),
      metadata: mergeMetadata({}, phase.metadata),
      proration_behavior: phase.proration_behavior ?? 'create_prorations',
      ...(typeof phase.trial_end === 'number' && { trial_end: phase.trial_end }),
    });
  }
  return phases;
}

/** Checked when they are laid out, and redeemed when the phase begins. The current one keeps its own unless it is told. */
function phaseDiscounts(
  change: Change,
  subscription: Stripe.Subscription,
  phase: SentPhase,
  place: { readonly at: string; readonly isCurrent: boolean },
): Phase['discounts'] {
  const sent = phase.discounts;
  if (place.isCurrent && sent !== undefined && !keepsAll(subscription, sent || [])) {
    throw unsupported('Changing the discounts of the current phase', `${place.at}[discounts]`);
  }
  if (sent === undefined) return place.isCurrent ? phaseOf(subscription, { start: 0, end: 0 }).discounts : [];
  const customer = change.store.find('customer', idOf(subscription.customer) ?? '');
  return (sent || []).map((one, index) => {
    if (one.discount === undefined) {
      const purchase = { customer, currency: subscription.currency, amount: null };
      redemptionOf(change, one, purchase, `${place.at}[discounts][${index}]`);
    }
    const { coupon = null, discount = null, promotion_code: code = null } = one;
    return { coupon, discount, promotion_code: code };
  });
}

function keepsAll(subscription: Stripe.Subscription, sent: NonNullable<Exclude<SentPhase['discounts'], ''>>): boolean {
  const own = subscription.discounts.map((discount) => idOf(discount));
  return own.length === sent.length && sent.every(({ discount }) => own.includes(discount ?? ''));
}

function phaseItems(change: Change, subscription: Stripe.Subscription, phase: SentPhase, at: string): Phase['items'] {
  return phase.items.map((item, index) => {
    const where = `${at}[items][${index}]`;
    refuse(item, ['billing_thresholds', 'discounts', 'price_data', 'tax_rates']);
    const id = item.price ?? item.plan;
    if (id === undefined) throw missing(`${where}[price]`);
    const price = change.store.get('price', id, `${where}[price]`);
    if (!price.recurring || unitAmountIn(change, price, subscription.currency) === null) {
      throw invalid(`The price ${id} is not sold by time in ${subscription.currency}.`, `${where}[price]`);
    }
    return phaseItem(price, readQuantity(price, item.quantity, where), mergeMetadata({}, item.metadata));
  });
}

/** Seconds; without an end, a phase lasts one interval of its price. */
function endOf(change: Change, phase: SentPhase, items: Phase['items'], start: number): number {
  if (typeof phase.end_date === 'number') return phase.end_date;
  const { interval, interval_count: count = 1 } =
    phase.duration ?? change.store.get('price', idOf(items[0]?.price) ?? '', 'phases').recurring ?? {};
  return addIntervals(start, (interval ?? 'month') as Stripe.Price.Recurring['interval'], count);
}

/** Changing the running phase would change the subscription now, which is what an update of it is for. */
function requireSameItems(subscription: Stripe.Subscription, items: Phase['items']): void {
  const shown = (list: Phase['items']) => JSON.stringify(list.map(({ price, quantity }) => [price, quantity]));
  if (shown(items) === shown(itemsOf(subscription))) return;
  throw unsupported('Changing the items of the current phase', 'phases[0][items]');
}
