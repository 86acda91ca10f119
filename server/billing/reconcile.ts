/** Reads every customer's subscriptions at Stripe and mends what differs: what webhooks that never came would have told (R3.3). */

import type { Project } from '../config/project.ts';
import { accountOf } from '../stripe/account.ts';
import type { CheckoutDeps } from './checkout.ts';
import type { PlanState } from './plan-state.ts';
import { currentPlanState } from './plan.ts';

export interface Mended {
  readonly userId: string;
  readonly before: PlanState;
  readonly after: PlanState;
}

export interface Reconciliation {
  /** Users that were compared. */
  readonly users: number;
  /** Those whose plan state changed. */
  readonly mended: readonly Mended[];
  /** Users whom Stripe did not answer for; nothing of theirs was changed. */
  readonly failed: readonly { readonly userId: string; readonly reason: string }[];
}

/** Users at once; reads keep to the budget all the same. */
const pageSize = 100;

/**
 * Every user with a customer, whether a subscription of theirs is stored or not. A second run mends nothing.
 * @param onMended told as it happens, since it can take long
 */
export async function reconcile(
  deps: CheckoutDeps,
  project: Project,
  onMended: (mended: Mended) => void = () => undefined,
): Promise<Reconciliation> {
  const mended: Mended[] = [];
  const failed: { userId: string; reason: string }[] = [];
  let users = 0;
  for await (const userId of usersWithCustomers(deps, project)) {
    users += 1;
    try {
      const before = await currentPlanState(deps, project, userId);
      const after = await deps.sync.syncUser(project, userId, 'charges');
      if (after.version === before.version) continue;
      mended.push({ userId, before, after });
      onMended({ userId, before, after });
    } catch (error) {
      failed.push({ userId, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { users, mended, failed };
}

async function* usersWithCustomers(deps: CheckoutDeps, project: Project): AsyncGenerator<string> {
  let after = '';
  for (;;) {
    const rows = await deps.store.read
      .selectFrom('customer')
      .select('user_id')
      .distinct()
      .where('project_id', '=', project.id)
      .where('account', '=', accountOf(project))
      .where('user_id', '>', after)
      .orderBy('user_id')
      .limit(pageSize)
      .execute();
    for (const row of rows) yield row.user_id;
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return;
    after = last.user_id;
  }
}
