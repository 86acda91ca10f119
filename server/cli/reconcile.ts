/** `planclaim reconcile`: compares every stored subscription with Stripe and mends what differs. */

import pino from 'pino';
import { reconcile as reconcileProject } from '../billing/reconcile.ts';
import { Sync } from '../billing/sync.ts';
import { UserLocks } from '../billing/user-lock.ts';
import { chooseProject, exitCodes, parseOptions, refuseExtra, withStore, type Command } from './command.ts';

export const reconcile: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(
    parameters,
    { project: { type: 'string' }, config: { type: 'string' } },
    usage,
  );
  refuseExtra(positionals, usage);
  return withStore(values.config, async (opened) => {
    const billed = [...opened.config.projects.values()].filter(({ payments }) => payments === 'stripe');
    const projects = values.project === undefined ? billed : [chooseProject(opened.config, values.project)];
    const deps = { ...opened, log: pino({ level: 'silent' }) };
    const locks = new UserLocks(opened.store, opened.clock);
    const sync = new Sync(deps, locks);
    let failures = 0;
    for (const project of projects) {
      const { users, mended, failed } = await reconcileProject({ ...deps, locks, sync }, project, (user) =>
        console.log(`~ ${user.userId}: ${describe(user.before)} becomes ${describe(user.after)}`),
      );
      for (const { userId, reason } of failed) console.error(`! ${userId}: ${reason}`);
      console.log(`${project.id}: ${users} users compared, ${mended.length} mended, ${failed.length} failed`);
      failures += failed.length;
    }
    return failures > 0 ? exitCodes.failed : exitCodes.done;
  });
};

const describe = ({
  plan,
  status,
  billing_cycle: cycle,
}: {
  plan: string | null;
  status: string;
  billing_cycle: string | null;
}): string => `${plan ?? 'no plan'}${cycle === null ? '' : ` ${cycle}`} (${status})`;
