/** Driftboard's whole route table: pages, a tiny identity provider, and one route behind `verifyToken`. */

import { Hono, type MiddlewareHandler } from 'hono';
import type { IdentityProvider } from './identity/provider.ts';
import { identityRoutes, signedIn } from './identity/routes.ts';
import { createElementsPages } from './elements/routes.ts';
import { assetRoutes } from './assets.ts';
import { clockRoutes } from './clock/routes.ts';
import { createSandboxClock } from './clock/sandbox.ts';
import { exportRoutes } from './export.ts';
import { accountPage } from './pages/account.ts';
import { boardsPage } from './pages/boards.ts';
import { landingPage } from './pages/landing.ts';
import { notFoundPage } from './pages/not-found.ts';

export interface SiteDeps {
  /** This site's address as browsers see it, without a trailing slash. */
  readonly siteUrl: string;
  /** Planclaim's backend, on another origin. */
  readonly backendUrl: string;
  /** The Stripe sandbox, whose clock the pages can move; null where there is none. */
  readonly sandboxUrl: string | null;
  readonly provider: IdentityProvider;
}

export interface Site {
  readonly app: Hono;
  close(): Promise<void>;
}

export function createSite(deps: SiteDeps): Site {
  const app = new Hono();
  const elements = createElementsPages(deps);
  app.use(pageHeaders(deps, elements.peerUrl));
  app.route('/', assetRoutes());
  app.route('/', identityRoutes(deps));
  app.route('/', exportRoutes(deps));
  if (deps.sandboxUrl !== null) app.route('/', clockRoutes(deps, createSandboxClock(deps.sandboxUrl)));

  app.get('/', async (c) => {
    const canceled = c.req.query('checkout') === 'canceled';
    return c.html(landingPage(deps, { person: await signedIn(deps, c), canceled }));
  });
  app.get('/app', async (c) => {
    const person = await signedIn(deps, c);
    if (!person) return c.redirect('/sign-in?return_to=/app', 303);
    return c.html(boardsPage(deps, { person, paid: c.req.query('checkout') === 'done' }));
  });
  app.get('/account', async (c) => {
    const person = await signedIn(deps, c);
    if (!person) return c.redirect('/sign-in?return_to=/account', 303);
    return c.html(accountPage(deps, { person }));
  });
  app.route('/', elements.app);
  app.get('/healthz', (c) => c.text('ok'));
  app.notFound(async (c) => c.html(notFoundPage(deps, await signedIn(deps, c)), 404));
  return { app, close: () => elements.close() };
}

/** A policy as strict as Planclaim's elements allow: no inline script or style, no eval, one other origin, and on one page the states' backend. */
function pageHeaders({ backendUrl }: SiteDeps, peerUrl: () => string | null): MiddlewareHandler {
  const policy = (peer: string): string =>
    [
      "default-src 'none'",
      `script-src 'self' ${backendUrl}`,
      "style-src 'self'",
      `img-src 'self' ${backendUrl}`,
      `connect-src 'self' ${backendUrl}${peer}`,
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ].join('; ');
  return async (c, next) => {
    await next();
    const peer = c.req.path === '/elements' ? ` ${peerUrl() ?? ''}` : '';
    c.header('Content-Security-Policy', policy(peer));
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'strict-origin-when-cross-origin');
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
  };
}
