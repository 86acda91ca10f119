/** Downgrades that were scheduled in Stripe's portal by somebody who never came back from it: the user's to undo here all the same. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type Stripe from 'stripe';
import { startLife, type Life } from '../support/life.ts';
import type { Answer } from '../support/backend.ts';

let user = 0;
const newUser = (): string => `u_${++user}`;

let life: Life;
before(async () => {
  life = await startLife();
});
after(() => life.close());

const team = { plan: 'team', quantity: 3 };
const priceOf = async (key: string): Promise<string> =>
  String((await life.stripe.prices.list({ lookup_keys: [`acme_${key}`] })).data[0]?.id);

/** Goes to the portal, has the change made there, and closes the tab. */
async function changeInPortal(userId: string, id: string, key: string, quantity: number): Promise<void> {
  const { json } = await life.as(userId, 'POST', '/v1/portal', { return_url: 'https://app.acme.test/account' });
  const answer = await fetch(`${String(json['url'])}/subscriptions/${id}/confirm`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ price: await priceOf(key), quantity: String(quantity) }),
  });
  assert.ok(answer.status < 400, await answer.text());
  assert.notEqual((await life.stripe.subscriptions.retrieve(id)).schedule, null, 'it waits for the end of the period');
  await life.reread(userId);
}
const change = async (userId: string, order: Record<string, unknown>): Promise<Answer> =>
  life.as(userId, 'POST', '/v1/subscription/change', (await life.agree(userId, order)).agreed);

describe('a downgrade made in the portal, by somebody who never came back', () => {
  const scheduled = async (): Promise<{ userId: string; id: string }> => {
    const userId = newUser();
    const id = await life.subscribe(userId, team);
    await changeInPortal(userId, id, 'pro_monthly', 1);
    assert.equal((await life.planOf(userId)).scheduled?.plan, 'pro');
    return { userId, id };
  };

  it('is undone here (R18.2)', async () => {
    const { userId, id } = await scheduled();
    const { status, json, text } = await life.as(userId, 'POST', '/v1/subscription/resume');
    assert.deepEqual([status, json['plan'], json['scheduled']], [200, 'team', null], text);
    assert.equal((await life.stripe.subscriptions.retrieve(id)).schedule, null);
  });

  it('gives way to a cancellation (R18.2)', async () => {
    const { userId } = await scheduled();
    const { status, json, text } = await life.as(userId, 'POST', '/v1/subscription/cancel');
    assert.deepEqual([status, (json['scheduled'] as { plan: string } | undefined)?.plan], [200, 'free'], text);
  });

  it('gives way to another change, now or later (R18.2)', async () => {
    const { userId } = await scheduled();
    const later = await change(userId, { plan: 'pro', billing_cycle: 'yearly' });
    assert.equal((later.json['scheduled'] as { billing_cycle: string }).billing_cycle, 'yearly', later.text);
    const other = await scheduled();
    const now = await change(other.userId, { ...team, billing_cycle: 'yearly' });
    assert.deepEqual([now.status, now.json['billing_cycle'], now.json['scheduled']], [200, 'yearly', null], now.text);
  });

  it('is known by fewer seats, and by a shorter cycle, as well', async () => {
    const userId = newUser();
    const seats = await life.subscribe(userId, team);
    await changeInPortal(userId, seats, 'team_monthly', 2);
    assert.equal((await life.as(userId, 'POST', '/v1/subscription/resume')).status, 200);
    const other = newUser();
    const cycle = await life.subscribe(other, { ...team, billing_cycle: 'yearly' });
    await changeInPortal(other, cycle, 'team_monthly', 3);
    assert.equal((await life.as(other, 'POST', '/v1/subscription/resume')).status, 200);
  });
});

describe('a schedule that the portal does not make', () => {
  type Lay = (given: {
    readonly start: number;
    readonly end: number;
    readonly now: { price: string; quantity: number };
  }) => Promise<Stripe.SubscriptionScheduleUpdateParams>;

  /** Made at Stripe by somebody, and what is said to whoever would take it back. */
  const refused = async (order: Record<string, unknown>, lay: Lay): Promise<void> => {
    const userId = newUser();
    const id = await life.subscribe(userId, order);
    const schedule = await life.stripe.subscriptionSchedules.create({ from_subscription: id });
    const [phase] = schedule.phases;
    const [item] = phase?.items ?? [];
    const now = { price: String(item?.price), quantity: Number(item?.quantity) };
    const laid = await lay({ start: Number(phase?.start_date), end: Number(phase?.end_date), now });
    await life.stripe.subscriptionSchedules.update(schedule.id, laid);
    await life.travel(userId, 0.1);
    for (const path of ['resume', 'cancel']) {
      const answer = await life.as(userId, 'POST', `/v1/subscription/${path}`);
      assert.deepEqual([answer.status, answer.json['code']], [409, 'schedule_foreign'], path);
    }
    assert.equal((await life.stripe.subscriptionSchedules.retrieve(schedule.id)).status, 'active');
  };

  it('says whose it is (R18.3)', () =>
    refused(team, async ({ start, end, now }) => ({
      metadata: { made_by: 'the sales team' },
      phases: [
        { start_date: start, end_date: end, items: [now] },
        { items: [{ price: await priceOf('pro_monthly') }] },
      ],
    })));

  it('raises what is paid: that is a change of terms, and nobody’s own wish (R18.3)', () =>
    refused({}, async ({ start, end, now }) => ({
      phases: [
        { start_date: start, end_date: end, items: [now] },
        { items: [{ price: await priceOf('team_monthly'), quantity: 2 }] },
      ],
    })));

  it('goes on to a price that is in no plan (R18.3)', () =>
    refused(team, async ({ start, end, now }) => {
      const product = await life.stripe.products.create({ name: 'A special offer' });
      const special = await life.stripe.prices.create({
        product: product.id,
        currency: 'usd',
        unit_amount: 100,
        recurring: { interval: 'month' },
      });
      return { phases: [{ start_date: start, end_date: end, items: [now] }, { items: [{ price: special.id }] }] };
    }));

  it('has more phases than two, ends the subscription, or waits longer than the period (R18.3)', async () => {
    const pro = { items: [{ price: await priceOf('pro_monthly') }] };
    await refused(team, async ({ start, end, now }) => ({
      phases: [{ start_date: start, end_date: end, items: [now] }, pro, { items: [now] }],
    }));
    await refused(team, async ({ start, end, now }) => ({
      end_behavior: 'cancel',
      phases: [{ start_date: start, end_date: end, items: [now] }, pro],
    }));
    await refused(team, async ({ start, end, now }) => ({
      phases: [{ start_date: start, end_date: end + 31 * 86_400, items: [now] }, pro],
    }));
  });
});
