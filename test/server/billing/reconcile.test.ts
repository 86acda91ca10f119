/** What webhooks that never came would have told (R3.3). */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import pino from 'pino';
import { reconcile } from '../../../server/billing/reconcile.ts';
import { Sync } from '../../../server/billing/sync.ts';
import { UserLocks } from '../../../server/billing/user-lock.ts';
import { createGateways } from '../../../server/stripe/gateway.ts';
import { startBackend } from '../support/backend.ts';
import { startLife } from '../support/life.ts';

it('mends who paid and is free, who ended and still has it, and writes nothing the second time (R3.3)', async () => {
  const backend = await startBackend({ webhooks: 'off' });
  const { config, store, project } = backend;
  const clock = () => Date.now();
  const base = { config, store, clock, log: pino({ level: 'silent' }), stripe: createGateways(config, clock) };
  const locks = new UserLocks(store, clock);
  const deps = { ...base, locks, sync: new Sync(base, locks) };

  // Paid, and nobody told us: not even a subscription is stored.
  const unseen = await backend.checkout('u_unseen');
  await backend.pay(unseen.id);
  // Told us, and ended since.
  const ended = await backend.checkout('u_ended');
  await backend.pay(ended.id);
  await backend.call(`/checkout/return?session_id=${ended.id}`);
  const { subscription } = await backend.stripe.checkout.sessions.retrieve(ended.id);
  await backend.stripe.subscriptions.cancel(subscription as string);
  // As it should be.
  await backend.checkout('u_looking');

  const first = await reconcile(deps, project);
  assert.deepEqual(
    first.mended.map(({ userId, before, after }) => [userId, before.plan, after.plan]),
    [
      ['u_ended', 'pro', 'free'],
      ['u_unseen', 'free', 'pro'],
    ],
  );
  assert.deepEqual([first.users, first.failed], [3, []]);
  assert.deepEqual((await reconcile(deps, project)).mended, []);
  await backend.close();
});

it('changes nothing of a user whom Stripe does not answer for, and says so', async () => {
  const backend = await startBackend({ webhooks: 'off' });
  const { store, project } = backend;
  const session = await backend.checkout('u_1');
  await backend.pay(session.id);
  const clock = () => Date.now();
  const config = { ...backend.config, stripeApiBase: 'http://127.0.0.1:1' };
  const base = { config, store, clock, log: pino({ level: 'silent' }), stripe: createGateways(config, clock) };
  const locks = new UserLocks(store, clock);
  const { mended, failed } = await reconcile({ ...base, locks, sync: new Sync(base, locks) }, project);
  assert.deepEqual([mended, failed.map(({ userId }) => userId)], [[], ['u_1']]);
  assert.equal((await backend.planOf('u_1')).plan, 'free');
  await backend.close();
});

it('mends a wrong plan, a wrong period, a dispute and a duplicate that nobody told of, and then there is nothing to do (R3.3)', async (t) => {
  const life = await startLife({ project: { onDispute: 'suspend' } });
  t.after(() => life.close());
  const { config, store, project, stripe } = life;
  const clock = () => Date.now();
  const gateways = createGateways(config, clock);
  const base = { config, store, clock, log: pino({ level: 'silent' }), stripe: gateways };
  const locks = new UserLocks(store, clock);
  const deps = { ...base, locks, sync: new Sync(base, locks) };
  const priceOf = async (key: string) => (await stripe.prices.list({ lookup_keys: [key] })).data[0]?.id as string;

  const switched = await life.subscribe('u_switched');
  const { items } = await stripe.subscriptions.retrieve(switched);
  await stripe.subscriptions.update(switched, {
    items: [{ id: String(items.data[0]?.id), price: await priceOf('acme_team_monthly'), quantity: 4 }],
    proration_behavior: 'none',
  });
  const disputed = await life.subscribe('u_disputed');
  const [charge] = (await stripe.charges.list({ customer: await life.customerOf(disputed) })).data;
  await life.control('disputes', { charge: charge?.id });
  const doubled = await life.subscribe('u_doubled');
  await life.nextSecond();
  const double = await life.makeAtStripe(await life.customerOf(doubled), 'acme_team_monthly');
  await life.subscribe('u_renewed');
  // A month passes for all of them, and nobody tells us.
  await life.control('clock', { advance_seconds: 32 * 86_400 });
  await gateways.time.ask();

  await reconcile(deps, project);
  const states = await Promise.all(['u_switched', 'u_disputed', 'u_doubled', 'u_renewed'].map((id) => life.planOf(id)));
  assert.deepEqual(
    states.map(({ plan, quantity }) => [plan, quantity]),
    [
      ['team', 4],
      ['free', 1],
      ['team', 1],
      ['pro', 1],
    ],
  );
  assert.ok(states.every(({ current_period_end: end }) => end === null || Date.parse(end) > gateways.now(project)));
  // By now the second one has renewed: what was used is a person's to undo.
  assert.equal((await stripe.subscriptions.retrieve(double.id)).status, 'active');
  const kinds = (await life.incidents()).map(({ kind }) => kind).toSorted();
  assert.deepEqual(kinds, ['dispute_lost', 'duplicate_subscription']);

  const written = async () => {
    const tables = await Promise.all(
      (['plan_state', 'subscription', 'customer', 'incident', 'duplicate', 'ending', 'price'] as const).map((table) =>
        store.read.selectFrom(table).selectAll().execute(),
      ),
    );
    return JSON.stringify(tables, (key, value: unknown) => (key === 'read_at' ? undefined : value));
  };
  const once = await written();
  assert.deepEqual((await reconcile(deps, project)).mended, []);
  assert.equal(await written(), once);
});
