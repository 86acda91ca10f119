/**
 * Our webhook door, with all that is behind it: the marks that it takes are applied meanwhile, as many customers a
 * second as Stripe may be asked for.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { startBackend } from './backend.ts';
import { announce, contenderFolder } from './contender.ts';
import { customerIds } from './events.ts';

/** In place of Stripe: customers without subscriptions. */
const stripe = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ object: 'list', data: [], has_more: false, url: '/v1/subscriptions' }));
});
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
