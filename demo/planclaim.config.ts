/** Driftboard's plans, as a customer of Planclaim would write them. Where the site is and whether payments are on come from the environment. */

import { defineConfig } from '@planclaim/server';

const site = process.env['DRIFTBOARD_URL'] ?? 'http://localhost:8789';

export default defineConfig({
  projects: {
    driftboard: {
      name: 'Driftboard',
      branding: { accent: '#0b6e69', radius: '12px' },
      payments: process.env['PAYMENTS'] === 'none' ? 'none' : 'stripe',
      defaultPlan: 'free',
      plans: [
        {
          id: 'free',
          name: 'Free',
          description: 'For a board of your own.',
          features: ['3 boards', '200 cards a board', 'Share a link to look'],
          entitlements: { boards: 3 },
        },
        {
          id: 'pro',
          name: 'Pro',
          description: 'For people who collect for a living.',
          prices: { monthly: { usd: 1900, eur: 1800 }, yearly: { usd: 19000, eur: 18000 } },
          highlight: 'Most popular',
          features: ['Unlimited boards', 'Export any board as SVG', 'Full-size originals', 'Board history'],
          entitlements: { boards: -1, export: true },
        },
        {
          id: 'team',
          name: 'Team',
          description: 'For a studio around one table.',
          perSeat: true,
          seats: { min: 2, max: 500 },
          trialDays: 14,
          prices: { monthly: { usd: 2900, eur: 2700 }, yearly: { usd: 29000, eur: 27000 } },
          features: ['Shared boards', 'Comments and review', 'Roles and guests'],
          entitlements: { boards: -1, export: true, sharing: true },
        },
      ],
      origins: [site],
      redirects: [`${site}/*`],
      issuers: [{ issuer: site, jwksUri: `${site}/.well-known/jwks.json`, audience: 'driftboard' }],
      apiKeys: [{ env: 'DRIFTBOARD_API_KEY' }],
    },
  },
});
