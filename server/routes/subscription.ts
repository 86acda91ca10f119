/** A signed-in user's own plan: `GET /v1/subscription`, `PUT /v1/plan`. */

import { createRoute } from '@hono/zod-openapi';
import { choosePlan } from '../billing/assignment.ts';
import { subscriptionView } from '../billing/subscription-view.ts';
import type { RouteDeps } from './deps.ts';
import { authenticateUser, requireBillingRole } from './lib/authenticate.ts';
import { createApi } from './lib/api.ts';
import { answers, planChoiceSchema, planStateSchema, problems, subscriptionSchema, takes } from './schemas.ts';

const security = [{ userToken: [] }];

const read = createRoute({
  method: 'get',
  path: '/v1/subscription',
  summary: "The caller's plan state, payment method and next invoice",
  security,
  responses: { 200: answers('The plan state and what belongs to it.', subscriptionSchema), ...problems(400, 401, 503) },
});

const choose = createRoute({
  method: 'put',
  path: '/v1/plan',
  summary: 'Choose a plan that needs no payment',
  security,
  request: { body: takes(planChoiceSchema) },
  responses: { 200: answers('The new plan state.', planStateSchema), ...problems(400, 401, 402, 403, 409, 503) },
});

export function subscriptionRoutes(deps: RouteDeps) {
  const app = createApi();
  return app
    .openapi(read, async (c) => {
      const caller = await authenticateUser(deps, c.req.raw);
      c.header('Cache-Control', 'no-store');
      const view = await subscriptionView(deps, caller.project, caller.userId);
      return c.json({ ...view, can_manage_billing: caller.canManageBilling }, 200);
    })
    .openapi(choose, async (c) => {
      const caller = await authenticateUser(deps, c.req.raw);
      requireBillingRole(caller);
      const choice = c.req.valid('json');
      const state = await choosePlan(deps, caller.project, caller.userId, {
        plan: choice.plan,
        billingCycle: choice.billing_cycle ?? null,
      });
      c.header('Cache-Control', 'no-store');
      return c.json(state, 200);
    });
}
