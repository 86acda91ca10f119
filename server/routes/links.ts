/** `POST /v1/links`: signed URLs for checkout, plan selection and the portal page, made with a secret key. */

import { createRoute, z } from '@hono/zod-openapi';
import { requireRedirects } from '../billing/checkout-order.ts';
import { requirePlan } from '../billing/assignment.ts';
import { toIso, toSeconds } from '../clock.ts';
import { signLink } from '../links.ts';
import type { RouteDeps } from './deps.ts';
import { authenticateSecretKey, secretKeyOf } from './lib/authenticate.ts';
import { createApi } from './lib/api.ts';
import { answers, billingCycleSchema, planIdSchema, problems, takes, urlSchema, userIdSchema } from './schemas.ts';

/** Seconds: an hour unless asked otherwise, thirty days at most. */
const defaultLife = 3600;
const longestLife = 30 * 86_400;

const common = {
  user_id: userIdSchema,
  expires_in: z
    .number()
    .int()
    .min(60)
    .max(longestLife)
    .optional()
    .openapi({ description: 'Seconds; 3600 by default.' }),
};

const linkSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('checkout'),
      ...common,
      plan: planIdSchema,
      billing_cycle: billingCycleSchema.optional(),
      quantity: z.number().int().optional(),
      currency: z.string().length(3).optional(),
      email: z.email().optional(),
      success_url: urlSchema,
      cancel_url: urlSchema,
    }),
    z.strictObject({
      type: z.literal('select'),
      ...common,
      redirect_uri: urlSchema,
      state: z.string().max(1024).optional(),
      code_challenge: z.string().min(43).max(128).optional(),
      code_challenge_method: z.literal('S256').optional(),
      skip: z.boolean().optional(),
    }),
    z.strictObject({ type: z.literal('portal'), ...common, return_url: urlSchema.optional() }),
  ])
  .openapi('LinkRequest');

const route = createRoute({
  method: 'post',
  path: '/v1/links',
  summary: 'Make a signed link',
  security: [{ secretKey: [] }],
  request: { body: takes(linkSchema) },
  responses: {
    200: answers('The link and when it ends.', z.object({ url: z.string(), expires_at: z.string() })),
    ...problems(400, 401, 403, 415),
  },
});

export function linkRoutes(deps: RouteDeps) {
  return createApi().openapi(route, async (c) => {
    const project = authenticateSecretKey(deps, c.req.raw);
    const body = c.req.valid('json');
    const { type, expires_in: life = defaultLife, ...rest } = body;
    if (body.type === 'checkout') {
      requirePlan(project, body.plan);
      requireRedirects(project, [body.success_url, body.cancel_url]);
    } else if (body.type === 'select') {
      requireRedirects(project, [body.redirect_uri]);
    } else {
      requireRedirects(project, body.return_url === undefined ? [] : [body.return_url]);
    }
    const expiresAt = toSeconds(deps.clock()) + life;
    const url = await signLink({
      secretKey: secretKeyOf(c.req.raw),
      publicUrl: deps.config.publicUrl,
      type,
      params: { ...rest, skip: body.type === 'select' && body.skip ? 1 : undefined, project_id: project.id },
      expiresAt,
    });
    c.header('Cache-Control', 'no-store');
    return c.json({ url, expires_at: toIso(expiresAt * 1000) }, 200);
  });
}
