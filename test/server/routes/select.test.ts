/** The hosted plan selection, as a browser without cookies and scripts uses it, and the token that comes of it. */

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import { startBackend, type Answer, type Backend } from '../support/backend.ts';
import { testSecretKey } from '../support/project.ts';

const redirectUri = 'https://app.acme.test/signed-in';
let user = 0;
const newUser = (): string => `u_${++user}`;

const pkce = () => {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
};

/** The fields of the page's first form for this plan: what a browser would post. */
function formOf(page: string, plan: string): Record<string, string> {
  const form = [...page.matchAll(/<form[\s\S]*?<\/form>/g)]
    .map(([text]) => text)
    .find((text) => text.includes(`value="${plan}"`));
  assert.ok(form, `the page offers ${plan}`);
  const fields = [...form.matchAll(/name="(\w+)"\s+value="([^"]*)"/g)].map(([, name, value]) => [name, value] as const);
  return Object.fromEntries(fields) as Record<string, string>;
}

describe('the selection page', () => {
  let backend: Backend;
  before(async () => {
    backend = await startBackend({ webhooks: 'off' });
  });
  after(() => backend.close());

  const linkFor = async (userId: string, more: Record<string, unknown> = {}): Promise<string> => {
    const body = { type: 'select', user_id: userId, redirect_uri: redirectUri, state: 's_1', ...more };
    const { json } = await backend.call('/v1/links', { method: 'POST', token: testSecretKey, body });
    return String(json['url']);
  };
  const open = (url: string) => backend.call(url, { headers: { accept: 'text/html' } });
  const submit = (fields: Record<string, string>) =>
    backend.call('/select', {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    });
  const location = (answer: Answer): URL => {
    assert.equal(answer.status, 303, answer.text);
    return new URL(String(answer.headers.get('location')));
  };
  const redeem = (code: string, verifier: string) =>
    backend.call('/v1/token', {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: redirectUri,
        client_id: 'acme',
      }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

  it('may be skipped where it says so, and goes back with a code that is worth a token', async () => {
    const userId = newUser();
    const { verifier, challenge } = pkce();
    const page = await open(
      await linkFor(userId, { code_challenge: challenge, code_challenge_method: 'S256', skip: true }),
    );
    assert.equal(page.status, 200);
    assert.match(String(page.headers.get('content-security-policy')), /default-src 'none'/);
    const back = location(await submit({ ...formOf(page.text, 'pro'), skip: '1' }));
    assert.equal(back.origin + back.pathname, redirectUri);
    assert.deepEqual([back.searchParams.get('state'), back.searchParams.get('iss')], ['s_1', backend.publicUrl]);
    const answer = await redeem(String(back.searchParams.get('code')), verifier);
    assert.equal(answer.status, 200, answer.text);
    const claims = decodeJwt(String(answer.json['access_token']));
    assert.deepEqual([claims.sub, claims['plan'], claims['client_id']], [userId, 'free', 'acme']);
  });

  it('leads a paid choice through the checkout and back, with the plan in the token', async () => {
    const userId = newUser();
    const { verifier, challenge } = pkce();
    const page = await open(await linkFor(userId, { code_challenge: challenge, code_challenge_method: 'S256' }));
    const fields = formOf(page.text, 'pro');
    const checkout = location(await submit(fields));
    assert.equal(checkout.origin, new URL(backend.sandboxUrl).origin);
    // A second click is the same order.
    assert.equal(location(await submit(fields)).href, checkout.href);
    const sessionId = /cs_test_\w+/.exec(checkout.href)?.[0] as string;
    await backend.pay(sessionId);
    const applied = location(await open(`/checkout/return?session_id=${sessionId}`));
    assert.equal(applied.pathname, '/select/return');
    const back = location(await open(applied.href));
    const answer = await redeem(String(back.searchParams.get('code')), verifier);
    const claims = decodeJwt(String(answer.json['access_token']));
    assert.deepEqual([claims['plan'], claims['billing_cycle']], ['pro', fields['billing_cycle']]);
  });

  it('takes a token of the fragment through its script, keeps its claims, and answers with a token', async () => {
    const userId = newUser();
    const query = new URLSearchParams({ project_id: 'acme', redirect_uri: redirectUri, skip: '1' });
    const shell = await open(`/select?${query}`);
    assert.match(shell.text, /select-boot\.js/);
    const token = await backend.userToken(userId, { role: 'admin' });
    const session = await backend.call(`/select/session?${query}`, { method: 'POST', token });
    assert.equal(session.status, 200, session.text);
    const page = await open(String(session.json['redirect']));
    const back = location(await submit({ ...formOf(page.text, 'pro'), skip: '1' }));
    const fragment = new URLSearchParams(back.hash.slice(1));
    const claims = decodeJwt(String(fragment.get('access_token')));
    assert.deepEqual([claims.sub, claims['role'], claims['plan']], [userId, 'admin', 'free']);
  });

  it('marks the current plan', async () => {
    const userId = newUser();
    await backend.call(`/v1/users/${userId}/plan`, { method: 'PUT', token: testSecretKey, body: { plan: 'pro' } });
    const page = await open(await linkFor(userId));
    assert.match(page.text, /Current plan/);
  });

  it('offers no way on without a choice unless it was asked to', async () => {
    const page = await open(await linkFor(newUser()));
    const answer = await submit({ ...formOf(page.text, 'pro'), plan: '', skip: '1' });
    assert.notEqual(answer.status, 303);
  });

  it('refuses a redirect off the list, a changed link, a foreign ticket, and a method other than S256', async () => {
    const query = (more: Record<string, string>) =>
      new URLSearchParams({ project_id: 'acme', redirect_uri: redirectUri, ...more });
    assert.equal(
      (await backend.call(`/select?${query({ redirect_uri: 'https://evil.test/' })}`)).json['code'],
      'redirect_not_allowed',
    );
    const changed = new URL(await linkFor('u_victim'));
    changed.searchParams.set('user_id', 'u_other');
    assert.equal((await backend.call(changed.href)).json['code'], 'signature_invalid');
    assert.equal((await backend.call(`/select?${query({ ticket: 'abc' })}`)).json['code'], 'ticket_invalid');
    const plain = query({ code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' });
    assert.equal((await backend.call(`/select?${plain}`)).json['code'], 'request_invalid');
    assert.equal((await backend.call(`/select/session?${query({})}`, { method: 'POST' })).status, 401);
  });
});

describe('the selection page, while nothing costs anything', () => {
  it('chooses at once, and the token says so (R25.1)', async () => {
    const backend = await startBackend({ project: { payments: 'none' } });
    const body = { type: 'select', user_id: 'u_free', redirect_uri: redirectUri };
    const link = await backend.call('/v1/links', { method: 'POST', token: testSecretKey, body });
    const page = await backend.call(String(link.json['url']), { headers: { accept: 'text/html' } });
    const answer = await backend.call('/select', {
      method: 'POST',
      body: new URLSearchParams(formOf(page.text, 'pro')).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const back = new URL(String(answer.headers.get('location')));
    const claims = decodeJwt(String(new URLSearchParams(back.hash.slice(1)).get('access_token')));
    assert.deepEqual([claims['plan'], claims['plan_status']], ['pro', 'assigned']);
    await backend.close();
  });
});
