/** A signed-in user's own plan: read it, choose one that costs nothing, cancel, resume, and the invoices. */

import { createRoute, z } from '@hono/zod-openapi';
import { choosePlan } from '../billing/assignment.ts';
import { cancelSubscription, resumeSubscription } from '../billing/cancel.ts';
import { currentCustomer } from '../billing/customers.ts';
import { listInvoices } from '../stripe/invoices.ts';
import { subscriptionView } from '../billing/subscription-view.ts';
import type { RouteDeps } from './deps.ts';
import { authenticateUser, requireBillingRole } from './lib/authenticate.ts';
import { createApi, requireNoFields } from './lib/api.ts';
import { answers, leftOut, planChoiceSchema, planStateSchema, problems, subscriptionSchema, takes } from './schemas.ts';

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

const state = { 200: answers('The plan state.', planStateSchema) };

const cancel = createRoute({
  method: 'post',
  path: '/v1/subscription/cancel',
  summary: 'End the subscription with its paid period',
  security,
  responses: { ...state, ...problems(400, 401, 403, 409, 503) },
});

const resume = createRoute({
  method: 'post',
  path: '/v1/subscription/resume',
  summary: 'Take back a cancellation or a scheduled change, and take up again what is paused',
  security,
  responses: { ...state, ...problems(400, 401, 402, 403, 409, 503) },
});

const invoiceSchema = z
  .object({
    id: z.string(),
    number: z.string().nullable(),
    date: z.string(),
    amount: z.number().int(),
    currency: z.string(),
    status: z.string(),
    hosted_url: z.string().nullable(),
    pdf_url: z.string().nullable(),
  })
  .openapi('Invoice');

const invoices = createRoute({
  method: 'get',
  path: '/v1/invoices',
  summary: "The caller's invoices, newest first",
  security,
  request: {
    query: z.object({
      limit: leftOut(z.coerce.number().int().min(1).max(100).default(10)),
      starting_after: leftOut(z.string().min(1).max(255).optional()),
    }),
  },
  responses: {
    200: answers('A page of invoices.', z.object({ data: z.array(invoiceSchema).readonly(), has_more: z.boolean() })),
    ...problems(400, 401, 503),
  },
});

export function subscriptionRoutes(deps: RouteDeps) {
  const app = createApi();
  return app
    .openapi(read, async (c) => {
      const caller = await authenticateUser(deps, c.req.raw);
      c.header('Cache-Control', 'no-store');
      const view = await subscriptionView(deps, caller.project, caller.userId);
      const { canManageBilling: can_manage_billing } = caller;
      const may_checkout = view.may_checkout && can_manage_billing;
      return c.json({ ...view, can_manage_billing, may_checkout }, 200);
    })
    .openapi(choose, async (c) => {
      const caller = await authenticateUser(deps, c.req.raw);
      requireBillingRole(caller);
      const choice = c.req.valid('json');
      const chosen = await choosePlan(deps, caller.project, caller.userId, {
        plan: choice.plan,
        billingCycle: choice.billing_cycle ?? null,
      });
      c.header('Cache-Control', 'no-store');
      return c.json(chosen, 200);
    })
    .openapi(cancel, async (c) => {
      const caller = await authenticateUser(deps, c.req.raw);
      requireBillingRole(caller);
      await requireNoFields(c.req);
      c.header('Cache-Control', 'no-store');
      return c.json(await cancelSubscription(deps, caller.project, caller.userId), 200);
    })
    .openapi(resume, async (c) => {
      const caller = await authenticateUser(deps, c.req.raw);
      requireBillingRole(caller);
      await requireNoFields(c.req);
      c.header('Cache-Control', 'no-store');
      return c.json(await resumeSubscription(deps, caller.project, caller.userId), 200);
    })
    .openapi(invoices, async (c) => {
      const { project, userId } = await authenticateUser(deps, c.req.raw);
      const { limit, starting_after: startingAfter = null } = c.req.valid('query');
      c.header('Cache-Control', 'no-store');
      const customer = project.stripe === null ? null : await currentCustomer(deps, project, userId);
      // Who never bought anything has no invoices, and is no reason to ask Stripe.
      if (customer === null) return c.json({ data: [], has_more: false }, 200);
      return c.json(await listInvoices(deps.stripe(project), customer.id, { limit, startingAfter }), 200);
    });
}
