/** Writes what was read at Stripe for one customer, and the plan that follows from it, in one transaction. */

import type { Selectable } from 'kysely';
import type { Project } from '../config/project.ts';
import { subscriptionOf, subscriptionRow, type Subscription } from '../store/records.ts';
import type { CustomerTable, Writing } from '../store/schema.ts';
import type { Reversal } from '../stripe/reversals.ts';
import type { SubscriptionReading } from '../stripe/subscriptions.ts';
import { bestSubscription } from './best-subscription.ts';
import { pendingDuplicates, recordDuplicates } from './duplicates.ts';
import { reportIncident, reportOnce } from './incidents.ts';
import { disputeOf, followReversals, pendingEndings } from './reversals.ts';
import { writeOutgoing } from './outbox.ts';
import { rememberPrice } from './price-memory.ts';
import { isLive, timeOf } from './standing.ts';
import { readRecords, storePlanState, type Moment, type PlanChange } from './plan.ts';
import { transitionOf, trialWillEnd } from './subscription-transition.ts';

const knownStatuses = new Set([
  'incomplete',
  'incomplete_expired',
  'trialing',
  'active',
  'past_due',
  'canceled',
  'unpaid',
  'paused',
]);

/** When a duplicate that could not be taken back is tried again, in milliseconds. */
const retryUnfinished = 1000;

export interface CustomerReading {
  readonly project: Project;
  readonly customer: Selectable<CustomerTable>;
  /** All of the customer's subscriptions; null when Stripe says the customer is gone. */
  readonly subscriptions: readonly SubscriptionReading[] | null;
  /** What was taken back of their payments; null when nobody asked. */
  readonly reversals: readonly Reversal[] | null;
  /** How many marks the reading covers. */
  readonly seen: number;
  readonly at: Moment;
}

/** Nothing here depends on an event: the same reading, written twice, changes nothing the second time. */
export async function applyReadings(tx: Writing, reading: CustomerReading): Promise<PlanChange> {
  const { project, customer, at } = reading;
  const { now } = at;
  const before = await storedSubscriptions(tx, customer);
  const concerned = new Map<string, { subscription: Subscription; latestInvoice: string | null }>();
  const transitions: { readonly id: string; readonly type: ReturnType<typeof transitionOf> }[] = [];
  for (const found of reading.subscriptions ?? []) {
    const known = before.get(found.subscriptionId) ?? null;
    before.delete(found.subscriptionId);
    if (found.plan !== null && found.priceId !== null) {
      await rememberPrice(tx, project, found.priceId, { plan: found.plan, billingCycle: found.billingCycle }, now);
    }
    const read = await settle(tx, reading, found, known);
    const isEnding = trialWillEnd(read, timeOf(read, at.stripeNow));
    const settled = isEnding ? { ...read, trialEndTold: read.trialEnd } : read;
    await writeSubscription(tx, reading, settled, found);
    concerned.set(found.subscriptionId, { subscription: settled, latestInvoice: found.latestInvoiceId });
    transitions.push({ id: found.subscriptionId, type: transitionOf(known, settled) });
    if (isEnding) transitions.push({ id: found.subscriptionId, type: 'subscription.trial_will_end' });
  }
  for (const gone of before.values()) {
    await endSubscription(tx, customer.account, gone, at);
    transitions.push({ id: gone.subscriptionId, type: transitionOf(gone, { ...gone, status: 'canceled' }) });
  }
  await settleCurrent(tx, reading);
  const duplicates = await recordDuplicates(tx, project, customer.user_id, at);
  const reversals = (reading.reversals ?? []).filter(({ subscriptionId }) => !duplicates.has(subscriptionId));
  await followReversals(tx, project, customer.user_id, reversals, concerned, now);
  const unfinished = [
    ...(await pendingDuplicates(tx, project, customer.user_id)),
    ...(await pendingEndings(tx, project, customer.user_id)),
  ];

  const [first] = reading.subscriptions ?? [];
  await tx
    .updateTable('customer')
    .set((eb) => ({
      ...(first && { currency: first.customerCurrency }),
      applied: reading.seen,
      attempts: 0,
      ...(reading.reversals !== null && {
        charges_marked: eb.case().when('marked', '>', reading.seen).then(eb.ref('charges_marked')).else(0).end(),
      }),
      retry_at:
        unfinished.length > 0
          ? now + retryUnfinished
          : eb.case().when('marked', '>', reading.seen).then(now).else(null).end(),
    }))
    .where('account', '=', customer.account)
    .where('customer_id', '=', customer.customer_id)
    .execute();
  const change = await storePlanState(tx, project, customer.user_id, { ...at, asked: true });
  for (const { id, type } of transitions) {
    if (type !== null && !duplicates.has(id)) await writeOutgoing(tx, project, { ...change, type }, now);
  }
  return change;
}

async function storedSubscriptions(
  tx: Writing,
  customer: Selectable<CustomerTable>,
): Promise<Map<string, Subscription>> {
  const rows = await tx
    .selectFrom('subscription')
    .selectAll()
    .where('account', '=', customer.account)
    .where('project_id', '=', customer.project_id)
    .where('user_id', '=', customer.user_id)
    .where('customer_id', '=', customer.customer_id)
    .execute();
  return new Map(rows.map((row) => [row.subscription_id, subscriptionOf(row)]));
}

/** What is unknown keeps the last known and is reported once (R23.2, R22.1); a delinquency is stamped once (R21.1). */
async function settle(
  tx: Writing,
  { project, customer, reversals, at: { now, stripeNow } }: CustomerReading,
  found: SubscriptionReading,
  known: Subscription | null,
): Promise<Subscription> {
  const report = (kind: string, subject: string, detail: string): Promise<void> =>
    reportIncident(tx, { projectId: project.id, userId: customer.user_id, kind, subject, detail }, now);

  const statusKnown = knownStatuses.has(found.status);
  if (!statusKnown) {
    // The stored status stays the last known one, so that only the incident says that this was seen before.
    const detail = `Stripe says "${found.status}" of ${found.subscriptionId}. The last known status stays.`;
    const incident = { kind: 'status_unknown', subject: found.status, detail };
    await reportOnce(tx, { projectId: project.id, userId: customer.user_id, ...incident }, now);
  }
  if (found.plan === null && (known === null || known.priceId !== found.priceId)) {
    await report(
      'price_unknown',
      found.priceId ?? found.subscriptionId,
      `${found.subscriptionId} has price ${found.priceId ?? 'none'}, which no plan names. Add it to legacyPrices of the plan that it means.`,
    );
  }
  if (found.plan !== null && found.billingCycle === null && known?.priceId !== found.priceId) {
    await report(
      'cycle_unknown',
      found.priceId ?? found.subscriptionId,
      `${found.subscriptionId} has price ${found.priceId}, which bills neither monthly nor yearly. Its plan stands; its cycle has no name.`,
    );
  }
  const status = statusKnown ? found.status : (known?.status ?? found.status);
  return {
    ...found,
    status,
    plan: found.plan ?? known?.plan ?? null,
    billingCycle: found.plan === null ? (known?.billingCycle ?? null) : found.billingCycle,
    dispute: reversals === null ? (known?.dispute ?? null) : disputeOf(reversals, found.subscriptionId),
    trialEndTold: known?.trialEndTold ?? null,
    pastDueSince: status === 'past_due' ? (found.owedSince ?? known?.pastDueSince ?? timeOf(found, stripeNow)) : null,
  };
}

async function writeSubscription(
  tx: Writing,
  { project, customer, at }: CustomerReading,
  subscription: Subscription,
  found: SubscriptionReading,
): Promise<void> {
  const row = subscriptionRow(subscription, {
    account: customer.account,
    projectId: project.id,
    userId: customer.user_id,
    paymentMethod: found.paymentMethod,
    readAt: at.now,
  });
  await tx
    .insertInto('subscription')
    .values(row)
    .onConflict((conflict) => conflict.columns(['account', 'subscription_id']).doUpdateSet(row))
    .execute();
}

/** Stripe does not have it any more: it has ended, whatever it was. */
async function endSubscription(tx: Writing, account: string, gone: Subscription, at: Moment): Promise<void> {
  if (!isLive(gone)) return;
  await tx
    .updateTable('subscription')
    .set({ status: 'canceled', ended_at: timeOf(gone, at.stripeNow), read_at: at.now })
    .where('account', '=', account)
    .where('subscription_id', '=', gone.subscriptionId)
    .execute();
}

/**
 * The customer of the subscription that speaks for the user is the current one, once paid; a deleted one is no longer (R9.1). The
 * unique index allows one.
 */
async function settleCurrent(tx: Writing, { project, customer, subscriptions, at }: CustomerReading): Promise<void> {
  const mine = () =>
    tx
      .updateTable('customer')
      .where('account', '=', customer.account)
      .where('project_id', '=', customer.project_id)
      .where('user_id', '=', customer.user_id);
  if (subscriptions === null) {
    await mine().set({ is_current: 0 }).where('customer_id', '=', customer.customer_id).execute();
  }
  const records = await readRecords(tx, project, customer.user_id, at.stripeNow);
  const best = bestSubscription(project, records.subscriptions, at.stripeNow);
  if (!best || !isLive(best)) return;
  await mine().set({ is_current: 0 }).where('customer_id', '!=', best.customerId).where('is_current', '=', 1).execute();
  await mine().set({ is_current: 1 }).where('customer_id', '=', best.customerId).where('is_current', '=', 0).execute();
}
