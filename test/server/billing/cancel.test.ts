/** Ending with the period, taking it back, and the invoices that were paid. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startBackend, type Backend } from '../support/backend.ts';

let user = 0;
const newUser = (): string => `u_${++user}`;

describe('a running subscription', () => {
  let backend: Backend;
  before(async () => {
    backend = await startBackend({ webhooks: 'off' });
  });
  after(() => backend.close());

  const subscribe = async (userId: string): Promise<string> => {
    const session = await backend.checkout(userId);
    await backend.pay(session.id);
    assert.equal((await backend.call(`/checkout/return?session_id=${session.id}`)).status, 303);
    const { subscription } = await backend.stripe.checkout.sessions.retrieve(session.id);
    return subscription as string;
  };
  const post = async (userId: string, path: string) =>
    backend.call(path, { method: 'POST', token: await backend.userToken(userId) });

  it('ends with its period when it is cancelled, and keeps its plan until then (R19.1)', async () => {
    const userId = newUser();
    const id = await subscribe(userId);
    const { json, status } = await post(userId, '/v1/subscription/cancel');
    const { items, cancel_at_period_end: ends } = await backend.stripe.subscriptions.retrieve(id);
    const end = new Date((items.data[0]?.current_period_end ?? 0) * 1000).toISOString().replace('.000', '');
    assert.deepEqual([status, json['plan'], json['cancel_at'], ends], [200, 'pro', end, true]);
    assert.deepEqual(json['scheduled'], { plan: 'free', billing_cycle: null, at: end });
    // Cancelling twice is cancelling once.
    assert.equal((await post(userId, '/v1/subscription/cancel')).json['version'], json['version']);
  });

  it('goes on when that is taken back, whichever field said that it ends (R19.2)', async () => {
    for (const cancellation of [
      { cancel_at_period_end: true },
      { cancel_at: Math.floor(Date.now() / 1000) + 86_400 },
    ]) {
      const userId = newUser();
      const id = await subscribe(userId);
      await backend.stripe.subscriptions.update(id, cancellation);
      const { json, status } = await post(userId, '/v1/subscription/resume');
      assert.deepEqual([status, json['plan'], json['cancel_at'], json['scheduled']], [200, 'pro', null, null]);
      const after = await backend.stripe.subscriptions.retrieve(id);
      assert.deepEqual([after.cancel_at, after.cancel_at_period_end], [null, false]);
    }
  });

  it('is needed for both, and there must be something to take back', async () => {
    const nobody = newUser();
    assert.equal((await post(nobody, '/v1/subscription/cancel')).json['code'], 'no_subscription');
    assert.equal((await post(nobody, '/v1/subscription/resume')).json['code'], 'no_subscription');
    const somebody = newUser();
    await subscribe(somebody);
    const { status, json } = await post(somebody, '/v1/subscription/resume');
    assert.deepEqual([status, json['code']], [409, 'nothing_to_resume']);
  });

  it('shows its invoices to its user and to nobody else', async () => {
    const userId = newUser();
    await subscribe(userId);
    const list = async (id: string) =>
      (await backend.call('/v1/invoices', { token: await backend.userToken(id) })).json;
    const [invoice, ...others] = (await list(userId))['data'] as Record<string, unknown>[];
    assert.equal(others.length, 0);
    assert.deepEqual([invoice?.['amount'], invoice?.['currency'], invoice?.['status']], [1900, 'usd', 'paid']);
    assert.ok(URL.canParse(String(invoice?.['hosted_url'])));
    assert.deepEqual(await list(newUser()), { data: [], has_more: false });
  });

  it('says so where a page of invoices is to begin after none of them', async () => {
    const userId = newUser();
    await subscribe(userId);
    const token = await backend.userToken(userId);
    const { status, json } = await backend.call('/v1/invoices?starting_after=in_nothing', { token });
    assert.deepEqual([status, json['code']], [400, 'invoice_unknown']);
  });
});
