/** The least that a webhook door can be: verify, store the event's id, mark the customer, answer once that is durable. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { announce, contenderFolder } from './contender.ts';
import { customerIds, webhookSecret } from './events.ts';

/** What is stored of one event. */
interface Mark {
  eventId: string;
  customerId: string;
}

/** Opens the database with a row for each customer, and gives what stores marks, all in one transaction. */
function openDatabase(file: string): (marks: readonly Mark[]) => void {
  const database = new DatabaseSync(file);
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  database.exec('create table event (id text primary key, customer_id text not null, received_at integer not null)');
  database.exec('create table customer (id text primary key, marked integer not null, retry_at integer)');
  const addCustomer = database.prepare('insert into customer values (?, 0, null)');
  database.exec('begin');
  for (const id of customerIds) addCustomer.run(id);
  database.exec('commit');
  const addEvent = database.prepare('insert into event values (?, ?, ?) on conflict do nothing');
  const mark = database.prepare(
    'update customer set marked = marked + 1, retry_at = coalesce(retry_at, ?) where id = ?',
  );
  const begin = database.prepare('begin immediate');
  const commit = database.prepare('commit');
  return (marks) => {
    const now = Date.now();
    begin.run();
    for (const { eventId, customerId } of marks) {
      if (addEvent.run(eventId, customerId, now).changes === 1) mark.run(now, customerId);
    }
    commit.run();
  };
}

/**
 * Starts a door.
 *
 * @param commits `grouped`: what arrives in one turn of the event loop shares a transaction; `single`: one for each
 */
export function startDoor({ commits }: { commits: 'grouped' | 'single' }): void {
  const file = join(contenderFolder(), 'floor.db');
  const storeAll = openDatabase(file);
  let waiting: (Mark & { stored: () => void })[] = [];

  const flush = () => {
    const group = waiting;
    waiting = [];
    storeAll(group);
    for (const { stored } of group) stored();
  };
  const storeGrouped = (mark: Mark) =>
    new Promise<void>((stored) => {
      waiting.push({ ...mark, stored });
      if (waiting.length === 1) setImmediate(flush);
    });
  const store = commits === 'grouped' ? storeGrouped : (mark: Mark) => storeAll([mark]);

  const app = new Hono().post('/webhooks/stripe', async (c) => {
    const body = await c.req.text();
    if (!isSigned(body, c.req.header('stripe-signature') ?? '')) return c.json({ error: 'signature' }, 400);
    const event = JSON.parse(body) as { id: string; data: { object: { customer: string } } };
    await store({ eventId: event.id, customerId: event.data.object.customer });
    return c.json({ received: true });
  });

  serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
    announce({ url: `http://127.0.0.1:${port}/webhooks/stripe`, stored: { file, query: 'select id from event' } });
  });
}

/** https://docs.stripe.com/webhooks#verify-manually */
function isSigned(body: string, header: string): boolean {
  const [, timestamp = '', signature = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const expected = createHmac('sha256', webhookSecret).update(`${timestamp}.${body}`).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}
