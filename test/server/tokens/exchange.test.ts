/** The token endpoint over the whole app: RFC 8693 exchange, codes with PKCE, refresh, and the errors to the letter. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { base64url, decodeJwt } from 'jose';
import { createApp, type App } from '../../../server/app.ts';
import { createAuthorizationCode, type CodeRequest } from '../../../server/tokens/authorization-code.ts';
import { testProject } from '../support/project.ts';
import {
  giveSubscription,
  openTokenWorld,
  providerIssuer,
  type TokenWorld,
  type TokenWorldOptions,
} from '../support/tokens.ts';

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const jwtType = 'urn:ietf:params:oauth:token-type:jwt';
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const publicUrl = 'https://billing.acme.test';

let world: TokenWorld;
let app: App;
const open = async (options: TokenWorldOptions = {}) => {
  world = await openTokenWorld(options);
  app = createApp(world.deps);
};
beforeEach(() => open());
afterEach(() => world.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}
type Form = Record<string, string | undefined> | [string, string][];

async function send(path: string, init: RequestInit): Promise<Answer> {
  const response = await app.fetch(new Request(`${publicUrl}${path}`, { method: 'POST', ...init }));
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}
const post = (form: Form, { query = '', headers = {} }: { query?: string; headers?: Record<string, string> } = {}) =>
  send(`/v1/token${query}`, {
    headers,
    body: new URLSearchParams(
      Array.isArray(form)
        ? form
        : Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  });
const exchange = async (form: Record<string, string | undefined> = {}, query = '') =>
  post(
    {
      grant_type: exchangeGrant,
      subject_token: form['subject_token'] ?? (await world.provider.sign()),
      subject_token_type: jwtType,
      audience: 'acme',
      ...form,
    },
    { query },
  );
const refresh = (token: string, query = '') =>
  send(`/v1/token/refresh${query}`, { headers: { authorization: `Bearer ${token}` } });
const tokenOf = ({ body, status }: Answer): string => {
  assert.equal(status, 200, JSON.stringify(body));
  return String(body['access_token']);
};
const errorOf = ({ status, body, headers }: Answer): [number, unknown] => {
  assert.deepEqual(Object.keys(body), ['error', 'error_description']);
  assert.match(String(body['error_description']), /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/, 'RFC 6749 section 5.2');
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(headers.get('cache-control'), 'no-store');
  return [status, body['error']];
};

describe('token exchange (RFC 8693)', () => {
  it('answers an issuer’s token with ours, which says the plan', async () => {
    await giveSubscription(world, 'u_1');
    const answer = await exchange({ subject_token: await world.provider.sign({ role: 'admin' }) });
    const { access_token: token, ...rest } = answer.body;
    assert.deepEqual(rest, { issued_token_type: accessTokenType, token_type: 'Bearer', expires_in: 300 });
    assert.deepEqual([answer.headers.get('cache-control'), answer.headers.get('pragma')], ['no-store', 'no-cache']);
    const claims = decodeJwt(String(token));
    assert.deepEqual(
      [
        claims.iss,
        claims.aud,
        claims.sub,
        claims['client_id'],
        claims['plan'],
        claims['billing_cycle'],
        claims['role'],
      ],
      [publicUrl, 'acme', 'u_1', 'acme', 'pro', 'monthly', 'admin'],
    );
    assert.equal(claims.exp, world.clock() / 1000 + 300, 'It outlives the token it came from.');
  });

  it('takes a token of ours as well, and as an access token', async () => {
    const own = tokenOf(await exchange());
    assert.ok(tokenOf(await exchange({ subject_token: own, subject_token_type: accessTokenType })));
  });

  it('gives the type that was asked for, where we have it', async () => {
    assert.equal((await exchange({ requested_token_type: jwtType })).body['issued_token_type'], jwtType);
    const saml = 'urn:ietf:params:oauth:token-type:saml2';
    assert.deepEqual(errorOf(await exchange({ requested_token_type: saml })), [400, 'invalid_request']);
    assert.deepEqual(errorOf(await exchange({ subject_token_type: saml })), [400, 'invalid_request']);
  });

  it('needs grant_type, subject_token and subject_token_type; an empty one is a missing one', async () => {
    for (const name of ['grant_type', 'subject_token', 'subject_token_type']) {
      for (const value of [undefined, '']) {
        const form = {
          grant_type: exchangeGrant,
          subject_token: await world.provider.sign(),
          subject_token_type: jwtType,
        };
        assert.deepEqual(errorOf(await post({ ...form, [name]: value })), [400, 'invalid_request'], name);
      }
    }
  });

  it('answers a subject token that it does not believe with invalid_request, not invalid_grant', async () => {
    const expired = await world.provider.sign({ exp: world.clock() / 1000 - 60 });
    const over = await world.provider.sign({ exp: world.clock() / 1000 });
    const foreign = await world.provider.sign({ iss: 'https://evil.test' });
    for (const subject_token of [expired, over, foreign, 'x', await world.provider.sign({ aud: 'other' })]) {
      assert.deepEqual(errorOf(await exchange({ subject_token })), [400, 'invalid_request']);
    }
  });

  it('answers an audience that it does not serve with invalid_target', async () => {
    assert.deepEqual(errorOf(await exchange({ audience: 'nobody' })), [400, 'invalid_target']);
    const form: [string, string][] = [
      ['grant_type', exchangeGrant],
      ['subject_token', await world.provider.sign()],
      ['subject_token_type', jwtType],
    ];
    const audiences = (...names: string[]) =>
      post([...form, ...names.map((name): [string, string] => ['audience', name])]);
    assert.deepEqual(errorOf(await audiences('acme', 'nobody')), [400, 'invalid_target']);
    assert.ok(tokenOf(await audiences('acme', 'acme')));
    assert.ok(tokenOf(await audiences()), 'The token itself says its project.');
    assert.deepEqual(errorOf(await exchange({}, '?project_id=beta')), [400, 'invalid_target']);
  });

  it('makes no token for a resource that was never granted (GHSA-p2fr-6hmx-4528)', async () => {
    assert.deepEqual(errorOf(await exchange({ resource: 'https://other.test' })), [400, 'invalid_target']);
    assert.ok(tokenOf(await exchange({ resource: 'acme' })));
  });

  it('narrows a scope and never widens one', async () => {
    const subject_token = await world.provider.sign({ scope: 'read write' });
    const narrowed = await exchange({ subject_token, scope: 'read' });
    assert.equal(narrowed.body['scope'], 'read');
    assert.equal(decodeJwt(tokenOf(narrowed))['scope'], 'read');
    assert.deepEqual(errorOf(await exchange({ subject_token, scope: 'read admin' })), [400, 'invalid_scope']);
    assert.equal(decodeJwt(tokenOf(await exchange({ subject_token })))['scope'], 'read write');
  });

  it('wants actor_token_type with actor_token, refuses it without, and acts for nobody', async () => {
    const actor_token = await world.provider.sign({ sub: 'u_2' });
    for (const form of [{ actor_token }, { actor_token_type: jwtType }, { actor_token, actor_token_type: jwtType }]) {
      assert.deepEqual(errorOf(await exchange(form)), [400, 'invalid_request']);
    }
  });

  it('refuses a parameter that comes twice, and one project’s token for another', async () => {
    await world.close();
    await open({
      projects: (provider) => [
        testProject({ issuers: [providerIssuer(provider)] }),
        testProject({ id: 'beta', issuers: [providerIssuer(provider, { audience: ['beta'] })] }),
      ],
    });
    const own = tokenOf(await exchange());
    assert.deepEqual(errorOf(await exchange({ subject_token: own, audience: 'beta' })), [400, 'invalid_request']);
    const twice: [string, string][] = [
      ['grant_type', exchangeGrant],
      ['subject_token', own],
      ['subject_token', own],
      ['subject_token_type', jwtType],
    ];
    assert.deepEqual(errorOf(await post(twice)), [400, 'invalid_request']);
  });

  it('takes forms only, and clients have no secret', async () => {
    const body = JSON.stringify({ grant_type: exchangeGrant });
    assert.deepEqual(errorOf(await send('/v1/token', { body, headers: { 'content-type': 'application/json' } })), [
      400,
      'invalid_request',
    ]);
    const basic = { authorization: `Basic ${btoa('acme:secret')}` };
    const refused = await post({ grant_type: exchangeGrant }, { headers: basic });
    assert.deepEqual(errorOf(refused), [401, 'invalid_client']);
    assert.match(refused.headers.get('www-authenticate') ?? '', /^Basic/);
    assert.deepEqual(errorOf(await exchange({ client_secret: 'x' })), [401, 'invalid_client']);
  });

  it('says which grants there are', async () => {
    for (const grant_type of ['refresh_token', 'client_credentials', 'password', 'x"\n']) {
      assert.deepEqual(errorOf(await post({ grant_type })), [400, 'unsupported_grant_type']);
    }
  });

  it('answers 503 with Retry-After while the store or the issuer cannot be read, and never a token', async () => {
    world.provider.answer = 'error';
    const noKeys = await exchange();
    assert.deepEqual(errorOf(noKeys), [503, 'temporarily_unavailable']);
    assert.ok(Number(noKeys.headers.get('retry-after')) > 0);
    world.provider.answer = 'keys';
    world.clock.advance(3000);
    tokenOf(await exchange());
    await world.store.read.destroy();
    assert.deepEqual(errorOf(await exchange()), [503, 'temporarily_unavailable']);
  });
});

describe('refreshing', () => {
  it('gives the same answer for an issuer’s token or one of ours, with the plan of now (R29.1)', async () => {
    const issuers = await world.provider.sign();
    const first = await refresh(issuers, '?project_id=acme');
    assert.deepEqual(
      [first.body['issued_token_type'], first.body['token_type'], first.body['expires_in']],
      [accessTokenType, 'Bearer', 300],
    );
    assert.equal(decodeJwt(tokenOf(first))['plan'], 'free');
    await giveSubscription(world, 'u_1');
    world.clock.advance(60_000);
    const second = await refresh(tokenOf(first));
    const claims = decodeJwt(tokenOf(second));
    assert.deepEqual([claims['plan'], second.body['expires_in']], ['pro', 240]);
    assert.equal(second.headers.get('cache-control'), 'no-store');
  });

  it('renews the claims and not the session: however often, the end stays the end', async () => {
    let token = await world.provider.sign();
    const { exp } = decodeJwt(token);
    for (let count = 0; count < 5; count++) {
      world.clock.advance(50_000);
      token = tokenOf(await refresh(token));
      assert.equal(decodeJwt(token).exp, exp);
    }
    world.clock.advance(50_000);
    assert.deepEqual([(await refresh(token)).status, (await refresh(token)).body['code']], [401, 'token_expired']);
  });

  it('keeps the caller’s claims through any number of them (R30.1)', async () => {
    const own = { role: 'admin', org: { id: 'o_1' }, scope: 'a b', email: 'a@b.test' };
    const token = tokenOf(await refresh(tokenOf(await refresh(await world.provider.sign(own)))));
    const claims = decodeJwt(token);
    for (const [name, value] of Object.entries(own)) assert.deepEqual(claims[name], value);
  });

  it('in parallel gives each caller a usable token (R31.1)', async () => {
    const token = await world.provider.sign();
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(token)));
    const ids = answers.map((answer) => decodeJwt(tokenOf(answer)).jti);
    assert.equal(new Set(ids).size, 10);
  });

  it('refuses what is no bearer token: 401 with WWW-Authenticate, never a crash (GHSA-xmf8-cvqr-rfgj)', async () => {
    const malformed = [
      '',
      'Bearer',
      'Bearer ',
      'Bearer a b',
      'Basic eDp5',
      'Bearer é',
      'Bearer\ta',
      'x',
      'Bearer ,',
      `Bearer ${'.'.repeat(9)}`,
    ];
    for (const authorization of malformed) {
      const answer = await send('/v1/token/refresh', {
        headers: new Headers([['authorization', encodeLatin(authorization)]]),
      });
      assert.equal(answer.status, 401, authorization);
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
    }
    assert.equal((await send('/v1/token/refresh', {})).body['code'], 'token_missing');
    assert.equal((await refresh('sk_test_x')).body['code'], 'user_token_required');
  });

  it('does not take a user_id for authentication (CVE-2025-61928)', async () => {
    const answer = await send('/v1/token/refresh?user_id=u_1', {
      body: JSON.stringify({ user_id: 'u_1' }),
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(answer.status, 401);
  });

  /** A header is bytes; what does not fit becomes one that does. */
  const encodeLatin = (text: string): string =>
    [...text].map((each) => (each.charCodeAt(0) < 256 ? each : '?')).join('');
});

describe("the selection page's code", () => {
  const verifier = 'v'.repeat(43);
  const redirectUri = 'https://app.acme.test/welcome';
  const challengeOf = async (text: string) =>
    base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
  const codeFor = async (request: Partial<CodeRequest> = {}) =>
    createAuthorizationCode(world.deps, world.project, {
      userId: 'u_1',
      subject: 'u_1',
      keptClaims: { role: 'admin' },
      redirectUri,
      codeChallenge: await challengeOf(verifier),
      sessionExpiresAt: world.clock() / 1000 + 300,
      ...request,
    });
  const redeem = (code: string, form: Record<string, string | undefined> = {}) =>
    post({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier, ...form });

  it('is redeemed for a token of its user, with no issued_token_type', async () => {
    await giveSubscription(world, 'u_1');
    const answer = await redeem(await codeFor());
    assert.deepEqual(Object.keys(answer.body).toSorted(), ['access_token', 'expires_in', 'token_type']);
    const claims = decodeJwt(tokenOf(answer));
    assert.deepEqual(
      [claims.sub, claims['plan'], claims['role'], claims.exp],
      ['u_1', 'pro', 'admin', world.clock() / 1000 + 300],
    );
  });

  it('is good once, also when several redeem it at the same time (GHSA-7w99-5wm4-3g79)', async () => {
    const code = await codeFor();
    const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(code)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      assert.deepEqual(errorOf(answer), [400, 'invalid_grant']);
    }
    assert.deepEqual(errorOf(await redeem(code)), [400, 'invalid_grant']);
  });

  it('is good for a minute', async () => {
    const code = await codeFor();
    const late = await codeFor();
    world.clock.advance(59_999);
    tokenOf(await redeem(code));
    world.clock.advance(1);
    assert.deepEqual(errorOf(await redeem(late)), [400, 'invalid_grant']);
  });

  it('is bound to its address, project and verifier, and spent by a wrong one', async () => {
    const wrong: Record<string, string>[] = [
      { redirect_uri: 'https://app.acme.test/other' },
      { client_id: 'beta' },
      { code_verifier: 'w'.repeat(43) },
      { code_verifier: await challengeOf(verifier) },
    ];
    for (const form of wrong) {
      const code = await codeFor();
      assert.deepEqual(errorOf(await redeem(code, form)), [400, 'invalid_grant'], JSON.stringify(form));
      assert.deepEqual(errorOf(await redeem(code)), [400, 'invalid_grant'], 'A second guess was allowed.');
    }
    tokenOf(await redeem(await codeFor(), { client_id: 'acme' }));
  });

  it('needs code, redirect_uri and a verifier of the right shape (RFC 7636)', async () => {
    const code = await codeFor();
    for (const form of [
      { code: undefined },
      { redirect_uri: undefined },
      { code_verifier: undefined },
      { code_verifier: 'v'.repeat(42) },
      { code_verifier: 'v'.repeat(129) },
      { code_verifier: `${'v'.repeat(42)}+` },
    ]) {
      assert.deepEqual(errorOf(await redeem(code, form)), [400, 'invalid_request'], JSON.stringify(form));
    }
    tokenOf(await redeem(code));
  });

  it('is not in the database, only its hash', async () => {
    const code = await codeFor();
    const rows = await world.store.read.selectFrom('authorization_code').selectAll().execute();
    assert.equal(rows.length, 1);
    assert.ok(!JSON.stringify(rows).includes(code));
  });

  it('gives no token that outlives the login', async () => {
    const code = await codeFor({ sessionExpiresAt: world.clock() / 1000 + 20 });
    assert.equal((await redeem(code)).body['expires_in'], 20);
  });

  it('can be tried again when the plan could not be read', async () => {
    const code = await codeFor({ userId: 'u_9', subject: 'u_9' });
    await world.store.write((tx) => tx.schema.alterTable('plan_state').renameTo('plan_state_away').execute());
    assert.deepEqual(errorOf(await redeem(code)), [503, 'temporarily_unavailable']);
    await world.store.write((tx) => tx.schema.alterTable('plan_state_away').renameTo('plan_state').execute());
    tokenOf(await redeem(code));
  });
});
