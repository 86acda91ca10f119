/** Buying: `POST /v1/checkout` for elements, `GET /checkout` as a plain link, `GET /checkout/return` on the way back. */

import { createRoute, z } from '@hono/zod-openapi';
import { requireRedirects } from '../billing/checkout-order.ts';
import { completeCheckout } from '../billing/checkout-return.ts';
import { purchase } from '../billing/purchase.ts';
import { PlanclaimError } from '../errors.ts';
import type { RouteDeps } from './deps.ts';
import { authenticateUser, requireBillingRole } from './lib/authenticate.ts';
import { createApi, readQuery } from './lib/api.ts';
import { requireOwnPageOrRedirects } from './lib/own-page.ts';
import { requireProject } from './lib/project.ts';
import { isSigned } from './lib/signed-query.ts';
import {
  answers,
  billingCycleSchema,
  checkoutAnswerSchema,
  checkoutSchema,
  planIdSchema,
  problems,
  takes,
  urlSchema,
  userIdSchema,
} from './schemas.ts';

const start = createRoute({
  method: 'post',
  path: '/v1/checkout',
  summary: 'Start a checkout',
  description: 'A plan that needs no payment is chosen at once, and `url` is the success_url.',
  security: [{ userToken: [] }],
  request: { body: takes(checkoutSchema) },
  responses: {
    200: answers('Where to send the browser, or what embedded checkout needs.', checkoutAnswerSchema),
    ...problems(400, 401, 403, 409, 415, 429, 503),
  },
});

/** The parameters of a checkout link. */
export const linkSchema = z.object({
  project_id: z.string().min(1),
  plan: planIdSchema,
  user_id: userIdSchema,
  success_url: urlSchema,
  cancel_url: urlSchema,
  billing_cycle: billingCycleSchema.optional(),
  quantity: z.coerce.number().int().optional(),
  currency: z.string().length(3).optional(),
  email: z.email().optional(),
});

/** The caller's e-mail from their own token, for Stripe's form; ours carry it over from the issuer's. */
const emailOf = (claims: Readonly<Record<string, unknown>>): string | null =>
  typeof claims['email'] === 'string' && claims['email'] !== '' ? claims['email'] : null;

export function checkoutRoutes(deps: RouteDeps) {
  const app = createApi();

  app.openapi(start, async (c) => {
    const caller = await authenticateUser(deps, c.req.raw);
    requireBillingRole(caller);
    const body = c.req.valid('json');
    requireOwnPageOrRedirects(deps.config, caller.project, [body.success_url, body.cancel_url]);
    const { url, clientSecret } = await purchase(deps, caller.project, caller.userId, {
      plan: body.plan,
      billingCycle: body.billing_cycle ?? null,
      quantity: body.quantity ?? null,
      currency: body.currency ?? null,
      successUrl: body.success_url,
      cancelUrl: body.cancel_url,
      ui: body.ui ?? caller.project.checkout.ui,
      email: emailOf(caller.claims),
      authenticated: true,
    });
    c.header('Cache-Control', 'no-store');
    return c.json({ url, ...(clientSecret !== null && { client_secret: clientSecret }) }, 200);
  });

  app.get('/checkout', async (c) => {
    const query = readQuery(c.req.query(), linkSchema);
    const project = requireProject(deps.config, query.project_id);
    requireRedirects(project, [query.success_url, query.cancel_url]);
    const authenticated = await isSigned(project, new URL(c.req.url).searchParams, deps.clock);
    if (!authenticated && !project.checkout.unsignedLinks) {
      throw new PlanclaimError('This project takes signed links only. Make one with POST /v1/links.', {
        code: 'signature_required',
        status: 403,
      });
    }
    const { url } = await purchase(deps, project, query.user_id, {
      plan: query.plan,
      billingCycle: query.billing_cycle ?? null,
      quantity: query.quantity ?? null,
      currency: query.currency ?? null,
      successUrl: query.success_url,
      cancelUrl: query.cancel_url,
      ui: 'hosted',
      email: query.email ?? null,
      authenticated,
    });
    c.header('Cache-Control', 'no-store');
    return c.redirect(url ?? query.success_url, 303);
  });

  app.get('/checkout/return', async (c) => {
    const { session_id: sessionId } = readQuery(c.req.query(), z.object({ session_id: z.string().min(1).max(255) }));
    const caller = c.req.header('authorization') === undefined ? null : await authenticateUser(deps, c.req.raw);
    const asUser = caller && { projectId: caller.project.id, userId: caller.userId };
    const { successUrl } = await completeCheckout(deps, sessionId, asUser);
    c.header('Cache-Control', 'no-store');
    return c.redirect(successUrl, 303);
  });
  return app;
}
