/** Projects, configs and databases for tests: typed objects as the config reader would make them, with every part replaceable. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config, Issuer, Plan, Project } from '../../../server/config/project.ts';
import { openStore, type Store } from '../../../server/store/store.ts';

/** The secret key of {@link testProject}. */
export const testSecretKey = 'sk_test_0123456789abcdef0123456789abcdef';

/** A plan; free unless it is given prices. */
export function testPlan(id: string, overrides: Partial<Plan> = {}): Plan {
  const priced = Object.keys(overrides.prices ?? {}).length > 0;
  return {
    id,
    name: `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`,
    description: null,
    rank: 0,
    kind: priced ? 'paid' : 'free',
    prices: {},
    legacyPrices: [],
    trialDays: null,
    trialCard: 'required',
    highlight: null,
    features: [],
    entitlements: {},
    perSeat: false,
    seats: null,
    contactUrl: null,
    hidden: false,
    ...overrides,
  };
}

/** The plans of the contract's example, without trials: free, pro, team by the seat, enterprise by contact. */
export const testPlans: readonly Plan[] = [
  testPlan('free', { features: ['1 project'], entitlements: { projects: 1 } }),
  testPlan('pro', {
    prices: { monthly: { usd: 1900, eur: 1800 }, yearly: { usd: 19000, eur: 18000 } },
    highlight: 'Most popular',
    features: ['Unlimited projects', 'Export'],
    entitlements: { projects: -1, export: true },
  }),
  testPlan('team', {
    prices: { monthly: { usd: 3900, eur: 3700 }, yearly: { usd: 39000, eur: 37000 } },
    perSeat: true,
    seats: { min: 2, max: 500 },
    entitlements: { projects: -1, export: true, sso: true },
  }),
  testPlan('enterprise', { kind: 'contact', contactUrl: 'https://acme.test/contact' }),
];

/** An issuer that is believed for the audience `acme`; give it `jwksUri` or `secret`. */
export const testIssuer = (overrides: Partial<Issuer> = {}): Issuer => ({
  issuer: 'https://idp.acme.test',
  jwksUri: null,
  secret: null,
  audience: ['acme'],
  algorithms: overrides.secret ? ['HS256'] : [],
  payerClaim: null,
  billingRole: null,
  allowPrivateJwks: false,
  ...overrides,
});

/** What of a project tests replace; the nested parts only as far as they differ. Ranks are those of the order of `plans`. */
export interface ProjectOverrides extends Partial<Omit<Project, 'token' | 'checkout'>> {
  readonly token?: Partial<Project['token']>;
  readonly checkout?: Partial<Project['checkout']>;
}

/** The project `acme`, paid through Stripe, with plans in USD and EUR, no issuer, and one secret key. */
export function testProject({ token, checkout, ...overrides }: ProjectOverrides = {}): Project {
  const id = overrides.id ?? 'acme';
  const plans = overrides.plans ?? testPlans;
  const payments = overrides.payments ?? 'stripe';
  return {
    id,
    name: 'Acme',
    branding: { logo: null, accent: '#5b5bd6', radius: null, font: null },
    payments,
    freeSelections: 'keep',
    defaultPlan: 'free',
    origins: ['https://app.acme.test'],
    redirects: ['https://app.acme.test/*'],
    issuers: [],
    apiKeys: [testSecretKey],
    pastDueGraceDays: 7,
    changes: { upgrade: 'now', downgrade: 'period_end', seats: 'next_invoice' },
    onRefund: 'keep',
    onDispute: 'keep',
    webhooks: [],
    hooks: { supabase: null, hydra: null, zitadel: null, onError: 'open' },
    stripe: payments === 'none' ? null : { secretKey: 'sk_test_acme', webhookSecrets: ['whsec_acme'], mode: 'test' },
    ownStripeAccount: false,
    ...overrides,
    plans: plans.map((plan, rank) => ({ ...plan, rank })),
    token: { ttl: 600, algorithm: 'ES256', audience: id, namespace: null, keep: null, maxBytes: 512, ...token },
    checkout: {
      unsignedLinks: true,
      promotionCodes: true,
      automaticTax: false,
      ui: 'hosted',
      duplicates: 'refund',
      perHour: 20,
      params: null,
      ...checkout,
    },
  };
}

/** A config with these projects ({@link testProject} alone when none is named). */
export const testConfig = (
  projects: readonly Project[] = [testProject()],
  overrides: Partial<Omit<Config, 'projects'>> = {},
): Config => ({
  projects: new Map(projects.map((project) => [project.id, project])),
  port: 0,
  host: '127.0.0.1',
  publicUrl: 'https://billing.acme.test',
  databaseUrl: 'file::memory:',
  secret: 'a secret of tests, thirty-two bytes and more',
  stripeApiBase: null,
  logLevel: 'silent',
  metricsToken: null,
  stripeReadsPerSecond: 20,
  ...overrides,
});

/** A database of its own, in a directory of its own. */
export interface TestStore {
  readonly store: Store;
  /** `file:…`, for a second process or connection on the same database. */
  readonly databaseUrl: string;
  /** Closes the store and deletes the directory. */
  close(): Promise<void>;
}

/** A real SQLite database on disk, migrated. */
export async function openTestStore(): Promise<TestStore> {
  const directory = await mkdtemp(join(tmpdir(), 'planclaim-test-'));
  const databaseUrl = `file:${join(directory, 'planclaim.db')}`;
  const store = await openStore(databaseUrl);
  return {
    store,
    databaseUrl,
    close: async () => {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** A log that keeps what it was told, to be read by the test. */
export interface TestLog {
  readonly entries: { readonly level: 'info' | 'warn' | 'error'; readonly fields: unknown; readonly message: string }[];
  info(fields: unknown, message?: string): void;
  warn(fields: unknown, message?: string): void;
  error(fields: unknown, message?: string): void;
}

export function testLog(): TestLog {
  const entries: TestLog['entries'] = [];
  const at = (level: 'info' | 'warn' | 'error') => (fields: unknown, message?: string) => {
    entries.push({ level, fields, message: message ?? '' });
  };
  return { entries, info: at('info'), warn: at('warn'), error: at('error') };
}

/** A clock that stands still until the test moves it. */
export interface TestClock {
  /** Milliseconds, as {@link import('../../../server/clock.ts').Clock}. */
  (): number;
  /** Moves forward. */
  advance(milliseconds: number): void;
  /** Jumps. */
  set(milliseconds: number): void;
}

export function testClock(start = Date.UTC(2026, 10, 24, 10)): TestClock {
  let now = start;
  return Object.assign(() => now, {
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
    set: (milliseconds: number) => {
      now = milliseconds;
    },
  });
}
