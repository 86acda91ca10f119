/**
 * What a user's plan state has to be, computed afresh from Stripe's books and what was assigned, by the words of the contract's
 * "A user's plan". Written without a look at the backend's own computation, and never to share code with it.
 */

import type Stripe from 'stripe';
import type { Project } from '../../server/config/project.ts';
import type { Books } from './books.ts';
import type { World } from './world.ts';

/** What was last chosen or assigned. Milliseconds. */
export interface Assigned {
  readonly plan: string;
  readonly source: 'selection' | 'api';
  readonly expiresAt: number | null;
}

export type Expected = Record<string, unknown>;

/** One subscription as the books tell it. Seconds. */
interface Told {
  readonly id: string;
  readonly status: string;
  readonly plan: string | null;
  readonly cycle: string | null;
  readonly quantity: number;
  readonly currency: string;
  readonly periodEnd: number | null;
  readonly trialEnd: number | null;
  readonly cancelAt: number | null;
  readonly graceUntil: number | null;
  /** While collection is paused nothing is charged, and what has been paid for is all there is; null while it is not. */
  readonly paidUntil: number | null;
  /** Taken while a dispute is open, and when it is lost. */
  readonly isSuspended: boolean;
  readonly scheduled: unknown;
  readonly created: number;
}

const day = 86_400;
/** How long a renewal's invoice is a draft, and a little more; seconds. */
const draftTime = 3700;

/** The contract's plan state object without `version` and `updated_at`. */
export function expectedState(world: World, books: Books, userId: string, assigned: Assigned | null): Expected {
  const { project } = world;
  const now = world.time.now() / 1000;
  const standing =
    assigned !== null && (assigned.expiresAt === null || world.time.now() < assigned.expiresAt) ? assigned : null;
  const told = books.subscriptionsOf(userId).map((subscription) => tell(project, books, subscription));
  const best = told.toSorted(byDocumentedOrder(project, now))[0] ?? null;
  const base = { project_id: project.id, user_id: userId };

  if (best && entitles(best, now)) {
    const raised =
      standing !== null && standing.source === 'api' && rankOf(project, standing.plan) > rankOf(project, best.plan);
    if (!raised) {
      return {
        ...base,
        plan: best.plan,
        billing_cycle: best.cycle,
        status: best.status,
        source: 'subscription',
        quantity: best.quantity,
        currency: best.currency,
        current_period_end: iso(best.periodEnd),
        trial_end: best.status === 'trialing' ? iso(best.trialEnd) : null,
        cancel_at: iso(best.cancelAt),
        grace_until: iso(best.graceUntil),
        scheduled: ends(best) === null ? best.scheduled : afterEnd(project, ends(best) as number, standing),
        ...entitlements(project, best.plan),
      };
    }
  }
  const nothing = {
    billing_cycle: null,
    quantity: 1,
    currency: null,
    current_period_end: null,
    trial_end: null,
    cancel_at: null,
    grace_until: null,
  };
  if (standing) {
    const remains = best && entitles(best, now) ? best : null;
    return {
      ...base,
      ...nothing,
      plan: standing.plan,
      status: standing.plan === 'free' ? 'free' : 'assigned',
      source: standing.source,
      scheduled:
        standing.expiresAt === null
          ? null
          : {
              plan: remains ? remains.plan : project.defaultPlan,
              billing_cycle: remains ? remains.cycle : null,
              at: iso(standing.expiresAt / 1000),
            },
      ...entitlements(project, standing.plan),
    };
  }
  const waits = best !== null && isLive(best) && best.plan !== null;
  return {
    ...base,
    ...nothing,
    plan: project.defaultPlan,
    status: waits ? best.status : project.defaultPlan === null ? 'none' : 'free',
    source: 'default',
    scheduled: null,
    ...entitlements(project, project.defaultPlan),
  };
}

const entitling = new Set(['trialing', 'active']);
const over = new Set(['canceled', 'incomplete_expired', 'incomplete']);
const isLive = ({ status }: Told): boolean => !over.has(status);

function entitles(told: Told, now: number): boolean {
  if (told.plan === null || told.isSuspended) return false;
  if (told.status === 'past_due') return told.graceUntil !== null && now < told.graceUntil;
  return entitling.has(told.status) && (told.paidUntil === null || now < told.paidUntil);
}

/** When it stops by itself, by what is set today; seconds. */
const ends = ({ cancelAt, paidUntil }: Told): number | null =>
  cancelAt !== null && paidUntil !== null ? Math.min(cancelAt, paidUntil) : (cancelAt ?? paidUntil);

const rankOf = (project: Project, plan: string | null): number => project.plans.findIndex(({ id }) => id === plan);

const health = ['active', 'trialing', 'past_due', 'unpaid', 'paused', 'incomplete', 'canceled', 'incomplete_expired'];

/** R20.1: what entitles, what lives, the higher plan, the healthier status, the later period end, the newer, the id. */
function byDocumentedOrder(project: Project, now: number) {
  const keysOf = (told: Told): (number | string)[] => [
    entitles(told, now) ? 0 : 1,
    isLive(told) ? 0 : 1,
    -rankOf(project, told.plan),
    health.indexOf(told.status),
    -(told.periodEnd ?? 0),
    -told.created,
    told.id,
  ];
  return (a: Told, b: Told): number => {
    const [left, right] = [keysOf(a), keysOf(b)];
    const place = left.findIndex((key, index) => key !== right[index]);
    if (place === -1) return 0;
    return (left[place] as number | string) < (right[place] as number | string) ? -1 : 1;
  };
}

function tell(project: Project, books: Books, subscription: Stripe.Subscription): Told {
  const isSuspended = project.onDispute === 'suspend' && books.disputesOf(subscription.id).length > 0;
  const items = subscription.items.data
    .map((item) => ({ item, meaning: meaningOf(project, item.price) }))
    .toSorted((a, b) => rankOf(project, b.meaning?.plan ?? null) - rankOf(project, a.meaning?.plan ?? null));
  const [first] = items;
  const meaning = first?.meaning ?? lastMeaning(project, books, subscription);
  const periodEnd = first?.item.current_period_end ?? null;
  const since = subscription.status === 'past_due' ? delinquentSince(books, subscription) : null;
  return {
    id: subscription.id,
    status: subscription.status,
    plan: meaning?.plan ?? null,
    cycle: meaning?.cycle ?? null,
    quantity: first?.item.quantity ?? 1,
    currency: subscription.currency,
    periodEnd,
    trialEnd: subscription.trial_end,
    cancelAt: subscription.cancel_at ?? (subscription.cancel_at_period_end ? periodEnd : null),
    isSuspended,
    paidUntil:
      subscription.pause_collection && entitling.has(subscription.status) ? paidUntil(books, subscription) : null,
    graceUntil: since === null ? null : since + project.pastDueGraceDays * day,
    scheduled: scheduledOf(project, books, subscription),
    created: subscription.created,
  };
}

interface Meaning {
  readonly plan: string;
  readonly cycle: string | null;
}

const cycleNames: Readonly<Record<string, string>> = { month: 'monthly', year: 'yearly' };

/** By the lookup key `<project>_<plan>_<cycle>`, or as one of a plan's legacy prices; nothing else. */
export function meaningOf(project: Project, price: Stripe.Price): Meaning | null {
  const cycle = price.recurring ? (cycleNames[price.recurring.interval] ?? null) : 'one_time';
  const plan = project.plans.find(
    ({ id, prices, legacyPrices }) =>
      legacyPrices.includes(price.id) ||
      Object.keys(prices).some((name) => price.lookup_key === `${project.id}_${id}_${name}`),
  );
  return plan ? { plan: plan.id, cycle } : null;
}

/** An unknown price changes no plan: what the last known one meant stays. */
function lastMeaning(project: Project, books: Books, { id }: Stripe.Subscription): Meaning | null {
  for (const past of books.historyOf(id).toReversed()) {
    for (const { price } of past.items.data) {
      const meaning = meaningOf(project, price);
      if (meaning) return meaning;
    }
  }
  return null;
}

/** Once a delinquency: when the invoice was made whose payment failed first; seconds. */
function delinquentSince(books: Books, { id }: Stripe.Subscription): number | null {
  let since: number | null = null;
  let before = '';
  for (const { at, subscription } of books.changesOf(id)) {
    const { status, latest_invoice: invoice } = subscription;
    // What was owed before a pause is owed after it.
    const goesOn =
      before === 'paused' && books.invoicesOf(id).some((each) => each.created === since && wasUnsettledAt(each, at));
    if (status === 'past_due' && before !== 'past_due' && !goesOn) {
      since = failedFirst(books, id, typeof invoice === 'string' ? invoice : (invoice?.id ?? ''), at);
    }
    before = status;
  }
  return since;
}

/** Whether nobody had paid it by then, nor given it up; `at` in seconds. */
function wasUnsettledAt({ status_transitions: transitions }: Stripe.Invoice, at: number): boolean {
  const { paid_at, voided_at, marked_uncollectible_at } = transitions;
  const settledAt = paid_at ?? voided_at ?? marked_uncollectible_at;
  return settledAt === null || settledAt > at;
}

/** A renewal is a draft for an hour: what was billed meanwhile is newer, and it is the renewal whose payment failed. */
function failedFirst(books: Books, id: string, latest: string, at: number): number | null {
  const newest = books.invoice(latest)?.created;
  if (newest === undefined) return null;
  const owed = books
    .invoicesOf(id)
    .filter(
      (each) =>
        each.status !== 'draft' &&
        each.created > newest - draftTime &&
        each.created <= newest &&
        wasUnsettledAt(each, at),
    );
  return Math.min(newest, ...owed.map(({ created }) => created));
}

/** The end of the running period where it has been paid for, else its beginning. */
function paidUntil(books: Books, { id, items }: Stripe.Subscription): number {
  const { current_period_start: start = 0, current_period_end: end = 0 } = items.data[0] ?? {};
  const bill = books
    .invoicesOf(id)
    .find(
      ({ billing_reason: reason, lines }) =>
        reason === 'subscription_cycle' &&
        lines.data.some(({ period }) => period.start === start && period.end === end),
    );
  return bill && bill.status !== 'paid' ? start : end;
}

function scheduledOf(project: Project, books: Books, { schedule: reference }: Stripe.Subscription): unknown {
  const schedule = reference === null ? null : books.schedule(typeof reference === 'string' ? reference : reference.id);
  if (!schedule?.current_phase) return null;
  const { end_date: end } = schedule.current_phase;
  const next = schedule.phases.find(({ start_date: start }) => start >= end);
  for (const item of next?.items ?? []) {
    const price = books.price(typeof item.price === 'string' ? item.price : item.price.id);
    const meaning = price && meaningOf(project, price);
    if (meaning) return { plan: meaning.plan, billing_cycle: meaning.cycle, at: iso(next?.start_date ?? null) };
  }
  return null;
}

function afterEnd(project: Project, at: number, standing: Assigned | null): unknown {
  const stays = standing !== null && (standing.expiresAt === null || standing.expiresAt > at * 1000);
  return { plan: stays ? standing.plan : project.defaultPlan, billing_cycle: null, at: iso(at) };
}

function entitlements(project: Project, planId: string | null) {
  const entries = Object.entries(project.plans.find(({ id }) => id === planId)?.entitlements ?? {});
  return {
    features: entries.flatMap(([name, value]) => (value === true ? [name] : [])),
    limits: Object.fromEntries(entries.filter(([, value]) => typeof value === 'number')),
  };
}

const iso = (seconds: number | null): string | null =>
  seconds === null ? null : new Date(seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
