/** `@planclaim/server/verify`, as a customer's backend uses it: real keys over real HTTP, and every forgery that has had a CVE. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { base64url, CompactEncrypt, exportSPKI, importJWK, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import { createVerifier, VerifyError, type VerifierOptions, type VerifyOptions } from '../../server/verify.ts';
import { makeProviderKey, startIdentityProvider, type IdentityProvider } from './support/identity-provider.ts';
import { testClock, type TestClock } from './support/project.ts';

const minute = 60_000;
const audience = 'acme';

describe('verifyToken', () => {
  let clock: TestClock;
  let backend: IdentityProvider;
  /** An access token as `issue.ts` makes them; `undefined` leaves a claim out. */
  let access: IdentityProvider['sign'];
  const verifier = (options: Partial<VerifierOptions> = {}) =>
    createVerifier({ issuer: backend.issuer, audience, jwksUri: backend.jwksUri, clock, ...options });
  const refusal = async (token: string, options?: VerifyOptions, verify = verifier()): Promise<string> => {
    const error = await verify(token, options).then(
      () => assert.fail('The token was accepted.'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof VerifyError, String(error));
    assert.ok(token.length < 30 || !error.message.includes(token), 'The message holds the token.');
    return error.code;
  };

  beforeEach(async () => {
    clock = testClock();
    backend = await startIdentityProvider(clock);
    access = (claims = {}, { header, ...options } = {}) =>
      backend.sign(
        {
          client_id: 'acme',
          jti: 'j_1',
          plan: 'pro',
          billing_cycle: 'monthly',
          plan_status: 'active',
          features: ['export'],
          limits: { projects: -1, seats: 5 },
          plan_version: 7,
          ...claims,
        },
        { ...options, header: { typ: 'at+jwt', ...header } },
      );
  });
  afterEach(() => backend.close());

  describe('an access token', () => {
    it('says who it is and what their plan may do', async () => {
      const verifyToken = verifier();
      const user = await verifyToken(await access({ role: 'admin' }));
      assert.equal(user.id, 'u_1');
      assert.equal(user.claims.plan, 'pro');
      assert.equal(user.claims.billing_cycle, 'monthly');
      assert.equal(user.claims['role'], 'admin');
      assert.deepEqual([user.hasPlan('pro'), user.hasPlan('free'), user.hasPlan('team')], [true, false, false]);
      assert.deepEqual([user.can('export'), user.can('sso')], [true, false]);
    });

    it('gives limits to compare with: unlimited is infinite, and what the plan does not have is none', async () => {
      const user = await verifier()(await access());
      assert.deepEqual(
        [user.limit('seats'), user.limit('projects'), user.limit('robots'), user.limit('toString')],
        [5, Number.POSITIVE_INFINITY, 0, 0],
      );
    });

    it('can be checked with the function by its name as well', async () => {
      const { verifyToken } = verifier();
      assert.equal((await verifyToken(await access())).claims.plan, 'pro');
    });

    it('has its claims under their bare names also where they are in a namespace', async () => {
      const namespace = 'https://acme.test/';
      const bare = { plan: undefined, plan_version: undefined, features: undefined };
      const token = await access({ ...bare, [`${namespace}plan`]: 'team', [`${namespace}features`]: ['sso'] });
      const user = await verifier({ namespace })(token);
      assert.deepEqual([user.claims.plan, user.claims.features, user.can('sso')], ['team', ['sso'], true]);
    });

    it('takes nothing for a plan that is not one', async () => {
      const user = await verifier()(
        await access({ plan: { id: 'pro' }, features: 'export', limits: [1], plan_version: '9' }),
      );
      assert.deepEqual([user.claims.plan, user.hasPlan('pro'), user.claims.features], [null, false, []]);
      assert.deepEqual([user.can('export'), user.limit('projects'), user.claims.plan_version], [false, 0, 0]);
    });

    for (const alg of ['EdDSA', 'RS256']) {
      it(`is accepted when it is signed ${alg}`, async () => {
        backend.keys = [await makeProviderKey('other', alg)];
        assert.equal((await verifier()(await access())).claims.plan, 'pro');
      });
    }

    it('is looked for where the issuer has its keys, unless told otherwise', async () => {
      const asked: string[] = [];
      const fetch: VerifierOptions['fetch'] = (url, init) => {
        asked.push(url);
        return globalThis.fetch(backend.jwksUri, init);
      };
      await createVerifier({ issuer: backend.issuer, audience, clock, fetch })(await access());
      assert.deepEqual(asked, [`${backend.issuer}/.well-known/jwks.json`]);
    });
  });

  describe('time', () => {
    it('tolerates half a minute at either end, and no more (R33.1)', async () => {
      const token = await access();
      const notYet = await access({ nbf: clock() / 1000 + 30 });
      assert.ok(await verifier()(notYet));
      clock.advance(5 * minute + 29_000);
      assert.ok(await verifier()(token));
      clock.advance(1000);
      assert.equal(await refusal(token), 'token_expired');
      assert.equal(await refusal(await access({ nbf: clock() / 1000 + 31 })), 'token_not_active');
    });

    it('tolerates what is configured', async () => {
      const token = await access();
      clock.advance(5 * minute + 10_000);
      assert.equal(await refusal(token, {}, verifier({ clockTolerance: 5 })), 'token_expired');
    });
  });

  describe('a forged token is refused', () => {
    it('with another issuer, another audience or none (R33.2, CVE-2025-62610)', async () => {
      assert.equal(await refusal(await access({ iss: 'https://evil.test' })), 'issuer_mismatch');
      assert.equal(await refusal(await access({ iss: `${backend.issuer}/` })), 'issuer_mismatch');
      assert.equal(await refusal(await access({ aud: 'another-app' })), 'audience_mismatch');
      assert.equal(await refusal(await access({ aud: undefined })), 'audience_mismatch');
    });

    it('signed with a key that is not the issuer’s', async () => {
      const stranger = await makeProviderKey('key-1');
      assert.equal(await refusal(await access({}, { key: stranger })), 'token_invalid');
    });

    it('changed after it was signed', async () => {
      const [header, payload = '', signature] = (await access({ plan: 'free' })).split('.');
      const forged = { ...JSON.parse(new TextDecoder().decode(base64url.decode(payload))), plan: 'pro' };
      assert.equal(
        await refusal([header, base64url.encode(JSON.stringify(forged)), signature].join('.')),
        'token_invalid',
      );
    });

    it('with alg none, in any spelling (CVE-2022-23540)', async () => {
      const unsigned = new UnsecuredJWT({ sub: 'u_1', client_id: 'acme', plan: 'pro', jti: 'j' })
        .setIssuer(backend.issuer)
        .setAudience(audience)
        .setIssuedAt(clock() / 1000)
        .setExpirationTime(clock() / 1000 + 60)
        .encode();
      const [, payload] = unsigned.split('.');
      for (const alg of ['none', 'None', 'NONE', '']) {
        const header = base64url.encode(JSON.stringify({ alg, typ: 'at+jwt', kid: 'key-1' }));
        assert.match(await refusal(`${header}.${payload}.`), /^token_(invalid|malformed)$/, alg);
      }
    });

    it('with the public key as an HMAC secret, with leading white space too (R33.2, CVE-2026-34950)', async () => {
      backend.keys = [await makeProviderKey('rsa', 'RS256')];
      const [key] = backend.keys;
      const pem = await exportSPKI((await importJWK({ ...key?.publicJwk, ext: true }, 'RS256')) as CryptoKey);
      const [, payload] = (await access()).split('.');
      for (const secret of [pem, pem.trim(), ` \n${pem}`, JSON.stringify(key?.publicJwk)]) {
        for (const alg of ['HS256', 'HS512']) {
          const head = `${base64url.encode(JSON.stringify({ alg, typ: 'at+jwt', kid: 'rsa' }))}.${payload}`;
          const signature = createHmac(alg.replace('HS', 'sha'), secret).update(head).digest('base64url');
          assert.equal(await refusal(`${head}.${signature}`), 'token_invalid');
        }
      }
    });

    it('with an alg of its own choice where the key names none (CVE-2026-22817)', async () => {
      const key = await makeProviderKey('bare', 'RS256');
      const { alg: _left, ...bare } = key.publicJwk;
      backend.keys = [{ ...key, publicJwk: bare }];
      const weaker = await importJWK(await privateJwk(key.privateKey), 'RS512');
      const token = new SignJWT({ client_id: 'acme', jti: 'j', plan: 'pro' })
        .setProtectedHeader({ alg: 'RS512', typ: 'at+jwt', kid: 'bare' })
        .setIssuer(backend.issuer)
        .setAudience(audience)
        .setSubject('u_1')
        .setIssuedAt(clock() / 1000)
        .setExpirationTime(clock() / 1000 + 60);
      assert.equal(await refusal(await token.sign(weaker)), 'token_invalid');
    });

    it('with a crit that nobody knows (CVE-2026-35042)', async () => {
      const [, payload] = (await access()).split('.');
      const [key] = backend.keys;
      const header = base64url.encode(
        JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1', crit: ['x-plan'], 'x-plan': 'ignore' }),
      );
      const signature = await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        key?.privateKey as CryptoKey,
        new TextEncoder().encode(`${header}.${payload}`),
      );
      const token = `${header}.${payload}.${base64url.encode(new Uint8Array(signature))}`;
      assert.match(await refusal(token), /^token_(invalid|malformed)$/);
    });

    it('where the key that it names is empty, or a shared secret (CVE-2026-44351)', async () => {
      const [good] = backend.keys;
      assert.ok(good);
      backend.keys = [{ ...good, publicJwk: { kty: 'oct', k: '', kid: 'key-1', alg: 'HS256' } }];
      const [, payload] = (await access({}, { key: good })).split('.');
      const head = `${base64url.encode(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: 'key-1' }))}.${payload}`;
      const signature = createHmac('sha256', '').update(head).digest('base64url');
      assert.equal(await refusal(`${head}.${signature}`), 'token_invalid');
    });

    it('that brings its own key (CVE-2026-27962)', async () => {
      const own = await makeProviderKey('own');
      for (const header of [
        { jwk: own.publicJwk },
        { jwk: own.publicJwk, kid: 'key-1' },
        { jku: 'https://evil.test/jwks' },
      ]) {
        assert.equal(await refusal(await access({}, { key: own, header })), 'token_invalid');
      }
    });

    it('wrapped in a JWE, compressed or not (CVE-2026-29000, CVE-2024-28176)', async () => {
      const key = crypto.getRandomValues(new Uint8Array(32));
      const unsigned = new UnsecuredJWT({ sub: 'u_1', plan: 'pro' }).encode();
      const wrapped = await new CompactEncrypt(new TextEncoder().encode(unsigned))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' })
        .encrypt(key);
      assert.equal(await refusal(wrapped), 'token_malformed');
      const [, ...rest] = wrapped.split('.');
      const zipped = base64url.encode(JSON.stringify({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' }));
      assert.equal(await refusal([zipped, ...rest].join('.')), 'token_malformed');
    });

    it('made for another purpose: an ID token, a logout token, one without a type (CVE-2023-48309)', async () => {
      for (const typ of ['JWT', 'logout+jwt', 'secevent+jwt', undefined]) {
        assert.equal(await refusal(await backendToken({ typ })), 'token_type_mismatch');
      }
    });

    it('that lacks what every access token has (RFC 9068)', async () => {
      for (const claim of ['sub', 'client_id', 'iat', 'exp', 'jti']) {
        assert.equal(await refusal(await access({ [claim]: undefined })), 'token_invalid', claim);
      }
    });

    it('that is no token at all', async () => {
      for (const token of ['', 'x', 'a.b.c', '..', '{}', 'a'.repeat(20_000), `${await access()}.x`]) {
        assert.match(await refusal(token || ' '), /^token_(malformed|invalid)$/);
      }
      await assert.rejects(verifier()(undefined as unknown as string), { code: 'token_malformed' });
    });

    it('that another was verified before with the same beginning or the same jti: nothing is remembered (CVE-2026-35039)', async () => {
      const verify = verifier();
      const token = await access();
      await verify(token);
      const flipped = `${token.slice(0, -2)}${token.at(-2) === 'A' ? 'B' : 'A'}${token.at(-1)}`;
      assert.equal(await refusal(flipped, {}, verify), 'token_invalid');
    });

    const backendToken = ({ typ }: { typ: string | undefined }) => access({}, { header: { typ } as { typ: string } });
    const privateJwk = async (key: CryptoKey) => {
      const { exportJWK } = await import('jose');
      const { alg: _alg, ...jwk } = await exportJWK(key);
      return jwk;
    };
  });

  it('is not made where issuer or audience are not set: an empty variable switches no check off', () => {
    const unset = undefined as unknown as string;
    for (const options of [
      { issuer: '', audience },
      { issuer: 'https://x.test', audience: '' },
      { issuer: 'https://x.test', audience: unset },
      { issuer: unset, audience },
    ]) {
      assert.throws(() => createVerifier(options), TypeError);
    }
  });

  describe('keys', () => {
    it('are fetched once for any number of first verifications (R32.5)', async () => {
      const verify = verifier();
      backend.answer = 'hold';
      const token = await access();
      const waiting = Array.from({ length: 50 }, () => verify(token));
      while (backend.fetches === 0) await new Promise(setImmediate);
      backend.release();
      await Promise.all(waiting);
      assert.equal(backend.fetches, 1);
    });

    it('are believed for ten minutes', async () => {
      const verify = verifier();
      await verify(await access());
      clock.advance(10 * minute - 1);
      await verify(await access());
      assert.equal(backend.fetches, 1);
      clock.advance(1);
      await verify(await access());
      assert.equal(backend.fetches, 2);
    });

    it('follow a rotation at once: the first token of the new key is accepted (R32.1)', async () => {
      const verify = verifier();
      await verify(await access());
      backend.keys = [await makeProviderKey('key-2'), ...backend.keys];
      assert.ok(await verify(await access()));
      assert.equal(backend.fetches, 2);
    });

    it('are fetched at most once in a cool-down for a thousand tokens with made-up key ids (R32.3)', async () => {
      const verify = verifier();
      await verify(await access());
      const stranger = await makeProviderKey('x');
      const flood = async () => {
        const token = await access({}, { key: { ...stranger, kid: crypto.randomUUID() } });
        assert.equal(await refusal(token, {}, verify), 'token_invalid');
      };
      await Promise.all(Array.from({ length: 500 }, flood));
      for (let count = 0; count < 500; count++) await flood();
      assert.equal(backend.fetches, 2);
      clock.advance(30_000);
      await flood();
      assert.equal(backend.fetches, 3);
    });

    it('are fetched once for a flood that meets a verifier without any (R32.3)', async () => {
      const verify = verifier();
      const stranger = await makeProviderKey('x');
      for (let count = 0; count < 20; count++) {
        const token = await access({}, { key: { ...stranger, kid: `made-up-${count}` } });
        assert.equal(await refusal(token, {}, verify), 'token_invalid');
      }
      assert.equal(backend.fetches, 1);
    });

    for (const trouble of ['error', 'redirect', 'garbage'] as const) {
      it(`keep verifying for a day while the issuer answers with ${trouble}, asked twice a minute (R32.4)`, async () => {
        const verify = verifier();
        await verify(await access());
        backend.answer = trouble;
        clock.advance(10 * minute);
        for (let count = 0; count < 10; count++) assert.ok(await verify(await access()));
        assert.equal(backend.fetches, 2);
        clock.advance(29_999);
        await verify(await access());
        assert.equal(backend.fetches, 2, 'The cool-down counts from the last attempt.');
        clock.advance(1);
        await verify(await access());
        assert.equal(backend.fetches, 3);
        clock.set(testClock()() + 24 * 60 * minute - 1);
        assert.ok(await verify(await access()));
        clock.advance(1);
        assert.equal(await refusal(await access(), {}, verify), 'keys_unavailable');
      });
    }

    it('that cannot be fetched are no reason to call an unknown key bad', async () => {
      const verify = verifier();
      await verify(await access());
      const fresh = await makeProviderKey('key-2');
      backend.answer = 'error';
      assert.equal(await refusal(await access({}, { key: fresh }), {}, verify), 'keys_unavailable');
    });

    it('are there soon after a start that came before the issuer’s', async () => {
      const verify = verifier();
      backend.answer = 'error';
      assert.equal(await refusal(await access(), {}, verify), 'keys_unavailable');
      assert.equal(await refusal(await access(), {}, verify), 'keys_unavailable');
      assert.equal(backend.fetches, 1);
      backend.answer = 'keys';
      clock.advance(3000);
      assert.ok(await verify(await access()));
    });
  });

  describe('freshness (R29.3)', () => {
    let state: { status: number; body: unknown };
    let live: { url: string; asked: { url: string; authorization: string }[]; close: () => Promise<void> };

    beforeEach(async () => {
      state = {
        status: 200,
        body: {
          plan: 'free',
          billing_cycle: null,
          status: 'free',
          features: [],
          limits: { projects: 1 },
          version: 8,
          grace_until: null,
        },
      };
      const asked: { url: string; authorization: string }[] = [];
      const server = createServer((request, response) => {
        if (request.url === '/.well-known/jwks.json') {
          response.end(JSON.stringify({ keys: backend.keys.map(({ publicJwk }) => publicJwk) }));
          return;
        }
        asked.push({ url: request.url ?? '', authorization: request.headers.authorization ?? '' });
        response.writeHead(state.status).end(JSON.stringify(state.body));
      });
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      live = {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        asked,
        close: () =>
          new Promise((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      };
    });
    afterEach(() => live.close());
    const atLive = () => createVerifier({ issuer: live.url, audience, clock });

    it('can be demanded by version: an older token has to be refreshed', async () => {
      const token = await access();
      assert.ok(await verifier()(token, { minVersion: 7 }));
      assert.equal(await refusal(token, { minVersion: 8 }), 'plan_outdated');
    });

    it('can be asked for: the claims are then those of now', async () => {
      const token = await access({ iss: live.url, grace_until: '2026-11-30T10:00:00Z' });
      const user = await atLive()(token, { fresh: true, minVersion: 8 });
      assert.deepEqual([user.claims.plan, user.claims.plan_version, user.limit('projects')], ['free', 8, 1]);
      assert.equal(user.claims.grace_until, undefined);
      assert.equal(user.can('export'), false);
      assert.deepEqual(live.asked, [{ url: '/v1/subscription?project_id=acme', authorization: `Bearer ${token}` }]);
    });

    it('never falls back to the claims: no answer is an error', async () => {
      const token = await access({ iss: live.url });
      state = { status: 503, body: {} };
      assert.equal(await refusal(token, { fresh: true }, atLive()), 'backend_unavailable');
      state = { status: 401, body: {} };
      assert.equal(await refusal(token, { fresh: true }, atLive()), 'token_invalid');
    });

    it('is asked only for a token that is good', async () => {
      assert.equal(
        await refusal(await access({ iss: live.url, aud: 'x' }), { fresh: true }, atLive()),
        'audience_mismatch',
      );
      assert.deepEqual(live.asked, []);
    });
  });
});

describe('the module', () => {
  it('imports jose and nothing else', async () => {
    const source = await readFile(new URL('../../server/verify.ts', import.meta.url), 'utf8');
    const imported = [...source.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)/g)].map(
      (match) => match[1] ?? match[2],
    );
    assert.deepEqual(imported, ['jose']);
  });
});
