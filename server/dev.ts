/** The Stripe sandbox and the backend together, wired: what `planclaim dev` and the demo start. It is for one's own machine. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { pushPlans } from './billing/push-plans.ts';
import { systemClock } from './clock.ts';
import { loadConfig } from './config/load.ts';
import type { EnvironmentVariables } from './config/environment.ts';
import type { Config } from './config/project.ts';
import type { Log } from './log.ts';
import { startSandbox, type RunningSandbox } from './sandbox/serve.ts';
import { startServer, type RunningServer } from './serve.ts';
import { createStripeClient } from './stripe/client.ts';
import { createGateways } from './stripe/gateway.ts';

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
const defaultSandboxPort = 8788;

/**
 * Starts the sandbox, its webhook endpoint and the backend, and pushes the plans.
 * Running it again finds endpoint, plans and subscribers as they were.
 * @throws PlanclaimError `config_invalid`, `port_in_use`, `listen_failed`
 */
export async function startDev(options: DevOptions = {}): Promise<Dev> {
  const { cwd = process.cwd(), env = process.env } = options;
  const port = options.port === 0 ? await freePort() : options.port;
  const load = (stripe: { apiBase: string; webhookSecret: string }): Promise<Config> =>
    loadConfig({
      cwd,
      file: options.configFile,
      env: {
        ...env,
        STRIPE_SECRET_KEY: sandboxKey,
        STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
        STRIPE_API_BASE: stripe.apiBase,
      },
      overrides: { port },
    });

  const draft = await load({ apiBase: 'http://localhost:1', webhookSecret: noSecretYet });
  if ([...draft.projects.values()].every(({ payments }) => payments === 'none')) {
    const config = { ...draft, stripeApiBase: null };
    const backend = await startServer({ config, log: options.log });
    return { backend, sandbox: null, pushed: [], close: () => backend.close() };
  }

  const sandbox = await startSandbox({
    port: options.sandboxPort ?? defaultSandboxPort,
    database: options.memory === true ? ':memory:' : join(cwd, '.planclaim', 'sandbox.db'),
  });
  try {
    const webhookSecret = await ensureEndpoint({
      apiBase: sandbox.url,
      url: `${draft.publicUrl}/webhooks/stripe`,
      keptIn: options.memory === true ? null : join(cwd, '.planclaim', 'sandbox-endpoint.json'),
    });
    const config = await load({ apiBase: sandbox.url, webhookSecret });
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

/** The signing secret of the one endpoint at `url`. As with Stripe it is told once, at creation: hence the file. */
async function ensureEndpoint(options: { apiBase: string; url: string; keptIn: string | null }): Promise<string> {
  const { apiBase, url, keptIn } = options;
  const stripe = createStripeClient({ secretKey: sandboxKey, webhookSecrets: [], mode: 'test' }, apiBase);
  const kept = keptIn === null ? null : await readKept(keptIn);
  const { data: endpoints } = await stripe.webhookEndpoints.list({ limit: 100 });
  const ours = endpoints.filter((endpoint) => endpoint.url === url || endpoint.id === kept?.id);
  const usable = ours.find((endpoint) => endpoint.id === kept?.id && endpoint.url === url);
  if (kept && usable?.status === 'enabled') return kept.secret;
  for (const endpoint of ours) await stripe.webhookEndpoints.del(endpoint.id);
  const made = await stripe.webhookEndpoints.create({ url, enabled_events: ['*'], description: 'planclaim dev' });
  if (made.secret === undefined) throw new Error('The sandbox made a webhook endpoint without a secret.');
  if (keptIn !== null) {
    const keep: KeptEndpoint = { id: made.id, url, secret: made.secret };
    await mkdir(dirname(keptIn), { recursive: true });
    await writeFile(keptIn, JSON.stringify(keep), { mode: 0o600 });
  }
  return made.secret;
}

async function readKept(file: string): Promise<KeptEndpoint | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as KeptEndpoint;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A port that was free a moment ago: the address must be known before the backend listens, since its endpoint names it. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
