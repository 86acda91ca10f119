/** The hosted portal page: who the reader is, what the page holds, and the way back. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import { startBackend, type Answer, type Backend } from '../support/backend.ts';
import { testSecretKey } from '../support/project.ts';

const returnUrl = 'https://app.acme.test/account';
const html = { accept: 'text/html' };

let backend: Backend;
let now = Date.now();
before(async () => {
  backend = await startBackend({ clock: () => now });
});
after(() => backend.close());

const link = async (options: Record<string, unknown> = {}): Promise<Answer> =>
  backend.call('/v1/links', {
    method: 'POST',
    token: testSecretKey,
    body: { type: 'portal', user_id: 'u_1', return_url: returnUrl, ...options },
  });
/** The page's own address, which the signed link leads to. */
const openLink = async (options: Record<string, unknown> = {}): Promise<string> => {
  const { status, headers } = await backend.call(String((await link(options)).json['url']), { headers: html });
  assert.equal(status, 303);
  return String(headers.get('location'));
};
const attribute = (page: Answer, name: string): string =>
  (new RegExp(`${name}="([^"]*)"`).exec(page.text)?.[1] ?? '').replaceAll('&amp;', '&');

describe('GET /portal behind a signed link', () => {
  it('shows our elements in the branding, and its own address tells nobody who it is for', async () => {
    const path = await openLink();
    assert.ok(!path.includes('u_1') && !path.includes('sig='), path);
    const page = await backend.call(path, { headers: html });
    assert.equal(page.status, 200);
    for (const piece of [
      '<subscription-manager',
      '<plan-picker',
      `href="${returnUrl}"`,
      'Back to Acme',
      'brand/acme.css',
    ]) {
      assert.ok(page.text.includes(piece), piece);
    }
    assert.equal(page.headers.get('cache-control'), 'no-store');
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /script-src 'self';.*frame-ancestors 'none'.*require-trusted-types-for 'script'/);
    assert.ok(!/<script(?![^>]*src=)|style=/.test(page.text), 'nothing inline');
  });

  it('gives its elements a token of that user for as long as the link lasts', async () => {
    const page = await backend.call(await openLink({ expires_in: 120 }), { headers: html });
    const endpoint = attribute(page, 'data-token-endpoint');
    const { json, status } = await backend.call(endpoint);
    const { sub, exp } = decodeJwt(String(json['token']));
    assert.deepEqual([status, sub], [200, 'u_1']);
    assert.ok(Number(exp) <= Math.floor(now / 1000) + 120);
    const refreshed = await backend.call('/v1/token/refresh', { method: 'POST', token: String(json['token']) });
    assert.equal(refreshed.status, 200);

    now += 121_000;
    const ended = await backend.call(endpoint);
    assert.deepEqual([ended.status, ended.json['code']], [403, 'link_expired']);
    const gone = await backend.call(attribute(page, 'success-url'), { headers: html });
    assert.equal(gone.status, 403);
    assert.ok(gone.text.includes(`href="${returnUrl}"`), 'the way back to the app stays');
  });

  it('may be returned to by checkout and by Stripe’s portal, and no other page of ours', async () => {
    const page = await backend.call(await openLink(), { headers: html });
    const own = attribute(page, 'success-url');
    assert.equal(attribute(page, 'return-url'), own);
    const { json } = await backend.call(attribute(page, 'data-token-endpoint'));
    const order = { plan: 'pro', billing_cycle: 'monthly', success_url: own, cancel_url: own };
    const token = String(json['token']);
    const started = await backend.call('/v1/checkout', { method: 'POST', token, body: order });
    assert.equal(started.status, 200, started.text);
    const id = /cs_test_\w+/.exec(String(started.json['url']))?.[0] ?? '';
    await backend.pay(id);
    assert.equal((await backend.call(`/checkout/return?session_id=${id}`)).headers.get('location'), own);
    const portal = await backend.call('/v1/portal', { method: 'POST', token, body: { return_url: own } });
    assert.equal(portal.status, 200, portal.text);
    for (const other of [
      own.replace('project_id=acme', 'project_id=other'),
      own.replace('/portal?', '/portal/return?'),
    ]) {
      const refused = await backend.call('/v1/portal', { method: 'POST', token, body: { return_url: other } });
      assert.equal(refused.json['code'], 'redirect_not_allowed');
    }
  });

  it('refuses what was changed, has run out, or leads off the list, on a branded page with a way back', async () => {
    const url = new URL(String((await link()).json['url']));
    url.searchParams.set('user_id', 'u_2');
    const changed = await backend.call(url.href, { headers: html });
    assert.equal(changed.status, 403);
    assert.ok(changed.text.includes(`href="${returnUrl}"`) && changed.text.includes('brand/acme.css'));

    const old = String((await link({ expires_in: 60 })).json['url']);
    now += 61_000;
    assert.equal((await backend.call(old)).json['code'], 'link_expired');

    const elsewhere = await link({ return_url: 'https://evil.test/' });
    assert.deepEqual([elsewhere.status, elsewhere.json['code']], [400, 'redirect_not_allowed']);
    const open = await backend.call('/portal?project_id=acme&return_url=https://evil.test/');
    assert.deepEqual([open.status, open.json['code']], [400, 'redirect_not_allowed']);
    assert.equal((await backend.call('/portal?project_id=nobody', { headers: html })).status, 404);
  });
});

describe('GET /portal with a token in the fragment', () => {
  it('asks for it with a script, and goes on as that user', async () => {
    const path = `/portal?project_id=acme&return_url=${encodeURIComponent(returnUrl)}&locale=ar`;
    const page = await backend.call(path, { headers: html });
    assert.equal(page.status, 200);
    assert.ok(!page.text.includes('<subscription-manager'), 'nobody is known yet');
    assert.match(page.text, /<html lang="ar" dir="rtl">/);
    const session = await backend.call(attribute(page, 'data-url'), {
      method: 'POST',
      token: await backend.userToken('u_7'),
    });
    const shown = await backend.call(String(session.json['redirect']), { headers: html });
    assert.match(shown.text, /<subscription-manager[^>]*locale="ar"/);
    const { json } = await backend.call(attribute(shown, 'data-token-endpoint'));
    assert.equal(decodeJwt(String(json['token'])).sub, 'u_7');
    assert.equal((await backend.call(attribute(page, 'data-url'), { method: 'POST', token: 'nonsense' })).status, 401);
  });
});
