/** `/metrics`: what an operator scrapes, and who may not. */

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { startBackend, type Backend } from '../support/backend.ts';
import { testSecretKey } from '../support/project.ts';

let backend: Backend;
after(() => backend.close());
before(async () => {
  backend = await startBackend();
});

/** The sum of a metric's series whose labels hold all of these. */
async function value(name: string, ...labels: string[]): Promise<number> {
  const { text: body, status } = await backend.call('/metrics');
  assert.equal(status, 200);
  return body
    .split('\n')
    .filter(
      (line) =>
        (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && labels.every((label) => line.includes(label)),
    )
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

describe('what is counted', () => {
  it('is the way of a purchase: checkout, events, reads of Stripe, the plan, the token', async () => {
    const session = await backend.checkout('u_1');
    await backend.checkout('u_1');
    await backend.pay(session.id);
    await backend.until(async () => (await backend.planOf('u_1')).plan === 'pro', 'the plan is there');
    await backend.call(`/checkout/return?session_id=${session.id}`);
    await backend.call('/v1/token/refresh', { method: 'POST', token: await backend.userToken('u_1') });
    await backend.call('/nowhere/u_1');
    await backend.call('/webhooks/stripe', { method: 'POST', body: {}, headers: { 'stripe-signature': 't=1,v1=00' } });
    await backend.until(async () => (await value('planclaim_marks_pending')) === 0, 'everything is applied');

    for (const [name, labels, least] of [
      ['planclaim_checkouts_total', ['outcome="started"'], 1],
      ['planclaim_checkouts_total', ['outcome="reopened"'], 1],
      ['planclaim_checkouts_total', ['outcome="completed"'], 1],
      ['planclaim_webhook_events_total', ['outcome="marked"'], 1],
      ['planclaim_webhook_events_total', ['outcome="refused"'], 1],
      ['planclaim_stripe_requests_total', ['method="GET"', 'resource="subscriptions"', 'status="200"'], 1],
      ['planclaim_stripe_requests_total', ['resource="checkout/sessions"'], 1],
      ['planclaim_plan_changes_total', ['project="acme"', 'cause="stripe"'], 1],
      ['planclaim_tokens_minted_total', ['project="acme"'], 1],
      ['planclaim_mark_to_applied_seconds_count', [], 1],
      ['planclaim_http_requests_total', ['method="POST"', 'route="/v1/checkout"', 'status="200"'], 2],
      ['planclaim_http_requests_total', ['route="/webhooks/stripe"', 'status="400"'], 1],
      ['planclaim_http_requests_total', ['route="none"', 'status="404"'], 1],
      ['planclaim_http_requests_total', ['route="/v1/users/:id/plan"'], 1],
    ] as const) {
      assert.ok((await value(name, ...labels)) >= least, `${name} ${labels.join()}`);
    }
    const { text: body, headers } = await backend.call('/metrics');
    assert.equal(headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    for (const secret of ['u_1', session.id, 'cus_', testSecretKey]) assert.ok(!body.includes(secret), secret);
  });

  it('is in the text format, each line of it', async () => {
    const { text: body } = await backend.call('/metrics');
    const line = /^(# (HELP|TYPE) \w+ .+|[a-z_]+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.e+-]+)$/;
    assert.deepEqual(
      body
        .trimEnd()
        .split('\n')
        .filter((each) => !line.test(each)),
      [],
    );
  });
});

describe('who may see it', () => {
  it('is everybody on one’s own machine but no page in a browser', async () => {
    for (const headers of [
      { origin: 'https://app.acme.test' },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const { status, json } = await backend.call('/metrics', { headers, token: testSecretKey });
      assert.deepEqual([status, json['code']], [403, 'metrics_in_browser']);
    }
    assert.equal((await backend.call('/metrics', { headers: { 'sec-fetch-site': 'none' } })).status, 200);
    // What a proxy passes on is the Internet's.
    assert.equal((await backend.call('/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })).status, 401);
    // A name of somebody else's that leads here: DNS rebinding.
    const { port } = new URL(backend.publicUrl);
    const rebound = await new Promise<number | undefined>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/metrics', headers: { host: 'evil.test' } }, (answer) => {
        void text(answer).then(() => resolve(answer.statusCode));
      })
        .once('error', reject)
        .end();
    });
    assert.equal(rebound, 401);
  });

  it('is who shows the token or a secret key everywhere else', async () => {
    const own = await startBackend({
      project: { payments: 'none' },
      config: { publicUrl: 'https://billing.acme.test', metricsToken: 'metrics_0123456789abcdef' },
    });
    const status = async (token?: string): Promise<number> =>
      (await own.call('/metrics', token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })).status;
    assert.deepEqual(
      [await status(), await status('wrong'), await status(testSecretKey), await status('metrics_0123456789abcdef')],
      [401, 401, 200, 200],
    );
    await own.close();
  });
});
