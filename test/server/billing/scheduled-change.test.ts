/** A change that is scheduled, and another one that has to be paid first: what was not paid changes nothing, the schedule included. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startLife, type Life } from '../support/life.ts';

let user = 0;
const newUser = (): string => `u_${++user}`;

let life: Life;
before(async () => {
  life = await startLife();
});
after(() => life.close());

const change = async (at: Life, userId: string, order: Record<string, unknown>) =>
  at.as(userId, 'POST', '/v1/subscription/change', (await at.agree(userId, order)).agreed);
const team = { plan: 'team', quantity: 2 };
const yearly = { plan: 'team', billing_cycle: 'yearly', quantity: 2 };

/** Two seats of Team by the month, and Pro from the next month on. */
async function scheduleDowngrade(userId: string): Promise<string> {
  const id = await life.subscribe(userId, team);
  assert.equal((await change(life, userId, { plan: 'pro' })).status, 200);
  return id;
}
const scheduledPlan = async (userId: string): Promise<string | null | undefined> =>
  (await life.planOf(userId)).scheduled?.plan;
async function payPending(id: string): Promise<void> {
  const { latest_invoice: invoice } = await life.stripe.subscriptions.retrieve(id);
  const card = await life.stripe.paymentMethods.attach('pm_card_visa', { customer: await life.customerOf(id) });
  await life.stripe.invoices.pay(invoice as string, { payment_method: card.id });
}

describe('an upgrade over a scheduled downgrade', () => {
  it('that is declined leaves the downgrade, which comes true when its time comes (R16.1, R18.2)', async () => {
    const userId = newUser();
    const id = await scheduleDowngrade(userId);
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    const before = await life.planOf(userId);
    const answer = await change(life, userId, yearly);
    assert.deepEqual([answer.status, answer.json['code']], [402, 'payment_failed']);
    const { version: _before, updated_at: _then, ...as } = before;
    const { version: _after, updated_at: _now, ...is } = await life.planOf(userId);
    assert.deepEqual(is, as);
    assert.equal((await life.stripe.subscriptions.retrieve(id)).pending_update === null, false);
    await life.payWith(id, 'pm_card_visa');
    await life.travel(userId, 32);
    const { plan, billing_cycle: cycle, status, scheduled } = await life.planOf(userId);
    assert.deepEqual([plan, cycle, status, scheduled], ['pro', 'monthly', 'active', null]);
  });

  it('that waits for the bank leaves the downgrade, also when the bank is never asked (R16.1, R16.2)', async () => {
    const userId = newUser();
    const id = await scheduleDowngrade(userId);
    await life.payWith(id, 'pm_card_authenticationRequired');
    const answer = await change(life, userId, yearly);
    assert.deepEqual([answer.status, answer.json['code']], [402, 'requires_action']);
    assert.equal(await scheduledPlan(userId), 'pro');
    await life.travel(userId, 2);
    assert.equal((await life.stripe.subscriptions.retrieve(id)).pending_update, null);
    assert.equal(await scheduledPlan(userId), 'pro');
  });

  it('that is paid later takes the downgrade off then, whoever pays it and wherever (R16.2, R18.2)', async () => {
    const userId = newUser();
    const id = await scheduleDowngrade(userId);
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    assert.equal((await change(life, userId, yearly)).status, 402);
    await payPending(id);
    await life.reread(userId);
    const { plan, billing_cycle: cycle, scheduled } = await life.planOf(userId);
    assert.deepEqual([plan, cycle, scheduled], ['team', 'yearly', null]);
    assert.equal((await life.stripe.subscriptions.retrieve(id)).schedule, null);
  });

  it('that is paid at once takes it off at once, and where that fails it is done as soon as it can be', async () => {
    const userId = newUser();
    const id = await scheduleDowngrade(userId);
    const { schedule } = await life.stripe.subscriptions.retrieve(id);
    await life.control('faults', {
      route: `POST /v1/subscription_schedules/${String(schedule)}/release`,
      status: 500,
      count: 4,
    });
    const answer = await change(life, userId, yearly);
    assert.deepEqual([answer.status, answer.json['billing_cycle']], [200, 'yearly']);
    await life.restart();
    await life.until(async () => (await scheduledPlan(userId)) === undefined, 'the next process takes it off');
    assert.equal((await life.stripe.subscriptionSchedules.retrieve(String(schedule))).status, 'released');
  });

  it('is given up by a cancellation that is asked for since, whose end stays (R18.2)', async () => {
    const userId = newUser();
    const id = await scheduleDowngrade(userId);
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    assert.equal((await change(life, userId, yearly)).status, 402);
    assert.equal((await life.as(userId, 'POST', '/v1/subscription/cancel')).status, 200);
    assert.equal((await life.stripe.subscriptions.retrieve(id)).pending_update, null);
    await life.reread(userId);
    const state = await life.planOf(userId);
    assert.deepEqual([state.plan, state.billing_cycle, state.cancel_at === null], ['team', 'monthly', false]);
  });
});

describe('an upgrade that is never paid', () => {
  it('is asked for when its time is up, though no event ever came (R3.4, R16.2)', async () => {
    const userId = newUser();
    const id = await scheduleDowngrade(userId);
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    assert.equal((await change(life, userId, yearly)).status, 402);
    const pending = async () => (await life.as(userId, 'GET', '/v1/subscription')).json['pending_change'];
    assert.notEqual(await pending(), null);
    await life.control('clock', { advance_seconds: 23 * 3600 + 11 * 60 });
    await life.until(async () => (await pending()) === null, 'the change is given up');
    assert.equal(await scheduledPlan(userId), 'pro');
  });
});

describe('more seats, charged now', () => {
  it('that are declined leave a set end as it is: neither price nor number has changed (R16.1, R19.3)', async (context) => {
    const other = await startLife({
      project: { changes: { upgrade: 'now', downgrade: 'period_end', seats: 'now' } },
    });
    context.after(() => other.close());
    const id = await other.subscribe('u_seats', team);
    await other.as('u_seats', 'POST', '/v1/subscription/cancel');
    await other.payWith(id, 'pm_card_chargeCustomerFail');
    assert.equal((await change(other, 'u_seats', { plan: 'team', quantity: 5 })).status, 402);
    await other.travel('u_seats', 2);
    const { quantity, cancel_at: end } = await other.planOf('u_seats');
    assert.deepEqual([quantity, end === null], [2, false]);
  });
});
