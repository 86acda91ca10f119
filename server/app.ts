/** The whole route table on one screen. Web standards only; what needs Node is in `serve.ts`. */

import { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { Deletions } from './billing/delete-user.ts';
import { OutgoingDelivery } from './billing/deliver-outgoing.ts';
import { createDoorbell } from './billing/doorbell.ts';
import { LivePlans } from './billing/live-plans.ts';
import { Sweep } from './billing/sweep.ts';
import { Sync } from './billing/sync.ts';
import { UserLocks } from './billing/user-lock.ts';
import type { BillingDeps } from './billing/deps.ts';
import { Metrics } from './metrics.ts';
import { catalogueRoutes } from './routes/catalogue.ts';
import { changeRoutes } from './routes/changes.ts';
import { checkoutRoutes } from './routes/checkout.ts';
import type { Assets, RouteDeps } from './routes/deps.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { admitSecretKey, admitUser } from './routes/lib/admit.ts';
import { cors } from './routes/lib/cors.ts';
import { nothingThere } from './routes/lib/not-found.ts';
import { refuseWhileStopping } from './routes/lib/stopping.ts';
import { idempotency } from './routes/lib/idempotency.ts';
import { limitBody } from './routes/lib/body-limit.ts';
import { answerError } from './routes/lib/errors.ts';
import { linkRoutes } from './routes/links.ts';
import { measure, metricsRoutes } from './routes/metrics.ts';
import { describeApi } from './routes/openapi.ts';
import { pageRoutes } from './routes/pages.ts';
import { portalPageRoutes } from './routes/portal-page.ts';
import { portalRoutes } from './routes/portal.ts';
import { selectRoutes } from './routes/select.ts';
import { subscriptionRoutes } from './routes/subscription.ts';
import { tokenRoutes } from './routes/token.ts';
import { userRoutes } from './routes/users.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { wellKnownRoutes } from './routes/well-known.ts';
import { widgetRoutes } from './routes/widgets.ts';
import { Pruning } from './store/prune.ts';
import { keyringOf } from './tokens/keyring.ts';
import { createGateways } from './stripe/gateway.ts';

export interface AppDeps extends Omit<BillingDeps, 'stripe'> {
  /** The built widgets; without them `/widgets.js` says what to do. */
  readonly widgets?: Assets;
  /** How Stripe is called, where that is not over the machine's own network. */
  readonly stripeFetch?: typeof fetch;
}

/** Bytes; more is 413. */
const largestBody = 64 * 1024;
/** Stripe's events carry whole objects. */
const largestEvent = 1024 * 1024;

/** Where a body is read. A refresh reads none, and is what backends do most. */
const pathsWithBodies = [
  '/v1/token',
  '/v1/plan',
  '/v1/subscription/*',
  '/v1/checkout',
  '/v1/links',
  '/v1/portal',
  '/v1/users/*',
  '/select',
];
const pathsOfUsers = ['/v1/plan', '/v1/subscription/*', '/v1/checkout', '/v1/portal', '/v1/invoices'];
const pathsWithSecretKey = ['/v1/links', '/v1/users/*', '/v1/incidents'];

export interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /**
   * Makes the signing keys that are missing and takes up pending work.
   * @throws PlanclaimError 500 `secret_mismatch` when PLANCLAIM_SECRET is not the one that the keys were kept with
   */
  start(): Promise<void>;
  /** Refuses new work, finishes what is in hand. */
  stop(): Promise<void>;
}

export function createApp(base: AppDeps): App {
  const metrics = new Metrics();
  const billing: BillingDeps = {
    ...base,
    metrics,
    stripe: createGateways(base.config, base.clock, base.stripeFetch),
  };
  billing.stripe.onAnswer(({ method, resource, status }) =>
    metrics.count('planclaim_stripe_requests_total', { method, resource, status: String(status) }),
  );
  const locks = new UserLocks(base.store, base.clock);
  const sync = new Sync(billing, locks);
  const outgoing = new OutgoingDelivery(base);
  const sweep = new Sweep({ ...billing, sync });
  const readiness = { accepting: true };
  const deps: RouteDeps = {
    ...billing,
    locks,
    sync,
    ring: createDoorbell(base.store),
    live: new LivePlans(billing),
    widgets: base.widgets ?? { find: () => Promise.resolve(null) },
  };

  // The door has an app of its own: nothing that pages and elements need is on Stripe's way.
  const door = new Hono();
  door.onError(answerError(deps));
  door.notFound(nothingThere(door));
  door.use(measure(metrics));
  door.use(refuseWhileStopping(readiness));
  door.use(limitBody(largestEvent));
  door.route('/', webhookRoutes(deps));

  const app = new OpenAPIHono();
  app.onError(answerError(deps));
  app.notFound(nothingThere(app, door));
  app.use(measure(metrics));
  app.use(cors(base.config));
  app.use(refuseWhileStopping(readiness));
  for (const path of pathsWithBodies) app.use(path, limitBody(largestBody));
  for (const path of pathsOfUsers) app.use(path, admitUser(deps));
  for (const path of pathsWithSecretKey) app.use(path, admitSecretKey(deps));
  app.use('/v1/*', idempotency(deps));

  app.route('/', healthRoutes(deps, readiness));
  app.route('/', metricsRoutes(deps, metrics));
  app.route('/', widgetRoutes(deps));
  app.route('/', catalogueRoutes(deps));
  app.route('/', tokenRoutes(deps));
  app.route('/', wellKnownRoutes(deps));
  app.route('/', subscriptionRoutes(deps));
  app.route('/', changeRoutes(deps));
  app.route('/', eventRoutes(deps));
  app.route('/', checkoutRoutes(deps));
  app.route('/', selectRoutes(deps));
  app.route('/', portalRoutes(deps));
  app.route('/', portalPageRoutes(deps));
  app.route('/', linkRoutes(deps));
  app.route('/', userRoutes(deps));
  app.route('/', pageRoutes(deps));
  describeApi(app, deps);

  const pruning = new Pruning(base);
  const deletions = new Deletions(deps);
  return {
    fetch: (request) => (isEvent(request) ? door : app).fetch(request),
    start: async () => {
      await keyringOf(base).prepare();
      if ([...base.config.projects.values()].some((project) => project.stripe)) {
        await billing.stripe.time.follow(() => sweep.wake());
      }
      sync.start();
      sweep.start();
      outgoing.start();
      deletions.start();
      pruning.start();
    },
    stop: async () => {
      readiness.accepting = false;
      pruning.stop();
      deps.live.stop();
      locks.stop();
      billing.stripe.time.stop();
      await Promise.all([sync.stop(), sweep.stop(), outgoing.stop(), deletions.stop()]);
    },
  };
}

/** Whether Stripe is calling. By the text of the address: parsing it costs more than it tells. */
const isEvent = ({ method, url }: Request): boolean =>
  method === 'POST' && url.startsWith('/webhooks/', url.indexOf('/', 'https://'.length));
