/** Who is on what: the plan states of a project, page by page, in the order of user ids. */

import type { Project } from '../config/project.ts';
import { stateOf, type PlanDeps } from './plan.ts';
import type { PlanDecision, PlanState } from './plan-state.ts';

export interface UserListOptions {
  readonly plan: string | null;
  readonly status: string | null;
  /** How many a page. */
  readonly limit: number;
  /** The user id that the last page ended with; null begins. */
  readonly after: string | null;
}

export interface UserPage {
  readonly states: readonly PlanState[];
  /** Where the next page begins; null when this is the last. */
  readonly next: string | null;
}

/** Users that have been seen: those whose plan was ever read, chosen, set or bought. */
export async function listUsers(deps: PlanDeps, project: Project, options: UserListOptions): Promise<UserPage> {
  let query = deps.store.read
    .selectFrom('plan_state')
    .select(['user_id', 'state', 'version', 'updated_at'])
    .where('project_id', '=', project.id)
    .orderBy('user_id')
    .limit(options.limit + 1);
  if (options.plan !== null) query = query.where('plan', '=', options.plan);
  if (options.status !== null) query = query.where('status', '=', options.status);
  if (options.after !== null) query = query.where('user_id', '>', options.after);
  const rows = await query.execute();
  const page = rows.slice(0, options.limit);
  return {
    states: page.map((row) => stateOf(JSON.parse(row.state) as PlanDecision, row.version, row.updated_at)),
    next: rows.length > options.limit ? (page.at(-1)?.user_id ?? null) : null,
  };
}
