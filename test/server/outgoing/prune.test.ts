/** How long events are kept: past every retry, and not for ever. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { prune } from '../../../server/store/prune.ts';
import { openWorld } from './support/world.ts';

const day = 86_400_000;

it('forgets an event and its deliveries after thirty days, and tells later ones all the same', async () => {
  const world = await openWorld();
  const { store, clock, change, receiver } = world;
  await change('u_1', 'pro');
  await world.delivery().deliverDue();
  clock.advance(20 * day);
  await change('u_2', 'pro');
  clock.advance(10 * day);
  await prune(store, clock());
  assert.equal((await world.listed()).length, 2, 'thirty days to the millisecond are kept');
  clock.advance(1);
  await prune(store, clock());
  assert.deepEqual(
    (await world.listed()).map(({ userId }) => userId),
    ['u_2'],
  );
  const left = await store.read.selectFrom('outgoing_delivery').select('user_id').execute();
  assert.deepEqual(
    left.map((row) => row.user_id),
    ['u_2'],
  );
  await change('u_1', 'team');
  await world.delivery().deliverDue();
  assert.deepEqual(receiver.received.map(({ body }) => [body.data.user_id, body.data.version]).toSorted(), [
    ['u_1', 1],
    ['u_1', 2],
    ['u_2', 1],
  ]);
  await world.close();
});
