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

/** One more for each time that somebody was forgotten, also one of whom nothing but a customer was known: who comes back is another. */
async function keepVersion(tx: Writing, project: Project, userId: string): Promise<void> {
  const mine = (table: 'plan_state' | 'customer') =>
    tx.selectFrom(table).where('project_id', '=', project.id).where('user_id', '=', userId);
  const row = await mine('plan_state').select('version').executeTakeFirst();
  const isKnown =
    row !== undefined || (await mine('customer').select('user_id').limit(1).executeTakeFirst()) !== undefined;
  if (!isKnown) return;
  const version = (row?.version ?? (await forgottenVersion(tx, project, userId))) + 1;
  await tx
    .insertInto('forgotten_user')
    .values({ project_id: project.id, user_hash: await hashOf(project, userId), version })
    .onConflict((conflict) => conflict.columns(['project_id', 'user_hash']).doUpdateSet({ version }))
    .execute();
}

/** At least the version that a user of this id had before they were forgotten last; 0 for one who never was. */
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
