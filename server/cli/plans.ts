/** `planclaim plans push`: makes Stripe's products and prices match the config, after showing what differs. */

import { pushPlans } from '../billing/push-plans.ts';
import { systemClock } from '../clock.ts';
import { loadConfig } from '../config/load.ts';
import { createGateways } from '../stripe/gateway.ts';
import { chooseProject, exitCodes, parseOptions, refuseExtra, usageError, type Command } from './command.ts';

export const plans: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(
    parameters,
    { 'dry-run': { type: 'boolean', default: false }, project: { type: 'string' }, config: { type: 'string' } },
    usage,
  );
  const [action, ...extra] = positionals;
  if (action !== 'push') throw usageError(`Usage: planclaim ${usage}`);
  refuseExtra(extra, usage);
  const config = await loadConfig({ file: values.config });
  const named = values.project === undefined ? [...config.projects.values()] : [chooseProject(config, values.project)];
  const paid = named.filter(({ payments }) => payments === 'stripe');
  if (paid.length === 0) console.log("No project has payments: 'stripe', so there is nothing to push.");
  const deps = { stripe: createGateways(config, systemClock) };
  for (const project of paid) {
    const { lines, applied } = await pushPlans(deps, project, {
      dryRun: values['dry-run'],
      onLines: (differences) => {
        console.log(
          `${project.id} (Stripe ${project.stripe?.mode ?? 'test'} mode): ${differences.length === 0 ? 'up to date' : `${differences.length} to change`}`,
        );
        for (const line of differences) console.log(`  ${line}`);
      },
    });
    if (lines.length > 0) console.log(applied ? '  done' : '  dry run: nothing was changed');
  }
  return exitCodes.done;
};
