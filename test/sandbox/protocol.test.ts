/** How the API speaks, whatever it speaks of: keys, errors, parameters, lists, expansion, idempotency. */

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Stripe } from 'stripe';
import { makePlan, openCheckout, openSandbox, subscribe } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

const post = (path: string, form: Record<string, string> | string, headers: Record<string, string> = {}) =>
  sandbox.call(path, { method: 'POST', headers, body: new URLSearchParams(form) });

describe('a caller', () => {
  it('needs a test key, as Bearer or as Basic', async () => {
    const status = async (authorization: string) =>
      (await sandbox.call('/v1/customers', { headers: { authorization } })).status;
    assert.equal(await status('Bearer sk_test_anything'), 200);
    assert.equal(await status(`Basic ${Buffer.from('sk_test_x:').toString('base64')}`), 200);
    assert.equal(await status(''), 401);
    assert.equal(await status('Bearer sk_live_x'), 401);
    assert.equal(await status('Bearer pk_test_x'), 401);
    const live = new Stripe('sk_live_x', { host: '127.0.0.1', port: new URL(sandbox.url).port, protocol: 'http' });
    await assert.rejects(live.customers.list(), { type: 'StripeAuthenticationError' });
  });

  it('is answered with a request id and the version that it asked for', async () => {
    const answer = await sandbox.call('/v1/customers', { headers: { 'stripe-version': '2026-10-28.endive' } });
    assert.match(answer.headers.get('request-id') ?? '', /^req_\w{14}$/);
    assert.equal(answer.headers.get('stripe-version'), '2026-10-28.endive');
  });

  it("is told the sandbox's own time with every answer, errors included", async () => {
    await sandbox.control('clock', { advance_seconds: 86_400 });
    for (const path of ['/v1/customers', '/v1/customers/cus_none', '/v1/nonsense']) {
      const { now } = (await sandbox.control('clock')) as { now: number };
      const date = Date.parse((await sandbox.call(path)).headers.get('date') ?? '') / 1000;
      assert.ok(date === now || date === now + 1, `${path}: ${date}, not ${now}`);
    }
  });

  it('cannot move the clock back: what is in the books has happened', async () => {
    const { now } = (await sandbox.control('clock')) as { now: number };
    for (const body of [{ now: now - 10 }, { advance_seconds: -1 }]) {
      const answer = await sandbox.call('/_sandbox/clock', { method: 'POST', body: JSON.stringify(body) });
      assert.equal(answer.status, 400);
    }
    assert.ok(((await sandbox.control('clock')) as { now: number }).now >= now);
  });

  it('leaves a trace with everything that a test may want to count (R5.2)', async () => {
    const customer = await stripe.customers.create({ email: 'trace@example.com' }, { idempotencyKey: 'trace-1' });
    await stripe.customers.retrieve(customer.id);
    const requests = (await sandbox.control('requests'))['data'] as Record<string, unknown>[];
    const [created, read] = requests.slice(-2);
    assert.partialDeepStrictEqual(created, {
      method: 'POST',
      path: '/v1/customers',
      status: 200,
      stripe_version: '2026-10-28.endive',
      idempotency_key: 'trace-1',
      params: { email: 'trace@example.com' },
    });
    assert.partialDeepStrictEqual(read, { method: 'GET', path: `/v1/customers/${customer.id}`, idempotency_key: null });
  });
});

describe('an error', () => {
  it('is Stripe-shaped for routes that nobody knows, and for those that only Stripe has', async () => {
    const unknown = await sandbox.call('/v1/nonsense');
    assert.equal(unknown.status, 404);
    assert.match(
      String((unknown.json['error'] as Stripe.StripeRawError).message),
      /Unrecognized request URL \(GET: \/v1\/nonsense\)/,
    );
    const calls: readonly [string, string][] = [
      ['POST', '/v1/charges'],
      ['GET', '/v1/entitlements/features'],
      ['GET', '/v1/entitlements/active_entitlements?customer=x'],
    ];
    for (const [method, path] of calls) {
      const answer = await sandbox.call(path, { method });
      assert.equal(answer.status, 400, path);
      assert.partialDeepStrictEqual(answer.json['error'], {
        type: 'invalid_request_error',
        code: 'sandbox_unsupported',
      });
    }
  });

  const mistakes: readonly [string, Record<string, string>, object][] = [
    ['an unknown parameter', { colour: 'red' }, { code: 'parameter_unknown', param: 'colour' }],
    ['an unknown one inside', { 'address[planet]': 'x' }, { code: 'parameter_unknown', param: 'address[planet]' }],
    ['a text for a number', { balance: 'much' }, { code: 'parameter_invalid_integer', param: 'balance' }],
    ['a value that is none of the allowed', { tax_exempt: 'maybe' }, { param: 'tax_exempt' }],
    ['nothing where there is nothing to clear', { email: '' }, { code: 'parameter_invalid_empty', param: 'email' }],
    ['a group for a text', { 'email[at]': 'x' }, { param: 'email' }],
    ['brackets that do not close', { 'metadata[a': 'x' }, { param: 'metadata[a' }],
    ['what only Stripe can', { balance: '5' }, { code: 'sandbox_unsupported', param: 'balance' }],
  ];
  for (const [what, form, error] of mistakes) {
    it(`names the parameter that is at fault: ${what}`, async () => {
      const answer = await post('/v1/customers', form);
      assert.equal(answer.status, 400);
      assert.partialDeepStrictEqual(answer.json['error'], { type: 'invalid_request_error', ...error });
    });
  }

  it('names a parameter that is missing, in the brackets in which it should have come', async () => {
    const missing = async (path: string, form: Record<string, string>) => (await post(path, form)).json['error'];
    assert.partialDeepStrictEqual(await missing('/v1/products', {}), { code: 'parameter_missing', param: 'name' });
    const price = { currency: 'usd', unit_amount: '1', 'product_data[active]': 'true' };
    assert.partialDeepStrictEqual(await missing('/v1/prices', price), {
      code: 'parameter_missing',
      param: 'product_data[name]',
    });
  });

  it('is no success for a missing object, wherever its id came from', async () => {
    await assert.rejects(stripe.invoices.retrieve('in_no'), { statusCode: 404, code: 'resource_missing' });
    await assert.rejects(stripe.subscriptions.list({ customer: 'cus_no' }), { statusCode: 400, param: 'customer' });
  });
});

describe('a caller without a version', () => {
  it('may use the older names that the Stripe CLI uses; one with a version may not', async () => {
    const form = {
      amount: '2000',
      currency: 'usd',
      'payment_method_types[0]': 'card',
      payment_method: 'pm_card_visa',
      confirm: 'true',
    };
    const paid = await post('/v1/payment_intents', form);
    assert.partialDeepStrictEqual(paid.json, { status: 'succeeded', allowed_payment_method_types: ['card'] });
    const refused = await post('/v1/payment_intents', form, { 'stripe-version': '2026-10-28.endive' });
    assert.partialDeepStrictEqual(refused.json['error'], { code: 'parameter_unknown', param: 'payment_method_types' });
  });

  it('finds a page at the address itself', async () => {
    const page = await fetch(sandbox.url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /2026-10-28\.endive/);
  });
});

describe('a form', () => {
  it('nests, lists, and holds keys of every kind', async () => {
    const form =
      'email=a%40b.co&metadata[__proto__]=x&metadata[7]=seven&metadata[a b]=%C3%BC&preferred_locales[]=de&preferred_locales[]=en';
    const answer = await post('/v1/customers', form);
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.text, /"__proto__":"x"/);
    assert.partialDeepStrictEqual(answer.json, {
      preferred_locales: ['de', 'en'],
      metadata: { 7: 'seven', 'a b': 'ü' },
    });
  });

  it('is read from the query of a deletion', async () => {
    const subscription = await subscribe(stripe);
    const answer = await sandbox.call(`/v1/subscriptions/${subscription.id}?cancellation_details[comment]=bye`, {
      method: 'DELETE',
    });
    assert.partialDeepStrictEqual(answer.json, { status: 'canceled', cancellation_details: { comment: 'bye' } });
  });
});

describe('a list', () => {
  let ids: string[];
  before(async () => {
    const made = [];
    for (let n = 0; n < 7; n++) made.push(await stripe.customers.create({ email: 'page@example.com', name: `${n}` }));
    ids = made.map(({ id }) => id).toReversed();
  });
  const page = async (params: Stripe.CustomerListParams) => {
    const list = await stripe.customers.list({ email: 'page@example.com', ...params });
    return { ids: list.data.map(({ id }) => id), more: list.has_more };
  };

  it('is newest first, ten at a time', async () => {
    assert.deepEqual(await page({}), { ids, more: false });
    assert.deepEqual(await page({ limit: 3 }), { ids: ids.slice(0, 3), more: true });
  });

  it('goes on after a cursor, and back before one', async () => {
    assert.deepEqual(await page({ limit: 3, starting_after: ids[2] ?? '' }), { ids: ids.slice(3, 6), more: true });
    assert.deepEqual(await page({ limit: 3, starting_after: ids[5] ?? '' }), { ids: ids.slice(6), more: false });
    assert.deepEqual(await page({ limit: 2, ending_before: ids[4] ?? '' }), { ids: ids.slice(2, 4), more: true });
    assert.deepEqual(await page({ limit: 5, ending_before: ids[2] ?? '' }), { ids: ids.slice(0, 2), more: false });
  });

  it('is gone through to its end by the SDK', async () => {
    const all = await stripe.customers.list({ email: 'page@example.com', limit: 2 }).autoPagingToArray({ limit: 100 });
    assert.deepEqual(
      all.map(({ id }) => id),
      ids,
    );
  });

  it('refuses limits and cursors that are none', async () => {
    await assert.rejects(page({ limit: 0 }), { statusCode: 400, param: 'limit' });
    await assert.rejects(page({ limit: 101 }), { statusCode: 400, param: 'limit' });
    await assert.rejects(page({ starting_after: 'cus_no' }), { code: 'resource_missing', param: 'starting_after' });
    await assert.rejects(page({ starting_after: ids[0] ?? '', ending_before: ids[1] ?? '' }), { statusCode: 400 });
  });
});

describe('expand', () => {
  it('goes through objects and lists, four levels deep', async () => {
    const subscription = await subscribe(stripe);
    const read = await stripe.subscriptions.retrieve(subscription.id, {
      expand: [
        'items.data.price.product',
        'latest_invoice.customer',
        'customer.invoice_settings.default_payment_method',
      ],
    });
    assert.partialDeepStrictEqual(read.items.data[0]?.price.product, { name: 'Pro' });
    assert.equal(((read.latest_invoice as Stripe.Invoice).customer as Stripe.Customer).id, subscription.customer);
    const { invoice_settings: settings } = read.customer as Stripe.Customer;
    assert.equal((settings.default_payment_method as Stripe.PaymentMethod).card?.last4, '4242');
    const listed = await stripe.subscriptions.list({ expand: ['data.latest_invoice', 'data.items.data.price'] });
    assert.equal(typeof listed.data[0]?.latest_invoice, 'object');
  });

  it('does not change what is stored', async () => {
    const { session } = await openCheckout(stripe);
    const wide = await stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items.data.price.product'] });
    assert.partialDeepStrictEqual(wide.line_items?.data[0]?.price?.product, { name: 'Pro' });
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).line_items, undefined);
  });

  it('leaves what is null alone, and refuses what cannot be expanded', async () => {
    const { price, product } = await makePlan(stripe);
    assert.equal((await stripe.products.retrieve(product.id, { expand: ['default_price'] })).default_price, null);
    const refused = (path: string) =>
      assert.rejects(stripe.prices.retrieve(price.id, { expand: [path] }), { statusCode: 400 });
    await refused('nothing');
    await refused('currency');
    await refused('id');
    await refused('product.default_price.product.default_price.product');
    await assert.rejects(stripe.prices.list({ expand: ['product'] }), /data\.product/);
  });
});

describe('an idempotency key', () => {
  it('gets the first answer again, word for word, and does nothing', async () => {
    const form = { email: 'once@example.com' };
    const first = await post('/v1/customers', form, { 'idempotency-key': 'key-1' });
    const second = await post('/v1/customers', form, { 'idempotency-key': 'key-1' });
    assert.equal(second.text, first.text);
    assert.equal(second.headers.get('idempotent-replayed'), 'true');
    assert.equal(second.headers.get('original-request'), first.headers.get('request-id'));
    assert.equal((await stripe.customers.list({ email: 'once@example.com' })).data.length, 1);
  });

  it('is refused with another request', async () => {
    await stripe.customers.create({ email: 'a@example.com' }, { idempotencyKey: 'key-2' });
    await assert.rejects(stripe.customers.create({ email: 'b@example.com' }, { idempotencyKey: 'key-2' }), {
      type: 'StripeIdempotencyError',
      statusCode: 400,
    });
    await assert.rejects(stripe.products.create({ name: 'x' }, { idempotencyKey: 'key-2' }), { statusCode: 400 });
  });

  it('keeps a declined card declined, and forgets what never began', async () => {
    const { session } = await openCheckout(stripe);
    const confirm = (key: string, method: string) =>
      post(`/v1/payment_pages/${session.id}/confirm`, { payment_method: method }, { 'idempotency-key': key });
    const declined = await confirm('key-3', 'pm_card_chargeDeclined');
    assert.equal((await confirm('key-3', 'pm_card_chargeDeclined')).text, declined.text);
    assert.equal((await stripe.events.list({ type: 'charge.failed' })).data.length, 1);
    assert.equal((await post('/v1/products', { nam: 'x' }, { 'idempotency-key': 'key-4' })).status, 400);
    assert.equal((await post('/v1/products', { name: 'x' }, { 'idempotency-key': 'key-4' })).status, 200);
  });

  it('cannot be used twice at once', async () => {
    await sandbox.control('faults', { route: 'POST /v1/customers', stall_ms: 200 });
    const answers = await Promise.all(
      [1, 2].map(() => post('/v1/customers', { email: 'twice@example.com' }, { 'idempotency-key': 'key-5' })),
    );
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409]);
    assert.equal((await stripe.customers.list({ email: 'twice@example.com' })).data.length, 1);
  });
});

describe('a fault', () => {
  beforeEach(() => fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' }));

  it('fails a route as often as it was asked to, and carries nothing out', async () => {
    await sandbox.control('faults', { route: 'POST /v1/customers', status: 500, count: 2 });
    const create = () => stripe.customers.create({ email: 'fault@example.com' });
    await assert.rejects(create(), { type: 'StripeAPIError', statusCode: 500 });
    await stripe.customers.list();
    await assert.rejects(create(), { statusCode: 500 });
    await create();
    assert.equal((await stripe.customers.list({ email: 'fault@example.com' })).data.length, 1);
  });

  it('may be a rate limit or a lock that another request holds (R44.2)', async () => {
    await sandbox.control('faults', { route: '/v1/', status: 429, code: 'lock_timeout' });
    await assert.rejects(stripe.customers.list(), { type: 'StripeRateLimitError', code: 'lock_timeout' });
    // Stripe asks for another try of what waited for a lock, and the SDK makes it.
    await sandbox.control('faults', { route: '/v1/', status: 429, code: 'lock_timeout' });
    await stripe.customers.list({}, { maxNetworkRetries: 1 });
  });

  it('answers late what was carried out in time, and the SDK that tries again gets the same', async () => {
    await sandbox.control('faults', { route: 'POST /v1/customers', late_ms: 2000 });
    const { port } = new URL(sandbox.url);
    const hasty = new Stripe('sk_test_x', {
      host: '127.0.0.1',
      port,
      protocol: 'http',
      timeout: 200,
      maxNetworkRetries: 2,
    });
    const customer = await hasty.customers.create({ email: 'late@example.com' });
    const found = await stripe.customers.list({ email: 'late@example.com' });
    assert.deepEqual(
      found.data.map(({ id }) => id),
      [customer.id],
    );
  });

  it('loses the answer to what was carried out, and the SDK that tries again does it once', async () => {
    await sandbox.control('faults', { route: 'POST /v1/customers', lost: true });
    const { port } = new URL(sandbox.url);
    const connect = (maxNetworkRetries: number) =>
      new Stripe('sk_test_x', { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries });
    const created = await connect(2).customers.create({ email: 'lost@example.com' });
    assert.deepEqual(
      (await stripe.customers.list({ email: 'lost@example.com' })).data.map(({ id }) => id),
      [created.id],
    );
    // A connection that is cut the SDK tries once more whatever it was told.
    await sandbox.control('faults', { route: 'POST /v1/customers', lost: true, count: 2 });
    await assert.rejects(connect(0).customers.create({ email: 'unknown@example.com' }), {
      type: 'StripeConnectionError',
    });
    assert.equal((await stripe.customers.list({ email: 'unknown@example.com' })).data.length, 1);
  });

  it('stalls a route before anything is carried out', async () => {
    await sandbox.control('faults', { route: 'GET /v1/customers', stall_ms: 300 });
    const asked = performance.now();
    await stripe.customers.list();
    assert.ok(performance.now() - asked >= 295);
  });
});
