/** The config that `planclaim init` writes. */

/** @param project a valid project id */
export const exampleConfig = (project: string): string => `import { defineConfig } from '@planclaim/server';

export default defineConfig({
  projects: {
    '${project}': {
      name: '${title(project)}',
      // 'none' lets every plan be chosen freely, without Stripe: for a beta, or until you charge.
      payments: 'stripe',
      // What users have who never chose. null: no plan until one is chosen.
      defaultPlan: 'free',
      // Order is rank: later is higher. Amounts are in minor units: 1900 is $19.00.
      plans: [
        {
          id: 'free',
          name: 'Free',
          description: 'To try it out.',
          features: ['1 project'],
          entitlements: { projects: 1 },
        },
        {
          id: 'pro',
          name: 'Pro',
          description: 'For work you are paid for.',
          prices: { monthly: { usd: 1900 }, yearly: { usd: 19000 } },
          trialDays: 14,
          highlight: 'Most popular',
          features: ['Unlimited projects', 'Export'],
          entitlements: { projects: -1, export: true }, // -1 is unlimited
        },
        {
          id: 'team',
          name: 'Team',
          description: 'For people who work together.',
          perSeat: true,
          seats: { min: 2, max: 500 },
          prices: { monthly: { usd: 2900 }, yearly: { usd: 29000 } },
          features: ['Everything in Pro', 'Shared projects', 'Roles'],
          entitlements: { projects: -1, export: true, sharing: true },
        },
      ],
      // Pages whose scripts may call the backend.
      origins: ['http://localhost:3000'],
      // Where checkout and plan selection may send a browser.
      redirects: ['http://localhost:3000/*'],
      // Whose tokens are believed: your identity provider. Until one is listed, nobody is signed in.
      issuers: [
        // { issuer: 'https://idp.example.com', jwksUri: 'https://idp.example.com/.well-known/jwks.json', audience: '${project}' },
      ],
      // Keys for your own backend, read from the environment; make one with: echo sk_$(openssl rand -hex 24)
      apiKeys: [
        // { env: 'PLANCLAIM_API_KEY' },
      ],
    },
  },
});
`;

const title = (project: string): string =>
  project
    .split(/[-_]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
