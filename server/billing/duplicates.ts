/**
 * Two subscriptions that were paid all the same: the later one is cancelled and refunded in full. What is to be done is written
 * with the reading that showed it, so that a crash between the steps is taken up again.
 */

import type { Project } from '../config/project.ts';
import type { Subscription } from '../store/records.ts';
import type { Reading, Writing } from '../store/schema.ts';
import { accountOf } from '../stripe/account.ts';
import { refundSubscription } from '../stripe/refunds.ts';
import { cancelNow } from '../stripe/subscription-commands.ts';
import { duplicatesOf } from './best-subscription.ts';
import type { BillingDeps } from './deps.ts';
import { reportIncident } from './incidents.ts';
import { writeOutgoing } from './outbox.ts';
import { momentOf, readRecords, storePlanState, type Moment } from './plan.ts';
import { isLive } from './standing.ts';
import type { Lease } from './user-lock.ts';

/**
 * Writes down the duplicates among the records of this transaction, each with one incident (R7.5).
 * @returns the ids of all that are or were taken back: nobody is told of their beginning and end but by
 *   `subscription.duplicate_refunded`
 */
export async function recordDuplicates(
  tx: Writing,
  project: Project,
  userId: string,
  { now, stripeNow }: Moment,
): Promise<ReadonlySet<string>> {
  const { subscriptions } = await readRecords(tx, project, userId, stripeNow);
  const found = duplicatesOf(project, subscriptions, stripeNow);
  const known = await stored(tx, project, userId);
  if (found) {
    const isNew = ({ subscriptionId }: Subscription): boolean => !known.has(subscriptionId);
    for (const each of found.undone.filter(isNew)) {
      await record(tx, project, userId, { duplicate: each, kept: found.kept, state: 'pending', now });
      known.set(each.subscriptionId, 'pending');
    }
    for (const each of found.recorded.filter(isNew)) {
      await record(tx, project, userId, { duplicate: each, kept: found.kept, state: 'recorded', now });
    }
  }
  return new Set([...known].filter(([, state]) => state !== 'recorded').map(([id]) => id));
}

interface Recorded {
  readonly duplicate: Subscription;
  readonly kept: Subscription;
  readonly state: 'pending' | 'recorded';
  readonly now: number;
}

async function record(
  tx: Writing,
  project: Project,
  userId: string,
  { duplicate, kept, state, now }: Recorded,
): Promise<void> {
  const { subscriptionId } = duplicate;
  await tx
    .insertInto('duplicate')
    .values({
      account: accountOf(project),
      subscription_id: subscriptionId,
      project_id: project.id,
      user_id: userId,
      kept_subscription_id: kept.subscriptionId,
      state,
      created_at: now,
      checked_at: null,
    })
    .execute();
  const detail =
    state === 'pending'
      ? `${subscriptionId} was bought beside ${kept.subscriptionId}. It is cancelled and refunded in full.`
      : `${subscriptionId} runs beside ${kept.subscriptionId}, and both are paid. Cancel one of them at Stripe, and refund what is due.`;
  const incident = { kind: 'duplicate_subscription', subject: subscriptionId, detail };
  await reportIncident(tx, { projectId: project.id, userId, ...incident }, now);
}

const storedRows = (db: Reading, project: Project, userId: string) =>
  db
    .selectFrom('duplicate')
    .select(['subscription_id', 'state'])
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .where('account', '=', accountOf(project));

async function stored(db: Reading, project: Project, userId: string): Promise<Map<string, string>> {
  const rows = await storedRows(db, project, userId).execute();
  return new Map(rows.map((row) => [row.subscription_id, row.state]));
}

/** The ids of those that are still to be taken back, and can be now. */
export async function pendingDuplicates(db: Reading, project: Project, userId: string): Promise<string[]> {
  const rows = await storedRows(db, project, userId).where('state', '=', 'pending').execute();
  return rows.map((row) => row.subscription_id);
}

/** Those, and those whose payment is still on its way: until it has come or failed, there is money to give back. */
export const unsettledDuplicates = (db: Reading, project: Project, userId: string) =>
  storedRows(db, project, userId).where('state', 'in', ['pending', 'settling']).execute();

/**
 * Cancels and refunds what is pending, under the user's lock. Each step may be repeated, so that any of them may fail. A debit that
 * is on its way cannot be called back: it is refunded once it has come.
 * @returns whether anything was done at Stripe, and has to be read again
 * @throws PlanclaimError 502 `stripe_refused`, 503 `unavailable`
 */
export async function undoDuplicates(
  deps: BillingDeps,
  project: Project,
  userId: string,
  lease: Lease,
): Promise<boolean> {
  const gateway = deps.stripe(project);
  let changed = false;
  for (const { subscription_id: subscriptionId, state } of await unsettledDuplicates(
    deps.store.read,
    project,
    userId,
  )) {
    const isFirst = state === 'pending';
    if (isFirst && !(await isStillOne(deps, project, userId, subscriptionId))) {
      await forget(deps, project, subscriptionId);
      changed = true;
      continue;
    }
    if (isFirst) await cancelNow(gateway, subscriptionId);
    const refunded = await refundSubscription(gateway, subscriptionId);
    changed ||= isFirst || refunded !== 'waits';
    if (refunded === 'waits') await wait(deps, project, subscriptionId, lease);
    else await settle(deps, project, userId, { subscriptionId, isTold: isFirst || refunded === 'refunded' }, lease);
    deps.log.info(
      { event: `duplicate_${refunded}`, project: project.id, subscription: subscriptionId },
      'A duplicate was taken back, as far as that can be done now',
    );
  }
  return changed;
}

/** The other one may have ended since; then this one is the user's only subscription. One that we ended is still to be refunded. */
async function isStillOne(deps: BillingDeps, project: Project, userId: string, id: string): Promise<boolean> {
  const now = deps.stripe.now(project);
  const { subscriptions } = await readRecords(deps.store.read, project, userId, now);
  const subscription = subscriptions.find(({ subscriptionId }) => subscriptionId === id);
  if (!subscription || !isLive(subscription)) return true;
  return duplicatesOf(project, subscriptions, now)?.undone.some(({ subscriptionId }) => subscriptionId === id) ?? false;
}

/** How long a payment that is on its way is left alone where no event tells of it, in milliseconds. */
export const settlingPause = 6 * 3_600_000;

/** It is looked at again with whatever is read next, and after a while in any case. */
async function wait(deps: BillingDeps, project: Project, subscriptionId: string, lease: Lease): Promise<void> {
  await deps.store.write(async (tx) => {
    await lease.check(tx);
    await tx
      .updateTable('duplicate')
      .set({ state: 'settling', checked_at: deps.stripe.now(project) })
      .where('account', '=', accountOf(project))
      .where('subscription_id', '=', subscriptionId)
      .execute();
  });
}

async function settle(
  deps: BillingDeps,
  project: Project,
  userId: string,
  { subscriptionId, isTold }: { readonly subscriptionId: string; readonly isTold: boolean },
  lease: Lease,
): Promise<void> {
  const at = momentOf(deps, project);
  await deps.store.write(async (tx) => {
    await lease.check(tx);
    await tx
      .updateTable('duplicate')
      .set({ state: 'done', checked_at: null })
      .where('account', '=', accountOf(project))
      .where('subscription_id', '=', subscriptionId)
      .execute();
    const { state, previous } = await storePlanState(tx, project, userId, at);
    if (isTold) await writeOutgoing(tx, project, { type: 'subscription.duplicate_refunded', state, previous }, at.now);
  });
}

async function forget(deps: BillingDeps, project: Project, subscriptionId: string): Promise<void> {
  await deps.store.write((tx) =>
    tx
      .deleteFrom('duplicate')
      .where('account', '=', accountOf(project))
      .where('subscription_id', '=', subscriptionId)
      .execute(),
  );
}
