/** Plans are decided at Stripe's time, which a sandbox may move; tokens live by everybody's (R21.2, R29.2, R3.4, R25.3). */

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import pino from 'pino';
import { assignPlan } from '../../../server/billing/assignment.ts';
import type { PlanState } from '../../../server/billing/plan-state.ts';
import { currentPlanState, stateOf } from '../../../server/billing/plan.ts';
import { Sweep } from '../../../server/billing/sweep.ts';
import { Sync } from '../../../server/billing/sync.ts';
import { UserLocks } from '../../../server/billing/user-lock.ts';
import { openStore } from '../../../server/store/store.ts';
import { createGateways } from '../../../server/stripe/gateway.ts';
import { StripeTime } from '../../../server/stripe/time.ts';
import { startBackend, type Backend } from '../support/backend.ts';
import { openTestStore, testClock, testConfig, testProject, testSecretKey } from '../support/project.ts';

const day = 86_400;

describe('a backend whose Stripe is moved through time', () => {
  let backend: Backend;
  afterEach(() => backend.close());

  const advance = async (seconds: number): Promise<void> => {
    const answer = await fetch(`${backend.sandboxUrl}/_sandbox/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ advance_seconds: seconds }),
    });
    assert.equal(answer.status, 200);
  };

  /** What is stored, without asking the backend for it: asking would compute it. */
  const stored = async (userId: string): Promise<PlanState | null> => {
    const row = await backend.store.read
      .selectFrom('plan_state')
      .selectAll()
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row ? stateOf(JSON.parse(row.state), row.version, row.updated_at) : null;
  };
  const becomes = (userId: string, plan: string, status: string): Promise<void> =>
    backend.until(
      async () => (await stored(userId))?.plan === plan && (await stored(userId))?.status === status,
      `${userId} is on ${plan} (${status})`,
    );

  const subscribe = async (userId: string): Promise<string> => {
    const session = await backend.checkout(userId);
    await backend.pay(session.id);
    assert.equal((await backend.call(`/checkout/return?session_id=${session.id}`)).status, 303);
    const { subscription } = await backend.stripe.checkout.sessions.retrieve(session.id);
    return subscription as string;
  };

  /** From now on the card is refused. */
  const breakCard = async (subscriptionId: string): Promise<void> => {
    const { customer } = await backend.stripe.subscriptions.retrieve(subscriptionId);
    const card = await backend.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: customer as string,
    });
    await backend.stripe.subscriptions.update(subscriptionId, { default_payment_method: card.id });
  };

  const refresh = async (userId: string): Promise<{ plan: unknown; iat: number; exp: number }> => {
    const { json, status } = await backend.call('/v1/token/refresh', {
      method: 'POST',
      token: await backend.userToken(userId),
    });
    assert.equal(status, 200);
    const { plan, iat, exp } = decodeJwt(String(json['access_token']));
    return { plan, iat: Number(iat), exp: Number(exp) };
  };

  it('lets a grace period pass that nothing but time ends, while tokens live in real time (R21.2, R29.2)', async () => {
    backend = await startBackend({ project: { pastDueGraceDays: 2 } });
    await breakCard(await subscribe('u_1'));
    await advance(31 * day + 7200);
    await becomes('u_1', 'pro', 'past_due');
    const graceUntil = Date.parse((await stored('u_1'))?.grace_until ?? '') / 1000;

    const early = await refresh('u_1');
    assert.equal(early.plan, 'pro');
    assert.ok(Math.abs(early.iat - Date.now() / 1000) < 10, 'issued now, whatever the sandbox says');
    assert.ok(early.exp - early.iat <= 600);

    // Two minutes before its end the entitlement bounds the token, counted from the real now.
    const { now } = (await (await fetch(`${backend.sandboxUrl}/_sandbox/clock`)).json()) as { now: number };
    await advance(graceUntil - 120 - now);
    await backend.until(
      async () => (await refresh('u_1')).exp - Date.now() / 1000 <= 160,
      'the token ends with the grace',
    );
    const late = await refresh('u_1');
    assert.equal(late.plan, 'pro');
    assert.ok(late.exp - late.iat >= 90, 'and not before it');

    const events = await backend.store.read.selectFrom('stripe_event').select('event_id').execute();
    await advance(130);
    await becomes('u_1', 'free', 'past_due');
    assert.equal(
      (await backend.store.read.selectFrom('stripe_event').select('event_id').execute()).length,
      events.length,
    );
  });

  it('ends an assignment by itself, and tells the backend and whoever listens (R25.3)', async () => {
    backend = await startBackend({ project: { webhooks: [{ url: 'https://hooks.acme.test', secret: 'whsec_AAAA' }] } });
    const expires = new Date(Date.now() + 5 * day * 1000).toISOString();
    await backend.call('/v1/users/u_1/plan', {
      method: 'PUT',
      token: testSecretKey,
      body: { plan: 'team', expires_at: expires },
    });
    const before = Date.now();
    await advance(6 * day);
    await becomes('u_1', 'free', 'free');
    assert.ok(Date.now() - before < 3000);
    const told = await backend.store.read.selectFrom('outgoing_event').selectAll().orderBy('sequence').execute();
    assert.deepEqual(
      told.map(({ type, version }) => [type, version]),
      [
        ['plan.changed', 1],
        ['plan.changed', 2],
      ],
    );
    assert.ok(Math.abs((told[1]?.created_at ?? 0) - Date.now()) < 10_000, 'what is sent has our time');
  });

  it('decides for a customer on a test clock at that clock, and at no other (R21.2)', async () => {
    backend = await startBackend({ project: { pastDueGraceDays: 2 } });
    const { stripe, store, project } = backend;
    const start = Math.floor(Date.now() / 1000) - 400 * day;
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start });
    const customer = await stripe.customers.create({ test_clock: clock.id });
    await store.write((tx) =>
      tx
        .insertInto('customer')
        .values({
          account: 'test',
          customer_id: customer.id,
          project_id: project.id,
          user_id: 'u_1',
          is_current: 1,
          retry_at: null,
          created_at: Date.now(),
        })
        .execute(),
    );
    const [price] = (await stripe.prices.list({ lookup_keys: ['acme_pro_monthly'] })).data;
    const visa = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: String(price?.id) }],
      default_payment_method: visa.id,
    });
    await becomes('u_1', 'pro', 'active');
    await breakCard(id);
    const to = (frozen_time: number) => stripe.testHelpers.testClocks.advance(clock.id, { frozen_time });
    await to(start + 31 * day + 7200);
    await becomes('u_1', 'pro', 'past_due');
    const graceUntil = Date.parse((await stored('u_1'))?.grace_until ?? '') / 1000;
    assert.ok(graceUntil < Date.now() / 1000, 'long ago by our clock');
    // The clock stands still: so does the plan, and the token has all of its time.
    await advance(5 * day);
    const { plan, exp, iat } = await refresh('u_1');
    assert.deepEqual([plan, exp - iat], ['pro', 600]);
    await to(graceUntil);
    await becomes('u_1', 'free', 'past_due');
  });

  it('asks Stripe by itself when a period ended without a word, once, and not again at once (R3.4)', async () => {
    backend = await startBackend({ webhooks: 'off' });
    const id = await subscribe('u_1');
    await backend.stripe.subscriptions.cancel(id);
    assert.equal((await stored('u_1'))?.plan, 'pro', 'nobody told us');
    await fetch(`${backend.sandboxUrl}/_sandbox/requests`, { method: 'DELETE' });
    await advance(32 * day);
    await becomes('u_1', 'free', 'free');
    await backend.until(async () => {
      const row = await backend.store.read.selectFrom('plan_state').select('reread_at').executeTakeFirstOrThrow();
      return row.reread_at === null;
    }, 'nothing is overdue any more');
    const log = await fetch(`${backend.sandboxUrl}/_sandbox/requests`);
    const { data } = (await log.json()) as { data: { path: string }[] };
    assert.equal(data.filter(({ path }) => path === '/v1/subscriptions').length, 1);
  });
});

it('ends a plan once, however many processes look (R2.3)', async () => {
  const { store, databaseUrl, close } = await openTestStore();
  const other = await openStore(databaseUrl);
  const clock = testClock();
  const project = testProject({
    payments: 'none',
    webhooks: [{ url: 'https://hooks.acme.test', secret: 'whsec_AAAA' }],
  });
  const config = testConfig([project]);
  const processes = [store, other].map((database) => {
    const deps = {
      config,
      store: database,
      clock,
      log: pino({ level: 'silent' }),
      stripe: createGateways(config, clock),
    };
    return { deps, sweep: new Sweep({ ...deps, sync: new Sync(deps, new UserLocks(database, clock)) }) };
  });
  const [first] = processes;
  assert.ok(first);
  const users = Array.from({ length: 450 }, (_, index) => `u_${index}`);
  await Promise.all(
    users.map((userId) => assignPlan(first.deps, project, userId, { plan: 'pro', expiresAt: clock() + 1000 })),
  );
  clock.advance(2000);
  for (const { sweep } of processes) sweep.start();
  const ended = () => store.read.selectFrom('plan_state').select(['version']).where('plan', '=', 'free').execute();
  while ((await ended()).length < users.length) await new Promise((resolve) => setTimeout(resolve, 10));
  await Promise.all(processes.map(({ sweep }) => sweep.stop()));
  assert.deepEqual(new Set((await ended()).map(({ version }) => version)), new Set([2]));
  const told = await store.read.selectFrom('outgoing_event').select(['user_id', 'version']).execute();
  assert.equal(told.length, 2 * users.length);
  await other.close();
  await close();
});

it('computes states of an earlier config again, without anybody asking', async () => {
  const { store, close } = await openTestStore();
  const clock = testClock();
  const free = testProject({ payments: 'none' });
  const before = { store, clock, stripe: createGateways(testConfig([free]), clock) };
  await assignPlan(before, free, 'u_1', { plan: 'pro', expiresAt: null });
  assert.deepEqual((await currentPlanState(before, free, 'u_1')).limits, { projects: -1 });

  const plans = free.plans.map((plan) => (plan.id === 'pro' ? { ...plan, entitlements: { projects: 9 } } : plan));
  const config = testConfig([testProject({ payments: 'none', plans })]);
  const deps = { config, store, clock, log: pino({ level: 'silent' }), stripe: createGateways(config, clock) };
  const sweep = new Sweep({ ...deps, sync: new Sync(deps, new UserLocks(store, clock)) });
  sweep.start();
  const row = () => store.read.selectFrom('plan_state').selectAll().executeTakeFirstOrThrow();
  while ((await row()).version < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(JSON.parse((await row()).state).limits, { projects: 9 });
  await sweep.stop();
  await close();
});

describe('the time at Stripe', () => {
  const dateOf = (milliseconds: number): string => new Date(milliseconds).toUTCString();

  it('is ours when Stripe itself is meant, whatever a Date says', () => {
    const clock = testClock();
    const time = new StripeTime(null, clock);
    time.begin()(dateOf(clock() + 86_400_000));
    assert.equal(time.now(), clock());
  });

  it('is ours on a host that nobody moved, to the millisecond, however its whole seconds fall', () => {
    const clock = testClock();
    const time = new StripeTime('http://127.0.0.1:9', clock);
    for (const late of [0, 1, 499, 500, 999, 1400]) {
      clock.set(Date.UTC(2026, 10, 24, 10) + late);
      time.begin()(dateOf(Date.UTC(2026, 10, 24, 10)));
      assert.equal(time.now(), clock());
    }
  });

  it('follows a host that was moved, back too, and forgets what was asked before that', () => {
    const clock = testClock();
    const time = new StripeTime('http://127.0.0.1:9', clock);
    const slow = time.begin();
    time.begin()(dateOf(clock() + 30 * 86_400_000));
    assert.equal(time.now(), clock() + 30 * 86_400_000);
    slow(dateOf(clock()));
    assert.equal(time.now(), clock() + 30 * 86_400_000, 'the slow answer is from before the move');
    // Our own clock jumps: the difference is another one, the time at Stripe is not.
    const there = time.now();
    clock.advance(3_600_000);
    time.begin()(dateOf(there));
    assert.equal(time.now(), there);
    time.begin()(dateOf(clock()));
    assert.equal(time.now(), clock());
  });
});
