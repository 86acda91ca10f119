/** Forgetting a user: what runs at Stripe ends first, and nothing brings the user back but a new sign-up (R27). */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { testSecretKey } from '../support/project.ts';
import { startLife, type Life } from '../support/life.ts';

let user = 0;
const newUser = (): string => `u_${++user}`;

const tables = [
  'assignment',
  'plan_state',
  'subscription',
  'customer',
  'checkout_session',
  'outgoing_event',
  'outgoing_delivery',
  'incident',
  'user_deletion',
] as const;

describe('a user who is deleted', () => {
  let life: Life;
  before(async () => {
    life = await startLife({
      webhooks: 'on',
      project: { webhooks: [{ url: 'https://hooks.acme.test', secret: 'whsec_AAAA' }] },
    });
  });
  after(() => life.close());

  const remove = (userId: string) => life.call(`/v1/users/${userId}`, { method: 'DELETE', token: testSecretKey });
  const rowsOf = async (userId: string): Promise<string[]> => {
    const found: string[] = [];
    for (const table of tables) {
      const rows = await life.store.read.selectFrom(table).select('user_id').where('user_id', '=', userId).execute();
      if (rows.length > 0) found.push(table);
    }
    return found;
  };

  it('pays no more, and is nowhere any more (R27.1)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.as(userId, 'POST', '/v1/subscription/cancel');
    assert.equal((await remove(userId)).status, 204);
    assert.equal((await life.stripe.subscriptions.retrieve(id)).status, 'canceled');
    assert.deepEqual(await rowsOf(userId), []);
  });

  it('is ended although a change is scheduled, and what could still be paid is closed', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId, { plan: 'team', quantity: 2 });
    await life.as(userId, 'POST', '/v1/subscription/change', (await life.agree(userId, { plan: 'pro' })).agreed);
    assert.equal((await remove(userId)).status, 204);
    assert.equal((await life.stripe.subscriptions.retrieve(id)).status, 'canceled');
    const other = newUser();
    const session = await life.checkout(other);
    assert.equal((await remove(other)).status, 204);
    assert.equal((await life.stripe.checkout.sessions.retrieve(session.id)).status, 'expired');
  });

  it('is not brought back by events that come late: they are 200 and write nothing (R27.2)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const customer = await life.customerOf(id);
    await remove(userId);
    const { data } = await life.stripe.events.list({ limit: 100 });
    const late = data.filter((event) => JSON.stringify(event.data.object).includes(customer));
    assert.ok(late.length > 3);
    for (const event of late) {
      const body = JSON.stringify({ ...event, id: `${event.id}_late` });
      const secret = life.project.stripe?.webhookSecrets[0] as string;
      const signature = life.stripe.webhooks.generateTestHeaderString({ payload: body, secret });
      const answer = await life.call('/webhooks/stripe', {
        method: 'POST',
        body,
        headers: { 'stripe-signature': signature },
      });
      assert.equal(answer.status, 200);
      assert.notEqual(answer.json['outcome'], 'marked');
    }
    assert.deepEqual(await rowsOf(userId), []);
  });

  it('stays until Stripe confirms: 202, tried again by the next process too, and nothing is sold meanwhile (R27.1)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const change = await life.agree(userId, { plan: 'team', quantity: 2 });
    await life.as(userId, 'POST', '/v1/subscription/cancel');
    await life.control('faults', { route: 'DELETE /v1/subscriptions', status: 500, count: 5 });
    const answer = await remove(userId);
    assert.deepEqual([answer.status, answer.json['status']], [202, 'pending']);
    assert.ok((await rowsOf(userId)).includes('user_deletion'));
    const again = await life.as(userId, 'POST', '/v1/checkout', {
      plan: 'pro',
      billing_cycle: 'monthly',
      success_url: 'https://app.acme.test/welcome',
      cancel_url: 'https://app.acme.test/pricing',
    });
    assert.deepEqual([again.status, again.json['code']], [409, 'deletion_pending']);
    // What was begun now would be lost with the user, and money with it.
    for (const attempt of [
      life.as(userId, 'POST', '/v1/subscription/change', change.agreed),
      life.as(userId, 'POST', '/v1/subscription/resume'),
      life.call(`/v1/users/${userId}/plan`, { method: 'PUT', token: testSecretKey, body: { plan: 'team' } }),
    ]) {
      const refused = await attempt;
      assert.deepEqual([refused.status, refused.json['code']], [409, 'deletion_pending']);
    }
    await life.restart();
    await life.until(async () => (await rowsOf(userId)).length === 0, 'the user is forgotten');
    assert.equal((await life.stripe.subscriptions.retrieve(id)).status, 'canceled');
  });

  it('who signs up again begins anew, with a version that goes on', async () => {
    const userId = newUser();
    const before = await life.customerOf(await life.subscribe(userId));
    const { version } = await life.planOf(userId);
    await remove(userId);
    const fresh = await life.planOf(userId);
    assert.deepEqual([fresh.plan, fresh.source, fresh.version > version], ['free', 'default', true]);
    const after = await life.customerOf(await life.subscribe(userId));
    assert.notEqual(after, before, "invoices and cards of before are nobody's now (R27.1)");
    assert.ok((await life.planOf(userId)).version > fresh.version);
  });

  it('before anything was known of them but a checkout begins anew as well (R27.1)', async () => {
    const userId = newUser();
    const customerOf = async (): Promise<unknown> =>
      (await life.stripe.checkout.sessions.retrieve((await life.checkout(userId)).id)).customer;
    const before = await customerOf();
    await remove(userId);
    assert.notEqual(await customerOf(), before);
  });

  it('who was never known is forgotten already, and a browser cannot ask for it', async () => {
    assert.equal((await remove(newUser())).status, 204);
    const answer = await life.call(`/v1/users/${newUser()}`, {
      method: 'DELETE',
      token: await life.userToken('u_1'),
    });
    assert.equal(answer.status, 401);
  });
});
