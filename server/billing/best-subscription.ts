/** Which of several subscriptions speaks for the user, and which of them were bought twice: pure, and deaf to their order. */

import { findPlan, type Project } from '../config/project.ts';
import type { Subscription } from '../store/records.ts';
import { entitles, isLive } from './standing.ts';

/** The healthier first. */
const statusOrder = [
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'paused',
  'incomplete',
  'canceled',
  'incomplete_expired',
];

/**
 * Whether it is still in the first period that was bought. Only such a one is taken back by itself: one that has renewed has been
 * used, and a person has to look at it.
 */
const isFresh = ({ status, currentPeriodStart, createdAt }: Subscription): boolean =>
  status === 'trialing' || currentPeriodStart === null || currentPeriodStart - createdAt < sameMoment;

/** A first period starts when the subscription does, give or take how long a payment takes; milliseconds. */
const sameMoment = 3_600_000;

/**
 * The documented order (R20.1): what entitles first, then what lives; then, where a second purchase is taken back, the one that
 * was there before it, so that the plan is the same before and after (R7.5); then the higher plan, the healthier status, the later
 * period end, the newer, the id.
 */
function compareSubscriptions(project: Project, now: number) {
  const rank = (subscription: Subscription): number => findPlan(project, subscription.plan)?.rank ?? -1;
  const health = (subscription: Subscription): number => {
    const index = statusOrder.indexOf(subscription.status);
    return index === -1 ? statusOrder.length : index;
  };
  const entitled = (subscription: Subscription): boolean =>
    subscription.plan !== null && entitles(project, subscription, now);
  const first = (a: Subscription, b: Subscription): number => {
    if (project.checkout.duplicates !== 'refund' || !isLive(a) || a.plan === null || b.plan === null) return 0;
    return Number(isFresh(a)) - Number(isFresh(b)) || (isFresh(a) ? byAge(a, b) : 0);
  };
  return (a: Subscription, b: Subscription): number =>
    Number(entitled(b)) - Number(entitled(a)) ||
    Number(isLive(b)) - Number(isLive(a)) ||
    Number(b.plan !== null) - Number(a.plan !== null) ||
    first(a, b) ||
    rank(b) - rank(a) ||
    health(a) - health(b) ||
    (b.currentPeriodEnd ?? 0) - (a.currentPeriodEnd ?? 0) ||
    b.createdAt - a.createdAt ||
    byId(a, b);
}

/** The older first; Stripe's times have whole seconds. */
const byAge = (a: Subscription, b: Subscription): number =>
  a.createdAt - b.createdAt || a.position - b.position || byId(a, b);

const byId = (a: Subscription, b: Subscription): number => (a.subscriptionId < b.subscriptionId ? -1 : 1);

/** The one subscription that speaks for the user, whatever the order in which they arrived; null when there is none. */
export function bestSubscription(
  project: Project,
  subscriptions: readonly Subscription[],
  now: number,
): Subscription | null {
  return subscriptions.toSorted(compareSubscriptions(project, now))[0] ?? null;
}

export interface Duplicates {
  /** The one that stays. */
  readonly kept: Subscription;
  /** Bought beside it and still in the first period: cancelled and refunded. */
  readonly undone: readonly Subscription[];
  /** Left to a person. */
  readonly recorded: readonly Subscription[];
}

/** Two or more live subscriptions to plans of the project, and what becomes of each; null when there is one at most. */
export function duplicatesOf(project: Project, subscriptions: readonly Subscription[], now: number): Duplicates | null {
  const live = subscriptions.filter((subscription) => isLive(subscription) && subscription.plan !== null);
  const [kept, ...others] = live.toSorted(compareSubscriptions(project, now));
  if (!kept || others.length === 0) return null;
  const undoes = (subscription: Subscription): boolean =>
    project.checkout.duplicates === 'refund' && isFresh(subscription);
  return { kept, undone: others.filter(undoes), recorded: others.filter((other) => !undoes(other)) };
}
