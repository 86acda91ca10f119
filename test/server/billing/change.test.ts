/** Changing a running subscription: what was shown is what happens, and a payment that fails changes nothing. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startBackend, type Backend } from '../support/backend.ts';
import { testPlans } from '../support/project.ts';

let user = 0;
const newUser = (): string => `u_${++user}`;

describe('a change of plan', () => {
  let backend: Backend;
  before(async () => {
    backend = await startBackend({ webhooks: 'off' });
  });
  after(() => backend.close());

  const subscribe = async (userId: string, order: Record<string, unknown> = {}): Promise<string> => {
    const session = await backend.checkout(userId, order);
    await backend.pay(session.id);
    assert.equal((await backend.call(`/checkout/return?session_id=${session.id}`)).status, 303);
    const { subscription } = await backend.stripe.checkout.sessions.retrieve(session.id);
    return subscription as string;
  };
  const post = async (userId: string, path: string, body: unknown) =>
    backend.call(`/v1/subscription/${path}`, { method: 'POST', token: await backend.userToken(userId), body });
  const agree = async (userId: string, order: Record<string, unknown>) => {
    const preview = await post(userId, 'preview', order);
    assert.equal(preview.status, 200, preview.text);
    const { due_now, proration_date } = preview.json;
    return { preview: preview.json, agreed: { ...order, due_now, proration_date } };
  };

  it('to a higher plan is now, keeps the subscription, and costs what was shown (R15.1, R17.1)', async () => {
    const userId = newUser();
    const id = await subscribe(userId);
    const { preview, agreed } = await agree(userId, { plan: 'team', quantity: 2 });
    assert.deepEqual([preview['kind'], preview['effective'], preview['next_amount']], ['upgrade', 'now', 7800]);
    const lines = preview['lines'] as { amount: number }[];
    assert.equal(
      lines.reduce((sum, { amount }) => sum + amount, 0),
      preview['due_now'],
    );
    const { status, json } = await post(userId, 'change', agreed);
    assert.deepEqual([status, json['plan'], json['quantity'], json['status']], [200, 'team', 2, 'active']);
    const { data } = await backend.stripe.subscriptions.list({ customer: await customerOf(id), status: 'all' });
    assert.deepEqual([data.length, data[0]?.items.data.length], [1, 1]);
    const [invoice] = (await backend.stripe.invoices.list({ subscription: id })).data;
    assert.deepEqual([invoice?.amount_paid, invoice?.billing_reason], [preview['due_now'], 'subscription_update']);
  });

  const customerOf = async (id: string): Promise<string> =>
    (await backend.stripe.subscriptions.retrieve(id)).customer as string;

  it('to another cycle of the same plan is a switch, to the same of everything is nothing (R15.2)', async () => {
    const userId = newUser();
    await subscribe(userId);
    const { preview, agreed } = await agree(userId, { plan: 'pro', billing_cycle: 'yearly' });
    assert.deepEqual([preview['kind'], preview['effective']], ['switch', 'now']);
    const { json } = await post(userId, 'change', agreed);
    assert.deepEqual([json['plan'], json['billing_cycle']], ['pro', 'yearly']);
    const same = await post(userId, 'preview', { plan: 'pro', billing_cycle: 'yearly' });
    assert.deepEqual([same.status, same.json['code']], [409, 'no_change']);
  });

  it('is refused when the amount is not the one that was shown (R17.3)', async () => {
    const userId = newUser();
    await subscribe(userId);
    const { agreed } = await agree(userId, { plan: 'team', quantity: 2 });
    const other = await post(userId, 'change', { ...agreed, due_now: Number(agreed.due_now) - 1 });
    assert.deepEqual([other.status, other.json['code']], [409, 'preview_outdated']);
    const old = await post(userId, 'change', { ...agreed, proration_date: Number(agreed.proration_date) - 3600 });
    assert.equal(old.json['code'], 'preview_outdated');
    assert.equal((await post(userId, 'change', { plan: 'team', quantity: 2 })).status, 400);
    assert.equal((await backend.planOf(userId)).plan, 'pro');
  });

  it('whose payment is declined leaves plan, cycle and status as they were (R16.1)', async () => {
    const userId = newUser();
    const id = await subscribe(userId);
    const declining = await backend.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: await customerOf(id),
    });
    await backend.stripe.subscriptions.update(id, { default_payment_method: declining.id });
    const before = await backend.planOf(userId);
    const { agreed } = await agree(userId, { plan: 'team', quantity: 2 });
    const answer = await post(userId, 'change', agreed);
    assert.deepEqual([answer.status, answer.json['code']], [402, 'payment_failed']);
    assert.ok(URL.canParse(String(answer.json['hosted_url'])));
    const after = await backend.planOf(userId);
    assert.deepEqual(
      [after.plan, after.billing_cycle, after.status],
      [before.plan, before.billing_cycle, before.status],
    );
  });

  it('to a lower plan comes with the end of the period, moves no money, and can be undone (R18.1)', async () => {
    const userId = newUser();
    const id = await subscribe(userId, { plan: 'team', quantity: 2 });
    const { preview, agreed } = await agree(userId, { plan: 'pro' });
    assert.deepEqual([preview['kind'], preview['due_now'], preview['next_amount']], ['downgrade', 0, 1900]);
    const { json } = await post(userId, 'change', agreed);
    assert.equal(json['plan'], 'team');
    assert.deepEqual(json['scheduled'], { plan: 'pro', billing_cycle: 'monthly', at: preview['effective'] });
    assert.equal((await backend.stripe.invoices.list({ subscription: id })).data.length, 1);
    const undone = await post(userId, 'resume', {});
    assert.deepEqual([undone.status, undone.json['scheduled']], [200, null]);
  });

  it('is possible again while one is scheduled, and leaves nothing stale (R18.2)', async () => {
    const userId = newUser();
    await subscribe(userId, { plan: 'team', quantity: 3 });
    for (const order of [{ plan: 'pro' }, { plan: 'pro', billing_cycle: 'yearly' }]) {
      await post(userId, 'change', (await agree(userId, order)).agreed);
    }
    assert.equal((await backend.planOf(userId)).scheduled?.billing_cycle, 'yearly');
    const cancelled = await post(userId, 'cancel', {});
    assert.deepEqual([cancelled.status, (cancelled.json['scheduled'] as { plan: string }).plan], [200, 'free']);
    const upgrade = await agree(userId, { plan: 'team', quantity: 5 });
    const { json } = await post(userId, 'change', upgrade.agreed);
    assert.deepEqual([json['quantity'], json['cancel_at'], json['scheduled']], [5, null, null]);
  });

  it('in a trial that is cancelled costs nothing now, and the trial goes on with the new plan (R17.1, R19.3)', async () => {
    const trials = await startBackend({
      webhooks: 'off',
      project: { plans: testPlans.map((plan) => (plan.id === 'pro' ? { ...plan, trialDays: 14 } : plan)) },
    });
    const session = await trials.checkout('u_1');
    await trials.pay(session.id);
    await trials.call(`/checkout/return?session_id=${session.id}`);
    const token = await trials.userToken('u_1');
    const ask = (path: string, body: unknown) =>
      trials.call(`/v1/subscription/${path}`, { method: 'POST', token, body });
    await ask('cancel', {});
    const preview = await ask('preview', { plan: 'team', quantity: 2 });
    const { due_now, proration_date } = preview.json;
    assert.deepEqual([preview.status, due_now, preview.json['lines']], [200, 0, []]);
    const { status, json } = await ask('change', { plan: 'team', quantity: 2, due_now, proration_date });
    assert.deepEqual(
      [status, json['plan'], json['status'], json['cancel_at'], json['scheduled']],
      [200, 'team', 'trialing', null, null],
    );
    const { subscription } = await trials.stripe.checkout.sessions.retrieve(session.id);
    const { data } = await trials.stripe.invoices.list({ subscription: subscription as string });
    assert.deepEqual(
      data.map(({ amount_due: due }) => due),
      [0],
    );
    await trials.close();
  });

  it('waits while collection is paused: it would credit what nobody paid for; resuming takes collection up again (R22.1)', async () => {
    const userId = newUser();
    const id = await subscribe(userId);
    await backend.stripe.subscriptions.update(id, { pause_collection: { behavior: 'void' } });
    const preview = await post(userId, 'preview', { plan: 'team', quantity: 2 });
    assert.deepEqual([preview.status, preview.json['code']], [409, 'resume']);
    const agreed = { plan: 'team', quantity: 2, due_now: 0, proration_date: null };
    assert.equal((await post(userId, 'change', agreed)).json['code'], 'resume');
    const resumed = await post(userId, 'resume', {});
    assert.deepEqual([resumed.status, resumed.json['scheduled']], [200, null]);
    assert.equal((await backend.stripe.subscriptions.retrieve(id)).pause_collection, null);
    assert.equal((await post(userId, 'preview', { plan: 'team', quantity: 2 })).status, 200);
  });

  it('to the free plan is a cancellation', async () => {
    const userId = newUser();
    await subscribe(userId);
    const { preview, agreed } = await agree(userId, { plan: 'free' });
    assert.deepEqual([preview['kind'], preview['due_now'], preview['next_amount']], ['downgrade', 0, null]);
    const { json } = await post(userId, 'change', agreed);
    assert.deepEqual([json['plan'], json['cancel_at']], ['pro', preview['effective']]);
  });
});
