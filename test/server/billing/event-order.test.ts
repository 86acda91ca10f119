/** Order, age, shape and repetition of Stripe's events, one by one: what random lives (`test/lives`) try all at once. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import type Stripe from 'stripe';
import { reshapes, type EventBody } from '../../lives/shapes.ts';
import { Random } from '../../lives/random.ts';
import { startBackend, type Backend } from '../support/backend.ts';

let backend: Backend;
before(async () => {
  backend = await startBackend({ webhooks: 'off' });
});
after(() => backend.close());

let deliveries = 0;
/** Delivers it as an event that was never seen before; its `data` as it is. */
const deliver = (event: object, id = `evt_${(deliveries += 1)}`) => {
  const body = JSON.stringify({ ...event, id });
  const secret = backend.project.stripe?.webhookSecrets[0] as string;
  const signature = backend.stripe.webhooks.generateTestHeaderString({ payload: body, secret });
  return backend.call('/webhooks/stripe', { method: 'POST', body, headers: { 'stripe-signature': signature } });
};

const settled = (userId: string): Promise<void> =>
  backend.until(async () => {
    const rows = await backend.store.read
      .selectFrom('customer')
      .select(['marked', 'applied', 'retry_at'])
      .where('user_id', '=', userId)
      .execute();
    return rows.every((row) => row.retry_at === null && row.applied === row.marked);
  }, `every mark of ${userId} is applied`);

/** Somebody who has paid, of whom the backend has not been told, and all events about them. */
async function paid(userId: string): Promise<{ subscription: string; created: Stripe.Event; events: Stripe.Event[] }> {
  const session = await backend.checkout(userId);
  await backend.pay(session.id);
  const { customer, subscription } = await backend.stripe.checkout.sessions.retrieve(session.id);
  const { data } = await backend.stripe.events.list({ limit: 100 });
  const events = data.filter((event) => JSON.stringify(event.data.object).includes(String(customer)));
  const created = events.find(({ type }) => type === 'customer.subscription.created') as Stripe.Event;
  return { subscription: String(subscription), created, events };
}

const storedSubscription = async (userId: string) => {
  const { read_at: _readAt, ...row } = await backend.store.read
    .selectFrom('subscription')
    .selectAll()
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return row;
};

function* permutations<Item>(items: readonly Item[]): Generator<Item[]> {
  if (items.length <= 1) yield [...items];
  for (const [index, first] of items.entries()) {
    for (const rest of permutations(items.toSpliced(index, 1))) yield [first, ...rest];
  }
}

describe('events of Stripe', () => {
  it('end in the same plan in every order in which they come, one after another (R1.1)', async () => {
    const { subscription } = await paid('u_order');
    await backend.stripe.subscriptions.update(subscription, { cancel_at_period_end: true });
    await backend.stripe.subscriptions.update(subscription, { cancel_at_period_end: false });
    const { data } = await backend.stripe.events.list({ limit: 100 });
    const events = data.filter(
      ({ type, data: { object } }) =>
        type.startsWith('customer.subscription') && 'id' in object && object.id === subscription,
    );
    assert.equal(events.length, 3);
    const states = new Set<string>();
    for (const order of permutations(events)) {
      for (const event of order) {
        assert.equal((await deliver(event)).status, 200);
        await settled('u_order');
      }
      const { plan, billing_cycle, status, current_period_end, cancel_at } = await backend.planOf('u_order');
      states.add(JSON.stringify([plan, billing_cycle, status, current_period_end, cancel_at]));
    }
    const [item] = (await backend.stripe.subscriptions.retrieve(subscription)).items.data;
    const end = new Date(Number(item?.current_period_end) * 1000).toISOString().replace('.000', '');
    assert.deepEqual([...states], [JSON.stringify(['pro', 'monthly', 'active', end, null])]);
  });

  it('of which one reads slowly and sees what was, the other what is, end in what is (R1.3)', async () => {
    const { subscription, created } = await paid('u_slow');
    // It has read and answers late: what it brings is old by then.
    await fetch(`${backend.sandboxUrl}/_sandbox/faults`, {
      method: 'POST',
      body: JSON.stringify({ route: 'GET /v1/subscriptions', late_ms: 400, count: 1 }),
    });
    await deliver(created);
    await backend.until(async () => (await faultsLeft()) === 0, 'the slow read has begun');
    await backend.stripe.subscriptions.cancel(subscription);
    await deliver(created);
    await settled('u_slow');
    assert.equal((await backend.planOf('u_slow')).plan, 'free');
  });

  const faultsLeft = async (): Promise<number> => {
    const answer = await fetch(`${backend.sandboxUrl}/_sandbox/faults`);
    return ((await answer.json()) as { data: unknown[] }).data.length;
  };

  it('of the same second are both honoured (R1.4)', async () => {
    const { subscription, created: first } = await paid('u_tie');
    await deliver(first);
    await settled('u_tie');
    assert.equal((await backend.planOf('u_tie')).cancel_at, null);
    await backend.stripe.subscriptions.update(subscription, { cancel_at_period_end: true });
    await deliver({ ...first, type: 'customer.subscription.updated', created: first.created });
    await settled('u_tie');
    assert.notEqual((await backend.planOf('u_tie')).cancel_at, null);
  });

  it('beside the return from checkout, all at once, are 2xx and make one record (R2.4)', async () => {
    const session = await backend.checkout('u_race');
    await backend.pay(session.id);
    const { customer } = await backend.stripe.checkout.sessions.retrieve(session.id);
    const { data } = await backend.stripe.events.list({ limit: 100 });
    const events = data.filter((event) => JSON.stringify(event.data.object).includes(String(customer)));
    const answers = await Promise.all([
      ...events.flatMap((event) => [deliver(event, event.id), deliver(event, event.id), deliver(event)]),
      backend.call(`/checkout/return?session_id=${session.id}`),
      backend.call(`/checkout/return?session_id=${session.id}`),
    ]);
    assert.deepEqual([...new Set(answers.map(({ status }) => status))].toSorted(), [200, 303]);
    await settled('u_race');
    assert.equal((await storedSubscription('u_race')).status, 'active');
  });

  it('that the database did not take are 503, and the same event is taken in full when it comes again (R3.1)', async () => {
    const { created } = await paid('u_disk');
    const full = sql`create trigger full before insert on stripe_event begin select raise(abort, 'disk is full'); end`;
    await full.execute(backend.store.read);
    const refused = await deliver(created, 'evt_disk');
    await sql`drop trigger full`.execute(backend.store.read);
    assert.equal(refused.status, 503);
    assert.equal((await backend.planOf('u_disk')).plan, 'free');
    assert.equal((await deliver(created, 'evt_disk')).json['outcome'], 'marked');
    await settled('u_disk');
    assert.equal((await backend.planOf('u_disk')).plan, 'pro');
  });

  it('in the shape of any API version store the same, byte for byte (R5.1)', async () => {
    const { created, events } = await paid('u_shape');
    await deliver(created);
    await settled('u_shape');
    const stored = JSON.stringify(await storedSubscription('u_shape'));
    const state = JSON.stringify(await backend.planOf('u_shape'));
    for (const reshape of reshapes) {
      for (const event of events) {
        const body = structuredClone(event) as unknown as EventBody;
        reshape(body, new Random(1));
        assert.equal((await deliver(body)).status, 200);
      }
      await settled('u_shape');
      assert.equal(JSON.stringify(await storedSubscription('u_shape')), stored);
      assert.equal(JSON.stringify(await backend.planOf('u_shape')), state);
    }
  });
});
