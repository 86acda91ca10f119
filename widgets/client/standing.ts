/** How a subscription stands and what will happen to it: pure, of `GET /v1/subscription` alone, one place for all elements. */

import { hasSubscription } from './offer.ts';
import type { BillingCycle, Subscription } from './types.ts';

export interface Money {
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

/** What comes next, and when (ISO 8601). `next` and `plan` are ids; null is no plan. */
export type Outlook =
  | { readonly kind: 'renews'; readonly at: string; readonly price: Money | null }
  | { readonly kind: 'trial'; readonly at: string; readonly price: Money | null; readonly cycle: BillingCycle | null }
  | { readonly kind: 'trial-unpaid'; readonly at: string }
  | {
      readonly kind: 'moves';
      readonly at: string;
      readonly plan: string | null;
      readonly cycle: BillingCycle | null;
      readonly price: Money | null;
    }
  | { readonly kind: 'ends'; readonly at: string; readonly next: string | null }
  | {
      readonly kind: 'owed';
      readonly price: Money;
      readonly since: string;
      readonly isOff: boolean;
      readonly retryAt: string | null;
    }
  | { readonly kind: 'unpaid' | 'waits' | 'paused' | 'collection-paused' | 'once' | 'runs' | 'free' | 'none' }
  | { readonly kind: 'pending'; readonly plan: string; readonly until: string }
  | { readonly kind: 'assigned'; readonly until: string | null; readonly next: string | null };

export function outlookOf(subscription: Subscription): Outlook {
  const { status, offer, owed, pending_change: pending, cancel_at: end, scheduled } = subscription;
  if (offer === 'fix_payment') {
    if (!owed) return { kind: 'unpaid' };
    const price = { amount: owed.amount_due, currency: owed.currency };
    return { kind: 'owed', price, since: owed.since, isOff: !entitles(subscription), retryAt: owed.next_attempt_at };
  }
  if (offer === 'wait') return { kind: 'waits' };
  if (status === 'paused') return { kind: 'paused' };
  if (subscription.collection_paused) return { kind: 'collection-paused' };
  if (end !== null) return { kind: 'ends', at: end, next: scheduled?.plan ?? subscription.fallback_plan };
  if (pending) return { kind: 'pending', plan: pending.plan, until: pending.expires_at };
  if (hasSubscription(subscription)) return running(subscription);
  if (subscription.billing_cycle === 'one_time') return { kind: 'once' };
  if (status === 'assigned') return { kind: 'assigned', until: scheduled?.at ?? null, next: scheduled?.plan ?? null };
  return { kind: subscription.plan === null ? 'none' : 'free' };
}

function running(subscription: Subscription): Outlook {
  const { scheduled, trial_end: trialEnd, next_invoice: next, billing_cycle: cycle } = subscription;
  const price = next && { amount: next.amount_due, currency: next.currency };
  if (subscription.status === 'trialing' && trialEnd !== null) {
    if (subscription.payment_method === null) return { kind: 'trial-unpaid', at: trialEnd };
    if (!scheduled) return { kind: 'trial', at: trialEnd, price, cycle };
  }
  if (scheduled)
    return { kind: 'moves', at: scheduled.at, plan: scheduled.plan, cycle: scheduled.billing_cycle, price };
  const at = next?.date ?? subscription.current_period_end;
  return at === null ? { kind: 'runs' } : { kind: 'renews', at, price };
}

/** Contract §2: a subscription that is past due carries its plan until the grace period is over. */
export const entitles = ({ status, source }: Pick<Subscription, 'status' | 'source'>): boolean =>
  source === 'subscription' && (status === 'trialing' || status === 'active' || status === 'past_due');

/**
 * The plan that the standing is about: of a subscription that is not paid, paused or still being paid, its own; what the
 * user has meanwhile is `plan`.
 */
export function standingPlan(subscription: Subscription): string | null {
  return isOff(subscription) ? subscription.subscribed_plan : subscription.plan;
}

/** What the user is on until the subscription gives its plan again; null where there is nothing to tell apart. */
export const planMeanwhile = (subscription: Subscription): string | null =>
  isOff(subscription) ? subscription.plan : null;

function isOff(subscription: Subscription): boolean {
  const { subscribed_plan: own, plan, offer, status, collection_paused: isPaused } = subscription;
  if (!own || own === plan || entitles(subscription)) return false;
  return offer === 'fix_payment' || offer === 'wait' || status === 'paused' || isPaused;
}

export type Standing =
  | 'active'
  | 'trial'
  | 'past-due'
  | 'unpaid'
  | 'waits'
  | 'paused'
  | 'collection-paused'
  | 'ends'
  | 'assigned'
  | 'free'
  | 'none';

/** What the pill says. */
export function standingOf(subscription: Subscription): Standing {
  const { kind } = outlookOf(subscription);
  switch (kind) {
    case 'owed':
    case 'unpaid':
      return subscription.status === 'past_due' ? 'past-due' : 'unpaid';
    case 'waits':
    case 'paused':
    case 'collection-paused':
    case 'ends':
    case 'assigned':
    case 'free':
    case 'none':
      return kind;
    default:
      return subscription.status === 'trialing' ? 'trial' : 'active';
  }
}
