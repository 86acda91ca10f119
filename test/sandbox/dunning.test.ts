/** Payments that fail: how they are tried again, how that ends, and what brings a subscription back (T21). */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { endOf, look, openMovingSandbox, typesOf } from './support/lives.ts';
import type { MovingSandbox } from './support/lives.ts';
import { customerWithCard, makePlan, subscribe } from './support/sandbox.ts';

const day = 86_400;

let sandbox: MovingSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openMovingSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

describe('the end of the retries', () => {
  it('may leave it past due: the next period is billed and tried again', async () => {
    await sandbox.control('settings', { retry_days: [1], after_retries: 'past_due' });
    const begun = await subscribe(stripe);
    await sandbox.useCard(String(begun.customer), 'pm_card_chargeCustomerFail');
    await sandbox.jumpTo(endOf(begun) + 2 * day);
    const first = await look(stripe, begun.id);
    assert.deepEqual(
      [first.subscription.status, first.invoice.status, first.invoice.next_payment_attempt],
      ['past_due', 'open', null],
    );
    await sandbox.jumpTo(endOf(first.subscription) + 2 * 3600);
    const second = await look(stripe, begun.id);
    assert.deepEqual([second.subscription.status, second.invoice.status], ['past_due', 'open']);
    assert.notEqual(second.invoice.id, first.invoice.id);
    // The latest invoice decides, not an older one (docs: subscription statuses).
    await stripe.invoices.pay(first.invoice.id ?? '', { payment_method: 'pm_card_visa' });
    assert.equal((await look(stripe, begun.id)).subscription.status, 'past_due');
    await stripe.invoices.pay(second.invoice.id ?? '', { payment_method: 'pm_card_visa' });
    assert.equal((await look(stripe, begun.id)).subscription.status, 'active');
    await sandbox.control('settings', {});
  });

  it('may leave it unpaid: drafts are kept, and the open invoice brings it back', async () => {
    await sandbox.control('settings', { retry_days: [1], after_retries: 'unpaid' });
    const begun = await subscribe(stripe);
    await sandbox.useCard(String(begun.customer), 'pm_card_chargeCustomerFail');
    await sandbox.jumpTo(endOf(begun) + 2 * day);
    const { subscription, invoice } = await look(stripe, begun.id);
    assert.equal(subscription.status, 'unpaid');
    await sandbox.jumpTo(endOf(subscription) + 2 * day);
    assert.deepEqual((await look(stripe, begun.id)).invoice.status, 'draft');
    await stripe.invoices.pay(invoice.id ?? '', { payment_method: 'pm_card_visa' });
    assert.equal((await look(stripe, begun.id)).subscription.status, 'active');
    await sandbox.control('settings', {});
  });

  it('does not come for an invoice that is given up, and a voided one changes nothing', async () => {
    const begun = await subscribe(stripe);
    await sandbox.useCard(String(begun.customer), 'pm_card_chargeCustomerFail');
    await sandbox.jumpTo(endOf(begun) + 2 * 3600);
    const { invoice } = await look(stripe, begun.id);
    await stripe.invoices.markUncollectible(invoice.id ?? '');
    assert.equal((await look(stripe, begun.id)).subscription.status, 'active');
    const other = await subscribe(stripe);
    await sandbox.useCard(String(other.customer), 'pm_card_chargeCustomerFail');
    await sandbox.jumpTo(endOf(other) + 2 * 3600);
    await stripe.invoices.voidInvoice((await look(stripe, other.id)).invoice.id ?? '');
    assert.equal((await look(stripe, other.id)).subscription.status, 'past_due');
  });
});

describe('a hard decline', () => {
  it('is counted and scheduled, but the bank is not asked again until there is another card', async () => {
    const begun = await subscribe(stripe);
    const customer = String(begun.customer);
    await sandbox.useCard(customer, 'pm_card_authenticationRequired');
    const from = await sandbox.lastEvent();
    await sandbox.jumpTo(endOf(begun) + 3601);
    const types = typesOf(await sandbox.eventsSince(from, customer));
    for (const type of ['invoice.payment_failed', 'invoice.payment_action_required'])
      assert.ok(types.includes(type), `${type} in ${types.join(', ')}`);
    const charges = async () => (await stripe.charges.list({ customer, limit: 100 })).data.length;
    const before = await charges();
    await sandbox.jumpTo(endOf(begun) + 3601 + 4 * day);
    const { invoice } = await look(stripe, begun.id);
    assert.deepEqual([invoice.attempt_count, await charges()], [3, before]);
    assert.equal(invoice.next_payment_attempt, endOf(begun) + 3601 + 8 * day);
    await sandbox.useCard(customer, 'pm_card_visa');
    await sandbox.jumpTo(endOf(begun) + 3601 + 8 * day);
    const recovered = await look(stripe, begun.id);
    assert.deepEqual([recovered.subscription.status, recovered.invoice.attempt_count], ['active', 4]);
  });
});

describe('a change whose payment fails', () => {
  async function upgrade(behavior: Stripe.SubscriptionUpdateParams.PaymentBehavior) {
    const begun = await subscribe(stripe);
    await sandbox.useCard(String(begun.customer), 'pm_card_chargeCustomerFail');
    const { price } = await makePlan(stripe, { unit_amount: 9900 });
    const items = [{ id: begun.items.data[0]?.id ?? '', price: price.id }];
    const params = { items, proration_behavior: 'always_invoice', payment_behavior: behavior } as const;
    return { begun, update: () => stripe.subscriptions.update(begun.id, params) };
  }

  it('stands and is tried again with allow_incomplete', async () => {
    const { begun, update } = await upgrade('allow_incomplete');
    assert.equal((await update()).status, 'past_due');
    const { invoice } = await look(stripe, begun.id);
    assert.ok(invoice.next_payment_attempt);
    await sandbox.useCard(String(begun.customer), 'pm_card_visa');
    await sandbox.jumpTo(invoice.next_payment_attempt + 1);
    assert.equal((await look(stripe, begun.id)).subscription.status, 'active');
  });

  it('is not made at all with error_if_incomplete', async () => {
    const { begun, update } = await upgrade('error_if_incomplete');
    await assert.rejects(update(), { statusCode: 402, type: 'StripeCardError' });
    const { subscription } = await look(stripe, begun.id);
    assert.deepEqual(
      [subscription.status, subscription.items.data[0]?.price.unit_amount, subscription.latest_invoice],
      ['active', 1900, subscription.latest_invoice],
    );
    assert.equal((await stripe.invoices.list({ subscription: begun.id })).data.length, 1);
  });

  it('waits with pending_if_incomplete, which takes only what can wait (R16.3)', async () => {
    const { begun, update } = await upgrade('pending_if_incomplete');
    const pending = await update();
    assert.deepEqual([pending.status, pending.items.data[0]?.price.unit_amount], ['active', 1900]);
    assert.equal(pending.pending_update?.subscription_items?.[0]?.price.unit_amount, 9900);
    await assert.rejects(
      stripe.subscriptions.update(begun.id, { description: 'x', payment_behavior: 'pending_if_incomplete' }),
      { statusCode: 400, param: 'description' },
    );
  });
});

describe('a first payment that fails', () => {
  it('leaves 23 hours, and then the subscription expires with its invoice voided (R20.1)', async () => {
    const customer = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
    const begun = await subscribe(stripe, { customer: customer.id });
    await sandbox.jumpTo(begun.created + 23 * 3600 - 60);
    assert.equal((await look(stripe, begun.id)).subscription.status, 'incomplete');
    await sandbox.jumpTo(begun.created + 23 * 3600 + 60);
    const { subscription, invoice } = await look(stripe, begun.id);
    assert.deepEqual(
      [subscription.status, subscription.ended_at, invoice.status],
      ['incomplete_expired', begun.created + 23 * 3600, 'void'],
    );
    assert.equal((await stripe.invoices.list({ customer: customer.id })).data.length, 1);
  });

  it('ends at once where its invoice is voided', async () => {
    const customer = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
    const begun = await subscribe(stripe, { customer: customer.id });
    await stripe.invoices.voidInvoice(String(begun.latest_invoice));
    assert.equal((await look(stripe, begun.id)).subscription.status, 'incomplete_expired');
  });

  it('waits for the payer with default_incomplete', async () => {
    const begun = await subscribe(stripe, { payment_behavior: 'default_incomplete' });
    assert.equal(begun.status, 'incomplete');
    await stripe.invoices.pay(String(begun.latest_invoice));
    assert.equal((await look(stripe, begun.id)).subscription.status, 'active');
  });
});
