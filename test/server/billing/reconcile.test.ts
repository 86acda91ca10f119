/** What webhooks that never came would have told (R3.3). */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import pino from 'pino';
import { reconcile } from '../../../server/billing/reconcile.ts';
import { Sync } from '../../../server/billing/sync.ts';
import { UserLocks } from '../../../server/billing/user-lock.ts';
import { createGateways } from '../../../server/stripe/gateway.ts';
import { startBackend } from '../support/backend.ts';

it('mends who paid and is free, who ended and still has it, and writes nothing the second time', async () => {
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
