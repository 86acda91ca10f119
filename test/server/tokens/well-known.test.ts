/** Keys and metadata as other programs read them. */

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { wellKnownRoutes } from '../../../server/routes/well-known.ts';
import { openTokenWorld, type TokenWorld } from '../support/tokens.ts';

let world: TokenWorld;
const get = async (path: string, publicUrl?: string) => {
  world = await openTokenWorld(publicUrl === undefined ? {} : { config: { publicUrl } });
  return wellKnownRoutes(world.deps).request(path);
};
afterEach(() => world.close());

describe('GET /.well-known/jwks.json', () => {
  it('has the public keys, and may be cached for less than a new key waits before it signs (R32.1)', async () => {
    const answer = await get('/.well-known/jwks.json');
    assert.match(answer.headers.get('content-type') ?? '', /json/);
    const maxAge = Number(/max-age=(\d+)/.exec(answer.headers.get('cache-control') ?? '')?.[1]);
    assert.ok(maxAge > 0 && maxAge <= 600);
    const { keys } = (await answer.json()) as { keys: Record<string, unknown>[] };
    assert.deepEqual(
      keys.map((key) => Object.keys(key).toSorted()),
      [['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
    );
  });
});

describe('GET /.well-known/oauth-authorization-server (RFC 8414)', () => {
  it('names what works, and the issuer to the letter of iss', async () => {
    const answer = await get('/.well-known/oauth-authorization-server');
    const metadata = (await answer.json()) as Record<string, unknown>;
    assert.equal(metadata['issuer'], world.config.publicUrl);
    assert.deepEqual(metadata['grant_types_supported'], [
      'urn:ietf:params:oauth:grant-type:token-exchange',
      'authorization_code',
    ]);
    assert.deepEqual(metadata['response_types_supported'], ['code']);
    assert.deepEqual(metadata['code_challenge_methods_supported'], ['S256']);
    assert.equal(metadata['token_endpoint'], 'https://billing.acme.test/v1/token');
    assert.equal(metadata['jwks_uri'], 'https://billing.acme.test/.well-known/jwks.json');
  });

  it('is between the host and the path of an issuer that has one (section 3.1)', async () => {
    const answer = await get('/.well-known/oauth-authorization-server/billing', 'https://acme.test/billing');
    const metadata = (await answer.json()) as Record<string, unknown>;
    assert.equal(metadata['issuer'], 'https://acme.test/billing');
    assert.equal(metadata['token_endpoint'], 'https://acme.test/billing/v1/token');
  });

  it('is nowhere else', async () => {
    assert.equal((await get('/.well-known/oauth-authorization-server/other')).status, 404);
  });
});
