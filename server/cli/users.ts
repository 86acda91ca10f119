/** `planclaim users`: read a user's plan, set it, or clear what was set. Prints the plan state as JSON. */

import { assignPlan, clearAssignment } from '../billing/assignment.ts';
import type { PlanState } from '../billing/plan-state.ts';
import { currentPlanState } from '../billing/plan.ts';
import type { Project } from '../config/project.ts';
import {
  chooseProject,
  exitCodes,
  parseOptions,
  refuseExtra,
  usageError,
  withStore,
  type Command,
  type Opened,
} from './command.ts';

export const users: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(
    parameters,
    { project: { type: 'string' }, plan: { type: 'string' }, config: { type: 'string' } },
    usage,
  );
  const [action = '', userId, ...extra] = positionals;
  if (!['get', 'set', 'clear'].includes(action) || userId === undefined) throw usageError(`Usage: planclaim ${usage}`);
  refuseExtra(extra, usage);
  if (action === 'set' && values.plan === undefined) throw usageError('Which plan? Add --plan with its id.');
  if (action !== 'set' && values.plan !== undefined)
    throw usageError(`--plan belongs to "users set", not to "users ${action}".`);
  const state = await withStore(values.config, (opened) =>
    act(opened, chooseProject(opened.config, values.project), { action, userId, plan: values.plan }),
  );
  console.log(JSON.stringify(state, null, 2));
  return exitCodes.done;
};

function act(
  opened: Opened,
  project: Project,
  { action, userId, plan }: { action: string; userId: string; plan: string | undefined },
): Promise<PlanState> {
  if (action === 'clear') return clearAssignment(opened, project, userId);
  if (plan !== undefined) return assignPlan(opened, project, userId, { plan, expiresAt: null });
  return currentPlanState(opened, project, userId);
}
