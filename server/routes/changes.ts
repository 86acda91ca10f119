/** Changing a running subscription: `POST /v1/subscription/preview` says what it costs, `POST /v1/subscription/change` does that. */

import { createRoute, z } from '@hono/zod-openapi';
import { changePlan, previewPlanChange } from '../billing/change.ts';
import type { RouteDeps } from './deps.ts';
import { createApi } from './lib/api.ts';
import { authenticateUser, requireBillingRole } from './lib/authenticate.ts';
import { answers, billingCycleSchema, planIdSchema, planStateSchema, problems, takes } from './schemas.ts';

const security = [{ userToken: [] }];
const order = {
  plan: planIdSchema,
  billing_cycle: billingCycleSchema.optional(),
  quantity: z.number().int().optional(),
};

const previewSchema = z
  .object({
    kind: z.enum(['upgrade', 'downgrade', 'switch']),
    effective: z.string().openapi({ description: '`now`, or when.', example: 'now' }),
    due_now: z.number().int(),
    next_amount: z.number().int().nullable(),
    currency: z.string(),
    lines: z.array(z.object({ description: z.string(), amount: z.number().int() })).readonly(),
    proration_date: z.number().int().nullable(),
  })
  .openapi('ChangePreview');

const preview = createRoute({
  method: 'post',
  path: '/v1/subscription/preview',
  summary: 'What a change would cost, and when it would come',
  security,
  request: { body: takes(z.strictObject(order).openapi('ChangeOrder')) },
  responses: {
    200: answers('The change. Amounts in minor units.', previewSchema),
    ...problems(400, 401, 403, 409, 503),
  },
});

const change = createRoute({
  method: 'post',
  path: '/v1/subscription/change',
  summary: 'Change the plan, the cycle or the seats, as previewed',
  security,
  request: {
    body: takes(
      z
        .strictObject({ ...order, due_now: z.number().int(), proration_date: z.number().int().nullish() })
        .openapi('AgreedChange', {
          description: 'The previewed body, with the `due_now` and `proration_date` that were shown.',
        }),
    ),
  },
  responses: { 200: answers('The plan state.', planStateSchema), ...problems(400, 401, 402, 403, 409, 503) },
});

export function changeRoutes(deps: RouteDeps) {
  return createApi()
    .openapi(preview, async (c) => {
      const caller = await authenticateUser(deps, c.req.raw);
      requireBillingRole(caller);
      const { plan, billing_cycle: billingCycle = null, quantity = null } = c.req.valid('json');
      c.header('Cache-Control', 'no-store');
      return c.json(
        await previewPlanChange(deps, caller.project, caller.userId, { plan, billingCycle, quantity }),
        200,
      );
    })
    .openapi(change, async (c) => {
      const caller = await authenticateUser(deps, c.req.raw);
      requireBillingRole(caller);
      const body = c.req.valid('json');
      const state = await changePlan(deps, caller.project, caller.userId, {
        plan: body.plan,
        billingCycle: body.billing_cycle ?? null,
        quantity: body.quantity ?? null,
        dueNow: body.due_now,
        prorationDate: body.proration_date ?? null,
      });
      c.header('Cache-Control', 'no-store');
      return c.json(state, 200);
    });
}
