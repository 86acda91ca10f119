/** What a purchase may rest on: a customer that is still there, the currency it is bound to, and a trial that was never had. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { testPlans } from '../support/project.ts';
import { startLife, type Life } from '../support/life.ts';

let user = 0;
const newUser = (): string => `u_${++user}`;

const order = {
  plan: 'pro',
  billing_cycle: 'monthly',
  success_url: 'https://app.acme.test/welcome',
  cancel_url: 'https://app.acme.test/pricing',
};

describe('a checkout', () => {
  let life: Life;
  before(async () => {
    life = await startLife({
      project: { plans: testPlans.map((plan) => (plan.kind === 'paid' ? { ...plan, trialDays: 14 } : plan)) },
    });
  });
  after(() => life.close());

  const checkout = (userId: string, more: Record<string, unknown> = {}) =>
    life.as(userId, 'POST', '/v1/checkout', { ...order, ...more });
  const customersOf = async (userId: string) =>
    (await life.stripe.customers.list({ limit: 100 })).data.filter(
      ({ metadata }) => metadata['planclaim_user'] === userId,
    );
  const endTrial = async (id: string): Promise<void> => {
    await life.stripe.subscriptions.update(id, { trial_end: 'now' });
  };

  it('of a user whose customer was deleted makes exactly one new one, in the same request (R9.1)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.stripe.customers.del(await life.customerOf(id));
    const answer = await checkout(userId);
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await customersOf(userId)).length, 1);
    assert.equal((await life.planOf(userId)).plan, 'free');
    // A second click makes no third one.
    assert.equal((await checkout(userId)).json['url'], answer.json['url']);
    assert.equal((await customersOf(userId)).length, 1);
  });

  it('does not hand out the open session of a customer that was deleted: it could not be paid (R9.1)', async () => {
    const userId = newUser();
    const first = await life.checkout(userId);
    const [customer] = await customersOf(userId);
    await life.stripe.customers.del(String(customer?.id));
    const second = await life.checkout(userId);
    assert.notEqual(second.id, first.id);
    assert.equal((await life.pay(second.id)).status, 200);
  });

  it('is not kept from anybody by a lock that Stripe held for a moment, or by its rate limit (R44.2)', async () => {
    for (const code of ['lock_timeout', 'rate_limit']) {
      for (const route of ['POST /v1/customers', 'POST /v1/checkout/sessions']) {
        await life.control('faults', { route, status: 429, code, count: 1 });
        const answer = await checkout(newUser());
        assert.equal(answer.status, 200, `${route} ${code}: ${answer.text}`);
      }
    }
  });

  it('makes no customer for a price that Stripe does not have (R9.2)', async () => {
    const userId = newUser();
    const [price] = (await life.stripe.prices.list({ lookup_keys: ['acme_team_yearly'] })).data;
    await life.stripe.prices.update(String(price?.id), { lookup_key: '' });
    const answer = await checkout(userId, { plan: 'team', billing_cycle: 'yearly' });
    assert.deepEqual([answer.status, answer.json['code']], [503, 'price_missing']);
    assert.deepEqual(await customersOf(userId), []);
    await life.stripe.prices.update(String(price?.id), { lookup_key: 'acme_team_yearly' });
  });

  it('makes nothing while Stripe cannot be asked (R8.2)', async () => {
    const userId = newUser();
    await life.control('faults', { route: 'POST /v1/customers', status: 500, count: 3 });
    const answer = await checkout(userId);
    assert.deepEqual([answer.status, answer.json['code']], [503, 'unavailable']);
    assert.equal((await checkout(userId)).status, 200);
    assert.equal((await customersOf(userId)).length, 1);
  });

  it('goes on in the currency that was paid in before, and says so to who asks for another (R13.1)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId, { currency: 'eur' });
    await life.stripe.subscriptions.cancel(id);
    const view = await life.as(userId, 'GET', '/v1/subscription');
    assert.equal(view.json['locked_currency'], 'eur');
    const other = await checkout(userId, { currency: 'usd' });
    assert.deepEqual([other.status, other.json['code'], other.json['currency']], [409, 'currency_locked', 'eur']);
    const same = await checkout(userId);
    const session = /cs_test_\w+/.exec(String(same.json['url']))?.[0] as string;
    assert.equal((await life.stripe.checkout.sessions.retrieve(session)).currency, 'eur');
  });

  it('shows a subscriber what they pay, in the currency that they pay in', async () => {
    const userId = newUser();
    await life.subscribe(userId, { currency: 'eur' });
    const view = await life.as(userId, 'GET', '/v1/subscription');
    assert.deepEqual(view.json['price'], { unit_amount: 1800, currency: 'eur', legacy: false });
  });

  it('comes with a trial once, whatever the plan (R12.1)', async () => {
    const userId = newUser();
    const first = await life.subscribe(userId);
    assert.equal((await life.planOf(userId)).status, 'trialing');
    await life.stripe.subscriptions.cancel(first);
    assert.equal((await life.as(userId, 'GET', '/v1/subscription')).json['trial_available'], false);
    await life.subscribe(userId, { plan: 'team', quantity: 2 });
    assert.deepEqual([(await life.planOf(userId)).status, (await life.planOf(userId)).trial_end], ['active', null]);
  });

  it('comes with none where the trial was had with a customer that is gone, or that a plain link made (R12.1)', async () => {
    const userId = newUser();
    const first = await life.subscribe(userId);
    await life.stripe.customers.del(await life.customerOf(first));
    await life.subscribe(userId);
    assert.equal((await life.planOf(userId)).status, 'active');
  });

  it('comes with none where the history cannot be known: what was bought is gone before it was read (R12.2)', async () => {
    const userId = newUser();
    const session = await life.checkout(userId);
    await life.pay(session.id);
    const { customer } = await life.stripe.checkout.sessions.retrieve(session.id);
    await life.stripe.customers.del(customer as string);
    assert.equal((await life.call(`/checkout/return?session_id=${session.id}`)).status, 303);
    await life.subscribe(userId);
    assert.equal((await life.planOf(userId)).status, 'active');
  });

  it('has a trial that ends with the money, and its end is cleared (R12.3)', async () => {
    const userId = newUser();
    await endTrial(await life.subscribe(userId));
    await life.reread(userId);
    const { status, trial_end: end } = await life.planOf(userId);
    assert.deepEqual([status, end], ['active', null]);
  });
});
