/** The whole backend as a customer would start it, on a database of its own, with what the benchmarks need in it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningServer } from '../../server/serve.ts';
import { startServer } from '../../server/serve.ts';
import { webhookSecret } from './events.ts';

/** What the issuer signs its tokens with. */
export const issuerSecret = 'bench-issuer-secret-0123456789abcdef';
/** What a customer's backend calls with. */
export const apiKey = 'sk_bench_0123456789abcdef0123456789abcdef';

const config = {
  projects: {
    acme: {
      name: 'Acme',
      payments: 'stripe',
      defaultPlan: 'free',
      plans: [
        { id: 'free', name: 'Free', entitlements: { projects: 1 } },
        {
          id: 'pro',
          name: 'Pro',
          prices: { monthly: { usd: 1900 } },
          entitlements: { projects: -1, export: true },
        },
      ],
      origins: ['https://app.acme.test'],
      redirects: ['https://app.acme.test/*'],
      issuers: [{ issuer: 'legacy', secretEnv: 'ACME_JWT_SECRET', algorithms: ['HS256'], audience: 'acme' }],
      apiKeys: [{ env: 'ACME_API_KEY' }],
    },
  },
};

/** A running backend and its SQLite file. */
export interface BenchBackend extends RunningServer {
  readonly origin: string;
  readonly file: string;
}

/**
 * Starts it on a free port.
 *
 * @param folder where the config and the database go
 * @param stripeApiBase the host that it takes for Stripe
 */
export async function startBackend(folder: string, stripeApiBase: string): Promise<BenchBackend> {
  writeFileSync(join(folder, 'planclaim.config.json'), JSON.stringify(config));
  const file = join(folder, 'planclaim.db');
  const server = await startServer({
    cwd: folder,
    port: 0,
    env: {
      DATABASE_URL: `file:${file}`,
      PLANCLAIM_SECRET: 'bench-secret-0123456789abcdef0123456789abcdef',
      STRIPE_SECRET_KEY: 'sk_test_bench',
      STRIPE_WEBHOOK_SECRET: webhookSecret,
      STRIPE_API_BASE: stripeApiBase,
      ACME_JWT_SECRET: issuerSecret,
      ACME_API_KEY: apiKey,
      LOG_LEVEL: 'error',
    },
  });
  return { ...server, origin: `http://127.0.0.1:${server.port}`, file };
}
