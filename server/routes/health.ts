/** For operators: `/healthz` says that the process lives, `/readyz` that it can serve. */

import { Hono } from 'hono';
import { PlanclaimError } from '../errors.ts';
import type { RouteDeps } from './deps.ts';
import type { Readiness } from './lib/stopping.ts';

export function healthRoutes(deps: RouteDeps, readiness: Readiness) {
  const app = new Hono();
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    if (!readiness.accepting) {
      throw new PlanclaimError('The process is stopping.', { code: 'stopping', status: 503, retryAfter: 1 });
    }
    await deps.store.check();
    return c.json({ status: 'ready' });
  });
  return app;
}
