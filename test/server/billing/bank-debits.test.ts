/** Bought by bank debit: the payment is on its way for days, and until it has come nothing is granted and nothing sold twice (R22.2). */

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { receiverSecret, startReceiver, type Receiver } from '../outgoing/support/receiver.ts';
import { startLife, type Life } from '../support/life.ts';

let user = 0;
const newUser = (): string => `debtor_${++user}`;
const days = 86_400;
const hours = 3600;

let life: Life;
let receiver: Receiver;
before(async () => {
  receiver = await startReceiver();
  life = await startLife({
    webhooks: 'on',
    project: { pastDueGraceDays: 4, webhooks: [{ url: receiver.url, secret: receiverSecret }] },
  });
  await life.control('settings', {
    bank_debit_seconds: 3 * days,
    payment_method_types: ['card', 'sepa_debit', 'us_bank_account'],
  });
});
after(async () => {
  await life.close();
  await receiver.close();
});
beforeEach(() => {
  receiver.received.length = 0;
});

const succeeds = 'pm_usBankAccount_success';
const fails = 'pm_usBankAccount_insufficientFunds';
const order = {
  plan: 'pro',
  billing_cycle: 'monthly',
  success_url: 'https://app.acme.test/welcome',
  cancel_url: 'https://app.acme.test/plans',
};

/** What is told of a subscription; that the status of the plan changes is told all the same. */
const told = (userId: string): string[] =>
  receiver.received
    .filter(({ body }) => body.data.user_id === userId && body.type.startsWith('subscription.'))
    .map(({ body }) => body.type);
const view = async (userId: string): Promise<Record<string, unknown>> =>
  (await life.as(userId, 'GET', '/v1/subscription')).json;
const pass = (seconds: number) => life.control('clock', { advance_seconds: seconds });

/** Completes a checkout by debit and comes back from it. */
async function buy(userId: string, method: string): Promise<string> {
  const session = await life.checkout(userId);
  assert.equal((await life.pay(session.id, method)).status, 200);
  const back = await life.call(`/checkout/return?session_id=${session.id}`);
  assert.equal(back.status, 303, back.text);
  assert.match(back.headers.get('location') ?? '', /\/welcome$/);
  const { subscription, payment_status: paid } = await life.stripe.checkout.sessions.retrieve(session.id);
  assert.equal(paid, 'unpaid');
  return subscription as string;
}

describe('a checkout that is completed and not yet paid', () => {
  it('grants nothing, says wait, and lets no second checkout through (R22.2)', async () => {
    const userId = newUser();
    await buy(userId, succeeds);
    const state = await life.planOf(userId);
    assert.deepEqual([state.plan, state.status, state.source], ['free', 'incomplete', 'default']);
    const { plan, offer, may_checkout: mayCheckout } = await view(userId);
    assert.deepEqual({ plan, offer, mayCheckout }, { plan: 'free', offer: 'wait', mayCheckout: false });
    const second = await life.as(userId, 'POST', '/v1/checkout', order);
    assert.deepEqual(
      [second.status, (second.json['error'] as { code?: string } | undefined)?.code ?? second.json['code']],
      [409, 'wait'],
    );
    assert.deepEqual(told(userId), []);
  });

  it('grants as soon as the payment has come (R22.2, R3.1)', async () => {
    const userId = newUser();
    await buy(userId, succeeds);
    await pass(3 * days);
    await life.until(async () => (await life.planOf(userId)).plan === 'pro', 'the plan is had');
    const { offer, status, may_checkout: mayCheckout } = await view(userId);
    assert.deepEqual({ offer, status, mayCheckout }, { offer: 'manage', status: 'active', mayCheckout: false });
    await life.until(async () => told(userId).includes('subscription.created'), 'the beginning is told of');
    assert.equal(told(userId).filter((type) => type === 'subscription.created').length, 1);
  });

  it('offers a new checkout when the payment has not come, and grants no grace (R22.2)', async () => {
    const userId = newUser();
    const failed = await buy(userId, fails);
    await pass(3 * days);
    await life.until(async () => (await view(userId))['offer'] === 'checkout', 'a new checkout is offered');
    const { plan, status, may_checkout: mayCheckout, owed } = await view(userId);
    assert.deepEqual(
      { plan, status, mayCheckout, owed },
      { plan: 'free', status: 'free', mayCheckout: true, owed: null },
    );
    assert.deepEqual(told(userId), []);

    // The next try takes the place of the first: Stripe collects for it no more.
    const next = await life.subscribe(userId);
    assert.notEqual(next, failed);
    assert.equal((await life.planOf(userId)).plan, 'pro');
    assert.equal((await life.stripe.subscriptions.retrieve(failed)).status, 'canceled');
    const { data } = await life.stripe.invoices.list({ subscription: failed });
    assert.deepEqual(
      data.map((invoice) => invoice.status),
      ['void'],
    );
    await pass(30 * days);
    const live = await life.stripe.subscriptions.list({ customer: await life.customerOf(next), status: 'active' });
    assert.deepEqual(
      live.data.map(({ id }) => id),
      [next],
    );
  });

  it('keeps the plan while a renewal is on its way, and has grace when that fails (R21.1)', async () => {
    const userId = newUser();
    const id = await buy(userId, succeeds);
    await pass(3 * days);
    await life.until(async () => (await life.planOf(userId)).plan === 'pro', 'the plan is had');
    await life.payWith(id, fails);
    const end = Date.parse((await life.planOf(userId)).current_period_end ?? '') / 1000;
    await life.control('clock', { now: end + hours });
    await pass(hours);
    await life.reread(userId);
    const during = await life.planOf(userId);
    assert.deepEqual([during.plan, during.status], ['pro', 'active']);
    await pass(3 * days);
    await life.until(async () => (await life.planOf(userId)).status === 'past_due', 'the renewal has failed');
    assert.equal((await life.planOf(userId)).plan, 'pro');
    assert.equal((await view(userId))['offer'], 'fix_payment');
  });
});
