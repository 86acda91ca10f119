/** Webhooks: signed, at least once, retried, unreliable on request, and not lost over a restart (R43.2). */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { openReceiver } from './support/receiver.ts';
import type { Received, Receiver } from './support/receiver.ts';
import { openCheckout, openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
let receiver: Receiver;
let endpoint: Stripe.WebhookEndpoint;

const schedule = { retrySchedule: [20, 40, 80] };

beforeEach(async () => {
  sandbox = await openSandbox(schedule);
  ({ stripe } = sandbox);
  receiver = await openReceiver();
  endpoint = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
});
afterEach(async () => {
  receiver.close();
  await sandbox.close();
});

const typesOf = (received: readonly Received[]) => received.map(({ event }) => event.type);
const has = (type: string) => (received: readonly Received[]) => typesOf(received).includes(type);

interface Delivery {
  readonly event: string;
  readonly type: string;
  readonly state: string;
  readonly attempts: number;
  readonly last_status: number | null;
}

const deliveries = async (query = '') => (await sandbox.control(`deliveries${query}`))['data'] as Delivery[];

describe('a delivery', () => {
  it('is signed so that the SDK believes it, and fits its types', async () => {
    assert.match(endpoint.secret ?? '', /^whsec_\w{32}$/);
    const { session } = await openCheckout(stripe);
    await sandbox.pay(session.id);
    await receiver.until(has('checkout.session.completed'), 'the completed session');
    for (const { body, signature } of receiver.received) {
      const event = stripe.webhooks.constructEvent(body, signature, endpoint.secret ?? '');
      assert.equal(event.api_version, '2026-10-28.endive');
    }
    const { body, signature, headers } = receiver.received[0] ?? assert.fail('nothing came');
    assert.match(signature, /^t=\d+,v1=[0-9a-f]{64}$/);
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
    assert.throws(() => stripe.webhooks.constructEvent(body, signature, 'whsec_other'));
    assert.throws(() =>
      stripe.webhooks.constructEvent(JSON.stringify(JSON.parse(body)), signature, endpoint.secret ?? ''),
    );
  });

  it('is tried again until the answer is a 2xx; a redirect is none', async () => {
    receiver.answerWith(500, 302);
    const customer = await stripe.customers.create({});
    await receiver.until((received) => received.length === 3, 'three attempts');
    assert.deepEqual([...new Set(receiver.received.map(({ event }) => event.data.object.id))], [customer.id]);
    const event = receiver.received[0]?.event.id ?? '';
    await settled(event, 'delivered');
    assert.partialDeepStrictEqual((await deliveries(`?event=${event}`))[0], { attempts: 3, last_status: 200 });
    assert.equal((await stripe.events.retrieve(event)).pending_webhooks, 0);
  });

  it('has failed after the last attempt', async () => {
    receiver.answerWith(500, 500, 500, 500);
    await stripe.customers.create({});
    await receiver.until((received) => received.length === 4, 'four attempts');
    await settled(receiver.received[0]?.event.id ?? '', 'failed');
    await stripe.products.create({ name: 'x' });
    await receiver.until(has('product.created'), 'the next event');
    assert.equal(receiver.received.length, 5);
  });

  it('does not hold up others while an endpoint is down', async () => {
    await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/down', enabled_events: ['*'] });
    await stripe.customers.create({});
    await receiver.until(has('customer.created'), 'the event at the endpoint that is up');
  });

  it('is made once more, many times over, on request', async () => {
    await stripe.customers.create({});
    await receiver.until(has('customer.created'), 'the first delivery');
    const event = receiver.received[0]?.event.id ?? '';
    const again = await sandbox.control(`events/${event}/redeliver`, { times: 9, parallel: true });
    assert.equal((again['data'] as unknown[]).length, 9);
    assert.deepEqual([...new Set(receiver.received.map((one) => one.event.id))], [event]);
    assert.equal(receiver.received.length, 10);
  });
});

describe('an endpoint', () => {
  it('gets what it asked for, and nothing while it is disabled or after it is deleted', async () => {
    const picky = await openReceiver();
    const params = { url: picky.url, enabled_events: ['customer.deleted', 'product.created'] as const };
    const second = await stripe.webhookEndpoints.create({ ...params, enabled_events: [...params.enabled_events] });
    await stripe.customers.create({});
    await stripe.products.create({ name: 'one' });
    await picky.until(has('product.created'), 'the event that it asked for');
    await stripe.webhookEndpoints.update(second.id, { disabled: true });
    await stripe.products.create({ name: 'two' });
    await stripe.webhookEndpoints.update(second.id, { disabled: false });
    await stripe.products.create({ name: 'three' });
    await picky.until((received) => received.length === 2, 'the event after it was enabled again');
    await stripe.webhookEndpoints.del(second.id);
    await assert.rejects(stripe.webhookEndpoints.retrieve(second.id), { statusCode: 404 });
    await stripe.products.create({ name: 'four' });
    await receiver.until(
      (received) => typesOf(received).filter((type) => type === 'product.created').length === 4,
      'all four',
    );
    assert.deepEqual(
      picky.received.map(({ event }) => (event.data.object as unknown as Stripe.Product).name),
      ['one', 'three'],
    );
    picky.close();
  });

  it('shows its secret only when it is made', async () => {
    assert.equal((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret, undefined);
    assert.equal((await stripe.webhookEndpoints.list()).data.length, 1);
    await assert.rejects(stripe.webhookEndpoints.create({ url: 'nowhere', enabled_events: ['*'] }), { param: 'url' });
  });
});

describe('events', () => {
  it('are listed by type, types and delivery', async () => {
    await sandbox.control('chaos', { drop: 1 });
    await stripe.customers.create({});
    await stripe.products.create({ name: 'x' });
    const types = async (params: Stripe.EventListParams) =>
      (await stripe.events.list(params)).data.map(({ type }) => type);
    assert.deepEqual(await types({}), ['product.created', 'customer.created']);
    assert.deepEqual(await types({ type: 'customer.*' }), ['customer.created']);
    assert.deepEqual(await types({ types: ['product.created', 'invoice.paid'] }), ['product.created']);
    await assert.rejects(stripe.events.list({ type: 'a', types: ['b'] }), { statusCode: 400 });
  });

  it('keep what an object was when they happened', async () => {
    const customer = await stripe.customers.create({ email: 'then@example.com' });
    await stripe.customers.update(customer.id, { email: 'now@example.com' });
    const [created] = (await stripe.events.list({ type: 'customer.created' })).data;
    assert.partialDeepStrictEqual(created?.data.object, { email: 'then@example.com' });
  });
});

describe('chaos', () => {
  const run = async (chaos: object): Promise<string[]> => {
    const own = await openSandbox(schedule);
    const to = await openReceiver();
    await own.stripe.webhookEndpoints.create({ url: to.url, enabled_events: ['product.created', 'customer.deleted'] });
    await own.control('chaos', chaos);
    for (let n = 0; n < 20; n++) await own.stripe.products.create({ name: `${n}` });
    await own.control('chaos', {});
    const last = await own.stripe.customers.create({});
    await own.stripe.customers.del(last.id);
    await to.until(has('customer.deleted'), 'the last event');
    const waiting = async () =>
      ((await own.control('deliveries'))['data'] as Delivery[]).some(({ state }) => /pending|sending/.test(state));
    while (await waiting()) await new Promise(setImmediate);
    to.close();
    await own.close();
    return to.received
      .filter(({ event }) => event.type === 'product.created')
      .map(({ event }) => (event.data.object as unknown as Stripe.Product).name);
  };
  const all = Array.from({ length: 20 }, (_, n) => `${n}`);

  it('switches webhooks off and on again', async () => {
    assert.deepEqual(await run({ drop: 1 }), []);
  });

  it('drops and doubles the same deliveries for the same seed', async () => {
    const chaos = { drop: 0.3, duplicate: 0.3, seed: 7 };
    const first = (await run(chaos)).toSorted();
    assert.deepEqual((await run(chaos)).toSorted(), first);
    assert.ok(new Set(first).size < 20, 'some were dropped');
    assert.ok(new Set(first).size < first.length, 'some came twice');
    assert.notDeepEqual((await run({ ...chaos, seed: 8 })).toSorted(), first);
  });

  it('shuffles what waits together, losing nothing', async () => {
    const shuffled = await run({ shuffle: true, delay_ms: 300, seed: 3 });
    assert.deepEqual(shuffled.toSorted(), all.toSorted());
    assert.notDeepEqual(shuffled, all);
  });
});

describe('a restart', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('keeps everything: objects, sessions, keys, clock, and deliveries that were not made', async () => {
    const options = { ...schedule, database: join(folder, 'sandbox.db') };
    const first = await openSandbox(options);
    const down = await openReceiver();
    const hook = await first.stripe.webhookEndpoints.create({ url: down.url, enabled_events: ['customer.created'] });
    const { port } = new URL(down.url);
    const { session, price } = await openCheckout(first.stripe);
    await first.control('clock', { advance_seconds: 3600 });
    await first.control('faults', { route: '/v1/nothing', status: 500 });
    down.close();
    await first.control('chaos', { delay_ms: 1 });
    const customer = await first.stripe.customers.create({ email: 'kept@example.com' }, { idempotencyKey: 'kept' });
    await first.close();

    const up = await openReceiver(Number(port));
    const second = await openSandbox(options);
    await up.until(has('customer.created'), 'the delivery that the first process owed');
    const [delivery] = up.received;
    second.stripe.webhooks.constructEvent(delivery?.body ?? '', delivery?.signature ?? '', hook.secret ?? '');
    assert.equal((await second.stripe.prices.retrieve(price.id)).unit_amount, 1900);
    const again = await second.stripe.customers.create({ email: 'kept@example.com' }, { idempotencyKey: 'kept' });
    assert.equal(again.id, customer.id);
    assert.equal((await second.control('clock'))['offset'], 3600);
    assert.equal((await second.pay(session.id)).status, 200);
    up.close();
    await second.close();
  });

  it('is what a reset is not: that forgets all', async () => {
    await stripe.customers.create({});
    await sandbox.control('reset', {});
    assert.equal((await stripe.customers.list()).data.length, 0);
    assert.equal((await stripe.events.list()).data.length, 0);
    assert.equal((await stripe.webhookEndpoints.list()).data.length, 0);
  });
});

/** Waits until the delivery of an event has come to this end. */
async function settled(event: string, state: string): Promise<void> {
  const giveUp = performance.now() + 5000;
  while (!(await deliveries(`?event=${event}`)).every((delivery) => delivery.state === state)) {
    assert.ok(performance.now() < giveUp, `the delivery of ${event} is not ${state}`);
  }
}
