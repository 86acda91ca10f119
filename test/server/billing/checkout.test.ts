/** Buying: one customer, one open session, one subscription; and the way back, whatever webhooks do. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { testSecretKey } from '../support/project.ts';
import { startBackend, type Backend } from '../support/backend.ts';

let user = 0;
/** A user of its own for each test: they share one backend and no state. */
const newUser = (): string => `u_${++user}`;

describe('checkout', () => {
  let backend: Backend;
  before(async () => {
    backend = await startBackend({ webhooks: 'off' });
  });
  after(() => backend.close());

  const order = {
    plan: 'pro',
    billing_cycle: 'monthly',
    success_url: 'https://app.acme.test/welcome',
    cancel_url: 'https://app.acme.test/pricing',
  };
  const post = async (userId: string, body: unknown) =>
    backend.call('/v1/checkout', { method: 'POST', token: await backend.userToken(userId), body });
  const comeBack = (sessionId: string, token?: string) =>
    backend.call(`/checkout/return?session_id=${sessionId}`, token === undefined ? {} : { token });
  const link = (params: Record<string, string>) =>
    backend.call(`/checkout?${new URLSearchParams({ project_id: 'acme', ...order, ...params })}`, {
      headers: { accept: 'text/html' },
    });
  const customersOf = async (userId: string) => {
    const all = await backend.stripe.customers.list({ limit: 100 });
    return all.data.filter((customer) => customer.metadata['planclaim_user'] === userId);
  };

  it('has the plan live on return with no webhook at all (R6.1)', async () => {
    const userId = newUser();
    const session = await backend.checkout(userId);
    assert.equal((await backend.pay(session.id)).status, 200);
    const answer = await comeBack(session.id);
    assert.deepEqual([answer.status, answer.headers.get('location')], [303, 'https://app.acme.test/welcome']);
    const state = await backend.planOf(userId);
    assert.deepEqual(
      [state.plan, state.billing_cycle, state.status, state.source],
      ['pro', 'monthly', 'active', 'subscription'],
    );
  });

  it('changes nothing when the return is opened again (R6.2)', async () => {
    const userId = newUser();
    const session = await backend.checkout(userId);
    await backend.pay(session.id);
    await comeBack(session.id);
    const { version } = await backend.planOf(userId);
    await Promise.all([comeBack(session.id), comeBack(session.id)]);
    assert.equal((await backend.planOf(userId)).version, version);
  });

  it('grants nothing for a session that is not paid (R6.3)', async () => {
    const userId = newUser();
    const session = await backend.checkout(userId);
    const answer = await comeBack(session.id);
    assert.deepEqual([answer.status, answer.json['code']], [409, 'checkout_not_complete']);
    assert.equal((await backend.planOf(userId)).plan, 'free');
  });

  it('refuses a session that was not started here and binds nothing (R6.3)', async () => {
    const customer = await backend.stripe.customers.create({});
    const [price] = (await backend.stripe.prices.list({ lookup_keys: ['acme_pro_monthly'] })).data;
    const foreign = await backend.stripe.checkout.sessions.create({
      mode: 'subscription',
      customer: customer.id,
      client_reference_id: 'u_victim',
      line_items: [{ price: String(price?.id), quantity: 1 }],
      success_url: 'https://app.acme.test/welcome',
    });
    await backend.pay(foreign.id);
    const answer = await comeBack(foreign.id);
    assert.deepEqual([answer.status, answer.json['code']], [404, 'checkout_session_unknown']);
    assert.equal((await backend.planOf('u_victim')).plan, 'free');
  });

  it("refuses another user's session to a caller who says who they are (R6.3)", async () => {
    const session = await backend.checkout(newUser());
    await backend.pay(session.id);
    const answer = await comeBack(session.id, await backend.userToken(newUser()));
    assert.deepEqual([answer.status, answer.json['code']], [403, 'checkout_session_foreign']);
  });

  it('makes one customer and one open session of ten clicks at once (R7.1, R8.1)', async () => {
    const userId = newUser();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(userId, order)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal(new Set(answers.map(({ json }) => json['url'])).size, 1);
    const [customer, ...others] = await customersOf(userId);
    assert.equal(others.length, 0);
    const sessions = await backend.stripe.checkout.sessions.list({ customer: String(customer?.id) });
    assert.equal(sessions.data.filter(({ status }) => status === 'open').length, 1);
  });

  it('expires the open session before another plan gets one (R7.2)', async () => {
    const userId = newUser();
    const first = await backend.checkout(userId);
    const second = await backend.checkout(userId, { billing_cycle: 'yearly' });
    assert.equal((await backend.stripe.checkout.sessions.retrieve(first.id)).status, 'expired');
    assert.equal((await backend.stripe.checkout.sessions.retrieve(second.id)).status, 'open');
  });

  it('gives an open session again after the last one expired (R7.3)', async () => {
    const userId = newUser();
    const first = await backend.checkout(userId);
    await backend.stripe.checkout.sessions.expire(first.id);
    const second = await backend.checkout(userId);
    assert.notEqual(second.id, first.id);
    assert.equal((await backend.stripe.checkout.sessions.retrieve(second.id)).status, 'open');
  });

  it('refuses a second subscription and names the way out, also when only Stripe knows of the first (R7.4)', async () => {
    const userId = newUser();
    const session = await backend.checkout(userId);
    await backend.pay(session.id);
    // Nobody came back and no webhook came: our own books do not know yet.
    const answer = await post(userId, { ...order, plan: 'team', quantity: 3 });
    assert.deepEqual([answer.status, answer.json['code']], [409, 'manage']);
    assert.equal((await backend.planOf(userId)).plan, 'pro');
  });

  it('is not kept from buying by a subscription that ended (R15.3)', async () => {
    const userId = newUser();
    const session = await backend.checkout(userId);
    await backend.pay(session.id);
    await comeBack(session.id);
    const [customer] = await customersOf(userId);
    const [subscription] = (await backend.stripe.subscriptions.list({ customer: String(customer?.id) })).data;
    await backend.stripe.subscriptions.cancel(String(subscription?.id));
    assert.equal((await post(userId, order)).status, 200);
    assert.equal((await customersOf(userId)).length, 1);
  });

  it('makes a new customer when Stripe has deleted the old one (R9.1, R9.4)', async () => {
    const userId = newUser();
    await backend.checkout(userId);
    const [customer] = await customersOf(userId);
    await backend.stripe.customers.del(String(customer?.id));
    const session = await backend.checkout(userId, { billing_cycle: 'yearly' });
    await backend.pay(session.id);
    assert.equal((await comeBack(session.id)).status, 303);
    assert.equal((await backend.planOf(userId)).billing_cycle, 'yearly');
  });

  it('credits the user who started it, whatever e-mail was paid with (R10.1)', async () => {
    const userId = newUser();
    const token = await backend.userToken(userId, { email: 'ada@acme.test' });
    const answer = await backend.call('/v1/checkout', { method: 'POST', token, body: order });
    const id = /cs_test_\w+/.exec(String(answer.json['url']))?.[0] as string;
    await backend.pay(id);
    await comeBack(id);
    assert.equal((await backend.planOf(userId)).plan, 'pro');
  });

  for (const [what, change, code] of [
    ['an unknown plan', { plan: 'gold' }, 'plan_unknown'],
    ['a price in the body', { plan: 'pro', price: 'price_1' }, 'request_invalid'],
    ['a plan that is sold by people', { plan: 'enterprise' }, 'contact_required'],
    ['a cycle that it is not sold in', { billing_cycle: 'one_time' }, 'billing_cycle_unknown'],
    ['too few seats', { plan: 'team', quantity: 1 }, 'quantity_invalid'],
    ['too many seats', { plan: 'team', quantity: 501 }, 'quantity_invalid'],
    ['half a seat', { plan: 'team', quantity: 2.5 }, 'request_invalid'],
    ['seats of a plan without seats', { quantity: 2 }, 'quantity_invalid'],
    ['a currency without prices', { currency: 'jpy' }, 'currency_unknown'],
    ['a user id in the body (R11.2)', { user_id: 'u_other' }, 'request_invalid'],
    ['a foreign success_url (R11.3)', { success_url: 'https://evil.test/' }, 'redirect_not_allowed'],
    ['a script as cancel_url (R11.3)', { cancel_url: 'javascript:alert(1)' }, 'redirect_not_allowed'],
    ['a look-alike host (R11.3)', { success_url: 'https://app.acme.test.evil.test/' }, 'redirect_not_allowed'],
  ] as const) {
    it(`refuses ${what} without a word to Stripe (R11.1)`, async () => {
      const userId = newUser();
      const answer = await post(userId, { ...order, ...change });
      assert.equal(answer.json['code'], code);
      assert.ok(answer.status === 400 || answer.status === 403);
      assert.deepEqual(await customersOf(userId), []);
    });
  }

  it('stops a user who starts too many and says for how long (R44.1)', async () => {
    const strict = await startBackend({ webhooks: 'off', project: { checkout: { perHour: 2 } } });
    await strict.checkout('u_busy');
    await strict.checkout('u_busy', { billing_cycle: 'yearly' });
    const token = await strict.userToken('u_busy');
    const answer = await strict.call('/v1/checkout', { method: 'POST', token, body: { ...order, plan: 'team' } });
    assert.deepEqual([answer.status, answer.json['code']], [429, 'rate_limited']);
    assert.ok(Number(answer.headers.get('retry-after')) > 3500);
    await strict.close();
  });

  describe('by a plain link', () => {
    it('starts a first purchase', async () => {
      const userId = newUser();
      const answer = await link({ user_id: userId });
      assert.equal(answer.status, 303);
      const id = /cs_test_\w+/.exec(String(answer.headers.get('location')))?.[0] as string;
      await backend.pay(id);
      await comeBack(id);
      assert.equal((await backend.planOf(userId)).plan, 'pro');
    });

    it('refuses a foreign success_url with a page and no redirect (R11.3)', async () => {
      const answer = await link({ user_id: newUser(), success_url: 'https://evil.test/' });
      assert.equal(answer.status, 400);
      assert.equal(answer.headers.get('location'), null);
      assert.match(String(answer.headers.get('content-type')), /text\/html/);
      assert.doesNotMatch(answer.text, /evil\.test/);
    });

    it('refuses the user id of somebody who has a subscription', async () => {
      const userId = newUser();
      const session = await backend.checkout(userId);
      await backend.pay(session.id);
      await comeBack(session.id);
      const answer = await link({ user_id: userId, plan: 'team' });
      assert.equal(answer.status, 409);
      assert.equal(answer.headers.get('location'), null);
    });

    it('never opens the saved customer of a user, and leaves their own open session alone', async () => {
      const userId = newUser();
      const own = await backend.checkout(userId);
      const answer = await link({ user_id: userId });
      assert.equal(answer.status, 303);
      assert.equal((await customersOf(userId)).length, 2);
      assert.equal((await backend.stripe.checkout.sessions.retrieve(own.id)).status, 'open');
    });

    it('never selects a plan that costs nothing', async () => {
      const answer = await link({ user_id: newUser(), plan: 'free' });
      assert.equal(answer.status, 403);
    });

    it('takes a signature for a proof, until it is changed or runs out', async () => {
      const userId = newUser();
      const session = await backend.checkout(userId);
      await backend.stripe.checkout.sessions.expire(session.id);
      const made = await backend.call('/v1/links', {
        method: 'POST',
        token: testSecretKey,
        body: { type: 'checkout', user_id: userId, ...order },
      });
      const url = new URL(String(made.json['url']));
      assert.equal((await backend.call(url.pathname + url.search)).status, 303);
      // The proven user's own customer is used: there is still only one.
      assert.equal((await customersOf(userId)).length, 1);
      url.searchParams.set('user_id', 'u_other');
      assert.equal((await backend.call(url.pathname + url.search)).json['code'], 'signature_invalid');
    });

    it('is off where the project says so', async () => {
      const strict = await startBackend({ webhooks: 'off', project: { checkout: { unsignedLinks: false } } });
      const answer = await strict.call(
        `/checkout?${new URLSearchParams({ project_id: 'acme', user_id: 'u', ...order })}`,
      );
      assert.deepEqual([answer.status, answer.json['code']], [403, 'signature_required']);
      await strict.close();
    });
  });
});
