/** A whole backend for tests: the real sandbox over HTTP, a real database, signed webhooks; only the clock can be moved. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { SignJWT } from 'jose';
import pino from 'pino';
import Stripe from 'stripe';
import { createApp, type App } from '../../../server/app.ts';
import { pushPlans } from '../../../server/billing/push-plans.ts';
import type { PlanState } from '../../../server/billing/plan-state.ts';
import type { Config, Project } from '../../../server/config/project.ts';
import { openStore, type Store } from '../../../server/store/store.ts';
import { createGateways } from '../../../server/stripe/gateway.ts';
import { openTestStore, testConfig, testIssuer, testProject, testSecretKey, type ProjectOverrides } from './project.ts';

const issuerSecret = 'a shared secret of the issuer, long enough for HS256';

export interface Backend {
  readonly app: App;
  readonly store: Store;
  readonly config: Config;
  readonly project: Project;
  readonly publicUrl: string;
  readonly sandboxUrl: string;
  /** The official SDK, on the sandbox. */
  readonly stripe: Stripe;
  /** A request to the backend, by path; the JSON answer, if it is one. */
  call(path: string, init?: CallInit): Promise<Answer>;
  /** The login's own JWT for this user. */
  userToken(userId: string, claims?: Record<string, unknown>): Promise<string>;
  /** What the customer's backend sees. */
  planOf(userId: string): Promise<PlanState>;
  /** Starts a checkout as the user and returns the session's id and url. */
  checkout(userId: string, order?: Record<string, unknown>): Promise<{ id: string; url: string }>;
  /** Pays an open session; resolves with Stripe's answer. */
  pay(sessionId: string, paymentMethod?: string): Promise<Response>;
  /** Resolves when `check` holds; fails after five seconds. */
  until(check: () => Promise<boolean>, what: string): Promise<void>;
  /** Stops the app as a crash would: nothing is finished, the database is left as it is; then starts another one on it. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface CallInit {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

export interface BackendOptions {
  readonly project?: ProjectOverrides;
  readonly config?: Partial<Config>;
  /** Whether the sandbox knows where to send its webhooks. */
  readonly webhooks?: 'on' | 'off';
  /** Milliseconds; real time when left out. */
  readonly clock?: () => number;
}

export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const payments = options.project?.payments ?? 'stripe';
  // Without payments there is no Stripe of any kind: whatever called it would fail at once.
  const sandbox =
    payments === 'none'
      ? { url: 'http://127.0.0.1:1', close: () => Promise.resolve() }
      : await (await import('../../../server/sandbox/serve.ts')).startSandbox({ port: 0, database: ':memory:' });
  const stripe = sdkFor(sandbox.url);
  const clock = options.clock ?? (() => Date.now());

  let app: App | null = null;
  const server = createServer(getRequestListener((request) => (app as App).fetch(request)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const secret =
    options.webhooks === 'off' || payments === 'none'
      ? 'whsec_off'
      : ((await stripe.webhookEndpoints.create({ url: `${publicUrl}/webhooks/stripe`, enabled_events: ['*'] }))
          .secret as string);
  const project = testProject({
    issuers: [testIssuer({ secret: issuerSecret })],
    stripe: payments === 'none' ? null : { secretKey: 'sk_test_acme', webhookSecrets: [secret], mode: 'test' },
    ...options.project,
  });
  const config = testConfig([project], {
    publicUrl,
    stripeApiBase: sandbox.url,
    stripeReadsPerSecond: 500,
    ...options.config,
  });
  const database = await openTestStore();
  let store = database.store;
  const log = pino({ level: 'silent' });
  const make = async (): Promise<App> => {
    const made = createApp({ config, store, clock, log });
    await made.start();
    return made;
  };
  if (project.payments === 'stripe')
    await pushPlans({ stripe: createGateways(config, clock) }, project, { dryRun: false });
  app = await make();

  const call = async (path: string, init: CallInit = {}): Promise<Answer> => {
    const response = await fetch(new URL(path, publicUrl), {
      method: init.method ?? 'GET',
      redirect: 'manual',
      headers: {
        ...(init.token !== undefined && { authorization: `Bearer ${init.token}` }),
        ...(init.body !== undefined && { 'content-type': 'application/json' }),
        ...init.headers,
      },
      ...(init.body !== undefined && { body: typeof init.body === 'string' ? init.body : JSON.stringify(init.body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  };

  const userToken = (userId: string, claims: Record<string, unknown> = {}): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('https://idp.acme.test')
      .setAudience('acme')
      .setSubject(userId)
      .setIssuedAt(Math.floor(clock() / 1000))
      .setExpirationTime(Math.floor(clock() / 1000) + 3600)
      .sign(new TextEncoder().encode(issuerSecret));

  return {
    get app() {
      return app as App;
    },
    get store() {
      return store;
    },
    config,
    project,
    publicUrl,
    sandboxUrl: sandbox.url,
    stripe,
    call,
    userToken,
    planOf: async (userId) => {
      const answer = await call(`/v1/users/${encodeURIComponent(userId)}/plan`, { token: testSecretKey });
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
      return answer.json as unknown as PlanState;
    },
    checkout: async (userId, order = {}) => {
      const body = {
        plan: 'pro',
        billing_cycle: 'monthly',
        success_url: 'https://app.acme.test/welcome',
        cancel_url: 'https://app.acme.test/pricing',
        ...order,
      };
      const answer = await call('/v1/checkout', { method: 'POST', token: await userToken(userId), body });
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
      const url = String(answer.json['url']);
      return { url, id: /cs_test_\w+/.exec(url)?.[0] ?? '' };
    },
    pay: (sessionId, paymentMethod = 'pm_card_visa') =>
      fetch(`${sandbox.url}/v1/payment_pages/${sessionId}/confirm`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_acme', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ payment_method: paymentMethod }),
      }),
    until: async (check, what) => {
      const giveUp = performance.now() + 5000;
      while (!(await check())) {
        if (performance.now() > giveUp) throw new Error(`did not happen in five seconds: ${what}`);
        await new Promise((resolve) => {
          setTimeout(resolve, 10);
        });
      }
    },
    restart: async () => {
      await (app as App).stop();
      await store.close();
      store = await openStore(database.databaseUrl);
      app = await make();
    },
    close: async () => {
      await (app as App).stop();
      server.closeAllConnections();
      server.close();
      await sandbox.close();
      await database.close();
      if (store !== database.store) await store.close();
    },
  };
}

/** The SDK on another host, as the backend makes it. */
export function sdkFor(sandboxUrl: string): Stripe {
  const { hostname, port } = new URL(sandboxUrl);
  return new Stripe('sk_test_acme', { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
}
