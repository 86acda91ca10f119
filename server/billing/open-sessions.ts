/** Checkout sessions that a user could still pay: at most one is left open, none beside a live subscription (R7.1, R7.2). */

import type { Selectable } from 'kysely';
import type { Project } from '../config/project.ts';
import type { CheckoutSessionTable } from '../store/schema.ts';
import { accountOf } from '../stripe/account.ts';
import { expireCheckoutSession, type CheckoutSessionReading } from '../stripe/checkout-sessions.ts';
import type { BillingDeps } from './deps.ts';

export type StoredSession = Selectable<CheckoutSessionTable>;

/** Sessions of the user that were open when last heard of. */
export function openSessions(deps: BillingDeps, project: Project, userId: string): Promise<StoredSession[]> {
  return deps.store.read
    .selectFrom('checkout_session')
    .selectAll()
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .where('account', '=', accountOf(project))
    .where('status', '=', 'open')
    .execute();
}

/** Expires the given sessions at Stripe (all open ones when none are named). Returns how each of them ended. */
export async function closeOpenSessions(
  deps: BillingDeps,
  project: Project,
  userId: string,
  sessions?: readonly StoredSession[],
): Promise<CheckoutSessionReading['status'][]> {
  const ends: CheckoutSessionReading['status'][] = [];
  for (const session of sessions ?? (await openSessions(deps, project, userId))) {
    const reading = await expireCheckoutSession(deps.stripe(project), session.session_id);
    const status = reading?.status ?? 'expired';
    await recordSessionStatus(deps, session, status);
    ends.push(status);
  }
  return ends;
}

/** Writes how the session stands. Who sees first that it was completed counts it: the webhook or the return. */
export async function recordSessionStatus(
  deps: BillingDeps,
  session: Pick<StoredSession, 'account' | 'session_id' | 'project_id'>,
  status: CheckoutSessionReading['status'],
): Promise<void> {
  const { numUpdatedRows } = await deps.store.write((tx) =>
    tx
      .updateTable('checkout_session')
      .set({ status })
      .where('account', '=', session.account)
      .where('session_id', '=', session.session_id)
      .where('status', '!=', status)
      .executeTakeFirstOrThrow(),
  );
  if (status === 'complete' && numUpdatedRows > 0n)
    deps.metrics?.count('planclaim_checkouts_total', { project: session.project_id, outcome: 'completed' });
}
