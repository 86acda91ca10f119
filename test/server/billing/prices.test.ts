/** Which plan a price means: by its id, for as long as anybody pays it, and never a guess (R23). */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { applyReadings } from '../../../server/billing/apply-readings.ts';
import { rememberedPrices } from '../../../server/billing/price-memory.ts';
import { pushPlans } from '../../../server/billing/push-plans.ts';
import { createGateways } from '../../../server/stripe/gateway.ts';
import { startLife, type Life } from '../support/life.ts';

let user = 0;
const newUser = (): string => `u_${++user}`;

let life: Life;
before(async () => {
  life = await startLife();
});
after(() => life.close());

const soldAs = async (lookupKey: string): Promise<string> =>
  (await life.stripe.prices.list({ lookup_keys: [lookupKey] })).data[0]?.id as string;
const ofUser = async (userId: string): Promise<string[]> =>
  (await life.incidents()).filter((incident) => incident.user_id === userId).map(({ kind }) => kind);
const price = async (overrides: Record<string, unknown> = {}): Promise<string> => {
  const product = await life.stripe.products.create({ name: 'Something' });
  const made = await life.stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 700,
    recurring: { interval: 'month' },
    ...overrides,
  });
  return made.id;
};
const moveTo = async (subscriptionId: string, priceId: string): Promise<void> => {
  const { items } = await life.stripe.subscriptions.retrieve(subscriptionId);
  await life.stripe.subscriptions.update(subscriptionId, {
    items: [{ id: String(items.data[0]?.id), price: priceId }],
    proration_behavior: 'none',
  });
};

describe('a price that is sold no longer', () => {
  it('still means its plan after plans push moved on, at its own amount, and after a restart (R23.1, R23.3)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const old = await soldAs('acme_pro_monthly');
    const pro = life.project.plans.find((plan) => plan.id === 'pro');
    const dearer = {
      ...life.project,
      plans: life.project.plans.map((plan) =>
        plan.id === 'pro' ? { ...plan, prices: { ...pro?.prices, monthly: { usd: 2900, eur: 2700 } } } : plan,
      ),
    };
    await pushPlans({ stripe: createGateways(life.config, () => Date.now()) }, dearer, { dryRun: false });
    assert.notEqual(await soldAs('acme_pro_monthly'), old);
    await life.reread(userId);
    await life.restart();
    await life.reread(userId);
    const view = (await life.as(userId, 'GET', '/v1/subscription')).json;
    assert.deepEqual([view['plan'], view['price']], ['pro', { unit_amount: 1900, currency: 'usd', legacy: true }]);
    assert.deepEqual(await ofUser(userId), []);
    // Who buys now pays what is sold now.
    const later = newUser();
    const theirs = await life.subscribe(later);
    const { items } = await life.stripe.subscriptions.retrieve(theirs);
    assert.equal(items.data[0]?.price.unit_amount, 2900);
    assert.equal((await life.stripe.subscriptions.retrieve(id)).items.data[0]?.price.id, old);
  });

  it('means its plan from the first checkout on, even if nobody was ever read with it', async () => {
    const userId = newUser();
    const session = await life.checkout(userId, { plan: 'team', quantity: 2 });
    const old = await soldAs('acme_team_monthly');
    await life.pay(session.id);
    // Nothing was read yet, and the lookup key moves on.
    const next = await price({ lookup_key: 'acme_team_monthly', transfer_lookup_key: true });
    assert.equal((await life.call(`/checkout/return?session_id=${session.id}`)).status, 303);
    assert.deepEqual([(await life.planOf(userId)).plan, await ofUser(userId)], ['team', []]);
    await life.stripe.prices.update(old, { lookup_key: 'acme_team_monthly', transfer_lookup_key: true });
    await life.stripe.prices.update(next, { active: false });
  });
});

describe('a price that no plan names', () => {
  it('keeps the last known plan and is one incident, however often it is read (R23.2)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const { version } = await life.planOf(userId);
    await moveTo(id, await price());
    for (let time = 0; time < 3; time++) await life.reread(userId);
    const state = await life.planOf(userId);
    assert.deepEqual([state.plan, state.billing_cycle, state.version], ['pro', 'monthly', version]);
    assert.deepEqual(await ofUser(userId), ['price_unknown']);
    assert.equal((await life.incidents()).find(({ kind }) => kind === 'price_unknown')?.occurrences, 1);
  });

  it('is no plan for a user who had none (R23.2)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const customer = await life.customerOf(id);
    await life.stripe.subscriptions.cancel(id);
    const [card] = (await life.stripe.paymentMethods.list({ customer })).data;
    await life.stripe.subscriptions.create({
      customer,
      items: [{ price: await price() }],
      default_payment_method: String(card?.id),
    });
    await life.reread(userId);
    assert.equal((await life.planOf(userId)).plan, 'free');
    assert.deepEqual(await ofUser(userId), ['price_unknown']);
  });
});

describe('a rhythm that has no name', () => {
  it('is a cycle of null and an incident, never a wrong label; twelve months are a year (R23.4)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const every = (months: number) =>
      price({
        recurring: { interval: 'month', interval_count: months },
        lookup_key: 'acme_pro_yearly',
        transfer_lookup_key: true,
      });
    await moveTo(id, await every(3));
    await life.reread(userId);
    assert.deepEqual([(await life.planOf(userId)).plan, (await life.planOf(userId)).billing_cycle], ['pro', null]);
    assert.deepEqual(await ofUser(userId), ['cycle_unknown']);
    await moveTo(id, await every(12));
    await life.reread(userId);
    assert.equal((await life.planOf(userId)).billing_cycle, 'yearly');
  });
});

describe('a status that nobody knows yet', () => {
  it('keeps the last known one and the plan, and is one incident (R22.1)', async () => {
    const userId = newUser();
    await life.subscribe(userId);
    const { version } = await life.planOf(userId);
    const customer = await life.store.read
      .selectFrom('customer')
      .selectAll()
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    const subscriptions =
      (await createGateways(life.config, () => Date.now())(life.project).listSubscriptions(
        customer.customer_id,
        await rememberedPrices(life.store.read, life.project),
      )) ?? [];
    const now = Date.now();
    for (let time = 0; time < 2; time++) {
      await life.store.write((tx) =>
        applyReadings(tx, {
          project: life.project,
          customer,
          subscriptions: subscriptions.map((each) => ({ ...each, status: 'hibernating' })),
          reversals: null,
          seen: customer.marked,
          at: { now, stripeNow: now },
        }),
      );
    }
    const state = await life.planOf(userId);
    assert.deepEqual([state.plan, state.status, state.version], ['pro', 'active', version]);
    const found = (await life.incidents()).find(({ kind }) => kind === 'status_unknown');
    assert.deepEqual([found?.user_id, found?.subject, found?.occurrences], [userId, 'hibernating', 1]);
  });
});
