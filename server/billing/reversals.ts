/** What a refund or a dispute does to a subscription: what the project's rules say, and an incident for a person either way (R26.1). */

import type { Project } from '../config/project.ts';
import type { Subscription } from '../store/records.ts';
import type { Reading, Writing } from '../store/schema.ts';
import { accountOf } from '../stripe/account.ts';
import type { Reversal } from '../stripe/reversals.ts';
import { cancelNow } from '../stripe/subscription-commands.ts';
import type { BillingDeps } from './deps.ts';
import { reportOnce } from './incidents.ts';
import { isLive } from './standing.ts';

/** How a subscription's disputes stand against it: one that is lost outweighs one that is open; one that is won counts no more. */
export function disputeOf(reversals: readonly Reversal[], subscriptionId: string): 'open' | 'lost' | null {
  const kinds = new Set(reversals.filter((each) => each.subscriptionId === subscriptionId).map(({ kind }) => kind));
  return kinds.has('dispute_lost') ? 'lost' : kinds.has('dispute_opened') ? 'open' : null;
}

/**
 * Records an incident for each, once, and writes down which subscriptions are to end by the project's rules.
 * @param latestInvoice of each subscription: a refund of an earlier period is goodwill, and ends nothing
 */
export async function followReversals(
  tx: Writing,
  project: Project,
  userId: string,
  reversals: readonly Reversal[],
  subscriptions: ReadonlyMap<string, { readonly subscription: Subscription; readonly latestInvoice: string | null }>,
  now: number,
): Promise<void> {
  for (const reversal of reversals) {
    const concerned = subscriptions.get(reversal.subscriptionId);
    if (!concerned) continue;
    const { subscription, latestInvoice } = concerned;
    const ends = isLive(subscription) && endsIt(project, reversal, latestInvoice);
    const { kind, id: subject } = reversal;
    const detail = `${sentences[kind](reversal)} ${consequence(project, reversal, subscription, ends)}`;
    const isNew = await reportOnce(tx, { projectId: project.id, userId, kind, subject, detail }, now);
    if (!isNew || !ends) continue;
    await tx
      .insertInto('ending')
      .values({
        account: accountOf(project),
        subscription_id: reversal.subscriptionId,
        project_id: project.id,
        user_id: userId,
        created_at: now,
      })
      .onConflict((conflict) => conflict.columns(['account', 'subscription_id']).doNothing())
      .execute();
  }
}

function endsIt(project: Project, { kind, invoiceId }: Reversal, latestInvoice: string | null): boolean {
  if (kind === 'refunded') return project.onRefund === 'cancel' && invoiceId === latestInvoice;
  return project.onDispute === 'cancel' && kind !== 'dispute_won';
}

const sentences: Readonly<Record<Reversal['kind'], (reversal: Reversal) => string>> = {
  refunded: ({ invoiceId, subscriptionId }) => `${invoiceId} of ${subscriptionId} was refunded in full.`,
  dispute_opened: ({ invoiceId, subscriptionId }) =>
    `The payment of ${invoiceId} of ${subscriptionId} is disputed. Answer at Stripe.`,
  dispute_won: ({ invoiceId, subscriptionId }) => `The dispute over ${invoiceId} of ${subscriptionId} was won.`,
  dispute_lost: ({ invoiceId, subscriptionId }) => `The dispute over ${invoiceId} of ${subscriptionId} was lost.`,
};

function consequence(project: Project, { kind }: Reversal, subscription: Subscription, ends: boolean): string {
  if (!isLive(subscription)) return 'The subscription has ended.';
  if (ends) return 'The subscription is cancelled, as the project says.';
  const isSuspended = project.onDispute === 'suspend' && (kind === 'dispute_opened' || kind === 'dispute_lost');
  return isSuspended ? 'The plan is suspended, as the project says.' : 'The plan stays, as the project says.';
}

/** The ids of subscriptions that are still to be ended. */
export async function pendingEndings(db: Reading, project: Project, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('ending')
    .select('subscription_id')
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .where('account', '=', accountOf(project))
    .execute();
  return rows.map((row) => row.subscription_id);
}

/** Ends what is written down, under the user's lock; safe to repeat. Returns whether anything has to be read again. */
export async function endPending(deps: BillingDeps, project: Project, userId: string): Promise<boolean> {
  const pending = await pendingEndings(deps.store.read, project, userId);
  for (const id of pending) {
    await cancelNow(deps.stripe(project), id);
    await deps.store.write((tx) =>
      tx.deleteFrom('ending').where('account', '=', accountOf(project)).where('subscription_id', '=', id).execute(),
    );
  }
  return pending.length > 0;
}
