/** The records that decide a plan, as plain objects, and how they stand in the tables. Times in milliseconds. */

import type { Insertable, Selectable } from 'kysely';
import type { BillingCycle } from '../config/project.ts';
import type { AssignmentTable, SubscriptionTable } from './schema.ts';

/** A change that has a date and has not happened. Times are ISO 8601. */
export interface ScheduledChange {
  readonly plan: string | null;
  readonly billing_cycle: BillingCycle | null;
  readonly at: string;
}

/** What was chosen or set. Times in milliseconds. */
export interface Assignment {
  readonly plan: string;
  readonly billingCycle: BillingCycle | null;
  readonly source: 'selection' | 'api';
  /** A priced plan chosen freely, while `payments` was `none`. */
  readonly freeSelection: boolean;
  readonly expiresAt: number | null;
}

/** The open invoice of a subscription whose payment failed. Amounts in minor units, times ISO 8601. */
export interface OwedInvoice {
  readonly amount_due: number;
  readonly currency: string;
  readonly since: string;
  /** Null when Stripe will not try again by itself. */
  readonly next_attempt_at: string | null;
  readonly hosted_url: string | null;
}

/** A change that happens once its invoice is paid. Times are ISO 8601. */
export interface PendingChange {
  readonly plan: string;
  readonly billing_cycle: BillingCycle | null;
  readonly quantity: number;
  /** When Stripe gives it up. */
  readonly expires_at: string;
  /** Whether the bank asks the customer to confirm the payment. */
  readonly requires_action: boolean;
  readonly hosted_url: string | null;
}

/** A subscription as last read at Stripe. Times in milliseconds. */
export interface Subscription {
  readonly subscriptionId: string;
  readonly customerId: string;
  readonly status: string;
  /** Null when the config knows its price under no plan. */
  readonly plan: string | null;
  readonly billingCycle: BillingCycle | null;
  readonly priceId: string | null;
  readonly itemId: string | null;
  readonly quantity: number;
  readonly currency: string;
  /** Minor units a seat and period. */
  readonly unitAmount: number | null;
  readonly currentPeriodStart: number | null;
  readonly currentPeriodEnd: number | null;
  readonly trialStart: number | null;
  readonly trialEnd: number | null;
  readonly cancelAt: number | null;
  readonly canceledAt: number | null;
  readonly endedAt: number | null;
  readonly collectionPaused: boolean;
  /** The end of what the last invoice paid for: the running period's, or its start when that was never paid. */
  readonly paidUntil: number | null;
  /** Whether the first payment is on its way: neither made nor failed (R22.2). */
  readonly awaitingPayment: boolean;
  /** Whether its first invoice is still open: nothing was ever paid. */
  readonly neverPaid: boolean;
  /** Whether its price can no longer be bought (R23.3). */
  readonly legacyPrice: boolean;
  readonly owed: OwedInvoice | null;
  readonly pendingChange: PendingChange | null;
  readonly scheduleId: string | null;
  readonly scheduled: ScheduledChange | null;
  readonly pastDueSince: number | null;
  readonly createdAt: number;
  /** How many its customer had before it: what is older where two were made in the same second. */
  readonly position: number;
  /** A dispute of one of its payments that is open or lost. */
  readonly dispute: 'open' | 'lost' | null;
  /** The end of a trial that has been told of in advance. */
  readonly trialEndTold: number | null;
  /** The test clock that its customer lives by; null: time passes as it does everywhere. */
  readonly testClock: TestClockReading | null;
}

/** A clock of Stripe's test mode. It stands still until somebody advances it, of which Stripe sends an event. */
export interface TestClockReading {
  readonly id: string;
  /** Milliseconds. */
  readonly time: number;
}

/** A card, or another means of payment by its type, as Stripe's object has it. */
export interface PaymentMethodSummary {
  readonly type: string;
  readonly brand: string | null;
  readonly last4: string | null;
  readonly exp_month: number | null;
  readonly exp_year: number | null;
}

export const assignmentOf = (row: Selectable<AssignmentTable>): Assignment => ({
  plan: row.plan,
  billingCycle: row.billing_cycle as BillingCycle | null,
  source: row.source,
  freeSelection: row.free_selection === 1,
  expiresAt: row.expires_at,
});

export const subscriptionOf = (row: Selectable<SubscriptionTable>): Subscription => ({
  subscriptionId: row.subscription_id,
  customerId: row.customer_id,
  status: row.status,
  plan: row.plan,
  billingCycle: row.billing_cycle as BillingCycle | null,
  priceId: row.price_id,
  itemId: row.item_id,
  quantity: row.quantity,
  currency: row.currency,
  unitAmount: row.unit_amount,
  currentPeriodStart: row.current_period_start,
  currentPeriodEnd: row.current_period_end,
  trialStart: row.trial_start,
  trialEnd: row.trial_end,
  cancelAt: row.cancel_at,
  canceledAt: row.canceled_at,
  endedAt: row.ended_at,
  collectionPaused: row.collection_paused === 1,
  paidUntil: row.paid_until,
  awaitingPayment: row.awaiting_payment === 1,
  neverPaid: row.never_paid === 1,
  legacyPrice: row.legacy_price === 1,
  owed: row.owed === null ? null : (JSON.parse(row.owed) as OwedInvoice),
  pendingChange: row.pending_change === null ? null : (JSON.parse(row.pending_change) as PendingChange),
  scheduleId: row.schedule_id,
  scheduled: row.scheduled === null ? null : (JSON.parse(row.scheduled) as ScheduledChange),
  pastDueSince: row.past_due_since,
  createdAt: row.created_at,
  position: row.position,
  dispute: row.dispute,
  trialEndTold: row.trial_end_told,
  testClock:
    row.test_clock === null || row.test_clock_time === null ? null : { id: row.test_clock, time: row.test_clock_time },
});

/** Where a subscription's row belongs and what it was read with. */
export interface SubscriptionOwner {
  readonly account: string;
  readonly projectId: string;
  readonly userId: string;
  readonly paymentMethod: PaymentMethodSummary | null;
  readonly readAt: number;
}

export const subscriptionRow = (
  subscription: Subscription,
  owner: SubscriptionOwner,
): Insertable<SubscriptionTable> => ({
  account: owner.account,
  subscription_id: subscription.subscriptionId,
  customer_id: subscription.customerId,
  project_id: owner.projectId,
  user_id: owner.userId,
  status: subscription.status,
  plan: subscription.plan,
  billing_cycle: subscription.billingCycle,
  price_id: subscription.priceId,
  item_id: subscription.itemId,
  quantity: subscription.quantity,
  currency: subscription.currency,
  unit_amount: subscription.unitAmount,
  current_period_start: subscription.currentPeriodStart,
  current_period_end: subscription.currentPeriodEnd,
  trial_end: subscription.trialEnd,
  trial_start: subscription.trialStart,
  cancel_at: subscription.cancelAt,
  canceled_at: subscription.canceledAt,
  ended_at: subscription.endedAt,
  collection_paused: subscription.collectionPaused ? 1 : 0,
  paid_until: subscription.paidUntil,
  awaiting_payment: subscription.awaitingPayment ? 1 : 0,
  never_paid: subscription.neverPaid ? 1 : 0,
  legacy_price: subscription.legacyPrice ? 1 : 0,
  owed: subscription.owed === null ? null : JSON.stringify(subscription.owed),
  pending_change: subscription.pendingChange === null ? null : JSON.stringify(subscription.pendingChange),
  schedule_id: subscription.scheduleId,
  scheduled: subscription.scheduled === null ? null : JSON.stringify(subscription.scheduled),
  past_due_since: subscription.pastDueSince,
  payment_method: owner.paymentMethod === null ? null : JSON.stringify(owner.paymentMethod),
  created_at: subscription.createdAt,
  position: subscription.position,
  dispute: subscription.dispute,
  trial_end_told: subscription.trialEndTold,
  test_clock: subscription.testClock?.id ?? null,
  test_clock_time: subscription.testClock?.time ?? null,
  read_at: owner.readAt,
});
