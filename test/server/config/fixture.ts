/** The contract's own example of a config, and the environment that it needs. */

import { defineConfig, type PlanclaimConfig, type ProjectConfig } from '../../../server/config/define.ts';
import type { EnvironmentVariables } from '../../../server/config/environment.ts';
import type { Config } from '../../../server/config/project.ts';
import { resolveConfig } from '../../../server/config/resolve.ts';

/** Contract §1, with its elisions filled in. */
export const exampleConfig = (): PlanclaimConfig =>
  defineConfig({
    projects: {
      acme: {
        name: 'Acme',
        branding: { logo: '/logo.svg', accent: '#5b5bd6', radius: '10px', font: 'Inter' },
        payments: 'stripe',
        freeSelections: 'keep',
        defaultPlan: 'free',
        plans: [
          { id: 'free', name: 'Free', description: '…', features: ['1 project'], entitlements: { projects: 1 } },
          {
            id: 'pro',
            name: 'Pro',
            prices: { monthly: { usd: 1900, eur: 1800 }, yearly: { usd: 19000, eur: 18000 } },
            trialDays: 14,
            trialCard: 'required',
            highlight: 'Most popular',
            features: ['Unlimited projects', 'Export'],
            entitlements: { projects: -1, export: true },
          },
          {
            id: 'team',
            name: 'Team',
            perSeat: true,
            seats: { min: 2, max: 500 },
            prices: { monthly: { usd: 2900, eur: 2700 } },
          },
          { id: 'enterprise', name: 'Enterprise', contactUrl: 'https://acme.test/contact' },
        ],
        origins: ['https://app.acme.test'],
        redirects: ['https://app.acme.test/*'],
        issuers: [
          { issuer: 'https://idp.acme.test', jwksUri: 'https://idp.acme.test/jwks.json', audience: 'acme' },
          { issuer: 'legacy', secretEnv: 'ACME_JWT_SECRET', algorithms: ['HS256'] },
        ],
        apiKeys: [{ env: 'ACME_API_KEY' }],
        token: { ttl: '10m', algorithm: 'ES256', audience: 'acme' },
        pastDueGraceDays: 7,
        changes: { upgrade: 'now', downgrade: 'period_end' },
        checkout: {
          unsignedLinks: true,
          promotionCodes: true,
          automaticTax: false,
          ui: 'hosted',
          params: (p, _ctx) => p,
        },
        webhooks: [{ url: 'https://api.acme.test/planclaim', secretEnv: 'ACME_HOOK_SECRET' }],
      },
    },
  });

export const exampleEnvironment: EnvironmentVariables = {
  PLANCLAIM_SECRET: 'thirty-two characters and some more',
  STRIPE_SECRET_KEY: 'sk_test_acme',
  STRIPE_WEBHOOK_SECRET: 'whsec_one,whsec_two',
  ACME_JWT_SECRET: 'a shared secret that is long enough',
  ACME_API_KEY: 'sk_acme_0123456789abcdef',
  ACME_HOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
};

/** The example with some of its project's values replaced. */
export function exampleWith(project: Partial<Record<keyof ProjectConfig, unknown>>): unknown {
  return { projects: { acme: { ...exampleConfig().projects['acme'], ...project } } };
}

/** Resolves a config as `loadConfig` does, without a file. */
export const resolveExample = (input: unknown, env: EnvironmentVariables = exampleEnvironment): Config =>
  resolveConfig(input, {
    env,
    cwd: '/srv/app',
    makeSecret: () => {
      throw new Error('The environment of this test has a secret.');
    },
  });

/** The list of mistakes, one line each; empty when there is none. */
export function mistakesOf(input: unknown, env: EnvironmentVariables = exampleEnvironment): string[] {
  try {
    resolveExample(input, env);
    return [];
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'config_invalid') throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}
