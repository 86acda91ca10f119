/** `GET /v1/events`: the caller's plan states as they change, as server-sent events that can be taken up where they broke off. */

import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { PlanState } from '../billing/plan-state.ts';
import type { RouteDeps } from './deps.ts';
import { authenticateUser } from './lib/authenticate.ts';

/** Milliseconds: proxies close connections that say nothing for a minute. */
const heartbeatEvery = 25_000;
/** What a client waits before it connects again, in milliseconds. */
const retry = 1000;

export function eventRoutes(deps: RouteDeps) {
  const app = new Hono();
  app.get('/v1/events', async (c) => {
    const caller = await authenticateUser(deps, c.req.raw);
    // Nobody would read the stream, nor end it.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
    const seen = Number(c.req.header('last-event-id') ?? 0);
    // Proxies that buffer would hold the events back.
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(c, async (stream) => {
      const closed = Promise.withResolvers<void>();
      const send = (state: PlanState): void => {
        void stream.writeSSE({ event: 'plan', id: String(state.version), data: JSON.stringify(state), retry });
      };
      const unsubscribe = deps.live.subscribe(
        caller.project,
        caller.userId,
        Number.isSafeInteger(seen) ? seen : 0,
        send,
      );
      const heartbeat = setInterval(() => void stream.write(': still here\n\n'), heartbeatEvery);
      // A stream does not outlive the token that opened it: the client comes back with a fresh one.
      const expiry = setTimeout(() => closed.resolve(), Math.max(0, caller.expiresAt * 1000 - deps.clock()));
      const forgetStop = deps.live.onStop(() => closed.resolve());
      stream.onAbort(() => closed.resolve());
      await closed.promise;
      unsubscribe();
      forgetStop();
      clearInterval(heartbeat);
      clearTimeout(expiry);
    });
  });
  return app;
}
