/** One trial a user, whatever the plan and whoever the customer was (R12.1); none where the history cannot be known (R12.2). */

import type { Project } from '../config/project.ts';
import type { Subscription } from '../store/records.ts';
import type { Reading } from '../store/schema.ts';

/**
 * Whether a purchase may still begin with a trial.
 * @param subscriptions all that the user ever had, read at Stripe before
 */
export async function mayTry(
  db: Reading,
  project: Project,
  userId: string,
  subscriptions: readonly Pick<Subscription, 'customerId' | 'trialStart'>[],
): Promise<boolean> {
  if (subscriptions.some(({ trialStart }) => trialStart !== null)) return false;
  // Something was bought with a customer whose subscriptions we never saw: Stripe has deleted it, and its history with it.
  const bought = await db
    .selectFrom('checkout_session')
    .select('customer_id')
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .where('status', '=', 'complete')
    .execute();
  return bought.every((row) => subscriptions.some(({ customerId }) => customerId === row.customer_id));
}
