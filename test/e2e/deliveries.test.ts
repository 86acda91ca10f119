/** Webhooks that never come, come ten times, or come in any order. */

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { planOf, signInByHttp } from './support/person.ts';
import { cards, choose, newEmail, payWith, signIn, tokenSays } from './support/shopper.ts';
import { customerOf, deliver, eventsOf, payUnseen, sandboxSdk } from './support/stripe-events.ts';
import { startWorld, until, type World } from './support/world.ts';

describe('whatever becomes of the deliveries', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await world.chaos({ drop: 1 });
  });
  after(() => world?.close());

  it('has the plan live on return with webhooks switched off (R6.1)', async () => {
    const page = await world.newPage();
    await signIn(page, world.demo.url, { email: newEmail() });
    await choose(page, 'Pro', 'Monthly');
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await payWith(page, cards.good);
    await page.waitForURL(`${world.demo.url}/app?checkout=done`);
    await tokenSays(page, { plan: 'pro', billing_cycle: 'monthly', plan_status: 'active' });
    await page.context().close();
  });

  it('makes one record and one version step of the same event ten times in parallel, all of them shuffled (R2.1, R2.2, R1.1)', async () => {
    const person = await signInByHttp(world, newEmail());
    const { sessionId } = await person.checkout();
    const before = await planOf(world.backendUrl, person.id);
    await payUnseen(world.sandboxUrl, sessionId);
    assert.equal((await planOf(world.backendUrl, person.id))['plan'], 'free');

    const stripe = sandboxSdk(world.sandboxUrl);
    const events = await eventsOf(stripe, await customerOf(stripe, sessionId));
    assert.ok(events.length >= 3, `only ${events.length} events`);
    const deliveries = shuffled(events.flatMap((event) => Array.from({ length: 10 }, () => event)));
    const statuses = await Promise.all(
      deliveries.map((event) => deliver(world.backendUrl, event, world.webhookSecret)),
    );
    assert.deepEqual([...new Set(statuses)], [200]);

    const state = await until('the plan is pro', async () => {
      const now = await planOf(world.backendUrl, person.id);
      return now['plan'] === 'pro' && now;
    });
    await until(
      'every mark is applied',
      async () => rows('SELECT 1 FROM customer WHERE retry_at IS NOT NULL').length === 0,
    );
    const settled = await planOf(world.backendUrl, person.id);
    assert.deepEqual(
      [state['version'], settled['version']],
      [Number(before['version']) + 1, Number(before['version']) + 1],
    );
    assert.equal(rows('SELECT 1 FROM subscription WHERE user_id = ?', person.id).length, 1);
    const sent = new Set(events.map(({ id }) => id));
    const stored = rows('SELECT event_id FROM stripe_event').filter(({ event_id: id }) => sent.has(String(id)));
    assert.equal(new Set(stored.map(({ event_id: id }) => id)).size, stored.length);
  });

  it('takes no second step for an event that comes after the return has applied the payment (R6.2)', async () => {
    const person = await signInByHttp(world, newEmail());
    const { sessionId } = await person.checkout();
    await payUnseen(world.sandboxUrl, sessionId);
    await person.call(`/checkout/return?session_id=${sessionId}`);
    const { version } = await planOf(world.backendUrl, person.id);
    const stripe = sandboxSdk(world.sandboxUrl);
    for (const event of await eventsOf(stripe, await customerOf(stripe, sessionId)))
      assert.equal(await deliver(world.backendUrl, event, world.webhookSecret), 200);
    await until(
      'every mark is applied',
      async () => rows('SELECT 1 FROM customer WHERE retry_at IS NOT NULL').length === 0,
    );
    assert.equal((await planOf(world.backendUrl, person.id))['version'], version);
  });

  /** What the backend's database holds, read beside it. */
  const rows = (sql: string, ...parameters: string[]): Record<string, unknown>[] => {
    const database = new DatabaseSync(join(world.folder, '.planclaim', 'planclaim.db'), { readOnly: true });
    try {
      return database.prepare(sql).all(...parameters) as Record<string, unknown>[];
    } finally {
      database.close();
    }
  };
});

/** Another order every time; what must hold, holds in every one. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [copy[last], copy[other]] = [copy[other] as Item, copy[last] as Item];
  }
  return copy;
}
