/**
 * An upgrade takes a set end or a scheduled change off the subscription (R18.2, R19.3), but not before it is paid (R16.1): that may be
 * minutes later, on Stripe's own page, or in another process. What was agreed to is written down, and done with the reading that shows
 * it paid.
 */

import type { Project } from '../config/project.ts';
import type { Subscription } from '../store/records.ts';
import { accountOf } from '../stripe/account.ts';
import type { ItemChange } from '../stripe/plan-change.ts';
import { releaseSchedule } from '../stripe/schedules.ts';
import { keepRunning } from '../stripe/subscription-commands.ts';
import type { BillingDeps } from './deps.ts';
import { readRecords } from './plan.ts';

/**
 * Once the item is what it is changed to, the subscription goes on: its end is off or, where there is a schedule, the change that this
 * one makes. Nothing else is: what has been asked for since stays.
 */
export async function continueOnceOn(
  deps: BillingDeps,
  project: Project,
  userId: string,
  { subscriptionId, priceId, quantity }: ItemChange,
  scheduleId: string | null,
): Promise<void> {
  const row = { price_id: priceId, quantity, schedule_id: scheduleId, created_at: deps.clock() };
  await deps.store.write((tx) =>
    tx
      .insertInto('continuation')
      .values({
        account: accountOf(project),
        subscription_id: subscriptionId,
        project_id: project.id,
        user_id: userId,
        ...row,
      })
      .onConflict((conflict) => conflict.columns(['account', 'subscription_id']).doUpdateSet(row))
      .execute(),
  );
}

/**
 * Carries out what has become due with a reading, and forgets what never will. Returns whether anything has to be read again.
 * @param customerId whose subscriptions have just been read: what is known of the user's other customers may be of before the change
 */
export async function continuePaid(
  deps: BillingDeps,
  project: Project,
  userId: string,
  customerId: string,
): Promise<boolean> {
  const rows = await deps.store.read
    .selectFrom('continuation')
    .select(['subscription_id', 'price_id', 'quantity', 'schedule_id'])
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .where('account', '=', accountOf(project))
    .execute();
  if (rows.length === 0) return false;
  const { subscriptions } = await readRecords(deps.store.read, project, userId, deps.stripe.now(project));
  let changed = false;
  for (const row of rows) {
    const subscription = subscriptions.find(({ subscriptionId }) => subscriptionId === row.subscription_id);
    if (subscription?.pendingChange || (subscription && subscription.customerId !== customerId)) continue;
    if (subscription && isOn(subscription, row)) {
      if (row.schedule_id !== null && subscription.scheduleId === row.schedule_id) {
        await releaseSchedule(deps.stripe(project), row.schedule_id);
        changed = true;
      }
      if (row.schedule_id === null && subscription.cancelAt !== null) {
        await keepRunning(deps.stripe(project), row.subscription_id);
        changed = true;
      }
    }
    await deps.store.write((tx) =>
      tx
        .deleteFrom('continuation')
        .where('account', '=', accountOf(project))
        .where('subscription_id', '=', row.subscription_id)
        .execute(),
    );
  }
  return changed;
}

const isOn = (
  { priceId, quantity }: Subscription,
  agreed: { readonly price_id: string; readonly quantity: number | null },
): boolean => priceId === agreed.price_id && (agreed.quantity === null || quantity === agreed.quantity);
