/** `planclaim plans push`: makes Stripe's products and prices match the config, after showing what differs. */

import { rememberPrice } from '../billing/price-memory.ts';
import { pushPlans, type PlanDiff } from '../billing/push-plans.ts';
import { systemClock } from '../clock.ts';
import { loadForSetUp } from '../config/stripe-accounts.ts';
import type { Project } from '../config/project.ts';
import { openDatabase } from '../open-database.ts';
import type { Store } from '../store/store.ts';
import { createGateways } from '../stripe/gateway.ts';
import { chooseProject, exitCodes, parseOptions, refuseExtra, usageError, type Command } from './command.ts';

export const plans: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(
    parameters,
    {
      'dry-run': { type: 'boolean', default: false },
      archive: { type: 'boolean', default: false },
      project: { type: 'string' },
      config: { type: 'string' },
    },
    usage,
  );
  const [action, ...extra] = positionals;
  if (action !== 'push') throw usageError(`Usage: planclaim ${usage}`);
  refuseExtra(extra, usage);
  const { config } = await loadForSetUp({ file: values.config });
  const named = values.project === undefined ? [...config.projects.values()] : [chooseProject(config, values.project)];
  const paid = named.filter(({ payments }) => payments === 'stripe');
  if (paid.length === 0) console.log("No project has payments: 'stripe', so there is nothing to push.");
  const deps = { stripe: createGateways(config, systemClock) };
  const store = paid.length > 0 && !values['dry-run'] ? await openDatabase(config.databaseUrl) : null;
  try {
    for (const project of paid) {
      const { lines, applied } = await pushPlans(deps, project, {
        dryRun: values['dry-run'],
        archive: values.archive,
        onDiff: (diff) => print(project, diff),
        ...(store && { remember: remembering(store, project) }),
      });
      if (lines.length > 0) console.log(applied ? '  done' : '  dry run: nothing was changed');
    }
  } finally {
    await store?.close();
  }
  return exitCodes.done;
};

const remembering =
  (store: Store, project: Project): NonNullable<Parameters<typeof pushPlans>[2]['remember']> =>
  (priceId, meaning) =>
    store.write((tx) => rememberPrice(tx, project, priceId, meaning, systemClock()));

function print(project: Project, { lines, legacyPrices, orphans }: PlanDiff): void {
  const summary = lines.length === 0 ? 'nothing to do' : `${lines.length} to change`;
  console.log(`${project.id} (Stripe ${project.stripe?.mode ?? 'test'} mode): ${summary}`);
  for (const line of lines) console.log(`  ${line}`);
  for (const { plan, prices } of legacyPrices) {
    console.log(`  Subscribers keep the price that they have. Add to the plan "${plan}" in the config:`);
    console.log(`    legacyPrices: [${prices.map((id) => `'${id}'`).join(', ')}],`);
  }
  for (const { productId, plan } of orphans) {
    console.log(
      `  ${productId}: there is no paid plan "${plan}" any more. It is left as it is; --archive takes it out of sale.`,
    );
  }
}
