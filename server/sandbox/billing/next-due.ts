/** When an object next has something to do by itself. Told from the object alone, so that no change can forget it. */

import type Stripe from 'stripe';
import type { HiddenParts, StoredObject } from '../store/objects.ts';
import { nextRequestDue } from './subscription-due.ts';

const day = 86_400;

/** Seconds that a first payment may take until the subscription expires: 23 hours. */
const incompleteFor = 23 * 3600;

/** Seconds before a renewal at which `invoice.upcoming` is sent: Stripe's default of seven days. */
const upcomingBefore = 7 * day;

/** Seconds before the end of a trial at which `customer.subscription.trial_will_end` is sent. */
const trialNoticeBefore = 3 * day;

type Notices = HiddenParts['subscription'] | null;

/** Seconds, or null for never; undefined where the kind of object does not tell and the change has to. */
export function nextDue(object: StoredObject, hidden: () => unknown): number | null | undefined {
  if (object.object === 'subscription') return dueOfSubscription(object, hidden() as Notices);
  if (object.object === 'invoice') return dueOfInvoice(object);
  return undefined;
}

/** When the period of some item ends first. */
export function periodEnd(subscription: Stripe.Subscription): number {
  return Math.min(...subscription.items.data.map((item) => item.current_period_end));
}

/** When the end of the trial is to be told; null: it was, or there is none. */
export function trialNoticeDue(subscription: Stripe.Subscription, notices: Notices): number | null {
  const end = subscription.status === 'trialing' ? subscription.trial_end : null;
  return end === null || notices?.trial_notice_for === end ? null : end - trialNoticeBefore;
}

/** When the next renewal is to be told; null: it was, or there is none. */
export function upcomingDue(subscription: Stripe.Subscription, notices: Notices): number | null {
  const end = periodEnd(subscription);
  const renews = subscription.cancel_at === null || subscription.cancel_at > end;
  if (!renews || subscription.status === 'unpaid' || notices?.upcoming_for === end) return null;
  return end - upcomingBefore;
}

function dueOfSubscription(subscription: Stripe.Subscription, notices: Notices): number | null {
  const { status } = subscription;
  if (status === 'canceled' || status === 'incomplete_expired') return null;
  if (status === 'incomplete') return subscription.created + incompleteFor;
  const requested = nextRequestDue(subscription);
  if (status === 'paused') return earliest([requested, notices?.resumption?.expires_at ?? null]);
  return earliest([
    requested,
    trialNoticeDue(subscription, notices),
    upcomingDue(subscription, notices),
    periodEnd(subscription),
  ]);
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** A draft finalizes, an open one is tried again. */
function dueOfInvoice(invoice: Stripe.Invoice): number | null {
  if (invoice.status === 'draft') return invoice.auto_advance ? (invoice.automatically_finalizes_at ?? null) : null;
  return invoice.status === 'open' ? invoice.next_payment_attempt : null;
}
