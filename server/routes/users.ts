/** For the customer's own backend, with a secret key: users and their plans, the claims of a token, and what needs a person. */

import { createRoute, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { assignPlan, clearAssignment } from '../billing/assignment.ts';
import { deleteUser } from '../billing/delete-user.ts';
import { explainUser } from '../billing/explain.ts';
import { listIncidents } from '../billing/incidents.ts';
import { listUsers } from '../billing/user-list.ts';
import { planClaims } from '../tokens/claims.ts';
import type { RouteDeps } from './deps.ts';
import { authenticateSecretKey } from './lib/authenticate.ts';
import { createApi } from './lib/api.ts';
import {
  answers,
  leftOut,
  planIdSchema,
  planAssignmentSchema,
  planStateSchema,
  problems,
  takes,
  userIdSchema,
} from './schemas.ts';

const security = [{ secretKey: [] }];
const path = '/v1/users/{id}/plan';
const params = z.object({ id: userIdSchema });
const limit = (most: number) => leftOut(z.coerce.number().int().min(1).max(most).default(20));
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
  responses: { ...ok, ...problems(400, 401, 403, 409, 415, 503) },
});

const clear = createRoute({
  method: 'delete',
  path,
  summary: 'Clear what was chosen or set',
  security,
  request: { params },
  responses: { ...ok, ...problems(400, 401, 403, 503) },
});

const incidentSchema = z
  .object({
    id: z.string(),
    user_id: z.string().nullable(),
    kind: z.string(),
    subject: z.string(),
    detail: z.string(),
    occurrences: z.number().int(),
    first_seen_at: z.string(),
    last_seen_at: z.string(),
  })
  .openapi('Incident');

const explain = createRoute({
  method: 'get',
  path: '/v1/users/{id}/explain',
  summary: 'Why this user has this plan',
  description: 'The records, the rule that decided, the last events, and what Stripe says now. Asking changes nothing.',
  security,
  request: { params },
  responses: {
    200: answers(
      'In words, and as it is stored.',
      z
        .object({
          state: planStateSchema,
          rule: z.enum(['subscription', 'assignment_above_subscription', 'assignment', 'default', 'none']),
          summary: z.array(z.string()).readonly(),
          assignment: z.object({ plan: z.string(), source: z.string(), expires_at: z.string().nullable() }).nullable(),
          subscriptions: z
            .array(
              z.object({
                id: z.string(),
                customer_id: z.string(),
                status: z.string(),
                plan: z.string().nullable(),
                price_id: z.string().nullable(),
                current_period_end: z.string().nullable(),
                cancel_at: z.string().nullable(),
                grace_until: z.string().nullable(),
                decides: z.boolean(),
                entitles: z.boolean(),
                offer: z.enum(['checkout', 'manage', 'fix_payment', 'resume', 'wait']),
              }),
            )
            .readonly(),
          customers: z.array(z.object({ id: z.string(), current: z.boolean(), pending: z.boolean() })).readonly(),
          events: z.array(z.object({ id: z.string(), type: z.string(), received_at: z.string() })).readonly(),
          incidents: z.array(incidentSchema).readonly(),
          stripe: z
            .object({
              reachable: z.boolean(),
              agrees: z.boolean().nullable(),
              plan: z.string().nullable(),
              subscriptions: z
                .array(z.object({ id: z.string(), status: z.string(), plan: z.string().nullable() }))
                .readonly(),
            })
            .nullable(),
        })
        .openapi('Explanation'),
    ),
    ...problems(400, 401, 403, 503),
  },
});

const forget = createRoute({
  method: 'delete',
  path: '/v1/users/{id}',
  summary: 'Forget a user',
  description:
    'Ends what runs at Stripe first. 202 when Stripe has not confirmed that yet: it is tried again until it has, and nothing more has to be done.',
  security,
  request: { params },
  responses: {
    202: answers('It is pending and goes on by itself.', z.object({ status: z.literal('pending') })),
    204: { description: 'The user is forgotten.' },
    ...problems(400, 401, 403, 503),
  },
});

const claims = createRoute({
  method: 'get',
  path: '/v1/users/{id}/claims',
  summary: 'What an access token of this user says of the plan',
  description: 'For identity providers that put it into their own tokens.',
  security,
  request: { params },
  responses: { 200: answers('The claims.', z.record(z.string(), z.unknown())), ...problems(400, 401, 403, 503) },
});

const list = createRoute({
  method: 'get',
  path: '/v1/users',
  summary: 'Who is on what',
  security,
  request: {
    query: z.object({
      plan: leftOut(planIdSchema.optional()),
      status: leftOut(z.string().optional()),
      limit: limit(100),
      cursor: leftOut(userIdSchema.optional()),
    }),
  },
  responses: {
    200: answers(
      'Plan states, in the order of user ids; `next_cursor` is the cursor of the next page.',
      z.object({ data: z.array(planStateSchema).readonly(), next_cursor: z.string().nullable() }),
    ),
    ...problems(400, 401, 403, 503),
  },
});

const incidents = createRoute({
  method: 'get',
  path: '/v1/incidents',
  summary: 'What a person should look at',
  security,
  request: { query: z.object({ limit: limit(100) }) },
  responses: {
    200: answers('The newest first.', z.object({ data: z.array(incidentSchema) })),
    ...problems(400, 401, 403, 503),
  },
});

export function userRoutes(deps: RouteDeps) {
  const app = createApi();
  const neverStored: MiddlewareHandler = async (c, next) => {
    c.header('Cache-Control', 'no-store');
    await next();
  };
  for (const called of ['/v1/users', '/v1/users/*', '/v1/incidents']) app.use(called, neverStored);
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
    })
    .openapi(explain, async (c) => {
      const project = authenticateSecretKey(deps, c.req.raw);
      return c.json(await explainUser(deps, project, c.req.valid('param').id), 200);
    })
    .openapi(forget, async (c) => {
      const project = authenticateSecretKey(deps, c.req.raw);
      const deletion = await deleteUser(deps, project, c.req.valid('param').id);
      return deletion === 'done' ? c.body(null, 204) : c.json({ status: 'pending' as const }, 202);
    })
    .openapi(claims, async (c) => {
      const project = authenticateSecretKey(deps, c.req.raw);
      return c.json(planClaims(project, await deps.sync.freshPlanState(project, c.req.valid('param').id)), 200);
    })
    .openapi(list, async (c) => {
      const project = authenticateSecretKey(deps, c.req.raw);
      const { plan = null, status = null, limit: most, cursor = null } = c.req.valid('query');
      const page = await listUsers(deps, project, { plan, status, limit: most, after: cursor });
      return c.json({ data: page.states, next_cursor: page.next }, 200);
    })
    .openapi(incidents, async (c) => {
      const project = authenticateSecretKey(deps, c.req.raw);
      return c.json({ data: await listIncidents(deps.store.read, project.id, c.req.valid('query').limit) }, 200);
    });
}
