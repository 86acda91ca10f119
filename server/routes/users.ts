/** Plans set by the customer's own backend, with a secret key: `GET/PUT/DELETE /v1/users/{id}/plan`. */

import { createRoute, z } from '@hono/zod-openapi';
import { assignPlan, clearAssignment } from '../billing/assignment.ts';
import type { RouteDeps } from './deps.ts';
import { authenticateSecretKey } from './lib/authenticate.ts';
import { createApi } from './lib/api.ts';
import { answers, planAssignmentSchema, planStateSchema, problems, takes, userIdSchema } from './schemas.ts';

const security = [{ secretKey: [] }];
const path = '/v1/users/{id}/plan';
const params = z.object({ id: userIdSchema });
const ok = { 200: answers('The plan state.', planStateSchema) };

const read = createRoute({
  method: 'get',
  path,
  summary: "A user's plan state",
  security,
  request: { params },
  responses: { ...ok, ...problems(400, 401, 403, 503) },
});

const set = createRoute({
  method: 'put',
  path,
  summary: 'Set a plan, until a time or for good',
  security,
  request: { params, body: takes(planAssignmentSchema) },
  responses: { ...ok, ...problems(400, 401, 403, 415, 503) },
});

const clear = createRoute({
  method: 'delete',
  path,
  summary: 'Clear what was chosen or set',
  security,
  request: { params },
  responses: { ...ok, ...problems(400, 401, 403, 503) },
});

export function userRoutes(deps: RouteDeps) {
  const app = createApi();
  app.use('/v1/users/*', async (c, next) => {
    c.header('Cache-Control', 'no-store');
    await next();
  });
  return app
    .openapi(read, async (c) => {
      const project = authenticateSecretKey(deps, c.req.raw);
      return c.json(await deps.sync.freshPlanState(project, c.req.valid('param').id), 200);
    })
    .openapi(set, async (c) => {
      const project = authenticateSecretKey(deps, c.req.raw);
      const { plan, expires_at: expiresAt } = c.req.valid('json');
      const assignment = { plan, expiresAt: expiresAt == null ? null : Date.parse(expiresAt) };
      return c.json(await assignPlan(deps, project, c.req.valid('param').id, assignment), 200);
    })
    .openapi(clear, async (c) => {
      const project = authenticateSecretKey(deps, c.req.raw);
      return c.json(await clearAssignment(deps, project, c.req.valid('param').id), 200);
    });
}
