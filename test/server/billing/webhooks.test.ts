/** The doorbell: durable, deaf to order and repetition, and never the source of a plan. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type Stripe from 'stripe';
import { sql } from 'kysely';
import { startBackend, type Backend } from '../support/backend.ts';
import { testSecretKey } from '../support/project.ts';

let user = 0;
const newUser = (): string => `u_${++user}`;

/** Resolves when every mark of the user has been applied and nothing is pending. */
const settled = (backend: Backend, userId: string): Promise<void> =>
  backend.until(async () => {
    const row = await backend.store.read
      .selectFrom('customer')
      .select(['marked', 'applied', 'retry_at'])
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return row.retry_at === null && row.applied === row.marked;
  }, `every mark of ${userId} is applied`);

describe('webhooks', () => {
  let backend: Backend;
  before(async () => {
    backend = await startBackend();
  });
  after(() => backend.close());

  const secret = (): string => backend.project.stripe?.webhookSecrets[0] as string;
  const sign = (body: string, key = secret()): string =>
    backend.stripe.webhooks.generateTestHeaderString({ payload: body, secret: key });
  const deliver = (body: string, signature = sign(body)) =>
    backend.call('/webhooks/stripe', { method: 'POST', body, headers: { 'stripe-signature': signature } });
  const subscribed = async (userId: string): Promise<Stripe.Event[]> => {
    const session = await backend.checkout(userId);
    await backend.pay(session.id);
    await backend.until(async () => (await backend.planOf(userId)).plan === 'pro', `${userId} is on pro`);
    const customer = (await backend.stripe.checkout.sessions.retrieve(session.id)).customer as string;
    const events = await backend.stripe.events.list({ limit: 100 });
    return events.data.filter((event) => JSON.stringify(event.data.object).includes(customer));
  };
  const readsOf = async (): Promise<number> => {
    const answer = (await (await fetch(`${backend.sandboxUrl}/_sandbox/requests`)).json()) as {
      data: { method: string; path: string }[];
    };
    return answer.data.filter(({ method, path }) => method === 'GET' && path.startsWith('/v1/subscriptions')).length;
  };

  it('bring a paid plan with nobody coming back from checkout', async () => {
    const userId = newUser();
    await subscribed(userId);
    const state = await backend.planOf(userId);
    assert.deepEqual([state.plan, state.billing_cycle, state.status], ['pro', 'monthly', 'active']);
  });

  it('are taken at the address of any project of the account, and at no other project (contract §4)', async () => {
    const userId = newUser();
    const [event] = await subscribed(userId);
    const body = JSON.stringify({ ...event, id: `evt_named_${userId}` });
    const to = (project: string, signature: string) =>
      backend.call(`/webhooks/stripe/${project}`, { method: 'POST', body, headers: { 'stripe-signature': signature } });
    assert.deepEqual([(await to('acme', sign(body))).json['outcome'], (await to('acme', 'x')).status], ['marked', 400]);
    const unknown = await to('nope', sign(body));
    assert.deepEqual([unknown.status, unknown.json['code']], [404, 'project_unknown']);
  });

  it('mark an event once, however often and however parallel it comes (R2.1)', async () => {
    const userId = newUser();
    const events = await subscribed(userId);
    const { version } = await backend.planOf(userId);
    const again = events.flatMap((event) => Array.from({ length: 10 }, () => JSON.stringify(event)));
    const answers = await Promise.all(again.map((body) => deliver(body)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal((await backend.planOf(userId)).version, version);
    const rows = await backend.store.read
      .selectFrom('subscription')
      .select(sql<number>`count(*)`.as('rows'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    assert.equal(rows.rows, 1);
  });

  it('raise the version once for all events of one purchase (R2.2)', async () => {
    const userId = newUser();
    const before = (await backend.planOf(userId)).version;
    await subscribed(userId);
    await settled(backend, userId);
    assert.equal((await backend.planOf(userId)).version, before + 1);
  });

  it('believe Stripe and not the object inside the event (R1.2)', async () => {
    const userId = newUser();
    const events = await subscribed(userId);
    const created = events.find(({ type }) => type === 'customer.subscription.created') as Stripe.Event;
    const lie = structuredClone(created) as Stripe.CustomerSubscriptionCreatedEvent;
    lie.id = `evt_lie_${userId}`;
    lie.data.object.status = 'canceled';
    assert.equal((await deliver(JSON.stringify(lie))).json['outcome'], 'marked');
    await settled(backend, userId);
    assert.equal((await backend.planOf(userId)).status, 'active');
  });

  it('cost a burst of fifty events no more than two reads of Stripe', async () => {
    const userId = newUser();
    const [event] = await subscribed(userId);
    await settled(backend, userId);
    const before = await readsOf();
    // The first read answers late, so that the whole burst is there before it ends, however busy the machine is.
    await fetch(`${backend.sandboxUrl}/_sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ route: 'GET /v1/subscriptions', late_ms: 1500, count: 1 }),
    });
    const bodies = Array.from({ length: 50 }, (_, index) =>
      JSON.stringify({ ...event, id: `evt_burst_${userId}_${index}` }),
    );
    await Promise.all(bodies.map((body) => deliver(body)));
    await settled(backend, userId);
    assert.ok((await readsOf()) - before <= 2);
  });

  it('end a plan when the subscription ends', async () => {
    const userId = newUser();
    const events = await subscribed(userId);
    const created = events.find(
      ({ type }) => type === 'customer.subscription.created',
    ) as Stripe.CustomerSubscriptionCreatedEvent;
    await backend.stripe.subscriptions.cancel(created.data.object.id);
    await backend.until(async () => (await backend.planOf(userId)).plan === 'free', 'the plan ended');
  });

  it('of unknown customers and types are 200 and write nothing (R3.2)', async () => {
    const stranger = await backend.stripe.customers.create({ email: 'stranger@acme.test' });
    const { data } = await backend.stripe.events.list({ limit: 1 });
    const [event] = data;
    const of = (type: string) => JSON.stringify({ ...event, id: `evt_${type}`, type, data: { object: stranger } });
    const counted = async () =>
      (
        await backend.store.read
          .selectFrom('stripe_event')
          .select(sql<number>`count(*)`.as('rows'))
          .executeTakeFirstOrThrow()
      ).rows;
    const before = await counted();
    const known = await deliver(of('customer.updated'));
    assert.deepEqual([known.status, known.json['outcome']], [200, 'unknown_customer']);
    const unknown = await deliver(of('something.new'));
    assert.deepEqual([unknown.status, unknown.json['outcome']], [200, 'ignored']);
    assert.equal(await counted(), before);
  });

  it('are refused without a signature that fits the raw bytes (R4.2, R4.3)', async () => {
    const body = `{ "id": "evt_raw",  "object": "event", "type": "customer.updated", "livemode": false, "data": { "object": { "object": "customer", "id": "cus_é" } } }\n`;
    assert.equal((await deliver(body)).status, 200);
    const compact = JSON.stringify(JSON.parse(body));
    assert.deepEqual((await deliver(compact, sign(body))).status, 400);
    assert.equal((await deliver(body, 'garbled')).status, 400);
    assert.equal((await deliver(body, '')).status, 400);
    assert.equal((await deliver(body, sign(body, 'whsec_other'))).json['code'], 'webhook_signature_invalid');
    const old = backend.stripe.webhooks.generateTestHeaderString({
      payload: body,
      secret: secret(),
      timestamp: Math.floor(Date.now() / 1000) - 301,
    });
    assert.equal((await deliver(body, old)).status, 400);
  });
});

describe('webhooks that could not be applied', () => {
  it('are applied by the backend itself once Stripe answers again, without a redelivery (R3.1)', async () => {
    const backend = await startBackend();
    const session = await backend.checkout('u_late');
    const fault = { route: 'GET /v1/subscriptions', status: 500, count: 4 };
    await fetch(`${backend.sandboxUrl}/_sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    await backend.pay(session.id);
    await backend.until(async () => (await backend.planOf('u_late')).plan === 'pro', 'the plan came late');
    await backend.close();
  });

  it('are applied after a restart (R2.3)', async () => {
    const backend = await startBackend({ webhooks: 'off' });
    const session = await backend.checkout('u_restart');
    await backend.pay(session.id);
    // The mark of a process that died before it could apply it.
    await backend.store.write((tx) =>
      tx.updateTable('customer').set({ marked: 1, retry_at: Date.now() }).where('user_id', '=', 'u_restart').execute(),
    );
    await backend.restart();
    await backend.until(async () => (await backend.planOf('u_restart')).plan === 'pro', 'the mark was taken up');
    await backend.close();
  });
});

describe('the door without a secret', () => {
  it('is 503 and changes nothing (R4.1)', async () => {
    const backend = await startBackend({ webhooks: 'off', project: { payments: 'none' } });
    const answer = await backend.call('/webhooks/stripe', {
      method: 'POST',
      body: '{}',
      headers: { 'stripe-signature': 't=1,v1=00' },
    });
    assert.deepEqual([answer.status, answer.json['code']], [503, 'webhook_secret_missing']);
    await backend.close();
  });
});

describe('a price that no plan names', () => {
  it('changes no plan and is reported once (R23.2)', async () => {
    const backend = await startBackend();
    const session = await backend.checkout('u_odd');
    await backend.pay(session.id);
    await backend.until(async () => (await backend.planOf('u_odd')).plan === 'pro', 'the plan came');
    const customer = (await backend.stripe.checkout.sessions.retrieve(session.id)).customer as string;
    const product = await backend.stripe.products.create({ name: 'Something else' });
    const price = await backend.stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 100,
      recurring: { interval: 'month' },
    });
    const [card] = (await backend.stripe.paymentMethods.list({ customer })).data;
    await backend.stripe.subscriptions.create({
      customer,
      items: [{ price: price.id }],
      default_payment_method: String(card?.id),
    });
    const incidents = async () =>
      (await backend.call('/v1/incidents', { token: testSecretKey })).json['data'] as {
        kind: string;
        subject: string;
      }[];
    await backend.until(async () => (await incidents()).length > 0, 'the incident is there');
    await backend.stripe.customers.update(customer, { name: 'Somebody' });
    await settled(backend, 'u_odd');
    assert.deepEqual(
      (await incidents()).map(({ kind, subject }) => [kind, subject]),
      [['price_unknown', price.id]],
    );
    assert.equal((await backend.planOf('u_odd')).plan, 'pro');
    await backend.close();
  });
});
