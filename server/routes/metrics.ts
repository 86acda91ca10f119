/** `GET /metrics`, for Prometheus. It tells how much is sold, so it is for operators alone and for no browser. */

import { Hono, type MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { readGauges } from '../billing/gauges.ts';
import { isLoopback } from '../config/addresses.ts';
import type { Config } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import { constantTimeEqual } from '../tokens/constant-time.ts';
import type { RouteDeps } from './deps.ts';

export function metricsRoutes(deps: RouteDeps, metrics: Metrics) {
  const app = new Hono();
  app.get('/metrics', async (c) => {
    requireOperator(deps.config, c.req.raw);
    c.header('Cache-Control', 'no-store');
    c.header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
    return c.body(metrics.text(await readGauges(deps.store.read)));
  });
  return app;
}

/**
 * METRICS_TOKEN, or a secret key of any project. On one's own machine, where PUBLIC_URL is a loopback address, neither is needed:
 * a process behind a proxy cannot tell a neighbour from the Internet by the address that calls.
 */
function requireOperator(config: Config, { headers, url }: Request): void {
  // A page of another site that resolves to this machine sends no Origin, but says whose it is.
  const site = headers.get('sec-fetch-site');
  if (headers.has('origin') || (site !== null && site !== 'none')) {
    throw new PlanclaimError('Metrics are not for pages. Scrape them from where Prometheus runs.', {
      code: 'metrics_in_browser',
      status: 403,
    });
  }
  const own = new URL(config.publicUrl);
  if (isLoopback(own) && isLoopback(new URL(url)) && !headers.has('x-forwarded-for')) return;
  const given = /^bearer ([^\s]+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '';
  const keys = [config.metricsToken, ...[...config.projects.values()].flatMap(({ apiKeys }) => apiKeys)];
  if (keys.some((key) => key !== null && constantTimeEqual(given, key))) return;
  throw new PlanclaimError(
    'Metrics need Authorization: Bearer with METRICS_TOKEN, or with a secret key of a project.',
    {
      code: 'metrics_token_required',
      status: 401,
    },
  );
}

/** Counts every request by the route that answered it: paths with ids in them would be without number. */
export function measure(metrics: Metrics): MiddlewareHandler {
  return async (c, next) => {
    const begun = performance.now();
    await next();
    const found = routePath(c, -1);
    const route = found === '*' || found === '/*' ? 'none' : found;
    metrics.count('planclaim_http_requests_total', { method: c.req.method, route, status: String(c.res.status) });
    metrics.observe('planclaim_http_request_duration_seconds', (performance.now() - begun) / 1000, { route });
  };
}
