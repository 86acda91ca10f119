/** What is refused to a user who is being forgotten, until that is done. */

import type { Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import type { Reading } from '../store/schema.ts';

/**
 * Refuses what would begin something new: it would be lost with the user, and money with it.
 * @throws PlanclaimError 409 `deletion_pending`
 */
export async function refuseWhileDeleted(db: Reading, project: Project, userId: string): Promise<void> {
  const row = await db
    .selectFrom('user_deletion')
    .select('requested_at')
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (!row) return;
  throw new PlanclaimError('This account is being deleted. Nothing new can begin with it until that is done.', {
    code: 'deletion_pending',
    status: 409,
  });
}
