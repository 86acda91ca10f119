/** What is forgotten, and what is not. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { prune } from '../../../server/store/prune.ts';
import { openTestStore } from '../support/project.ts';

const day = 86_400_000;

it('forgets events only after Stripe can no longer send them again', async () => {
  const { store, close } = await openTestStore();
  const now = 100 * day;
  const event = (id: string, age: number) => ({
    account: 'test',
    event_id: id,
    type: 't',
    customer_id: 'cus_1',
    received_at: now - age,
  });
  await store.write((tx) =>
    tx
      .insertInto('stripe_event')
      .values([event('evt_old', 46 * day), event('evt_new', 31 * day)])
      .execute(),
  );
  await prune(store, now);
  const rows = await store.read.selectFrom('stripe_event').select('event_id').execute();
  assert.deepEqual(
    rows.map((row) => row.event_id),
    ['evt_new'],
  );
  await close();
});
