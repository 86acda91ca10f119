/** The API from outside: who may call, what is refused and how, and what every page may read. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startBackend, type Backend } from '../support/backend.ts';
import { testSecretKey } from '../support/project.ts';

const app = 'https://app.acme.test';

describe('the API', () => {
  let backend: Backend;
  before(async () => {
    backend = await startBackend({ project: { payments: 'none' } });
  });
  after(() => backend.close());

  const put = (userId: string, body: unknown, init: Parameters<Backend['call']>[1] = {}) =>
    backend.call(`/v1/users/${userId}/plan`, { method: 'PUT', token: testSecretKey, body, ...init });

  describe('plans set by the customer’s backend', () => {
    it('are set, read and cleared, and each change is one version', async () => {
      const before = await backend.planOf('u_1');
      assert.deepEqual([before.plan, before.source, before.status], ['free', 'default', 'free']);
      const set = await put('u_1', { plan: 'enterprise' });
      assert.deepEqual(
        [set.status, set.json['plan'], set.json['source'], set.json['status'], set.json['version']],
        [200, 'enterprise', 'api', 'assigned', before.version + 1],
      );
      assert.equal((await put('u_1', { plan: 'enterprise' })).json['version'], before.version + 1);
      const cleared = await backend.call('/v1/users/u_1/plan', { method: 'DELETE', token: testSecretKey });
      assert.deepEqual([cleared.json['plan'], cleared.json['version']], ['free', before.version + 2]);
    });

    it('may end', async () => {
      const set = await put('u_2', { plan: 'pro', expires_at: '2099-01-31T00:00:00Z' });
      assert.deepEqual(set.json['scheduled'], { plan: 'free', billing_cycle: null, at: '2099-01-31T00:00:00Z' });
      assert.equal(
        (await put('u_2', { plan: 'pro', expires_at: '2020-01-31T00:00:00Z' })).json['code'],
        'expires_at_past',
      );
    });

    it('name every mistake of a bad body at once', async () => {
      const answer = await put('u_3', { plna: 'pro', expires_at: 'soon' });
      assert.deepEqual([answer.status, answer.json['code']], [400, 'request_invalid']);
      assert.match(String(answer.headers.get('content-type')), /application\/problem\+json/);
      assert.match(String(answer.json['detail']), /plan.*expires_at.*plna/s);
      assert.equal((await put('u_3', { plan: 'gold' })).json['code'], 'plan_unknown');
      assert.equal((await put('u_3', '{"plan":')).status, 400);
    });

    it('take any user id that a login may use', async () => {
      const id = encodeURIComponent('auth0|ü/1 2');
      assert.equal((await put(id, { plan: 'pro' })).json['user_id'], 'auth0|ü/1 2');
      assert.equal((await put(encodeURIComponent('a\u0000b'), { plan: 'pro' })).status, 400);
      assert.equal((await put('x'.repeat(256), { plan: 'pro' })).status, 400);
    });

    it('need a secret key, and not one that arrived from a page', async () => {
      assert.equal((await backend.call('/v1/users/u_1/plan')).status, 401);
      assert.equal((await backend.call('/v1/users/u_1/plan', { token: 'sk_test_wrong_key_000000000000' })).status, 401);
      assert.equal((await backend.call('/v1/users/u_1/plan', { token: await backend.userToken('u_1') })).status, 401);
      const page = await backend.call('/v1/users/u_1/plan', { token: testSecretKey, headers: { origin: app } });
      assert.deepEqual([page.status, page.json['code']], [403, 'secret_key_in_browser']);
    });

    it('are listed by plan and status, page by page', async () => {
      for (const id of ['l_1', 'l_2', 'l_3']) await put(id, { plan: 'team' });
      const listed = async (query: string) => (await backend.call(`/v1/users?${query}`, { token: testSecretKey })).json;
      const first = await listed('plan=team&limit=2');
      const users = (page: Record<string, unknown>) =>
        (page['data'] as { user_id: string }[]).map(({ user_id: id }) => id);
      assert.deepEqual([users(first), first['next_cursor']], [['l_1', 'l_2'], 'l_2']);
      const second = await listed('plan=team&limit=2&cursor=l_2');
      assert.deepEqual([users(second), second['next_cursor']], [['l_3'], null]);
      assert.deepEqual(users(await listed('plan=team&status=active')), []);
    });

    it('are told as the claims of a token, for identity providers', async () => {
      await put('u_claims', { plan: 'pro' });
      const { json } = await backend.call('/v1/users/u_claims/claims', { token: testSecretKey });
      assert.deepEqual(
        [json['plan'], json['plan_status'], json['features'], json['limits']],
        ['pro', 'assigned', ['export'], { projects: -1 }],
      );
    });

    it('answer a repeated Idempotency-Key with the same answer, and another request with 409', async () => {
      const body = { type: 'select', user_id: 'u_1', redirect_uri: `${app}/back` };
      const post = (sent: unknown) =>
        backend.call('/v1/links', {
          method: 'POST',
          token: testSecretKey,
          body: sent,
          headers: { 'idempotency-key': 'k_1' },
        });
      const first = await post(body);
      assert.equal(first.status, 200);
      assert.deepEqual((await post(body)).json, first.json);
      assert.equal((await post({ ...body, user_id: 'u_2' })).json['code'], 'idempotency_key_reused');
    });
  });

  describe('a user’s own plan, while nothing costs anything', () => {
    it('is chosen freely and told by the next read (R25.1)', async () => {
      const token = await backend.userToken('u_free');
      const chosen = await backend.call('/v1/plan', {
        method: 'PUT',
        token,
        body: { plan: 'pro', billing_cycle: 'monthly' },
      });
      assert.deepEqual([chosen.status, chosen.json['plan'], chosen.json['source']], [200, 'pro', 'selection']);
      const read = await backend.call('/v1/subscription', { token });
      assert.deepEqual([read.json['plan'], read.json['version']], ['pro', chosen.json['version']]);
      assert.equal(read.headers.get('cache-control'), 'no-store');
    });

    it('is not one that is sold by people, and not an unknown one', async () => {
      const token = await backend.userToken('u_free2');
      const choose = async (plan: string) =>
        (await backend.call('/v1/plan', { method: 'PUT', token, body: { plan } })).json['code'];
      assert.equal(await choose('enterprise'), 'contact_required');
      assert.equal(await choose('gold'), 'plan_unknown');
    });
  });

  describe('the catalogue', () => {
    it('is for every page, with a validator', async () => {
      const answer = await backend.call('/v1/projects/acme/plans?currency=eur', {
        headers: { origin: 'https://anywhere.test' },
      });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
      assert.equal(answer.headers.get('access-control-allow-credentials'), null);
      const pro = (answer.json['plans'] as { id: string; prices: unknown }[]).find(({ id }) => id === 'pro');
      assert.deepEqual(pro?.prices, {
        monthly: { unit_amount: 1800, currency: 'eur' },
        yearly: { unit_amount: 18000, currency: 'eur' },
      });
      const etag = String(answer.headers.get('etag'));
      const again = await backend.call('/v1/projects/acme/plans?currency=eur', { headers: { 'if-none-match': etag } });
      assert.equal(again.status, 304);
    });

    it('takes an empty parameter for one that was left out, as every list does: forms send them', async () => {
      const empty = await backend.call('/v1/projects/acme/plans?currency=&locale=');
      assert.equal(empty.text, (await backend.call('/v1/projects/acme/plans')).text);
      for (const [path, token] of [
        ['/v1/users?plan=&status=&limit=&cursor=', testSecretKey],
        ['/v1/incidents?limit=', testSecretKey],
        ['/v1/invoices?limit=&starting_after=', await backend.userToken('u_1')],
      ] as const) {
        assert.equal(
          (await backend.call(path, { token })).text,
          (await backend.call(path.replace(/\?.*/, ''), { token })).text,
        );
      }
      const link = await backend.call(
        `/checkout?project_id=acme&plan=pro&user_id=u_1&success_url=${app}/a&cancel_url=${app}/b&billing_cycle=&quantity=&email=`,
      );
      assert.equal(link.json['code'], 'signature_required', link.text);
    });

    it('says which currencies and projects there are', async () => {
      assert.equal((await backend.call('/v1/projects/acme/plans?currency=jpy')).json['code'], 'currency_unknown');
      assert.equal((await backend.call('/v1/projects/nope/plans')).json['code'], 'project_unknown');
    });
  });

  describe('CORS', () => {
    it('is for the project’s origins, on errors too, and for no others (R34.2)', async () => {
      for (const path of ['/v1/subscription?project_id=acme', '/v1/nothing-here']) {
        const ours = await backend.call(path, { headers: { origin: app } });
        assert.equal(ours.headers.get('access-control-allow-origin'), app);
        assert.match(String(ours.headers.get('vary')), /origin/i);
        assert.equal(ours.headers.get('access-control-allow-credentials'), null);
        const other = await backend.call(path, { headers: { origin: 'https://evil.test' } });
        assert.equal(other.headers.get('access-control-allow-origin'), null);
      }
    });

    it('answers a preflight without a token (R34.3)', async () => {
      const answer = await backend.call('/v1/checkout?project_id=acme', {
        method: 'OPTIONS',
        headers: {
          origin: app,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,idempotency-key',
        },
      });
      assert.equal(answer.status, 204);
      assert.equal(answer.headers.get('access-control-allow-origin'), app);
      for (const header of ['authorization', 'content-type', 'idempotency-key']) {
        assert.match(String(answer.headers.get('access-control-allow-headers')), new RegExp(header));
      }
    });
  });

  describe('errors', () => {
    it('are a page for who navigates and a problem for who calls', async () => {
      const page = await backend.call('/nothing', { headers: { accept: 'text/html,application/xhtml+xml' } });
      assert.equal(page.status, 404);
      assert.match(String(page.headers.get('content-type')), /text\/html/);
      const problem = await backend.call('/nothing');
      assert.deepEqual([problem.json['code'], problem.json['status']], ['not_found', 404]);
    });

    it('refuse a body over 64 KiB', async () => {
      const answer = await put('u_1', { plan: 'x'.repeat(70_000) });
      assert.deepEqual([answer.status, answer.json['code']], [413, 'body_too_large']);
    });

    it('never crash on a malformed Authorization header', async () => {
      for (const authorization of ['Bearer', 'Bearer  ', 'Bearer a b', 'Basic x', 'bearer', '😀'.normalize()]) {
        const header = /^[\x20-\x7e]*$/.test(authorization) ? authorization : 'Bearer %F0';
        const answer = await backend.call('/v1/subscription', { headers: { authorization: header } });
        assert.equal(answer.status, 401, header);
        assert.ok(answer.headers.get('www-authenticate'));
      }
    });
  });

  it('describes itself', async () => {
    const { json } = await backend.call('/openapi.json');
    assert.equal(json['openapi'], '3.1.0');
    const paths = Object.keys(json['paths'] as object);
    for (const path of [
      '/v1/projects/{project}/plans',
      '/v1/checkout',
      '/v1/subscription',
      '/v1/users/{id}/plan',
      '/v1/links',
    ]) {
      assert.ok(paths.includes(path), path);
    }
  });

  it('describes what every call may be answered and asked, whatever else it does (contract §4)', async () => {
    const { json } = await backend.call('/openapi.json');
    type Operation = {
      security?: Record<string, unknown>[];
      requestBody?: { content: Record<string, unknown> };
      parameters?: { name: string; in: string; required?: boolean }[];
      responses: Record<string, unknown>;
    };
    const calls = Object.entries(json['paths'] as Record<string, Record<string, Operation>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, method, path, operation })),
    );
    const admitted = calls.filter(({ path, operation }) => operation.security && !path.startsWith('/v1/token'));
    assert.ok(admitted.length > 15);
    for (const { name, method, operation } of admitted) {
      const answered = new Set(Object.keys(operation.responses));
      const parameters = (operation.parameters ?? []).map((parameter) => `${parameter.in} ${parameter.name}`);
      const asked = new Set(parameters);
      assert.equal(asked.size, parameters.length, name);
      const isUsers = operation.security?.some((scheme) => 'userToken' in scheme);
      for (const status of ['401', ...(isUsers ? ['404'] : ['403'])])
        assert.ok(answered.has(status), `${name} ${status}`);
      assert.ok(asked.has('query project_id'), name);
      if (operation.requestBody)
        for (const status of ['400', '413', '415']) assert.ok(answered.has(status), `${name} ${status}`);
      if (method !== 'post') continue;
      assert.ok(answered.has('409'), `${name} 409`);
      assert.ok(asked.has('header Idempotency-Key'), name);
    }
  });

  it('describes user ids by a pattern that they match', async () => {
    type Call = { parameters: { schema: { pattern?: string } }[] };
    const paths = (await backend.call('/openapi.json')).json['paths'] as Record<string, Record<string, Call>>;
    const [id] = paths['/v1/users/{id}']?.['delete']?.parameters ?? [];
    const pattern = new RegExp(String(id?.schema.pattern), 'u');
    for (const known of ['u_1', 'auth0|ü/1 2', '🙂']) assert.match(known, pattern);
    assert.doesNotMatch('a\u0000b', pattern);
  });

  it('shows itself to people, every documented call of it', async () => {
    const { json } = await backend.call('/openapi.json');
    const page = await backend.call('/docs');
    assert.equal(page.status, 200);
    for (const path of Object.keys(json['paths'] as object))
      assert.ok(page.text.includes(`<code>${path}</code>`), path);
  });

  it('is live and ready', async () => {
    assert.equal((await backend.call('/healthz')).status, 200);
    assert.equal((await backend.call('/readyz')).status, 200);
  });
});
