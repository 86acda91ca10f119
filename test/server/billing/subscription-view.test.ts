/** What a user sees of their own subscription: what they pay, what comes next, and what they are offered. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startLife, type Life } from '../support/life.ts';

let user = 0;
const newUser = (): string => `u_${++user}`;

describe('the subscription that a user sees', () => {
  let life: Life;
  before(async () => {
    life = await startLife();
  });
  after(() => life.close());

  const view = async (userId: string) => (await life.as(userId, 'GET', '/v1/subscription')).json;

  it('is, for who never bought anything, a checkout on offer and nothing else', async () => {
    const seen = await view(newUser());
    assert.deepEqual(
      [seen['offer'], seen['may_checkout'], seen['price'], seen['next_invoice'], seen['owed'], seen['pending_change']],
      ['checkout', true, null, null, null, null],
    );
    assert.deepEqual(
      [seen['fallback_plan'], seen['locked_currency'], seen['collection_paused'], seen['trial_available']],
      ['free', null, false, true],
    );
  });

  it('names the own price, the next invoice and the currency that the customer is bound to (R13.1)', async () => {
    const userId = newUser();
    await life.subscribe(userId);
    const seen = await view(userId);
    assert.deepEqual(seen['price'], { unit_amount: 1900, currency: 'usd', legacy: false });
    assert.deepEqual(seen['next_invoice'], { amount_due: 1900, currency: 'usd', date: seen['current_period_end'] });
    assert.deepEqual(
      [seen['offer'], seen['may_checkout'], seen['locked_currency'], seen['fallback_plan']],
      ['manage', false, 'usd', 'free'],
    );
  });

  it('says what Stripe will really ask: credit counts', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.stripe.customers.createBalanceTransaction(await life.customerOf(id), { amount: -500, currency: 'usd' });
    await life.reread(userId);
    assert.equal(((await view(userId))['next_invoice'] as { amount_due: number }).amount_due, 1400);
  });

  it('says what Stripe will ask after a change that is scheduled', async () => {
    const userId = newUser();
    await life.subscribe(userId, { plan: 'team', quantity: 2 });
    await life.as(userId, 'POST', '/v1/subscription/change', (await life.agree(userId, { plan: 'pro' })).agreed);
    const seen = await view(userId);
    assert.deepEqual(seen['next_invoice'], { amount_due: 1900, currency: 'usd', date: seen['current_period_end'] });
  });

  it('offers to resume what has an end, and announces no invoice after it (R19.1)', async () => {
    const userId = newUser();
    await life.subscribe(userId);
    await life.as(userId, 'POST', '/v1/subscription/cancel');
    const seen = await view(userId);
    assert.deepEqual([seen['offer'], seen['may_checkout'], seen['next_invoice']], ['resume', false, null]);
  });

  it('shows the amount of a legacy price as it is, whatever is sold today (R23.3)', async () => {
    const [sold] = (await life.stripe.prices.list({ lookup_keys: ['acme_pro_monthly'] })).data;
    const userId = newUser();
    const id = await life.subscribe(userId);
    const price = await life.stripe.prices.create({
      product: sold?.product as string,
      currency: 'usd',
      unit_amount: 2500,
      recurring: { interval: 'month' },
      lookup_key: 'acme_pro_monthly',
      transfer_lookup_key: true,
    });
    await life.reread(userId);
    const seen = await view(userId);
    assert.deepEqual([seen['plan'], seen['price']], ['pro', { unit_amount: 1900, currency: 'usd', legacy: true }]);
    assert.equal((await life.stripe.subscriptions.retrieve(id)).items.data[0]?.price.id, sold?.id);
    await life.stripe.prices.update(String(sold?.id), { lookup_key: 'acme_pro_monthly', transfer_lookup_key: true });
    await life.stripe.prices.update(price.id, { active: false });
  });

  it('names the plan of the running subscription, also when it gives nothing any more, and none without one', async () => {
    const userId = newUser();
    assert.equal((await view(userId))['subscribed_plan'], null);
    const id = await life.subscribe(userId);
    assert.equal((await view(userId))['subscribed_plan'], 'pro');
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    await life.travel(userId, 42);
    const unpaid = await view(userId);
    assert.deepEqual([unpaid['plan'], unpaid['offer'], unpaid['subscribed_plan']], ['free', 'fix_payment', 'pro']);
  });

  it('says the time that it holds at: the test clock’s, where it has been moved', async () => {
    const userId = newUser();
    await life.subscribe(userId);
    const before = Date.parse(String((await view(userId))['as_of']));
    await life.travel(userId, 10);
    assert.ok(Date.parse(String((await view(userId))['as_of'])) - before >= 10 * 86_400_000);
  });

  it('says what is owed while past due, and where to pay it (R21.3)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    await life.travel(userId, 32);
    const seen = await view(userId);
    const owed = seen['owed'] as Record<string, unknown>;
    assert.deepEqual([seen['status'], seen['offer'], seen['may_checkout']], ['past_due', 'fix_payment', false]);
    assert.deepEqual([owed['amount_due'], owed['currency']], [1900, 'usd']);
    assert.ok(URL.canParse(String(owed['hosted_url'])));
    assert.ok(Date.parse(String(owed['next_attempt_at'])) > Date.parse(String(owed['since'])));
  });
});
