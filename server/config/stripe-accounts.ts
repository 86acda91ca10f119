/** Which Stripe accounts a config bills through: the variables that name them, and where their events arrive. */

import type { PlanclaimConfig } from './define.ts';
import { processEnvironment, type EnvironmentVariables } from './environment.ts';
import { findConfigFile, loadConfig, readConfigFile } from './load.ts';
import type { Config } from './project.ts';

export interface NamedAccount {
  readonly keyName: string;
  readonly webhookName: string;
  /** Below PUBLIC_URL. */
  readonly path: string;
  /** The one project that it is for; null for the common account. */
  readonly projectId: string | null;
}

/** The common account, and those of projects that have one of their own. Read leniently: what is wrong is said by `loadConfig`. */
export async function stripeAccountsOf(configFile: string): Promise<NamedAccount[]> {
  const { projects = {} } = ((await readConfigFile(configFile)) ?? {}) as Partial<PlanclaimConfig>;
  const own = Object.entries(projects).flatMap(([projectId, project]) => {
    const { secretKeyEnv, webhookSecretEnv } = project?.stripe ?? {};
    if (typeof secretKeyEnv !== 'string' || typeof webhookSecretEnv !== 'string') return [];
    return [{ keyName: secretKeyEnv, webhookName: webhookSecretEnv, path: `/webhooks/stripe/${projectId}`, projectId }];
  });
  const common = {
    keyName: 'STRIPE_SECRET_KEY',
    webhookName: 'STRIPE_WEBHOOK_SECRET',
    path: '/webhooks/stripe',
    projectId: null,
  };
  return [common, ...own];
}

/** Stands in for a signing secret that is not there yet. */
const noSecretYet = 'whsec_not_set';

export interface LoadedForSetUp {
  readonly config: Config;
  /** Accounts that some project of the config bills through. */
  readonly accounts: readonly (NamedAccount & { readonly webhookSecretSet: boolean })[];
}

/**
 * The config before its webhook endpoints exist: signing secrets may be missing.
 * @throws PlanclaimError `config_invalid`
 */
export async function loadForSetUp(options: {
  readonly file?: string | undefined;
  readonly cwd?: string;
  readonly env?: EnvironmentVariables;
}): Promise<LoadedForSetUp> {
  const { cwd = process.cwd(), env = processEnvironment(), file } = options;
  const accounts = await stripeAccountsOf(findConfigFile(cwd, file));
  const filled = Object.fromEntries(
    accounts.map(({ webhookName }) => [webhookName, env[webhookName]?.trim() ? env[webhookName] : noSecretYet]),
  );
  const config = await loadConfig({ file, cwd, env: { ...env, ...filled } });
  const used = accounts.filter(({ projectId }) =>
    [...config.projects.values()].some((project) =>
      projectId === null ? project.stripe && !project.ownStripeAccount : project.id === projectId && project.stripe,
    ),
  );
  return {
    config,
    accounts: used.map((account) => ({ ...account, webhookSecretSet: filled[account.webhookName] !== noSecretYet })),
  };
}
