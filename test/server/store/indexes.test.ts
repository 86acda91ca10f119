/** What would hold up every write if the whole table were read for it. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sql } from 'kysely';
import { openTestStore } from '../support/project.ts';

it('finds the events of a customer, to forget or to show them, without reading all events', async () => {
  const { store, close } = await openTestStore();
  const statements = [
    sql`delete from stripe_event where customer_id in (select customer_id from customer where user_id = 'u')`,
    sql`select event_id from stripe_event where customer_id in ('a', 'b') order by received_at desc`,
  ];
  for (const statement of statements) {
    const { rows } = await sql<{ detail: string }>`explain query plan ${statement}`.execute(store.read);
    const details = rows.map(({ detail }) => detail);
    assert.ok(
      details.some((detail) => /^SEARCH stripe_event USING .*stripe_event_by_customer/.test(detail)),
      details.join('; '),
    );
  }
  await close();
});
