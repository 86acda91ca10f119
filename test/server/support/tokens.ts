/** Everything that tokens need, for real: a database, billing's own reading of plans, and an identity provider that a project lists. */

import { UserLocks } from '../../../server/billing/user-lock.ts';
import { Sync } from '../../../server/billing/sync.ts';
import type { BillingDeps } from '../../../server/billing/deps.ts';
import { storePlanState } from '../../../server/billing/plan.ts';
import type { Config, Issuer, Project } from '../../../server/config/project.ts';
import { subscriptionRow, type Subscription } from '../../../server/store/records.ts';
import type { Store } from '../../../server/store/store.ts';
import { accountOf } from '../../../server/stripe/account.ts';
import { createGateways } from '../../../server/stripe/gateway.ts';
import type { TokenDeps } from '../../../server/tokens/deps.ts';
import { startIdentityProvider, type IdentityProvider } from './identity-provider.ts';
import {
  openTestStore,
  testClock,
  testConfig,
  testIssuer,
  testLog,
  testProject,
  type ProjectOverrides,
  type TestClock,
  type TestLog,
} from './project.ts';

export interface TokenWorld {
  readonly deps: TokenDeps & BillingDeps;
  readonly store: Store;
  readonly config: Config;
  /** The first project, `acme` unless others were given. */
  readonly project: Project;
  readonly clock: TestClock;
  readonly log: TestLog;
  readonly provider: IdentityProvider;
  close(): Promise<void>;
}

export interface TokenWorldOptions {
  /** The project `acme`; it lists the provider for the audience `acme` unless `issuers` says otherwise. */
  readonly project?: ProjectOverrides;
  /** What of that issuer differs. */
  readonly issuer?: Partial<Issuer>;
  /** All projects instead, made with the provider at hand. */
  readonly projects?: (provider: IdentityProvider) => readonly Project[];
  readonly config?: Partial<Omit<Config, 'projects'>>;
}

/** The provider's entry in a project's `issuers`. */
export const providerIssuer = (provider: IdentityProvider, overrides: Partial<Issuer> = {}): Issuer =>
  testIssuer({ issuer: provider.issuer, jwksUri: provider.jwksUri, allowPrivateJwks: true, ...overrides });

export async function openTokenWorld(options: TokenWorldOptions = {}): Promise<TokenWorld> {
  const clock = testClock();
  const provider = await startIdentityProvider(clock);
  const { store, close } = await openTestStore();
  const projects = options.projects?.(provider) ?? [
    testProject({ issuers: [providerIssuer(provider, options.issuer)], ...options.project }),
  ];
  // Nothing answers on the discard port: what asks Stripe here learns nothing.
  const config = testConfig(projects, { stripeApiBase: 'http://127.0.0.1:9', ...options.config });
  const log = testLog();
  const billing: BillingDeps = { config, store, clock, log, stripe: createGateways(config, clock) };
  const sync = new Sync(billing, new UserLocks(store, clock));
  const [project] = projects;
  if (!project) throw new Error('A world of tokens needs a project.');
  return {
    deps: { ...billing, sync },
    store,
    config,
    project,
    clock,
    log,
    provider,
    close: async () => {
      await provider.close();
      await close();
    },
  };
}

/** A paid monthly Pro, in the middle of its period. */
export const testSubscription = (now: number, overrides: Partial<Subscription> = {}): Subscription => ({
  subscriptionId: 'sub_1',
  customerId: 'cus_1',
  status: 'active',
  plan: 'pro',
  billingCycle: 'monthly',
  priceId: 'price_1',
  itemId: 'si_1',
  quantity: 1,
  currency: 'usd',
  unitAmount: 1900,
  currentPeriodStart: now - 5 * 86_400_000,
  currentPeriodEnd: now + 25 * 86_400_000,
  trialStart: null,
  trialEnd: null,
  cancelAt: null,
  canceledAt: null,
  endedAt: null,
  collectionPaused: false,
  paidUntil: now + 25 * 86_400_000,
  awaitingPayment: false,
  neverPaid: false,
  legacyPrice: false,
  owed: null,
  pendingChange: null,
  scheduleId: null,
  scheduled: null,
  pastDueSince: null,
  createdAt: now - 5 * 86_400_000,
  position: 0,
  dispute: null,
  trialEndTold: null,
  testClock: null,
  ...overrides,
});

/** Writes the subscription as if it had just been read at Stripe, and the plan that follows. */
export async function giveSubscription(
  { store, project, clock }: Pick<TokenWorld, 'store' | 'project' | 'clock'>,
  userId: string,
  overrides: Partial<Subscription> = {},
): Promise<void> {
  const now = clock();
  const subscription = testSubscription(now, { subscriptionId: `sub_${userId}`, ...overrides });
  const owner = { account: accountOf(project), projectId: project.id, userId, paymentMethod: null, readAt: now };
  await store.write(async (tx) => {
    const row = subscriptionRow(subscription, owner);
    await tx
      .insertInto('subscription')
      .values(row)
      .onConflict((conflict) => conflict.columns(['account', 'subscription_id']).doUpdateSet(row))
      .execute();
    await storePlanState(tx, project, userId, { now, stripeNow: now });
  });
}
