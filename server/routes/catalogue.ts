/** `GET /v1/projects/{p}/plans`: the catalogue, for anyone and every cache. */

import { createRoute, z } from '@hono/zod-openapi';
import { etag } from 'hono/etag';
import { catalogue } from '../billing/catalogue.ts';
import { billingCycles } from '../config/project.ts';
import type { RouteDeps } from './deps.ts';
import { createApi } from './lib/api.ts';
import { requireProject } from './lib/project.ts';
import { answers, billingCycleSchema, leftOut, problems } from './schemas.ts';

const priceSchema = z.object({ unit_amount: z.number().int(), currency: z.string() });

const planSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    rank: z.number().int(),
    kind: z.enum(['free', 'paid', 'contact']),
    highlight: z.string().nullable(),
    features: z.array(z.string()).readonly(),
    entitlements: z.record(z.string(), z.union([z.boolean(), z.number()])),
    per_seat: z.boolean(),
    seats: z.object({ min: z.number().int(), max: z.number().int() }).nullable(),
    trial_days: z.number().int().nullable(),
    trial_card: z.enum(['required', 'optional']).nullable(),
    contact_url: z.string().nullable(),
    prices: z.object(
      Object.fromEntries(billingCycles.map((cycle) => [cycle, priceSchema.optional()])) as Record<
        (typeof billingCycles)[number],
        z.ZodOptional<typeof priceSchema>
      >,
    ),
  })
  .openapi('Plan');

const catalogueSchema = z
  .object({
    project_id: z.string(),
    name: z.string(),
    branding: z.object({
      logo: z.string().nullable(),
      accent: z.string().nullable(),
      radius: z.string().nullable(),
      font: z.string().nullable(),
    }),
    payments: z.enum(['stripe', 'none']),
    default_plan: z.string().nullable(),
    currency: z.string().nullable(),
    currencies: z.array(z.string()).readonly(),
    billing_cycles: z.array(billingCycleSchema).readonly(),
    plans: z.array(planSchema).readonly(),
  })
  .openapi('Catalogue');

const route = createRoute({
  method: 'get',
  path: '/v1/projects/{project}/plans',
  summary: 'The plans of a project, for display',
  request: {
    params: z.object({ project: z.string() }),
    query: z.object({ currency: leftOut(z.string().optional()), locale: leftOut(z.string().optional()) }),
  },
  responses: { 200: answers('The catalogue. Amounts in minor units.', catalogueSchema), ...problems(400, 404) },
});

/** Long enough to spare the backend, short enough that a deploy shows. */
const cacheControl = 'public, max-age=60, stale-while-revalidate=600';

export function catalogueRoutes(deps: RouteDeps) {
  const app = createApi();
  app.use('/v1/projects/*', etag());
  return app.openapi(route, (c) => {
    const project = requireProject(deps.config, c.req.valid('param').project);
    const found = catalogue(project, c.req.valid('query').currency ?? null);
    c.header('Cache-Control', cacheControl);
    return c.json(found, 200);
  });
}
