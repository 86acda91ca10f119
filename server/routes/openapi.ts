/** `GET /openapi.json` (3.1) and `GET /docs`: the routes describe themselves. */

import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { pageSecurityPolicy } from '../pages/assets.ts';
import { renderDocsPage, type ApiDescription } from '../pages/docs.ts';
import { linkSchema } from './checkout.ts';
import type { RouteDeps } from './deps.ts';
import { basePath } from './lib/page.ts';
import { answers, planStateSchema, problemDescription, problems } from './schemas.ts';
import { requestSchema as portalSchema } from './portal-page.ts';
import { requestSchema as selectSchema } from './select.ts';

/** Called last: it describes the routes that are there. */
export function describeApi(app: OpenAPIHono, { config }: Pick<RouteDeps, 'config'>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'userToken', {
    type: 'http',
    scheme: 'bearer',
    description: "The user's own JWT, of an issuer that the project lists, or an access token of ours.",
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'secretKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'A secret key, sk_…; for backends only.',
  });
  for (const page of pages) app.openAPIRegistry.registerPath(page);
  const document = {
    openapi: '3.1.0',
    info: { title: 'Planclaim', version: '1', description: 'Plans, checkout and tokens.' },
    servers: [{ url: config.publicUrl }],
  };
  const describe = (): ApiDocument => withCommonParts(app.getOpenAPI31Document(document));
  app.get('/openapi.json', (c) => c.json(describe()));
  app.get('/docs', (c) => {
    c.header('Content-Security-Policy', pageSecurityPolicy({ redirects: [], logo: null }));
    const api = describe() as unknown as ApiDescription;
    const view = { api, documentUrl: `${basePath(config)}/openapi.json`, brand: null, locale: 'en' };
    return c.html(renderDocsPage({ ...view, assetsUrl: `${basePath(config)}/pages` }));
  });
}

type ApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;
type Operation = NonNullable<NonNullable<ApiDocument['paths']>[string]['get']>;

const namedProject = {
  name: 'project_id',
  in: 'query',
  description: 'Which project, where the token or key could be of several.',
  schema: { type: 'string' },
} as const;
const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Sent again with the same key, a request is answered as it was the first time.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
} as const;

/** What all calls of a kind have in common, and no route says of itself. */
function withCommonParts(document: ApiDocument): ApiDocument {
  for (const [path, { get, put, post, delete: remove }] of Object.entries(document.paths ?? {})) {
    for (const operation of [get, put, post, remove]) {
      if (!operation) continue;
      if (operation.requestBody) answersAlso(operation, [400, 413, 415]);
      if (!operation.security || path.startsWith('/v1/token')) continue;
      const isOfUsers = operation.security.some((scheme) => 'userToken' in scheme);
      answersAlso(operation, isOfUsers ? [400, 401, 404] : [400, 401, 403]);
      operation.parameters = [...(operation.parameters ?? []), namedProject];
      if (operation !== post) continue;
      answersAlso(operation, [409]);
      operation.parameters.push(idempotencyKey);
    }
  }
  return document;
}

function answersAlso({ responses = {} }: Operation, statuses: readonly number[]): void {
  const schema = { $ref: '#/components/schemas/Problem' };
  for (const status of statuses) {
    responses[status] ??= { description: problemDescription, content: { 'application/problem+json': { schema } } };
  }
}

const redirect = { description: 'See Other: where the browser goes next.' };
const html = { description: 'A page.', content: { 'text/html': { schema: z.string() } } };
const project = z.object({ project: z.string() });
const receipt = z.object({
  received: z.literal(true),
  outcome: z.enum(['marked', 'repeated', 'unknown_customer', 'ignored']),
});

/** Calls that are no JSON API: pages, streams, and what Stripe and operators ask. */
const pages: Parameters<OpenAPIHono['openAPIRegistry']['registerPath']>[0][] = [
  {
    method: 'get',
    path: '/v1/events',
    summary: "The caller's plan states as they change (server-sent events)",
    description: 'Each `plan` event carries the plan state; its id is the version, for Last-Event-ID.',
    security: [{ userToken: [] }],
    responses: {
      200: { description: 'A stream.', content: { 'text/event-stream': { schema: planStateSchema } } },
      ...problems(400, 401, 503),
    },
  },
  {
    method: 'get',
    path: '/checkout',
    summary: 'Start a checkout by a link',
    description: 'Without a signature it only starts a first purchase. Made and signed by POST /v1/links.',
    request: { query: linkSchema.extend({ exp: z.string().optional(), sig: z.string().optional() }) },
    responses: { 303: redirect, ...problems(400, 403, 404, 409, 429, 503) },
  },
  {
    method: 'get',
    path: '/checkout/return',
    summary: 'The way back from checkout: applies the paid session, then goes on to its success_url',
    request: { query: z.object({ session_id: z.string() }) },
    responses: { 303: redirect, ...problems(400, 403, 404, 409, 503) },
  },
  {
    method: 'get',
    path: '/select',
    summary: 'The hosted plan selection',
    description: 'Who the user is: a signed link of POST /v1/links, or #token= in the fragment.',
    request: { query: selectSchema },
    responses: { 200: html, ...problems(400, 403, 404) },
  },
  {
    method: 'get',
    path: '/portal',
    summary: 'The hosted portal page',
    description: 'Who the user is: a signed link of POST /v1/links, or #token= in the fragment.',
    request: { query: portalSchema },
    responses: { 200: html, 303: redirect, ...problems(400, 403, 404) },
  },
  {
    method: 'get',
    path: '/portal/return',
    summary: "The way back from Stripe's portal: applies what was done there, then goes on to the return_url",
    request: { query: z.object({ ticket: z.string() }) },
    responses: { 303: redirect, ...problems(400, 403, 404) },
  },
  {
    method: 'post',
    path: '/webhooks/stripe',
    summary: "Stripe's events",
    description: '200 once what it means is stored.',
    responses: { 200: answers('What became of it.', receipt), ...problems(400, 413, 503) },
  },
  {
    method: 'post',
    path: '/webhooks/stripe/{project}',
    summary: "Stripe's events, for a project with an account of its own",
    request: { params: project },
    responses: { 200: answers('What became of it.', receipt), ...problems(400, 413, 503) },
  },
  {
    method: 'get',
    path: '/.well-known/jwks.json',
    summary: 'The keys that verify access tokens (RFC 7517)',
    responses: { 200: answers('A JWK set.', z.object({ keys: z.array(z.looseObject({ kid: z.string() })) })) },
  },
  {
    method: 'get',
    path: '/.well-known/oauth-authorization-server',
    summary: 'Authorization server metadata (RFC 8414)',
    responses: { 200: answers('The metadata.', z.looseObject({ issuer: z.string() })) },
  },
  {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process lives',
    responses: { 200: answers('It does.', z.object({ status: z.string() })) },
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'Whether it can serve',
    responses: { 200: answers('It can.', z.object({ status: z.string() })), ...problems(503) },
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Counts and durations, for Prometheus',
    description:
      'Authorization: Bearer with METRICS_TOKEN or a secret key; neither is needed where PUBLIC_URL is a loopback address.',
    responses: {
      200: { description: 'Text format 0.0.4.', content: { 'text/plain': { schema: z.string() } } },
      ...problems(401, 403, 503),
    },
  },
];
