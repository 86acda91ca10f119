/** What a subscription will be when its period ends, the phases of its schedule that begin until then included. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { lineOfItem, pendingItems } from './invoice-items.ts';
import type { InvoiceLine } from './invoice-lines.ts';
import { periodEnd } from './next-due.ts';
import { applyDuePhases, nextPhaseAt } from './phases.ts';
import { periodLine } from './plan-change.ts';
import { periodAt } from './prorations.ts';

/** The next invoice that comes by itself. */
export interface NextInvoice {
  readonly subscription: Stripe.Subscription;
  readonly lines: readonly InvoiceLine[];
  /** Seconds of the end of the period that it closes. */
  readonly at: number;
}

/** Only to be called in a rehearsal: phases really begin. */
export function nextInvoiceOf(change: Change, stored: Stripe.Subscription): NextInvoice {
  const subscription = passPhases(change, stored);
  const at = periodEnd(stored);
  const waiting = pendingItems(change.store, idOf(subscription.customer) ?? '', subscription.id);
  const endsFirst = subscription.ended_at !== null || (subscription.cancel_at !== null && subscription.cancel_at <= at);
  return {
    subscription,
    at,
    lines: [
      ...waiting.map((item) => lineOfItem(change.store, item)),
      ...(endsFirst ? [] : nextPeriodLines(change, subscription)),
    ],
  };
}

/** What the next period costs, for the items that reach it first. */
export function nextPeriodLines(change: Pick<Change, 'store'>, subscription: Stripe.Subscription): InvoiceLine[] {
  const at = periodEnd(subscription);
  return subscription.items.data
    .filter((item) => item.current_period_end === at)
    .map((item) => {
      const { start, end } = periodAt(subscription.billing_cycle_anchor, item.price, at);
      const next = { ...item, current_period_start: start, current_period_end: end };
      return periodLine(change, next, subscription.currency);
    });
}

function passPhases(change: Change, stored: Stripe.Subscription): Stripe.Subscription {
  let subscription = stored;
  const end = periodEnd(stored);
  for (
    let at = nextPhaseAt(change, subscription);
    at !== null && at <= end && subscription.ended_at === null;
    at = nextPhaseAt(change, subscription)
  ) {
    subscription = applyDuePhases(change.at(at), subscription);
  }
  return subscription;
}
