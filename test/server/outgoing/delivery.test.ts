/** The way of an event to the customer's backend: at least once, in order as far as retries allow, and never to where it must not go. */

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { redeliver } from '../../../server/billing/outgoing-list.ts';
import { waits } from '../../../server/outgoing/retries.ts';
import { openStore } from '../../../server/store/store.ts';
import { OutgoingDelivery } from '../../../server/billing/deliver-outgoing.ts';
import { receiverSecret } from './support/receiver.ts';
import { openWorld, type World, type WorldOptions } from './support/world.ts';

const minute = 60_000;
const hour = 60 * minute;

let world: World;
const open = async (options: WorldOptions = {}): Promise<World> => (world = await openWorld(options));
afterEach(() => world.close());

const incidents = async () =>
  (
    await world.store.read.selectFrom('incident').select(['kind', 'subject', 'occurrences']).orderBy('kind').execute()
  ).map((row) => ({ ...row }));

describe('a plan change', () => {
  it('arrives signed, with the plan state after it and before it', async () => {
    const { change, delivery, receiver, clock } = await open();
    const before = await change('u_1', 'free');
    clock.advance(minute);
    const after = await change('u_1', 'pro');
    await delivery().deliverDue();
    assert.deepEqual(receiver.refused, []);
    const [, event] = receiver.received;
    assert.deepEqual(event?.body, { type: 'plan.changed', timestamp: after.updated_at, data: after, previous: before });
    assert.equal(event?.timestamp, clock() / 1000);
    assert.equal(event?.headers['content-type'], 'application/json');
    assert.match(event?.id ?? '', /^msg_[0-9a-f]{32}$/);
  });

  it('is told once, however often the outbox is looked through', async () => {
    const { change, delivery, receiver, clock } = await open();
    await change('u_1', 'pro');
    await delivery().deliverDue();
    clock.advance(100 * hour);
    await delivery().deliverDue();
    assert.equal(receiver.received.length, 1);
  });

  it('that came while no process was there to send it is sent by the next one', async () => {
    const { change, store, databaseUrl, deps, receiver } = await open();
    await change('u_1', 'pro');
    const next = await openStore(databaseUrl);
    assert.notEqual(next, store);
    const delivery = new OutgoingDelivery({ ...deps, store: next });
    delivery.start();
    await receiver.came(1);
    await delivery.stop();
    await next.close();
    assert.equal(receiver.received[0]?.body.data.plan, 'pro');
  });

  it('wakes a running process at once', async () => {
    const { change, delivery, receiver } = await open();
    const running = delivery();
    running.start();
    const began = performance.now();
    for (let count = 1; count <= 10; count++) {
      await change(`u_${count}`, 'pro');
      await receiver.came(count);
    }
    // The look for other processes' events comes once a second: ten changes that waited for it would take ten seconds.
    assert.ok(performance.now() - began < 5000);
  });

  it('reaches every address that the project lists, each with its own retries', async () => {
    const { change, delivery, receiver, clock } = await open({
      webhooks: ({ url }) => [
        { url, secret: receiverSecret },
        { url: `${url}/second`, secret: receiverSecret },
      ],
    });
    receiver.answer = ({ path }) => (path === '/hook' ? 500 : 200);
    await change('u_1', 'pro');
    await delivery().deliverDue();
    clock.advance(5000);
    receiver.answer = () => 200;
    await delivery().deliverDue();
    assert.deepEqual(receiver.received.map(({ path }) => path).toSorted(), ['/hook', '/hook', '/hook/second']);
    assert.equal(new Set(receiver.received.map(({ id }) => id)).size, 1);
  });

  it('is signed with both secrets of an address that is listed twice, and sent there once', async () => {
    const newSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const { change, delivery, receiver } = await open({
      secrets: [newSecret],
      webhooks: ({ url }) => [
        { url, secret: receiverSecret },
        { url, secret: newSecret },
      ],
    });
    await change('u_1', 'pro');
    await delivery().deliverDue();
    assert.deepEqual([receiver.received.length, receiver.refused.length], [1, 0]);
  });
});

describe('an event that is not taken', () => {
  it('is tried ten times on the schedule, with one id and a timestamp an attempt, then given up with an incident', async () => {
    const { change, delivery, receiver, clock, listed } = await open();
    receiver.answer = () => 500;
    await change('u_1', 'pro');
    const attempts: number[] = [];
    for (const wait of waits) {
      if (wait > 0) {
        clock.advance(wait - 1);
        await delivery().deliverDue();
        assert.equal(receiver.received.length, attempts.length, 'not a millisecond early');
        clock.advance(1);
      }
      await delivery().deliverDue();
      attempts.push(Math.floor(clock() / 1000));
    }
    assert.deepEqual(
      receiver.received.map(({ timestamp }) => timestamp),
      attempts,
    );
    assert.equal(new Set(receiver.received.map(({ id, raw }) => `${id} ${raw}`)).size, 1);
    const [given] = await listed();
    assert.deepEqual([given?.state, given?.attempts, given?.lastError, given?.dueAt], ['failed', 10, 'HTTP 500', null]);
    assert.deepEqual(await incidents(), [{ kind: 'webhook_undelivered', subject: receiver.url, occurrences: 1 }]);
    clock.advance(1000 * hour);
    await delivery().deliverDue();
    assert.equal(receiver.received.length, 10);
  });

  it('is taken by a later attempt', async () => {
    const { change, delivery, receiver, clock, listed } = await open();
    receiver.answer = () => 503;
    await change('u_1', 'pro');
    await delivery().deliverDue();
    receiver.answer = () => 204;
    clock.advance(5000);
    await delivery().deliverDue();
    const [taken] = await listed();
    assert.deepEqual([taken?.state, taken?.attempts, taken?.lastStatus], ['delivered', 2, 204]);
  });

  it('comes back by itself when its time has come, without anybody asking', async () => {
    const { change, delivery, receiver, clock, listed } = await open();
    receiver.answer = () => 500;
    await change('u_1', 'pro');
    const running = delivery();
    running.start();
    await world.until(async () => (await listed())[0]?.attempts === 1, 'the first attempt is written down');
    clock.advance(5000);
    await receiver.came(2);
  });

  it('because of a redirect is not sent to where that leads', async () => {
    const { change, delivery, receiver, listed } = await open();
    receiver.answer = () => ({ status: 307, headers: { location: '/elsewhere' } });
    await change('u_1', 'pro');
    await delivery().deliverDue();
    assert.deepEqual(
      receiver.received.map(({ path }) => path),
      ['/hook'],
    );
    const [failed] = await listed();
    assert.deepEqual([failed?.state, failed?.lastError], ['pending', 'HTTP 307: redirects are not followed']);
  });

  it('in time counts as failed', async () => {
    const { change, delivery, receiver, listed } = await open();
    receiver.answer = () => 'never';
    await change('u_1', 'pro');
    await delivery({ timeout: 50 }).deliverDue();
    const [failed] = await listed();
    assert.deepEqual([failed?.state, failed?.attempts, failed?.lastError], ['pending', 1, 'No answer within 0.05 s']);
  });

  it('because nobody listens counts as failed', async () => {
    const { change, delivery, listed } = await open({
      webhooks: () => [{ url: 'http://127.0.0.1:1/hook', secret: receiverSecret }],
    });
    await change('u_1', 'pro');
    await delivery().deliverDue();
    const [failed] = await listed();
    assert.deepEqual([failed?.state, failed?.attempts, failed?.lastError], ['pending', 1, 'ECONNREFUSED']);
  });

  for (const status of [429, 502, 504]) {
    it(`with ${status} and Retry-After keeps everything from that address until then`, async () => {
      const { change, delivery, receiver, clock } = await open();
      receiver.answer = () => ({ status, headers: { 'retry-after': '600' } });
      await change('u_1', 'pro');
      await delivery().deliverDue();
      receiver.answer = () => 200;
      await change('u_2', 'pro');
      clock.advance(10 * minute - 1);
      await delivery().deliverDue();
      assert.equal(receiver.received.length, 1);
      clock.advance(1);
      await delivery().deliverDue();
      assert.deepEqual(receiver.received.map(({ body }) => body.data.user_id).toSorted(), ['u_1', 'u_1', 'u_2']);
    });
  }

  it('is not put off by the Retry-After of other answers, nor brought forward by a short one', async () => {
    const { change, delivery, receiver, clock } = await open();
    receiver.answer = () => ({ status: 500, headers: { 'retry-after': '600' } });
    await change('u_1', 'pro');
    await delivery().deliverDue();
    receiver.answer = () => ({ status: 429, headers: { 'retry-after': '1' } });
    clock.advance(5000);
    await delivery().deliverDue();
    assert.equal(receiver.received.length, 2);
    clock.advance(5 * minute - 1);
    await delivery().deliverDue();
    assert.equal(receiver.received.length, 2);
    clock.advance(1);
    await delivery().deliverDue();
    assert.equal(receiver.received.length, 3);
  });
});

describe('410', () => {
  it('disables the address: what waits fails, what comes is not sent, and a person is told once', async () => {
    const { change, delivery, receiver, clock, listed } = await open();
    receiver.answer = () => 500;
    await change('u_waits', 'pro');
    await delivery().deliverDue();
    receiver.answer = () => 410;
    await change('u_1', 'pro');
    await delivery().deliverDue();
    assert.equal(receiver.received.length, 2);
    receiver.answer = () => 200;
    await change('u_2', 'pro');
    clock.advance(100 * hour);
    await delivery().deliverDue();
    assert.equal(receiver.received.length, 2);
    assert.deepEqual(
      (await listed()).map(({ userId, state, lastError }) => [userId, state, lastError]).toSorted(),
      ['u_1', 'u_2', 'u_waits'].map((user) => [user, 'failed', 'The endpoint is disabled: it answered 410']),
    );
    assert.deepEqual(await incidents(), [{ kind: 'webhook_disabled', subject: receiver.url, occurrences: 1 }]);
  });

  it('is forgotten once an event that a person sends again is taken', async () => {
    const { change, delivery, deps, project, receiver, listed } = await open();
    receiver.answer = () => 410;
    await change('u_1', 'pro');
    await delivery().deliverDue();
    receiver.answer = () => 200;
    const [failed] = await listed();
    await redeliver(deps, project, failed?.eventId ?? '');
    await delivery().deliverDue();
    await change('u_2', 'pro');
    await delivery().deliverDue();
    assert.deepEqual(
      receiver.received.map(({ body }) => body.data.user_id),
      ['u_1', 'u_1', 'u_2'],
    );
  });
});

describe('redelivery', () => {
  it('sends the same id and the same bytes again, with a fresh timestamp', async () => {
    const { change, delivery, deps, project, receiver, clock } = await open();
    await change('u_1', 'pro');
    await delivery().deliverDue();
    clock.advance(24 * hour);
    const [first] = receiver.received;
    assert.deepEqual(await redeliver(deps, project, first?.id ?? ''), [receiver.url]);
    await delivery().deliverDue();
    const [, again] = receiver.received;
    assert.deepEqual([again?.id, again?.raw], [first?.id, first?.raw]);
    assert.equal((again?.timestamp ?? 0) - (first?.timestamp ?? 0), 24 * 3600);
  });

  it('of an event that is not there, or of another project, is refused', async () => {
    const { deps, project } = await open();
    await assert.rejects(redeliver(deps, project, 'msg_none'), { code: 'event_unknown' });
    await assert.rejects(redeliver(deps, { ...project, webhooks: [] }, 'msg_none'), { code: 'webhooks_missing' });
  });
});

describe('order', () => {
  it("is kept within a user: a later event waits for the earlier one's second try, and not for its third", async () => {
    const { change, delivery, receiver, clock } = await open();
    receiver.answer = () => 500;
    await change('u_1', 'pro');
    await change('u_1', 'team');
    await change('u_2', 'pro');
    const versions = () => receiver.received.map(({ body }) => `${body.data.user_id} ${body.data.plan}`);
    await delivery().deliverDue();
    assert.deepEqual(versions().toSorted(), ['u_1 pro', 'u_2 pro']);
    receiver.received.length = 0;
    clock.advance(5000);
    await delivery().deliverDue();
    assert.deepEqual(versions().toSorted(), ['u_1 pro', 'u_1 team', 'u_2 pro']);
    assert.ok(versions().indexOf('u_1 pro') < versions().indexOf('u_1 team'));
  });

  it('survives a receiver that was away for a moment', async () => {
    const { change, delivery, receiver, clock } = await open();
    receiver.answer = () => 503;
    for (const plan of ['pro', 'team', 'free']) await change('u_1', plan);
    await delivery().deliverDue();
    receiver.answer = () => 200;
    clock.advance(5000);
    await delivery().deliverDue();
    assert.deepEqual(
      receiver.received.map(({ body }) => body.data.version),
      [1, 1, 2, 3],
    );
  });
});

describe('addresses of a private network', () => {
  const refusal = async (url: string, publicUrl: string) => {
    const { change, delivery, listed } = await open({
      webhooks: () => [{ url, secret: receiverSecret }],
      config: { publicUrl },
    });
    await change('u_1', 'pro');
    await delivery().deliverDue();
    return (await listed())[0]?.lastError;
  };

  it('get nothing', async () => {
    assert.match(String(await refusal('https://10.0.0.7/hook', 'http://localhost:8787')), /is on a private network/);
  });

  it('get nothing on this machine either, once the backend is for others', async () => {
    assert.match(
      String(await refusal('http://127.0.0.1:9/hook', 'https://billing.acme.test')),
      /is on a private network/,
    );
  });

  it('get nothing through a public address that would be asked for over plain http', async () => {
    assert.match(String(await refusal('http://8.8.8.8/hook', 'http://localhost:8787')), /plain http/);
  });
});

describe('an event in hand', () => {
  it('is given back when the process stops, and counts as no attempt', async () => {
    const { change, delivery, receiver, listed } = await open();
    receiver.answer = () => 'never';
    await change('u_1', 'pro');
    const stopping = delivery({ patience: 0 });
    stopping.start();
    await receiver.came(1);
    await stopping.stop();
    const [given] = await listed();
    assert.deepEqual([given?.state, given?.attempts], ['pending', 0]);
    receiver.answer = () => 200;
    await delivery().deliverDue();
    assert.equal(receiver.received.length, 2);
  });

  it('is taken over from a process that died, and not before its claim has run out', async () => {
    const { change, delivery, receiver, clock } = await open();
    receiver.answer = () => 'never';
    await change('u_1', 'pro');
    const dying = delivery();
    const lost = dying.deliverDue();
    await receiver.came(1);
    receiver.answer = () => 200;
    clock.advance(minute - 1);
    await delivery().deliverDue();
    assert.equal(receiver.received.length, 1);
    clock.advance(1);
    await delivery().deliverDue();
    assert.equal(receiver.received.length, 2);
    // What the first one learns after that no longer counts.
    receiver.hangUp();
    await lost;
    const [listed] = await world.listed();
    assert.deepEqual([listed?.state, listed?.attempts], ['delivered', 1]);
  });
});
