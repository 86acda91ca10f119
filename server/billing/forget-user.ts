/** Everything that is stored of a user, deleted; and the one number that is kept, so that a version never goes down. */

import { sql } from 'kysely';
import { sha256 } from 'hono/utils/crypto';
import type { Project } from '../config/project.ts';
import type { Reading, Writing } from '../store/schema.ts';

/** The tables whose rows belong to one user. */
const ofTheUser = [
  'assignment',
  'subscription',
  'customer',
  'checkout_session',
  'duplicate',
  'ending',
  'continuation',
  'incident',
  'authorization_code',
  'outgoing_delivery',
  'outgoing_event',
  'user_deletion',
] as const;

/** Deletes the user. Events of their customers find nobody afterwards and write nothing (R27.2). */
export async function forgetUser(tx: Writing, project: Project, userId: string): Promise<void> {
  await keepVersion(tx, project, userId);
  const customers = tx
    .selectFrom('customer')
    .select('customer_id')
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId);
  await tx.deleteFrom('stripe_event').where('customer_id', 'in', customers).execute();
  for (const table of ofTheUser) {
    await tx.deleteFrom(table).where('project_id', '=', project.id).where('user_id', '=', userId).execute();
  }
  await tx.deleteFrom('plan_state').where('project_id', '=', project.id).where('user_id', '=', userId).execute();
  // Stored answers are found by what they say: their keys are hashes.
  const named = JSON.stringify(userId);
  await tx
    .deleteFrom('idempotency_key')
    .where(sql<boolean>`replace(body, ${named}, '') <> body`)
    .execute();
}

async function keepVersion(tx: Writing, project: Project, userId: string): Promise<void> {
  const row = await tx
    .selectFrom('plan_state')
    .select('version')
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (!row) return;
  const kept = { project_id: project.id, user_hash: await hashOf(project, userId), version: row.version };
  await tx
    .insertInto('forgotten_user')
    .values(kept)
    .onConflict((conflict) => conflict.columns(['project_id', 'user_hash']).doUpdateSet({ version: row.version }))
    .execute();
}

/** The version that a user of this id had before they were forgotten; 0 for one who never was. */
export async function forgottenVersion(db: Reading, project: Project, userId: string): Promise<number> {
  const row = await db
    .selectFrom('forgotten_user')
    .select('version')
    .where('project_id', '=', project.id)
    .where('user_hash', '=', await hashOf(project, userId))
    .executeTakeFirst();
  return row?.version ?? 0;
}

const hashOf = async (project: Project, userId: string): Promise<string> =>
  (await sha256(JSON.stringify([project.id, userId]))) ?? '';
