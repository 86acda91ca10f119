/** The Stripe sandbox and the backend together, wired: what `planclaim dev` and the demo start. It is for one's own machine. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pushPlans } from './billing/push-plans.ts';
import { systemClock } from './clock.ts';
import { processEnvironment, type EnvironmentVariables } from './config/environment.ts';
import { findConfigFile, loadConfig } from './config/load.ts';
import { stripeAccountsOf, type NamedAccount } from './config/stripe-accounts.ts';
import type { Config } from './config/project.ts';
import type { Log } from './log.ts';
import { freePort, runSandbox, usualSandboxPort } from './run-sandbox.ts';
import type { RunningSandbox } from './sandbox/serve.ts';
import { startServer, type RunningServer } from './serve.ts';
import { createStripeClient } from './stripe/client.ts';
import { createGateways } from './stripe/gateway.ts';
import { createEndpoint, deleteEndpoint, listEndpoints, pinnedVersion } from './stripe/webhook-endpoint.ts';

export interface DevOptions {
  /** Where the config is looked for and `.planclaim/` is kept. Default: the working directory. */
  readonly cwd?: string | undefined;
  readonly configFile?: string | undefined;
  /** Default: the process's own. Its Stripe variables are not used: this never talks to Stripe itself. */
  readonly env?: EnvironmentVariables | undefined;
  /** Wins over `PORT`; 0 takes any free one. */
  readonly port?: number | undefined;
  /** Default 8788; 0 takes any free one. */
  readonly sandboxPort?: number | undefined;
  /** Keeps the sandbox's books in memory instead of `.planclaim/sandbox.db`. */
  readonly memory?: boolean | undefined;
  readonly log?: Log | undefined;
}

export interface Dev {
  readonly backend: RunningServer;
  /** Null when no project has payments on: then there is no Stripe of any kind. */
  readonly sandbox: RunningSandbox | null;
  /** What `plans push` did, a line a difference. */
  readonly pushed: readonly string[];
  /** Backend first, so that what it has in hand still reaches the sandbox. */
  close(): Promise<void>;
}

/** Any test key opens the sandbox. */
const sandboxKey = 'sk_test_sandbox';
/** Stands in until the sandbox has made a secret; the config wants one. */
const noSecretYet = 'whsec_pending';
/** How our endpoints are told from a person's own. */
const endpointName = 'planclaim dev';

/**
 * Starts the sandbox, its webhook endpoints and the backend, and pushes the plans.
 * Running it again finds endpoints, plans and subscribers as they were.
 * @throws PlanclaimError `config_invalid`, `port_in_use`, `listen_failed`
 */
export async function startDev(options: DevOptions = {}): Promise<Dev> {
  const { cwd = process.cwd(), env = processEnvironment() } = options;
  const port = options.port === 0 ? await freePort() : options.port;
  const accounts = await stripeAccountsOf(findConfigFile(cwd, options.configFile));
  const load = (stripe: { apiBase: string; secretOf: (account: NamedAccount) => string }): Promise<Config> =>
    loadConfig({
      cwd,
      file: options.configFile,
      env: {
        ...env,
        STRIPE_API_BASE: stripe.apiBase,
        ...Object.fromEntries(
          accounts.flatMap((account) => [
            [account.keyName, sandboxKey],
            [account.webhookName, stripe.secretOf(account)],
          ]),
        ),
      },
      overrides: { port },
    });

  const draft = await load({ apiBase: 'http://localhost:1', secretOf: () => noSecretYet });
  if ([...draft.projects.values()].every(({ payments }) => payments === 'none')) {
    const config = { ...draft, stripeApiBase: null };
    const backend = await startServer({ config, log: options.log });
    return { backend, sandbox: null, pushed: [], close: () => backend.close() };
  }

  const sandbox = await runSandbox({
    port: options.sandboxPort ?? usualSandboxPort,
    memory: options.memory === true,
    cwd,
    // One account stands behind all projects that have none of their own: it goes by the first one's name.
    accountName: [...draft.projects.values()].find(({ payments }) => payments === 'stripe')?.name,
  });
  try {
    const secrets = await ensureEndpoints({
      apiBase: sandbox.url,
      urls: accounts.map(({ path }) => `${draft.publicUrl}${path}`),
      keptIn: options.memory === true ? null : join(cwd, '.planclaim', 'sandbox-endpoints.json'),
    });
    const secretOf = ({ path }: NamedAccount): string => secrets.get(`${draft.publicUrl}${path}`) ?? noSecretYet;
    const config = await load({ apiBase: sandbox.url, secretOf });
    const pushed = await pushAll(config);
    const backend = await startServer({ config, log: options.log });
    const close = async (): Promise<void> => {
      await backend.close();
      await sandbox.close();
    };
    return { backend, sandbox, pushed, close };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

/** Makes Stripe's products and prices match, project by project. */
async function pushAll(config: Config): Promise<string[]> {
  const gateways = createGateways(config, systemClock);
  const lines: string[] = [];
  for (const project of config.projects.values()) {
    if (project.payments === 'none') continue;
    const diff = await pushPlans({ stripe: gateways }, project, { dryRun: false });
    lines.push(...diff.lines);
  }
  return lines;
}

interface KeptEndpoint {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
}

/** Signing secrets by URL, one endpoint each. As with Stripe a secret is told once, at creation: hence the file. */
async function ensureEndpoints(options: {
  apiBase: string;
  urls: readonly string[];
  keptIn: string | null;
}): Promise<Map<string, string>> {
  const { apiBase, urls, keptIn } = options;
  const stripe = createStripeClient({ secretKey: sandboxKey, webhookSecrets: [], mode: 'test' }, apiBase);
  const kept = keptIn === null ? [] : await readKept(keptIn);
  const endpoints = await listEndpoints(stripe, 'test');
  const usable = kept.filter(({ id, url }) =>
    endpoints.some(
      (endpoint) =>
        endpoint.id === id &&
        endpoint.url === url &&
        endpoint.enabled &&
        endpoint.apiVersion === pinnedVersion &&
        endpoint.missing.length === 0,
    ),
  );
  const current: KeptEndpoint[] = [];
  for (const url of urls) {
    const known = usable.find((endpoint) => endpoint.url === url);
    if (known) current.push(known);
    else current.push({ url, ...(await createEndpoint(stripe, 'test', { url, description: endpointName })) });
  }
  // Ours from other runs, on other ports: nobody listens there, or somebody with another secret does.
  const stale = endpoints.filter(
    ({ id, description, url }) =>
      !current.some((endpoint) => endpoint.id === id) && (description === endpointName || urls.includes(url)),
  );
  for (const { id } of stale) await deleteEndpoint(stripe, id);
  if (keptIn !== null) {
    await mkdir(dirname(keptIn), { recursive: true });
    await writeFile(keptIn, JSON.stringify(current), { mode: 0o600 });
  }
  return new Map(current.map(({ url, secret }) => [url, secret]));
}

async function readKept(file: string): Promise<KeptEndpoint[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as KeptEndpoint[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
