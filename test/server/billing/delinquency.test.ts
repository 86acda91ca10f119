/** A renewal that is not paid: grace stamped once, an end to it, a way back; and first payments that never came (R20, R21). */

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { startLife, type Life } from '../support/life.ts';
import { receiverSecret, startReceiver, type Receiver } from '../outgoing/support/receiver.ts';

let user = 0;
const newUser = (): string => `u_${++user}`;
const day = 86_400_000;

let life: Life;
let receiver: Receiver;
before(async () => {
  receiver = await startReceiver();
  life = await startLife({
    project: { pastDueGraceDays: 4, webhooks: [{ url: receiver.url, secret: receiverSecret }] },
  });
});
after(async () => {
  await life.close();
  await receiver.close();
});
beforeEach(() => {
  receiver.received.length = 0;
});

const told = (userId: string): string[] =>
  receiver.received.filter(({ body }) => body.data.user_id === userId).map(({ body }) => body.type);
const tells = (userId: string, type: string): Promise<void> =>
  life.until(async () => told(userId).includes(type), `${type} is told of`);

describe('a renewal whose card fails', () => {
  /** Until the period has ended and its invoice was tried, however long the month is. */
  const passPeriod = async (userId: string): Promise<void> => {
    const { now } = (await (await fetch(`${life.sandboxUrl}/_sandbox/clock`)).json()) as { now: number };
    const end = Date.parse((await life.planOf(userId)).current_period_end ?? '');
    await life.travel(userId, (end - now * 1000) / day + 0.2);
  };
  const fallBehind = async (userId: string): Promise<string> => {
    const id = await life.subscribe(userId);
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    await passPeriod(userId);
    assert.equal((await life.planOf(userId)).status, 'past_due');
    return id;
  };
  const attempts = async (id: string): Promise<number> =>
    (await life.stripe.invoices.list({ subscription: id, limit: 1 })).data[0]?.attempt_count ?? 0;

  it('keeps the plan through the grace period; four failed retries do not move its end (R21.1, R21.2)', async () => {
    const userId = newUser();
    await life.control('settings', { retry_days: [1, 2, 4, 8], after_retries: 'unpaid' });
    const id = await fallBehind(userId);
    const first = await life.planOf(userId);
    assert.equal(first.plan, 'pro');
    const { created } = (await life.stripe.invoices.list({ subscription: id, limit: 1 })).data[0] as {
      created: number;
    };
    assert.equal(Date.parse(first.grace_until ?? ''), created * 1000 + 4 * day);
    const seen = new Set<number>();
    while ((await life.planOf(userId)).plan === 'pro') {
      seen.add(await attempts(id));
      assert.equal((await life.planOf(userId)).grace_until, first.grace_until);
      await life.travel(userId, 0.5);
    }
    assert.ok(seen.size >= 2, 'there were retries inside the grace period');
    const beyond = await life.planOf(userId);
    assert.deepEqual([beyond.plan, beyond.status], ['free', 'past_due']);
    await life.travel(userId, 16);
    assert.equal(await attempts(id), 5);
    assert.equal((await life.planOf(userId)).status, 'unpaid');
    const view = (await life.as(userId, 'GET', '/v1/subscription')).json;
    assert.deepEqual([view['plan'], view['offer'], view['may_checkout']], ['free', 'fix_payment', false]);
    await tells(userId, 'subscription.past_due');
    assert.equal(told(userId).filter((type) => type === 'subscription.past_due').length, 1);
  });

  it('offers to fix the payment and nothing else: no checkout, no change (R21.3)', async () => {
    const userId = newUser();
    await fallBehind(userId);
    const checkout = await life.as(userId, 'POST', '/v1/checkout', {
      plan: 'team',
      billing_cycle: 'monthly',
      success_url: 'https://app.acme.test/welcome',
      cancel_url: 'https://app.acme.test/pricing',
    });
    assert.deepEqual([checkout.status, checkout.json['code']], [409, 'fix_payment']);
    const change = await life.as(userId, 'POST', '/v1/subscription/preview', { plan: 'team' });
    assert.deepEqual([change.status, change.json['code']], [409, 'fix_payment']);
  });

  it('is all well again once it is paid, and the next one has a grace period of its own (R21.1)', async () => {
    const userId = newUser();
    const id = await fallBehind(userId);
    const { grace_until: firstEnd } = await life.planOf(userId);
    const card = await life.stripe.paymentMethods.attach('pm_card_visa', { customer: await life.customerOf(id) });
    const [owed] = (await life.stripe.invoices.list({ subscription: id, status: 'open' })).data;
    await life.stripe.invoices.pay(String(owed?.id), { payment_method: card.id });
    await life.reread(userId);
    const well = await life.planOf(userId);
    assert.deepEqual([well.plan, well.status, well.grace_until], ['pro', 'active', null]);
    assert.equal((await life.as(userId, 'GET', '/v1/subscription')).json['owed'], null);
    await tells(userId, 'subscription.recovered');
    await passPeriod(userId);
    const again = await life.planOf(userId);
    assert.equal(again.status, 'past_due');
    assert.ok(Date.parse(again.grace_until ?? '') > Date.parse(firstEnd ?? '') + 20 * day);
  });
});

describe('a first attempt that expired after a good second one', () => {
  it('takes nothing from the plan when it ends (R20.1, R20.2, R15.3)', async () => {
    const userId = newUser();
    const { id: session } = await life.checkout(userId);
    const { customer } = await life.stripe.checkout.sessions.retrieve(session);
    const [price] = (await life.stripe.prices.list({ lookup_keys: ['acme_pro_monthly'] })).data;
    const failing = await life.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: customer as string,
    });
    const first = await life.stripe.subscriptions.create({
      customer: customer as string,
      items: [{ price: String(price?.id) }],
      default_payment_method: failing.id,
    });
    assert.equal(first.status, 'incomplete');
    // It neither blocks the purchase nor is it the plan.
    assert.equal((await life.as(userId, 'GET', '/v1/subscription')).json['offer'], 'checkout');
    const second = await life.subscribe(userId);
    const { version } = await life.planOf(userId);
    await life.travel(userId, 1.5);
    assert.equal((await life.stripe.subscriptions.retrieve(first.id)).status, 'incomplete_expired');
    const state = await life.planOf(userId);
    assert.deepEqual([state.plan, state.status, state.version], ['pro', 'active', version]);
    assert.equal((await life.stripe.subscriptions.retrieve(second)).status, 'active');
  });
});

describe('the end of a trial', () => {
  it('is told of once, three days before', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const customer = await life.customerOf(id);
    await life.stripe.subscriptions.cancel(id);
    const [price] = (await life.stripe.prices.list({ lookup_keys: ['acme_pro_monthly'] })).data;
    const [card] = (await life.stripe.paymentMethods.list({ customer })).data;
    await life.stripe.subscriptions.create({
      customer,
      items: [{ price: String(price?.id) }],
      trial_period_days: 14,
      default_payment_method: String(card?.id),
    });
    await life.reread(userId);
    await life.travel(userId, 10);
    await tells(userId, 'subscription.created');
    assert.ok(!told(userId).includes('subscription.trial_will_end'));
    await life.travel(userId, 1.1);
    await life.reread(userId);
    await life.travel(userId, 1);
    await tells(userId, 'subscription.trial_will_end');
    await life.travel(userId, 3);
    await tells(userId, 'subscription.updated');
    assert.equal(told(userId).filter((type) => type === 'subscription.trial_will_end').length, 1);
    assert.equal((await life.planOf(userId)).status, 'active');
  });
});
