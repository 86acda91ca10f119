/**
 * Where a subscription stands: whether it entitles, whether something may be bought beside it, and what its user is offered
 * (R22.1). One table of status × collection × cancellation; checkout, the subscription view and the plan all read it.
 */

import type { Project } from '../config/project.ts';
import type { Subscription } from '../store/records.ts';

/**
 * How long a plan is had: `yes`, for as long as this is so; `grace`, until the grace period of the project ends (R21.1); `paid`,
 * until the end of what has been paid for; `no`.
 */
export type Entitled = 'yes' | 'grace' | 'paid' | 'no';

/** The call to action. `wait`: a payment is being processed, and there is nothing to do. */
export type Offer = 'checkout' | 'manage' | 'fix_payment' | 'resume' | 'wait';

/** Whether Stripe collects what falls due (`pause_collection`). */
export type Collection = 'on' | 'paused';

/** Whether an end has been set, by either of Stripe's two fields (R19.1). */
export type Cancellation = 'none' | 'scheduled';

/** What a checkout is refused with: the way out has a name. */
export type Refusal = Exclude<Offer, 'checkout'>;

export interface Cell {
  readonly entitled: Entitled;
  /** Null where something may be bought. */
  readonly refusal: Refusal | null;
  readonly offer: Offer;
}

/**
 * Stripe's statuses, `none` for no subscription, `processing` for one whose first payment is on its way and `never_paid` for one
 * whose first payment did not come, both of which Stripe activates all the same (R22.2).
 */
export const statuses = [
  'none',
  'processing',
  'never_paid',
  'trialing',
  'active',
  'past_due',
  'unpaid',
  'paused',
  'incomplete',
  'incomplete_expired',
  'canceled',
] as const;
export type StandingStatus = (typeof statuses)[number];

const cell = (entitled: Entitled, offer: Offer): Cell => ({
  entitled,
  offer,
  refusal: offer === 'checkout' ? null : offer,
});

/** A cell for all four. */
const always = (entitled: Entitled, offer: Offer): Row => {
  const same = cell(entitled, offer);
  return { on: { none: same, scheduled: same }, paused: { none: same, scheduled: same } };
};

type Row = Readonly<Record<Collection, Readonly<Record<Cancellation, Cell>>>>;

/**
 * While collection is paused Stripe leaves the status as it is and asks for nothing, for ever: the period that has been paid for
 * is honoured, and nothing after it (T22). To resume it is the user's to do: they ask to be charged again.
 */
const running: Row = {
  // One that ends, or is not charged for, is still running: who wants another plan manages this one.
  on: { none: cell('yes', 'manage'), scheduled: { ...cell('yes', 'resume'), refusal: 'manage' } },
  paused: {
    none: { ...cell('paid', 'resume'), refusal: 'manage' },
    scheduled: { ...cell('paid', 'resume'), refusal: 'manage' },
  },
};

export const standings: Readonly<Record<StandingStatus, Row>> = {
  none: always('no', 'checkout'),
  processing: always('no', 'wait'),
  // Like `incomplete`: no grace for what was never had, and nothing in the way of another try.
  never_paid: always('no', 'checkout'),
  trialing: running,
  active: running,
  // What is owed comes first, whatever else is set: nothing else can be done before it is paid (R21.3).
  past_due: always('grace', 'fix_payment'),
  unpaid: always('no', 'fix_payment'),
  paused: always('no', 'resume'),
  // Never paid: it neither gives a plan nor stands in the way of one that is paid (R15.3).
  incomplete: always('no', 'checkout'),
  incomplete_expired: always('no', 'checkout'),
  canceled: always('no', 'checkout'),
};

/** The table's row and cell for a subscription; null is no subscription. A status that Stripe has made up since is managed at Stripe. */
export function standingOf(subscription: Subscription | null): Cell {
  if (subscription === null) return standings.none.on.none;
  const row = rowOf(subscription);
  if (!row) return cell('no', 'manage');
  return row[subscription.collectionPaused ? 'paused' : 'on'][subscription.cancelAt === null ? 'none' : 'scheduled'];
}

/** Statuses that a subscription has whose first invoice is open. */
const waitsForFirstPayment = new Set(['active', 'incomplete', 'past_due', 'unpaid']);

function rowOf({ status, awaitingPayment, neverPaid }: Subscription): Row | undefined {
  if (awaitingPayment && waitsForFirstPayment.has(status)) return standings.processing;
  if (neverPaid && (status === 'past_due' || status === 'unpaid')) return standings.never_paid;
  return Object.hasOwn(standings, status) ? standings[status as StandingStatus] : undefined;
}

/** Whether there is something at Stripe that a second purchase would double (R7.4): everything but ended and never paid. */
export const isLive = (subscription: Subscription): boolean => standingOf(subscription).refusal !== null;

/** Whether somebody has it: one whose first payment is still on its way stands in the way of another, but has not begun. */
export const hasBegun = (subscription: Subscription): boolean => isLive(subscription) && !subscription.awaitingPayment;

const day = 86_400_000;

/** End of the grace period of a past-due subscription, in milliseconds; stamped once a delinquency (R21.1). */
export const graceEnd = (project: Project, subscription: Subscription): number | null =>
  subscription.status === 'past_due' && subscription.pastDueSince !== null
    ? subscription.pastDueSince + project.pastDueGraceDays * day
    : null;

/** Until when the subscription gives its plan, in milliseconds: `Infinity` for as long as nothing changes, 0 for not at all. */
export function entitledUntil(project: Project, subscription: Subscription): number {
  if (project.onDispute === 'suspend' && subscription.dispute !== null) return 0;
  switch (standingOf(subscription).entitled) {
    case 'yes':
      return Number.POSITIVE_INFINITY;
    case 'grace':
      return graceEnd(project, subscription) ?? 0;
    case 'paid':
      return subscription.paidUntil ?? subscription.currentPeriodEnd ?? 0;
    case 'no':
      return 0;
  }
}

/** Whether it gives its plan; `now`: Stripe's time, in milliseconds. */
export const entitles = (project: Project, subscription: Subscription, now: number): boolean =>
  timeOf(subscription, now) < entitledUntil(project, subscription);

/** What time it is for a subscription, in milliseconds: its customer's test clock's, else `now`. */
export const timeOf = ({ testClock }: Pick<Subscription, 'testClock'>, now: number): number => testClock?.time ?? now;

const words: Readonly<Record<Entitled, string>> = {
  yes: 'its own',
  grace: 'its own, until the grace period ends',
  paid: 'its own, until the paid period ends',
  no: 'what is left without it',
};

/** The table as Markdown; `ARCHITECTURE.md` holds it, and a test holds it to this. Rows that are the same in all columns are one. */
export function standingsTable(): string {
  const columns = (['on', 'paused'] as const).flatMap((collection) =>
    (['none', 'scheduled'] as const).map((cancel) => ({ collection, cancel })),
  );
  const rows = statuses.flatMap((status) => {
    const groups = new Map<string, string[]>();
    for (const { collection, cancel } of columns) {
      const { entitled, refusal, offer } = standings[status][collection][cancel];
      const text = `${words[entitled]} | ${refusal === null ? 'yes' : `no: \`${refusal}\``} | \`${offer}\``;
      const where = `${collection === 'on' ? '' : 'collection paused'}${cancel === 'none' ? '' : `${collection === 'on' ? '' : ', '}end set`}`;
      groups.set(text, [...(groups.get(text) ?? []), where || 'as usual']);
    }
    return [...groups].map(
      ([text, where]) => `| \`${status}\` | ${groups.size === 1 ? 'whatever is set' : where.join(' · ')} | ${text} |`,
    );
  });
  return [
    '| status | collection and end | plan | may check out | offer |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
