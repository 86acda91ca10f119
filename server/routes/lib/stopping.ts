/** A process that is stopping finishes what it has in hand and refuses the rest. */

import type { MiddlewareHandler } from 'hono';
import { PlanclaimError } from '../../errors.ts';

/** Whether new work is still taken; false once a stop has begun. */
export interface Readiness {
  readonly accepting: boolean;
}

/** What a load balancer asks is answered to the end. */
const probes = new Set(['/healthz', '/readyz']);

/** 503 `stopping`. Every answer says `Connection: close` then, so that the caller comes back to another process. */
export function refuseWhileStopping(readiness: Readiness): MiddlewareHandler {
  return async (c, next) => {
    c.header('X-Content-Type-Options', 'nosniff');
    if (!readiness.accepting && !probes.has(c.req.path)) {
      c.header('Connection', 'close');
      throw new PlanclaimError('The process is stopping. Try again.', { code: 'stopping', status: 503, retryAfter: 1 });
    }
    await next();
    if (!readiness.accepting) c.header('Connection', 'close');
  };
}
