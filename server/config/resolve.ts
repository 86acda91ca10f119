/** From what a person wrote and what the environment says to the {@link Config} that everything runs on, or to one list of all mistakes. */

import { z } from 'zod';
import {
  checkLiveMode,
  readEnvironment,
  readStripeAccount,
  type Environment,
  type EnvironmentOverrides,
  type EnvironmentVariables,
} from './environment.ts';
import { addIssues, explain } from './issues.ts';
import { Mistakes, type MistakePath } from './mistakes.ts';
import { billingCycles, lookupKey, type Config, type Project, type TokenOptions } from './project.ts';
import {
  checkOrigins,
  checkRedirects,
  resolveApiKeys,
  resolveHooks,
  resolveIssuers,
  resolveWebhooks,
  type Placed,
  type Reader,
} from './resolve-access.ts';
import { checkClaims, checkDefaultPlan, checkPlan, checkPlans, placePlans, resolvePlan } from './resolve-plans.ts';
import {
  apiKeySchema,
  configSchema,
  idPattern,
  issuerSchema,
  projectSections,
  webhookSchema,
  type ParsedProject,
} from './schema.ts';

export interface ResolveOptions {
  readonly env: EnvironmentVariables;
  /** Where relative paths start. */
  readonly cwd: string;
  /** What the list of mistakes calls the config: its file's name. */
  readonly source?: string;
  readonly overrides?: EnvironmentOverrides;
  /** Called once everything else is right and the environment has no secret. */
  readonly makeSecret: (cwd: string) => string;
}

/**
 * Validates the whole config.
 * @throws PlanclaimError `config_invalid`, whose message lists every mistake with its path and remedy
 */
export function resolveConfig(
  input: unknown,
  { env, cwd, source = 'The config', overrides = {}, makeSecret }: ResolveOptions,
): Config {
  const mistakes = new Mistakes();
  const environment = readEnvironment(env, { cwd, overrides, mistakes });
  const parsed = configSchema.safeParse(input, { error: explain });
  if (!parsed.success) addIssues(parsed.error.issues, mistakes);

  const written = isRecord(input) && isRecord(input['projects']) ? input['projects'] : {};
  const projects = Object.entries(written).flatMap(([id, raw]) =>
    isRecord(raw) ? [resolveProject(id, raw, { env, mistakes, environment })] : [],
  );
  checkAcross(projects, mistakes);
  checkLiveMode(environment.stripe, environment, mistakes);
  mistakes.throwIfAny(source);
  const { port, host, publicUrl, databaseUrl, stripeApiBase, logLevel, metricsToken } = environment;
  return {
    port,
    host,
    publicUrl,
    databaseUrl,
    stripeApiBase,
    logLevel,
    metricsToken,
    projects: new Map(projects.map((project) => [project.id, project])),
    secret: environment.secret ?? makeSecret(cwd),
    stripeReadsPerSecond: parsed.data?.stripeReadsPerSecond ?? 20,
  };
}

/** Every section alone: one that is wrong is already listed, and stands here as if it had been left out. */
function resolveProject(
  id: string,
  raw: Record<string, unknown>,
  reader: Reader & { readonly environment: Environment },
): Project {
  const { mistakes } = reader;
  const path = ['projects', id];
  if (!idPattern.test(id) || id.length > 64) {
    mistakes.add(
      path,
      "the project's id may have lower-case letters, digits, '_' and '-', and starts with a letter or digit",
    );
  }
  const section = <Key extends keyof typeof projectSections>(key: Key): ParsedProject[Key] | undefined => {
    const result = projectSections[key].safeParse(raw[key]);
    return result.success ? (result.data as ParsedProject[Key]) : undefined;
  };
  const payments = section('payments') ?? 'none';
  const defaultPlan = section('defaultPlan') ?? null;
  const plans = placePlans(raw['plans'], [...path, 'plans']);
  const token = resolveToken(section('token'), id, path, mistakes);
  for (const plan of plans) checkPlan(plan, mistakes);
  checkPlans(plans, mistakes);
  checkClaims(plans, token, mistakes);
  checkDefaultPlan({ defaultPlan, payments, plans, path }, mistakes);
  /** The entries of a list that are well formed; those that are not are already listed. */
  const entries = <Schema extends z.ZodType>(key: string, schema: Schema): Placed<z.output<Schema>>[] => {
    const list: unknown = raw[key];
    if (!Array.isArray(list)) return [];
    return list.flatMap((entry: unknown, index) => {
      const result = schema.safeParse(entry);
      return result.success ? [{ value: result.data, path: [...path, key, index] }] : [];
    });
  };
  checkOrigins(entries('origins', z.string()), mistakes);
  checkRedirects(entries('redirects', z.string()), mistakes);
  const issuers = resolveIssuers(entries('issuers', issuerSchema), reader);
  checkOwnIssuer(issuers, reader.environment, path, mistakes);
  const branding = section('branding');
  const changes = section('changes');
  const checkout = section('checkout');
  const ownAccount = section('stripe');
  return {
    id,
    name: section('name') ?? id,
    branding: {
      logo: branding?.logo ?? null,
      accent: branding?.accent ?? null,
      radius: branding?.radius ?? null,
      font: branding?.font ?? null,
    },
    payments,
    freeSelections: section('freeSelections') ?? 'keep',
    defaultPlan,
    plans: plans.flatMap(({ parsed }, rank) => (parsed ? [resolvePlan(parsed, rank)] : [])),
    origins: section('origins') ?? [],
    redirects: section('redirects') ?? [],
    issuers,
    apiKeys: resolveApiKeys(entries('apiKeys', apiKeySchema), reader),
    token,
    pastDueGraceDays: section('pastDueGraceDays') ?? 7,
    changes: {
      upgrade: changes?.upgrade ?? 'now',
      downgrade: changes?.downgrade ?? 'period_end',
      seats: changes?.seats ?? 'next_invoice',
    },
    checkout: {
      unsignedLinks: checkout?.unsignedLinks ?? true,
      promotionCodes: checkout?.promotionCodes ?? true,
      automaticTax: checkout?.automaticTax ?? false,
      ui: checkout?.ui ?? 'hosted',
      duplicates: checkout?.duplicates ?? 'refund',
      perHour: checkout?.perHour ?? 20,
      params: checkout?.params ?? null,
    },
    onRefund: section('onRefund') ?? 'keep',
    onDispute: section('onDispute') ?? 'keep',
    webhooks: resolveWebhooks(entries('webhooks', webhookSchema), reader),
    hooks: resolveHooks(section('hooks'), [...path, 'hooks'], reader),
    stripe: payments === 'stripe' ? resolveStripe(id, ownAccount, reader) : null,
    ownStripeAccount: ownAccount !== undefined,
  };
}

/** A paid project never runs without its account: it would have to give plans away (R25.2). */
function resolveStripe(
  id: string,
  own: ParsedProject['stripe'],
  { env, mistakes, environment }: Reader & { readonly environment: Environment },
) {
  const account = own
    ? readStripeAccount(env, { keyName: own.secretKeyEnv, webhookName: own.webhookSecretEnv, mistakes })
    : environment.stripe;
  if (own) checkLiveMode(account, environment, mistakes);
  if (!account) {
    mistakes.add(
      [own?.secretKeyEnv ?? 'STRIPE_SECRET_KEY'],
      `is not set, and project "${id}" says payments: 'stripe'. Set it; run 'planclaim dev' to work with the sandbox; or say payments: 'none'`,
    );
  }
  return account;
}

function resolveToken(
  token: ParsedProject['token'],
  projectId: string,
  path: MistakePath,
  mistakes: Mistakes,
): TokenOptions {
  return {
    ttl: token?.ttl === undefined ? 600 : readTtl(token.ttl, [...path, 'token', 'ttl'], mistakes),
    algorithm: token?.algorithm ?? 'ES256',
    audience: token?.audience ?? projectId,
    namespace: token?.namespace === undefined ? null : token.namespace.replace(/\/*$/, '/'),
    keep: token?.keep ?? null,
    maxBytes: token?.maxBytes ?? 512,
  };
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
/** Shorter ones are stale before they arrive; longer ones state a plan that may be long gone. */
const ttlBounds = { min: 5, max: 86_400 };

function readTtl(ttl: string | number, at: MistakePath, mistakes: Mistakes): number {
  const [, count, unit = 's'] = /^(\d+)\s*([smh])?$/.exec(String(ttl)) ?? [];
  const seconds = count === undefined ? Number.NaN : Number(count) * (unitSeconds[unit] ?? Number.NaN);
  if (seconds >= ttlBounds.min && seconds <= ttlBounds.max) return seconds;
  mistakes.add(
    at,
    Number.isNaN(seconds)
      ? `"${ttl}" must be '10m', '90s', '1h' or a whole number of seconds`
      : `is ${seconds} seconds. Use between 5 seconds and 24 hours; 10 minutes is usual`,
  );
  return 600;
}

/** A project that lists us as an issuer would believe tokens that were made for another project. */
function checkOwnIssuer(
  issuers: Project['issuers'],
  { publicUrl }: Environment,
  path: MistakePath,
  mistakes: Mistakes,
): void {
  issuers.forEach(({ issuer }, index) => {
    if (issuer.replace(/\/+$/, '') === publicUrl) {
      mistakes.add(
        [...path, 'issuers', index, 'issuer'],
        'is PUBLIC_URL, our own. Our tokens are known without being listed; name the identity provider',
      );
    }
  });
}

/** What must be different in different projects: secret keys, since a key names its project, and lookup keys in one Stripe account. */
function checkAcross(projects: readonly Project[], mistakes: Mistakes): void {
  const keys = new Map<string, string>();
  const lookups = new Map<string, string>();
  for (const project of projects) {
    project.apiKeys.forEach((key, index) => {
      const owner = key === '' ? project.id : (keys.get(key) ?? project.id);
      if (owner !== project.id) {
        mistakes.add(
          ['projects', project.id, 'apiKeys', index, 'env'],
          `is the same key as one of project "${owner}". A key names its project: give each its own`,
        );
      }
      keys.set(key, owner);
    });
    for (const plan of project.plans) {
      for (const cycle of billingCycles) {
        if (!plan.prices[cycle]) continue;
        const key = `${project.stripe?.secretKey ?? ''} ${lookupKey(project, plan.id, cycle)}`;
        const owner = lookups.get(key) ?? project.id;
        if (owner !== project.id) {
          mistakes.add(
            ['projects', project.id, 'plans', plan.rank, 'id'],
            `"${plan.id}" makes the lookup key ${lookupKey(project, plan.id, cycle)}, which project "${owner}" makes too. Rename one`,
          );
        }
        lookups.set(key, owner);
      }
    }
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
