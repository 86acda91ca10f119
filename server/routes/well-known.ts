/** `GET /.well-known/jwks.json` and the authorization server's metadata (RFC 8414). */

import { Hono } from 'hono';
import type { Config } from '../config/project.ts';
import type { KeyDeps } from '../tokens/deps.ts';
import { grantTypes } from '../tokens/exchange.ts';
import { keyringOf } from '../tokens/keyring.ts';

/** Seconds: with a verifier's own ten minutes far below the thirty that a new key is published before it signs (R32.1). */
const keysMaxAge = 300;
const metadataMaxAge = 3600;

export function wellKnownRoutes(deps: KeyDeps) {
  const app = new Hono();
  app.get('/.well-known/jwks.json', async (c) => {
    const keys = await keyringOf(deps).publicKeys();
    return c.body(JSON.stringify(keys), 200, {
      'Content-Type': 'application/jwk-set+json',
      'Cache-Control': `public, max-age=${keysMaxAge}, stale-if-error=86400`,
    });
  });
  const document = metadata(deps.config);
  const answer = () => Response.json(document, { headers: { 'Cache-Control': `public, max-age=${metadataMaxAge}` } });
  app.get('/.well-known/oauth-authorization-server', answer);
  // RFC 8414 §3.1: the well-known path goes between the host and the issuer's path.
  const { pathname } = new URL(deps.config.publicUrl);
  if (pathname !== '/') app.get(`/.well-known/oauth-authorization-server${pathname}`, answer);
  return app;
}

/** Lists what works, to the letter of `iss` (RFC 8414 §2, RFC 9207 §3). */
const metadata = ({ publicUrl }: Config) => ({
  issuer: publicUrl,
  authorization_endpoint: `${publicUrl}/select`,
  token_endpoint: `${publicUrl}/v1/token`,
  jwks_uri: `${publicUrl}/.well-known/jwks.json`,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: grantTypes,
  token_endpoint_auth_methods_supported: ['none'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
});
