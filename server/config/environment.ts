/** The only reader of the environment: what the variables of the contract say, checked, with every default filled in. */

import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isLoopback, parseHttpUrl } from './addresses.ts';
import { configInvalid, didYouMean, type Mistakes } from './mistakes.ts';
import type { Config, StripeAccount } from './project.ts';

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** What the process was started with. */
export const processEnvironment = (): EnvironmentVariables => process.env;

/** Whether npm or npx runs us, with a shell between. */
export const startedByNpm = (): boolean => process.env['npm_lifecycle_event'] !== undefined;

/** What the command line says wins over the environment. */
export interface EnvironmentOverrides {
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly publicUrl?: string | undefined;
  readonly databaseUrl?: string | undefined;
}

export interface Environment extends Pick<
  Config,
  'port' | 'host' | 'publicUrl' | 'databaseUrl' | 'stripeApiBase' | 'logLevel' | 'metricsToken'
> {
  /** Null: to be made, or read from where it was kept; see {@link keptSecret}. */
  readonly secret: string | null;
  /** The account of all projects that have none of their own. */
  readonly stripe: StripeAccount | null;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
/** Shorter ones can be guessed. */
const shortestSecret = 16;

/** A variable's value; an empty one counts as not set. */
export const readVariable = (env: EnvironmentVariables, name: string): string | undefined => {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
};

/** Reads and checks the variables of the contract. `cwd` is where relative paths start. */
export function readEnvironment(
  env: EnvironmentVariables,
  { cwd, overrides = {}, mistakes }: { cwd: string; overrides?: EnvironmentOverrides; mistakes: Mistakes },
): Environment {
  const port = readPort(overrides.port ?? readVariable(env, 'PORT'), mistakes);
  const databaseUrl = readDatabaseUrl(overrides.databaseUrl ?? readVariable(env, 'DATABASE_URL'), cwd, mistakes);
  const stripe = readStripeAccount(env, {
    keyName: 'STRIPE_SECRET_KEY',
    webhookName: 'STRIPE_WEBHOOK_SECRET',
    mistakes,
  });
  return {
    port,
    host: overrides.host ?? readVariable(env, 'HOST') ?? '127.0.0.1',
    publicUrl: readPublicUrl(overrides.publicUrl ?? readVariable(env, 'PUBLIC_URL'), port, mistakes),
    databaseUrl,
    secret: readSecret(readVariable(env, 'PLANCLAIM_SECRET'), databaseUrl, mistakes),
    stripe,
    stripeApiBase: readApiBase(readVariable(env, 'STRIPE_API_BASE'), mistakes),
    logLevel: readLogLevel(readVariable(env, 'LOG_LEVEL'), mistakes),
    metricsToken: readMetricsToken(readVariable(env, 'METRICS_TOKEN'), mistakes),
  };
}

/**
 * A Stripe account from its two variables; null where there is no key. A key without a webhook secret is a mistake (R4.1),
 * as is a key that is not a secret one.
 */
export function readStripeAccount(
  env: EnvironmentVariables,
  { keyName, webhookName, mistakes }: { keyName: string; webhookName: string; mistakes: Mistakes },
): StripeAccount | null {
  const secretKey = readVariable(env, keyName);
  if (secretKey === undefined) return null;
  const mode = /^[sr]k_(test|live)_\w+$/.exec(secretKey)?.[1];
  if (mode === undefined) {
    const hint = secretKey.startsWith('pk_') ? 'is a publishable key' : 'is not a Stripe secret key';
    mistakes.add([keyName], `${hint}. Use the one that starts with sk_test_, sk_live_, rk_test_ or rk_live_`);
  }
  const webhookSecrets = (readVariable(env, webhookName) ?? '').split(',').map((secret) => secret.trim());
  if (webhookSecrets.length === 1 && webhookSecrets[0] === '') {
    mistakes.add(
      [webhookName],
      `is not set, and is required as soon as there is a Stripe key. It is the signing secret (whsec_…) of the webhook endpoint; 'planclaim dev' makes one for the sandbox`,
    );
  } else if (webhookSecrets.includes('')) {
    mistakes.add([webhookName], 'has an empty entry. Write one secret, or several separated by single commas');
  } else if (webhookSecrets.some((secret) => /^([srp]k_|we_)/.test(secret))) {
    mistakes.add([webhookName], 'holds an API key or an endpoint id. Use the signing secret, whsec_…');
  }
  return { secretKey, webhookSecrets, mode: mode === 'live' ? 'live' : 'test' };
}

/** The secret of an installation that was given none: made once, kept in `.planclaim/secret`, readable by its owner alone. */
export function keptSecret(cwd: string): string {
  const folder = join(cwd, '.planclaim');
  const file = join(folder, 'secret');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
    writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    try {
      // A link appears whole or not at all, and never replaces: of two processes that start at once, both read the same one.
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  } catch (error) {
    throw configInvalid(
      `The secret that encrypts signing keys cannot be kept in ${file} (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}). Make that folder writable, or set PLANCLAIM_SECRET.`,
      error,
    );
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < shortestSecret) {
    throw configInvalid(
      `${file} holds fewer than ${shortestSecret} characters. Restore it from a backup, or delete it to start with new signing keys.`,
    );
  }
  return secret;
}

function readPort(value: string | number | undefined, mistakes: Mistakes): number {
  const port = value === undefined ? 8787 : Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  mistakes.add(['PORT'], `is "${value}". Use a whole number from 0 to 65535; 0 takes any free port`);
  return 8787;
}

function readPublicUrl(value: string | undefined, port: number, mistakes: Mistakes): string {
  const text = value ?? `http://localhost:${port}`;
  const url = parseHttpUrl(text);
  if (!url || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    mistakes.add(
      ['PUBLIC_URL'],
      `is "${text}". Use the backend's address as browsers see it, such as https://billing.example.com`,
    );
    return `http://localhost:${port}`;
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function readDatabaseUrl(value: string | undefined, cwd: string, mistakes: Mistakes): string {
  const text = value ?? 'file:.planclaim/planclaim.db';
  if (/^postgres(ql)?:\/\/./.test(text)) return text;
  const path = /^file:(.+)$/.exec(text)?.[1];
  if (path !== undefined) return `file:${path === ':memory:' ? path : resolve(cwd, path)}`;
  mistakes.add(['DATABASE_URL'], "must be 'file:PATH' for SQLite or 'postgres://…' for PostgreSQL");
  return text;
}

function readSecret(secret: string | undefined, databaseUrl: string, mistakes: Mistakes): string | null {
  const advice = `Make one with: openssl rand -base64 32`;
  if (secret === undefined && databaseUrl.startsWith('postgres')) {
    mistakes.add(
      ['PLANCLAIM_SECRET'],
      `is not set, and is required with PostgreSQL: every instance needs the same one. ${advice}`,
    );
  }
  if (secret !== undefined && secret.length < shortestSecret) {
    mistakes.add(
      ['PLANCLAIM_SECRET'],
      `has ${secret.length} characters and needs ${shortestSecret} or more. ${advice}`,
    );
  }
  return secret ?? null;
}

function readApiBase(value: string | undefined, mistakes: Mistakes): string | null {
  if (value === undefined) return null;
  const url = parseHttpUrl(value);
  if (url && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '') return url.origin;
  mistakes.add(['STRIPE_API_BASE'], 'must be a scheme, a host and maybe a port, such as http://localhost:8788');
  return null;
}

function readMetricsToken(value: string | undefined, mistakes: Mistakes): string | null {
  if (value === undefined) return null;
  if (value.length < shortestSecret || /\s/.test(value)) {
    mistakes.add(
      ['METRICS_TOKEN'],
      `must be at least ${shortestSecret} characters without spaces. Make one with: openssl rand -hex 24`,
    );
  }
  return value;
}

function readLogLevel(value: string | undefined, mistakes: Mistakes): Config['logLevel'] {
  const level = logLevels.find((known) => known === (value ?? 'info'));
  if (level) return level;
  mistakes.add(
    ['LOG_LEVEL'],
    `is "${value}". Use one of ${logLevels.join(', ')}.${didYouMean(value ?? '', logLevels)}`,
  );
  return 'info';
}

/** A live key goes over the network in every request: never in the clear, and never to a browser's `http:` page (Stripe refuses those as well). */
export function checkLiveMode(account: StripeAccount | null, environment: Environment, mistakes: Mistakes): void {
  if (account?.mode !== 'live') return;
  const { stripeApiBase, publicUrl } = environment;
  if (stripeApiBase !== null && stripeApiBase.startsWith('http:') && !isLoopback(new URL(stripeApiBase))) {
    mistakes.add(['STRIPE_API_BASE'], 'is plain http, and a live key would be sent over it. Use https, or a test key');
  }
  if (publicUrl.startsWith('http:')) {
    mistakes.add(
      ['PUBLIC_URL'],
      `is ${publicUrl}, and Stripe's live mode returns browsers to https only. Set it to the backend's https address`,
    );
  }
}
