/** Changes where something else is going on: a payment that fails, an end or a change that is set, a trial, a pause, other items. */

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

const change = async (userId: string, order: Record<string, unknown>) =>
  life.as(userId, 'POST', '/v1/subscription/change', (await life.agree(userId, order)).agreed);
const view = async (userId: string) => (await life.as(userId, 'GET', '/v1/subscription')).json;
const team = { plan: 'team', quantity: 2 };

describe('an upgrade whose payment is declined', () => {
  const declined = async (userId: string): Promise<string> => {
    const id = await life.subscribe(userId);
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    const answer = await change(userId, team);
    assert.deepEqual([answer.status, answer.json['code']], [402, 'payment_failed']);
    return id;
  };

  it('shows as a change that waits, with where to pay it, and the plan as it was (R16.1)', async () => {
    const userId = newUser();
    await declined(userId);
    const seen = await view(userId);
    const pending = seen['pending_change'] as Record<string, unknown>;
    assert.deepEqual(
      [seen['plan'], seen['status'], pending['plan'], pending['quantity'], pending['requires_action']],
      ['pro', 'active', 'team', 2, false],
    );
    assert.ok(URL.canParse(String(pending['hosted_url'])));
  });

  it('switches exactly once when it is paid (R16.2)', async () => {
    const userId = newUser();
    const id = await declined(userId);
    const { version } = await life.planOf(userId);
    const { latest_invoice: invoice } = await life.stripe.subscriptions.retrieve(id);
    const card = await life.stripe.paymentMethods.attach('pm_card_visa', { customer: await life.customerOf(id) });
    await life.stripe.invoices.pay(invoice as string, { payment_method: card.id });
    await life.reread(userId);
    await life.reread(userId);
    const state = await life.planOf(userId);
    assert.deepEqual([state.plan, state.quantity, state.status, state.version], ['team', 2, 'active', version + 1]);
  });

  it('for there is no card any more says so, and is no fault of ours (R16.1)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const customer = await life.customerOf(id);
    for (const card of (await life.stripe.paymentMethods.list({ customer })).data) {
      await life.stripe.paymentMethods.detach(card.id);
    }
    const answer = await change(userId, team);
    assert.deepEqual([answer.status, answer.json['code'], answer.json['hosted_url']], [402, 'payment_failed', null]);
    assert.match(String(answer.json['detail']), /no payment method/);
    assert.equal((await life.planOf(userId)).plan, 'pro');
  });

  for (const { what, ask } of [
    { what: 'a downgrade later on', ask: (userId: string) => change(userId, { plan: 'free' }) },
    { what: 'the end', ask: (userId: string) => life.as(userId, 'POST', '/v1/subscription/cancel') },
  ]) {
    it(`is given up when ${what} is asked for: it can no longer be paid, and does not come in its place (R18.2)`, async () => {
      const userId = newUser();
      const id = await declined(userId);
      const { latest_invoice: invoice } = await life.stripe.subscriptions.retrieve(id);
      assert.equal((await ask(userId)).status, 200);
      const after = await life.stripe.subscriptions.retrieve(id);
      const { status } = await life.stripe.invoices.retrieve(invoice as string);
      assert.deepEqual([after.pending_update, status], [null, 'void']);
      const seen = await view(userId);
      assert.deepEqual([seen['plan'], seen['pending_change'], seen['cancel_at'] === null], ['pro', null, false]);
    });
  }

  it('is given up when a cheaper plan is asked for, for later (R18.2)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId, team);
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    assert.equal((await change(userId, { ...team, billing_cycle: 'yearly' })).status, 402);
    assert.equal((await change(userId, { plan: 'pro', billing_cycle: 'monthly' })).status, 200);
    assert.equal((await life.stripe.subscriptions.retrieve(id)).pending_update, null);
    const { plan, scheduled } = await life.planOf(userId);
    assert.deepEqual([plan, scheduled?.plan], ['team', 'pro']);
  });

  it('is over when it expires, and the old plan goes on (R16.2)', async () => {
    const userId = newUser();
    await declined(userId);
    await life.travel(userId, 2);
    const seen = await view(userId);
    assert.deepEqual([seen['plan'], seen['status'], seen['pending_change']], ['pro', 'active', null]);
  });

  it('is over when its invoice is voided, and the old plan goes on (R16.2)', async () => {
    const userId = newUser();
    const id = await declined(userId);
    const { latest_invoice: invoice } = await life.stripe.subscriptions.retrieve(id);
    await life.stripe.invoices.voidInvoice(invoice as string);
    await life.reread(userId);
    const seen = await view(userId);
    assert.deepEqual([seen['plan'], seen['status'], seen['pending_change']], ['pro', 'active', null]);
  });

  it('gives way to another change that is paid', async () => {
    const userId = newUser();
    const id = await declined(userId);
    await life.payWith(id, 'pm_card_visa');
    const answer = await change(userId, { plan: 'pro', billing_cycle: 'yearly' });
    assert.deepEqual([answer.status, answer.json['plan'], answer.json['billing_cycle']], [200, 'pro', 'yearly']);
    assert.equal((await view(userId))['pending_change'], null);
  });

  it('asks for the bank where the bank wants to be asked, and says so (R16.1)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.payWith(id, 'pm_card_authenticationRequired');
    const answer = await change(userId, team);
    assert.deepEqual([answer.status, answer.json['code']], [402, 'requires_action']);
    const pending = (await view(userId))['pending_change'] as Record<string, unknown>;
    assert.equal(pending['requires_action'], true);
  });

  it('leaves a set end as it is, and takes it off once it is paid, whoever pays it and wherever (R19.3)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.as(userId, 'POST', '/v1/subscription/cancel');
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    assert.equal((await change(userId, team)).status, 402);
    assert.notEqual((await life.planOf(userId)).cancel_at, null);
    const { latest_invoice: invoice } = await life.stripe.subscriptions.retrieve(id);
    const card = await life.stripe.paymentMethods.attach('pm_card_visa', { customer: await life.customerOf(id) });
    await life.stripe.invoices.pay(invoice as string, { payment_method: card.id });
    await life.reread(userId);
    const state = await life.planOf(userId);
    assert.deepEqual([state.plan, state.cancel_at, state.scheduled], ['team', null, null]);
  });

  it('leaves a set end for good where it is never paid (R19.3)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.as(userId, 'POST', '/v1/subscription/cancel');
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    await change(userId, team);
    await life.travel(userId, 2);
    assert.notEqual((await life.planOf(userId)).cancel_at, null);
  });
});

describe('a downgrade, then a cancel, then a change of mind', () => {
  it('leaves the last word and nothing stale, at every step (R18.2)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId, team);
    await change(userId, { plan: 'pro' });
    const cancelled = await life.as(userId, 'POST', '/v1/subscription/cancel');
    assert.deepEqual([cancelled.status, cancelled.json['plan']], [200, 'team']);
    assert.equal((cancelled.json['scheduled'] as { plan: string }).plan, 'free');
    const again = await change(userId, { plan: 'pro' });
    assert.deepEqual([again.json['cancel_at'], (again.json['scheduled'] as { plan: string }).plan], [null, 'pro']);
    const resumed = await life.as(userId, 'POST', '/v1/subscription/resume');
    assert.deepEqual([resumed.json['plan'], resumed.json['scheduled']], ['team', null]);
    assert.equal((await life.stripe.subscriptions.retrieve(id)).schedule, null);
  });

  it('comes true at the end of the period, with one version and no second subscription (R18.1)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId, team);
    await change(userId, { plan: 'pro' });
    await life.travel(userId, 32);
    const state = await life.planOf(userId);
    assert.deepEqual([state.plan, state.status, state.scheduled], ['pro', 'active', null]);
    const { data } = await life.stripe.subscriptions.list({ customer: await life.customerOf(id), status: 'all' });
    assert.equal(data.length, 1);
  });
});

describe('a cancel in the portal under flexible billing', () => {
  it('sets cancel_at alone, keeps the plan until then, and is taken back by resume (R19.1, R19.2)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const { items } = await life.stripe.subscriptions.retrieve(id);
    await life.stripe.subscriptions.update(id, { cancel_at: items.data[0]?.current_period_end as number });
    const { cancel_at_period_end: flag } = await life.stripe.subscriptions.retrieve(id);
    await life.reread(userId);
    const seen = await view(userId);
    assert.deepEqual([flag, seen['plan'], seen['offer'], seen['cancel_at'] === null], [false, 'pro', 'resume', false]);
    const resumed = await life.as(userId, 'POST', '/v1/subscription/resume');
    assert.deepEqual([resumed.json['plan'], resumed.json['cancel_at']], ['pro', null]);
    await life.travel(userId, 32);
    assert.deepEqual([(await life.planOf(userId)).plan, (await life.planOf(userId)).status], ['pro', 'active']);
  });
});

describe('a schedule that somebody else made', () => {
  it('is never touched: every change is 409 (R18.3)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const schedule = await life.stripe.subscriptionSchedules.create({ from_subscription: id });
    await life.stripe.subscriptionSchedules.update(schedule.id, { metadata: { made_by: 'a dashboard' } });
    for (const [path, body] of [
      ['preview', team],
      ['preview', { plan: 'free' }],
      ['change', { plan: 'free', due_now: 0 }],
      ['cancel', undefined],
      ['resume', undefined],
    ] as const) {
      const answer = await life.as(userId, 'POST', `/v1/subscription/${path}`, body);
      assert.deepEqual([answer.status, answer.json['code']], [409, 'schedule_foreign'], path);
    }
    assert.equal((await life.stripe.subscriptionSchedules.retrieve(schedule.id)).status, 'active');
  });

  it('is mended where it is our own, half made when a process died', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.stripe.subscriptionSchedules.create({ from_subscription: id });
    await life.travel(userId, 1);
    const answer = await change(userId, team);
    assert.deepEqual([answer.status, answer.json['plan']], [200, 'team']);
  });
});

describe('seats', () => {
  it('are there at once, and their share of the period is on the next invoice (R24.3)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId, team);
    const { preview, agreed } = await life.agree(userId, { plan: 'team', quantity: 5 });
    const lines = preview['lines'] as { amount: number }[];
    assert.deepEqual([preview['kind'], preview['due_now'], preview['next_amount']], ['upgrade', 0, 19_500]);
    assert.equal(lines.length, 2);
    const answer = await life.as(userId, 'POST', '/v1/subscription/change', agreed);
    assert.deepEqual([answer.status, answer.json['quantity']], [200, 5]);
    assert.equal((await life.stripe.invoices.list({ subscription: id })).data.length, 1);
    const { data } = await life.stripe.invoiceItems.list({ customer: await life.customerOf(id) });
    assert.deepEqual(
      data.map(({ amount }) => amount).toSorted((a, b) => a - b),
      lines.map(({ amount }) => amount).toSorted((a, b) => a - b),
    );
  });

  it('are absolute: as many as there are is nothing, and nothing is written (R24.1)', async () => {
    const userId = newUser();
    await life.subscribe(userId, team);
    await life.control('faults', { route: 'POST /v1/subscriptions', status: 500, count: 1 });
    const answer = await life.as(userId, 'POST', '/v1/subscription/preview', team);
    assert.deepEqual([answer.status, answer.json['code']], [409, 'no_change']);
    await fetch(`${life.sandboxUrl}/_sandbox/faults`, { method: 'DELETE' });
  });
});

describe('a change during a trial', () => {
  it('moves no money, and the trial goes on as it was', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const customer = await life.customerOf(id);
    await life.stripe.subscriptions.cancel(id);
    const [price] = (await life.stripe.prices.list({ lookup_keys: ['acme_pro_monthly'] })).data;
    const trial = await life.stripe.subscriptions.create({
      customer,
      items: [{ price: String(price?.id) }],
      trial_period_days: 40,
    });
    const { trial_end: end } = trial;
    await life.reread(userId);
    const { preview, agreed } = await life.agree(userId, team);
    assert.equal(preview['due_now'], 0);
    const answer = await life.as(userId, 'POST', '/v1/subscription/change', agreed);
    assert.deepEqual([answer.status, answer.json['plan'], answer.json['status']], [200, 'team', 'trialing']);
    assert.equal((await life.stripe.subscriptions.retrieve(trial.id)).trial_end, end);
    // A downgrade waits for the end of the trial and does not end it.
    const down = await change(userId, { plan: 'pro' });
    assert.deepEqual([down.json['plan'], (down.json['scheduled'] as { plan: string }).plan], ['team', 'pro']);
    assert.equal((await life.stripe.subscriptions.retrieve(trial.id)).status, 'trialing');
  });
});

describe('a paused collection', () => {
  it('honours what was paid for and nothing after it; resuming charges a new period (R22.1)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.stripe.subscriptions.update(id, { pause_collection: { behavior: 'void' } });
    await life.reread(userId);
    const seen = await view(userId);
    assert.deepEqual(
      [seen['plan'], seen['collection_paused'], seen['offer'], seen['next_invoice']],
      ['pro', true, 'resume', null],
    );
    const refused = await life.as(userId, 'POST', '/v1/subscription/preview', team);
    assert.deepEqual([refused.status, refused.json['code']], [409, 'resume']);
    await life.travel(userId, 33);
    assert.deepEqual([(await life.planOf(userId)).plan, (await view(userId))['offer']], ['free', 'resume']);
    const resumed = await life.as(userId, 'POST', '/v1/subscription/resume');
    assert.deepEqual(
      [resumed.status, resumed.json['plan'], resumed.json['status']],
      [200, 'pro', 'active'],
      resumed.text,
    );
    const [latest] = (await life.stripe.invoices.list({ subscription: id })).data;
    assert.deepEqual([latest?.status, latest?.amount_paid], ['paid', 1900]);
  });
});

describe('a paused collection whose card fails', () => {
  it('stays paused when it is resumed: a period that nobody paid for is not given away', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.stripe.subscriptions.update(id, { pause_collection: { behavior: 'void' } });
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    await life.travel(userId, 33);
    const answer = await life.as(userId, 'POST', '/v1/subscription/resume');
    assert.deepEqual([answer.status, answer.json['code']], [402, 'payment_failed']);
    const seen = await view(userId);
    assert.deepEqual([seen['plan'], seen['collection_paused']], ['free', true]);
  });
});

describe('other items and other discounts of the subscription', () => {
  it('stay as they are when the plan changes, now and later, in whatever order they stand (R15.1, R23.1)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const product = await life.stripe.products.create({ name: 'Storage' });
    const storage = await life.stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 500,
      recurring: { interval: 'month' },
    });
    const { items } = await life.stripe.subscriptions.retrieve(id);
    await life.stripe.subscriptions.update(id, { items: [{ price: storage.id, quantity: 3 }] });
    await life.reread(userId);
    assert.equal((await life.planOf(userId)).plan, 'pro');
    assert.equal((await change(userId, team)).status, 200);
    const now = (await life.stripe.subscriptions.retrieve(id)).items.data;
    assert.deepEqual([now.length, now.find(({ price }) => price.id === storage.id)?.quantity], [2, 3]);
    assert.equal(now.find(({ price }) => price.id !== storage.id)?.id, items.data[0]?.id);
    await change(userId, { plan: 'pro' });
    await life.travel(userId, 32);
    const later = (await life.stripe.subscriptions.retrieve(id)).items.data;
    assert.deepEqual([later.length, (await life.planOf(userId)).plan], [2, 'pro']);
    assert.deepEqual(
      (await life.incidents()).filter(({ user_id: owner }) => owner === userId),
      [],
    );
  });
});
