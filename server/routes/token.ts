/** `POST /v1/token`, the OAuth 2.0 token endpoint, and `POST /v1/token/refresh`, the same answer for a bearer token. */

import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { PlanclaimError } from '../errors.ts';
import type { TokenDeps } from '../tokens/deps.ts';
import { exchangeGrant, grantToken, grantTypes, refreshToken } from '../tokens/exchange.ts';
import { oauthError } from '../tokens/oauth-error.ts';
import { createApi } from './lib/api.ts';
import { userTokenOf } from './lib/authenticate.ts';
import { asPlanclaimError } from './lib/problem.ts';
import { answers, problems } from './schemas.ts';

const formType = 'application/x-www-form-urlencoded';

const tokenSchema = z
  .object({
    access_token: z.string(),
    issued_token_type: z.string().optional().openapi({ example: 'urn:ietf:params:oauth:token-type:access_token' }),
    token_type: z.literal('Bearer'),
    expires_in: z.number().int().openapi({ description: 'Seconds.', example: 600 }),
    scope: z.string().optional(),
  })
  .openapi('Token');

const oauthErrorSchema = z.object({ error: z.string(), error_description: z.string() }).openapi('OAuthError');

const formSchema = z
  .object({
    grant_type: z.enum(grantTypes),
    subject_token: z.string().optional(),
    subject_token_type: z.string().optional().openapi({ example: 'urn:ietf:params:oauth:token-type:jwt' }),
    requested_token_type: z.string().optional(),
    audience: z.string().optional().openapi({ description: "The project's id.", example: 'acme' }),
    resource: z.string().optional(),
    scope: z.string().optional(),
    code: z.string().optional(),
    redirect_uri: z.string().optional(),
    code_verifier: z.string().optional(),
    client_id: z.string().optional(),
  })
  .openapi('TokenRequest');

export function tokenRoutes(deps: TokenDeps) {
  const app = createApi();
  // Described, and not checked by its description: it reads nothing but a header and a name, and is called more than all others.
  app.post('/v1/token/refresh', async (c) => {
    const token = userTokenOf(c.req.raw);
    neverStored(c);
    return c.json(await refreshToken(deps, token, { projectId: c.req.query('project_id') || null }));
  });
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/v1/token/refresh',
    summary: "An access token for the caller's own token",
    description: 'Renews the claims, not the session: the new token never outlives the one it comes from.',
    security: [{ userToken: [] }],
    request: { query: z.object({ project_id: z.string().optional() }) },
    responses: { 200: answers('An access token with the plan of now.', tokenSchema), ...problems(400, 401, 404, 503) },
  });
  app.route('/', tokenEndpoint(deps));
  return app;
}

/** Apart from the rest, because its errors are RFC 6749's and not problem documents. */
function tokenEndpoint(deps: TokenDeps) {
  const app = new OpenAPIHono();
  app.onError((thrown, c) => {
    const error = asPlanclaimError(thrown);
    if (error.status >= 500) {
      deps.log.error({ event: 'request_failed', code: error.code, path: c.req.path, err: thrown }, 'A request failed');
    }
    return answerOAuthError(c, error);
  });
  app.post('/v1/token', async (c) => {
    const [type = ''] = (c.req.header('content-type') ?? '').split(';');
    if (type.trim().toLowerCase() !== formType) {
      throw oauthError('invalid_request', `The token endpoint reads ${formType} (RFC 6749 section 3.2).`);
    }
    if (/^basic\b/i.test(c.req.header('authorization') ?? '')) {
      throw oauthError(
        'invalid_client',
        'Clients of this endpoint have no secret. Leave the Authorization header out.',
      );
    }
    const form = new URLSearchParams(await c.req.text());
    neverStored(c);
    return c.json(await grantToken(deps, form, { projectId: c.req.query('project_id') || null }));
  });
  const oauthProblem = {
    description: 'RFC 6749, section 5.2.',
    content: { 'application/json': { schema: oauthErrorSchema } },
  };
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/v1/token',
    summary: 'OAuth 2.0 token endpoint',
    description: `Token exchange (RFC 8693, ${exchangeGrant}) and the selection page's authorization code with PKCE.`,
    request: { body: { required: true, content: { [formType]: { schema: formSchema } } } },
    responses: {
      200: answers('An access token.', tokenSchema),
      400: oauthProblem,
      401: oauthProblem,
      503: oauthProblem,
    },
  });
  return app;
}

/** RFC 6749 §5.1. */
function neverStored(c: Context): void {
  c.header('Cache-Control', 'no-store');
  c.header('Pragma', 'no-cache');
}

function answerOAuthError(c: Context, error: PlanclaimError): Response {
  neverStored(c);
  if (error.retryAfter !== undefined) c.header('Retry-After', String(error.retryAfter));
  if (error.code === 'invalid_client') c.header('WWW-Authenticate', 'Basic realm="token"');
  return c.json(
    { error: oauthCode(error), error_description: describable(error.message) },
    (error.status >= 500 || error.code === 'invalid_client' ? error.status : 400) as ContentfulStatusCode,
  );
}

const oauthCodes = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_scope',
  'invalid_target',
  'unsupported_grant_type',
]);

/** RFC 6749 has no word for our own troubles at this endpoint; these are its own from §4.1.2.1. */
function oauthCode({ code, status }: PlanclaimError): string {
  if (oauthCodes.has(code)) return code;
  if (status === 503) return 'temporarily_unavailable';
  return status >= 500 ? 'server_error' : 'invalid_request';
}

/** RFC 6749 §5.2: printable ASCII without quotes and backslashes. */
const describable = (message: string): string =>
  message
    .replaceAll('"', "'")
    .replaceAll('…', '...')
    .replaceAll(/[^\x20-\x21\x23-\x5B\x5D-\x7E]/g, '?');
