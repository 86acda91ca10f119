/** Taking up again what is paused: it goes on once it is paid, and whoever has to pay first is told where (R22.1). */

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

const resume = (userId: string) => life.as(userId, 'POST', '/v1/subscription/resume');
const invoicesOf = async (subscription: string) =>
  (await life.stripe.invoices.list({ subscription, limit: 100 })).data.map(({ status, amount_due: due }) => [
    status,
    due,
  ]);

describe('a paused subscription that is resumed', () => {
  /** Paused, and paid by this card from then on. */
  const paused = async (userId: string, card: string): Promise<string> => {
    const id = await life.subscribe(userId);
    await life.stripe.subscriptions.pause(id, { bill_for: { unused_time_from: { type: 'none' } } });
    await life.payWith(id, card);
    await life.reread(userId);
    assert.equal((await life.planOf(userId)).status, 'paused');
    return id;
  };

  it('goes on at once where that can be paid', async () => {
    const userId = newUser();
    await paused(userId, 'pm_card_visa');
    const { status, json } = await resume(userId);
    assert.deepEqual([status, json['plan'], json['status']], [200, 'pro', 'active']);
  });

  it('stays paused where the card is declined, gives no grace, and says where to pay; paid there, it goes on (R16.1, R16.2)', async () => {
    const userId = newUser();
    const id = await paused(userId, 'pm_card_chargeCustomerFail');
    const { status, json } = await resume(userId);
    assert.deepEqual([status, json['code']], [402, 'payment_failed']);
    const { latest_invoice: invoice } = await life.stripe.subscriptions.retrieve(id);
    const { hosted_invoice_url: url } = await life.stripe.invoices.retrieve(invoice as string);
    assert.deepEqual([json['hosted_url'], typeof url], [url, 'string']);
    await life.reread(userId);
    const still = await life.planOf(userId);
    assert.deepEqual([still.plan, still.status], ['free', 'paused']);

    const card = await life.stripe.paymentMethods.attach('pm_card_visa', { customer: await life.customerOf(id) });
    await life.stripe.invoices.pay(invoice as string, { payment_method: card.id });
    await life.reread(userId);
    const after = await life.planOf(userId);
    assert.deepEqual([after.plan, after.status], ['pro', 'active']);
  });

  it('says so where the bank wants to be asked (R16.1)', async () => {
    const userId = newUser();
    await paused(userId, 'pm_card_authenticationRequired');
    const { status, json } = await resume(userId);
    assert.deepEqual([status, json['code']], [402, 'requires_action']);
    assert.ok(URL.canParse(String(json['hosted_url'])));
    await life.reread(userId);
    assert.equal((await life.planOf(userId)).plan, 'free');
  });

  it('says where a card can be given, after a trial that had none', async () => {
    const userId = newUser();
    const first = await life.subscribe(userId);
    const customer = await life.customerOf(first);
    await life.stripe.subscriptions.cancel(first);
    for (const { id } of (await life.stripe.paymentMethods.list({ customer })).data) {
      await life.stripe.paymentMethods.detach(id);
    }
    const [price] = (await life.stripe.prices.list({ lookup_keys: ['acme_pro_monthly'] })).data;
    await life.stripe.subscriptions.create({
      customer,
      items: [{ price: String(price?.id) }],
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
    });
    await life.travel(userId, 8);
    assert.equal((await life.planOf(userId)).status, 'paused');
    const { status, json } = await resume(userId);
    assert.deepEqual([status, json['code'], URL.canParse(String(json['hosted_url']))], [402, 'payment_failed', true]);
  });
});

describe('a paused collection whose period was given up as uncollectible', () => {
  it('says where that period can be paid when the card is declined, and asks for it once (R22.1)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.stripe.subscriptions.update(id, { pause_collection: { behavior: 'mark_uncollectible' } });
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    await life.travel(userId, 33);
    const declined = await life.as(userId, 'POST', '/v1/subscription/resume');
    const [bill] = (await life.stripe.invoices.list({ subscription: id })).data;
    assert.deepEqual(
      [declined.status, declined.json['code'], declined.json['hosted_url'], bill?.status],
      [402, 'payment_failed', bill?.hosted_invoice_url, 'uncollectible'],
    );
    const card = await life.stripe.paymentMethods.attach('pm_card_visa', { customer: await life.customerOf(id) });
    await life.stripe.invoices.pay(String(bill?.id), { payment_method: card.id });
    const resumed = await life.as(userId, 'POST', '/v1/subscription/resume');
    assert.deepEqual([resumed.status, resumed.json['plan']], [200, 'pro'], resumed.text);
    assert.equal((await life.stripe.invoices.list({ subscription: id })).data.length, 2);
  });
});

describe('a resumption that the bank asks about', () => {
  it('waits for the answer with its invoice: resuming again pays that one, and what the pause gave back is not lost (R22.1)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.control('clock', { advance_seconds: 86_400 });
    await life.stripe.subscriptions.pause(id);
    await life.payWith(id, 'pm_card_authenticationRequired');
    const asked = await resume(userId);
    assert.deepEqual([asked.status, asked.json['code']], [402, 'requires_action']);
    assert.ok(URL.canParse(String(asked.json['hosted_url'])), asked.text);
    assert.equal((await life.planOf(userId)).plan, 'free');
    const [open] = await invoicesOf(id);
    assert.equal(open?.[0], 'open');
    assert.ok(Number(open?.[1]) < 1900, 'the pause gave back what was not used');

    const again = await resume(userId);
    assert.deepEqual([again.status, again.json['hosted_url']], [402, asked.json['hosted_url']]);
    await life.payWith(id, 'pm_card_visa');
    const resumed = await resume(userId);
    assert.deepEqual([resumed.status, resumed.json['plan'], resumed.json['status']], [200, 'pro', 'active']);
    assert.deepEqual(await invoicesOf(id), [
      ['paid', open?.[1]],
      ['paid', 1900],
    ]);
  });
});

describe('a collection that was paused over an open bill', () => {
  const owing = async (card: string): Promise<{ readonly userId: string; readonly id: string }> => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    await life.payWith(id, 'pm_card_chargeCustomerFail');
    await life.travel(userId, 32);
    await life.stripe.subscriptions.update(id, { pause_collection: { behavior: 'keep_as_draft' } });
    await life.payWith(id, card);
    return { userId, id };
  };

  it('is taken up again by paying that bill, and no other period is charged beside it (R22.1)', async () => {
    const { userId, id } = await owing('pm_card_visa');
    const resumed = await resume(userId);
    assert.deepEqual([resumed.status, resumed.json['plan'], resumed.json['status']], [200, 'pro', 'active']);
    assert.deepEqual(await invoicesOf(id), [
      ['paid', 1900],
      ['paid', 1900],
    ]);
    const { pause_collection: pause } = await life.stripe.subscriptions.retrieve(id);
    assert.equal(pause, null);
  });

  it('stays paused where the card fails again, and says where the bill can be paid', async () => {
    const { userId, id } = await owing('pm_card_chargeCustomerFail');
    const answer = await resume(userId);
    assert.deepEqual([answer.status, answer.json['code']], [402, 'payment_failed']);
    assert.ok(URL.canParse(String(answer.json['hosted_url'])), answer.text);
    assert.notEqual((await life.stripe.subscriptions.retrieve(id)).pause_collection, null);
  });
});
