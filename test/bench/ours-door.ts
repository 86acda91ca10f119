/**
 * Our webhook door, with the whole backend behind it. Stripe does not answer while it is measured: what is held against
 * the floor is the door, not the reading and applying that each mark then leads to.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { startBackend } from './backend.ts';
import { announce, contenderFolder } from './contender.ts';
import { customerIds } from './events.ts';

/** In place of Stripe: takes every call and answers none. */
const stripe = createServer(() => undefined);
await new Promise<void>((resolve) => stripe.listen(0, '127.0.0.1', resolve));
const { port } = stripe.address() as AddressInfo;

const backend = await startBackend(contenderFolder(), `http://127.0.0.1:${port}`);
const database = new DatabaseSync(backend.file);
const add = database.prepare(
  `insert into customer (account, customer_id, project_id, user_id, is_current, created_at)
   values ('test', ?, 'acme', ?, 1, 0)`,
);
database.exec('begin immediate');
for (const id of customerIds) add.run(id, `u_${id}`);
database.exec('commit');
database.close();

const stored = { file: backend.file, query: 'select event_id as id from stripe_event' };
announce({ url: `${backend.origin}/webhooks/stripe`, stored });
