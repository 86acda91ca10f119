/** What a user sees of their own subscription: the plan state, how it is paid, what comes next, and what they are offered. */

import { toIso } from '../clock.ts';
import type { Project } from '../config/project.ts';
import type { OwedInvoice, PaymentMethodSummary, PendingChange } from '../store/records.ts';
import { bestSubscription } from './best-subscription.ts';
import type { CheckoutDeps } from './checkout.ts';
import { currentCustomer } from './customers.ts';
import { nextInvoice, type NextInvoice } from './next-invoice.ts';
import { decidePlan, type PlanState } from './plan-state.ts';
import { readRecords } from './plan.ts';
import { mayTry } from './trials.ts';
import { isLive, standingOf, timeOf, type Offer } from './standing.ts';

export interface SubscriberPrice {
  /** Minor units a seat and period: this subscriber's own, whatever is sold today (R23.3). Null where the price has tiers. */
  readonly unit_amount: number | null;
  readonly currency: string;
  /** Whether it can no longer be bought. */
  readonly legacy: boolean;
}

export interface SubscriptionView extends PlanState {
  /** Stripe's time, or the test clock's: what is soon or over is so by this one, whatever a browser's clock says. */
  readonly as_of: string;
  /** The plan of the running subscription, whether or not it gives it now; null without one, and of a price in no plan. */
  readonly subscribed_plan: string | null;
  readonly payment_method: PaymentMethodSummary | null;
  readonly next_invoice: NextInvoice | null;
  /** Whether a checkout would still come with a trial: one a user, whatever the plan (R12.1). */
  readonly trial_available: boolean;
  readonly offer: Offer;
  /** Whether a checkout would be let through now. */
  readonly may_checkout: boolean;
  readonly collection_paused: boolean;
  /** Null without a subscription. */
  readonly price: SubscriberPrice | null;
  /** The open invoice while past due or unpaid. */
  readonly owed: OwedInvoice | null;
  /** An upgrade that waits to be paid. */
  readonly pending_change: PendingChange | null;
  /** The plan that remains if the subscription ends now. */
  readonly fallback_plan: string | null;
  /** The currency that the customer is bound to at Stripe (R13.1); null while free to choose. */
  readonly locked_currency: string | null;
}

export async function subscriptionView(
  deps: Pick<CheckoutDeps, 'store' | 'clock' | 'sync' | 'stripe' | 'log'>,
  project: Project,
  userId: string,
): Promise<SubscriptionView> {
  const state = await deps.sync.freshPlanState(project, userId);
  const now = deps.stripe.now(project);
  const { rows, ...records } = await readRecords(deps.store.read, project, userId, now);
  const best = bestSubscription(project, records.subscriptions, now);
  const live = best && isLive(best) ? best : null;
  const row = live && rows.find(({ subscription_id: id }) => id === live.subscriptionId);
  const { offer, refusal } = standingOf(live);
  return {
    ...state,
    as_of: toIso(live ? timeOf(live, now) : now),
    subscribed_plan: live?.plan ?? null,
    payment_method: row?.payment_method ? (JSON.parse(row.payment_method) as PaymentMethodSummary) : null,
    next_invoice: live && row && project.stripe ? await nextInvoice(deps, project, live, row.read_at) : null,
    trial_available:
      project.payments === 'stripe' && (await mayTry(deps.store.read, project, userId, records.subscriptions)),
    offer,
    may_checkout: refusal === null,
    collection_paused: live?.collectionPaused ?? false,
    price: live && { unit_amount: live.unitAmount, currency: live.currency, legacy: live.legacyPrice },
    owed: live?.owed ?? null,
    pending_change: live?.pendingChange ?? null,
    fallback_plan: decidePlan({ ...records, subscriptions: [] }).decision.plan,
    locked_currency: project.stripe ? ((await currentCustomer(deps, project, userId))?.currency ?? null) : null,
  };
}
