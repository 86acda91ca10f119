/** What waits at the moment, for `/metrics`: read from the database, so that every process says the same. */

import type { Gauge } from '../metrics.ts';
import type { Reading } from '../store/schema.ts';

export async function readGauges(db: Reading): Promise<Gauge[]> {
  const { marks } = await db
    .selectFrom('customer')
    .select((eb) => eb.fn.countAll<number>().as('marks'))
    .where('retry_at', 'is not', null)
    .executeTakeFirstOrThrow();
  const incidents = await db
    .selectFrom('incident')
    .select((eb) => ['project_id', 'kind', eb.fn.countAll<number>().as('number')])
    .groupBy(['project_id', 'kind'])
    .execute();
  const pending = await db
    .selectFrom('outgoing_delivery')
    .select((eb) => ['project_id', eb.fn.countAll<number>().as('number')])
    .where('due_at', 'is not', null)
    .groupBy('project_id')
    .execute();
  return [
    {
      name: 'planclaim_marks_pending',
      help: 'Customers that Stripe said something about and that have not been read since.',
      values: [{ labels: {}, value: marks }],
    },
    {
      name: 'planclaim_incidents_open',
      help: 'What a person should look at, by project and kind.',
      values: incidents.map((row) => ({ labels: { project: row.project_id, kind: row.kind }, value: row.number })),
    },
    {
      name: 'planclaim_outgoing_pending',
      help: "Events on their way to the customer's backend, by project.",
      values: pending.map((row) => ({ labels: { project: row.project_id }, value: row.number })),
    },
  ];
}
