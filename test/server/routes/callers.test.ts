/** What everybody who calls can rely on, whatever the call: who is asked first, which methods there are, and what may be sent twice. */

import assert from 'node:assert/strict';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { startBackend, type Backend } from '../support/backend.ts';
import { testSecretKey } from '../support/project.ts';

const order = {
  plan: 'pro',
  billing_cycle: 'monthly',
  success_url: 'https://app.acme.test/welcome',
  cancel_url: 'https://app.acme.test/pricing',
};

/** Calls with a mistake in each, by who may make them (contract §4). */
const mistaken = {
  user: [
    ['POST', '/v1/checkout'],
    ['POST', '/v1/subscription/preview'],
    ['POST', '/v1/subscription/change'],
    ['POST', '/v1/subscription/cancel'],
    ['POST', '/v1/subscription/resume'],
    ['PUT', '/v1/plan'],
    ['POST', '/v1/portal'],
    ['GET', '/v1/invoices?limit=none'],
  ],
  secretKey: [
    ['PUT', '/v1/users/u_1/plan'],
    ['POST', '/v1/links'],
    ['GET', '/v1/users?limit=none'],
    ['GET', '/v1/incidents?limit=none'],
    ['GET', `/v1/users/${'x'.repeat(256)}/plan`],
    ['DELETE', `/v1/users/${'x'.repeat(256)}`],
  ],
} as const;

describe('every call', () => {
  let backend: Backend;
  before(async () => {
    backend = await startBackend({ webhooks: 'off' });
  });
  after(() => backend.close());

  const send = (method: string, path: string, init: { token?: string; headers?: Record<string, string> } = {}) =>
    backend.call(path, { method, ...init, ...(method !== 'GET' && method !== 'DELETE' && { body: { wrong: 1 } }) });

  for (const [method, path] of mistaken.user) {
    it(`${method} ${path} asks who the user is before it looks at what was sent`, async () => {
      const token = await backend.userToken('u_1');
      const tampered = `${token.slice(0, -4)}AAAA`;
      for (const init of [{}, { token: tampered }, { token: testSecretKey }]) {
        const answer = await send(method, path, init);
        assert.equal(answer.status, 401, answer.text);
        assert.ok(answer.headers.get('www-authenticate'));
        assert.equal(answer.json['errors'], undefined);
      }
      const known = await send(method, path, { token });
      assert.deepEqual([known.status, known.json['code']], [400, 'request_invalid'], known.text);
    });
  }

  for (const [method, path] of mistaken.secretKey) {
    it(`${method} ${path.slice(0, 40)} asks for the secret key before it looks at what was sent`, async () => {
      const token = await backend.userToken('u_1');
      for (const init of [{}, { token: 'sk_test_wrong_key_000000000000' }, { token }])
        assert.equal((await send(method, path, init)).status, 401);
      const page = await send(method, path, { token: testSecretKey, headers: { origin: 'https://app.acme.test' } });
      assert.deepEqual([page.status, page.json['code']], [403, 'secret_key_in_browser']);
      const known = await send(method, path, { token: testSecretKey });
      assert.deepEqual([known.status, known.json['code']], [400, 'request_invalid'], known.text);
    });
  }

  it('without fields takes no body, an empty one, and nothing else', async () => {
    const token = await backend.userToken('u_2');
    const cancel = (init: object) => backend.call('/v1/subscription/cancel', { method: 'POST', token, ...init });
    for (const init of [{}, { body: {} }, { headers: { 'content-type': 'application/json' } }])
      assert.equal((await cancel(init)).json['code'], 'no_subscription');
    for (const body of [{ at: 'now' }, '[]', 'null', '{"a":']) {
      const answer = await cancel({ body });
      assert.deepEqual([answer.status, answer.json['code']], [400, 'request_invalid'], String(body));
    }
  });

  it('that exists with other methods is 405 and names them', async () => {
    const token = await backend.userToken('u_1');
    for (const [method, path, allow] of [
      ['GET', '/v1/checkout', 'POST'],
      ['DELETE', '/v1/plan', 'PUT'],
      ['PUT', '/v1/subscription', 'GET, HEAD'],
      ['PATCH', '/v1/users/u_1/plan', 'GET, HEAD, PUT, DELETE'],
      ['POST', '/healthz', 'GET, HEAD'],
      ['GET', '/webhooks/stripe', 'POST'],
    ] as const) {
      const answer = await backend.call(path, { method, token: path.includes('users') ? testSecretKey : token });
      assert.deepEqual([answer.status, answer.json['code']], [405, 'method_not_allowed'], path);
      assert.equal(answer.headers.get('allow'), allow);
    }
    for (const path of ['/v1/nothing', '/webhooks/nothing', '/webhooks/stripe/acme/more']) {
      const answer = await backend.call(path, { method: 'POST', token });
      assert.deepEqual([answer.status, answer.json['code']], [404, 'not_found'], path);
      assert.match(String(answer.headers.get('content-type')), /problem\+json/);
    }
  });

  it('that fails for a person offers another try at our own address, whatever host was asked for (R42.1)', async () => {
    const query = new URLSearchParams({ project_id: 'acme', user_id: 'u_7', ...order });
    const fault = { route: 'GET /v1/prices', status: 500, count: 3 };
    await fetch(`${backend.sandboxUrl}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(fault) });
    const page = await new Promise<string>((resolve, reject) => {
      const headers = { host: 'evil.test', 'x-forwarded-host': 'evil.test', accept: 'text/html' };
      get(`${backend.publicUrl}/checkout?${query}`, { headers }, (answer) => {
        assert.equal(answer.statusCode, 503);
        text(answer).then(resolve, reject);
      }).once('error', reject);
    });
    assert.doesNotMatch(page, /evil\.test/);
    assert.ok(page.includes(`href="/checkout?${String(query).replaceAll('&', '&amp;')}"`), page);
  });

  it('says to anybody which methods it takes', async () => {
    for (const [path, allow] of [
      ['/v1/checkout', 'POST'],
      ['/v1/users/u_1/plan', 'GET, HEAD, PUT, DELETE'],
      ['/healthz', 'GET, HEAD'],
    ] as const) {
      const answer = await backend.call(path, { method: 'OPTIONS' });
      assert.deepEqual([answer.status, answer.headers.get('allow'), answer.text], [204, allow, ''], path);
    }
    assert.equal((await backend.call('/v1/nothing', { method: 'OPTIONS' })).status, 404);
  });

  describe('with an Idempotency-Key', () => {
    const checkout = (token: string, key: string, more: Record<string, unknown> = {}) =>
      backend.call('/v1/checkout', {
        method: 'POST',
        token,
        body: { ...order, ...more },
        headers: { 'idempotency-key': key },
      });
    const isReplayed = (answer: { headers: Headers }): boolean => answer.headers.get('idempotent-replayed') === 'true';

    it('is the same call when the token was refreshed in between', async () => {
      const first = await checkout(await backend.userToken('u_3'), 'k_1');
      const again = await checkout(await backend.userToken('u_3', { nonce: 2 }), 'k_1');
      assert.ok(isReplayed(again));
      assert.equal(again.text, first.text);
    });

    it('is never answered with what somebody else was told', async () => {
      await checkout(await backend.userToken('u_4'), 'k_2');
      const other = await checkout(await backend.userToken('u_5'), 'k_2');
      assert.equal(other.status, 200);
      assert.ok(!isReplayed(other));
      const stranger = await checkout(`${(await backend.userToken('u_4')).slice(0, -4)}AAAA`, 'k_2');
      assert.equal(stranger.status, 401);
    });

    it('may be tried again when it was too early (R44.1)', async () => {
      const { perHour } = backend.project.checkout;
      const token = await backend.userToken('u_6');
      const seats = (quantity: number, key: string) => checkout(token, key, { plan: 'team', quantity });
      for (let count = 0; count < perHour; count++) assert.equal((await seats(count + 2, `k_6_${count}`)).status, 200);
      for (let attempt = 0; attempt < 2; attempt++) {
        const early = await seats(400, 'k_early');
        assert.equal(early.status, 429);
        assert.ok(!isReplayed(early));
        assert.ok(Number(early.headers.get('retry-after')) > 0);
      }
    });
  });
});
