/** Items of a subscription by themselves: what adding, changing and removing one does is what the same update of the subscription does. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { customerWithCard, makePlan, openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

const begin = async () => {
  const { price } = await makePlan(stripe);
  const { price: addOn } = await makePlan(stripe, { unit_amount: 300 });
  const customer = await customerWithCard(stripe);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  const [item] = subscription.items.data;
  assert.ok(item);
  return { subscription, item, addOn };
};

describe('an item', () => {
  it('is added and billed for the rest of the period, as an update that names it would', async () => {
    const { subscription, item, addOn } = await begin();
    const middle = (item.current_period_start + item.current_period_end) / 2;
    const terms = { proration_behavior: 'always_invoice', proration_date: middle } as const;
    const added = await stripe.subscriptionItems.create({
      subscription: subscription.id,
      price: addOn.id,
      quantity: 2,
      metadata: { seat: 'b' },
      ...terms,
    });
    assert.deepEqual(
      [added.object, added.price.id, added.quantity, added.subscription, added.metadata],
      ['subscription_item', addOn.id, 2, subscription.id, { seat: 'b' }],
    );
    const after = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    assert.deepEqual(
      after.items.data.map(({ id }) => id),
      [item.id, added.id],
    );
    assert.equal((after.latest_invoice as Stripe.Invoice).total, 300);
    assert.deepEqual(await stripe.subscriptionItems.retrieve(added.id), added);
  });

  it('is changed, and the others stay', async () => {
    const { subscription, item, addOn } = await begin();
    const added = await stripe.subscriptionItems.create({ subscription: subscription.id, price: addOn.id });
    const changed = await stripe.subscriptionItems.update(added.id, { quantity: 5, metadata: { a: '1' } });
    assert.deepEqual([changed.id, changed.quantity, changed.metadata], [added.id, 5, { a: '1' }]);
    const { items } = await stripe.subscriptions.retrieve(subscription.id);
    assert.deepEqual(
      items.data.map(({ id, quantity }) => [id, quantity]),
      [
        [item.id, 1],
        [added.id, 5],
      ],
    );
  });

  it('is removed, unless it is the last one', async () => {
    const { subscription, item, addOn } = await begin();
    const added = await stripe.subscriptionItems.create({ subscription: subscription.id, price: addOn.id });
    assert.deepEqual(await stripe.subscriptionItems.del(added.id, { proration_behavior: 'none' }), {
      id: added.id,
      object: 'subscription_item',
      deleted: true,
    });
    await assert.rejects(stripe.subscriptionItems.retrieve(added.id), { statusCode: 404 });
    await assert.rejects(stripe.subscriptionItems.del(item.id), { statusCode: 400 });
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).items.data.length, 1);
  });

  it('is refused by the names of its own parameters', async () => {
    const { subscription } = await begin();
    await assert.rejects(stripe.subscriptionItems.create({ subscription: subscription.id, price: 'price_none' }), {
      code: 'resource_missing',
      param: 'price',
    });
    await assert.rejects(stripe.subscriptionItems.create({ subscription: subscription.id }), { param: 'price' });
    await assert.rejects(stripe.subscriptionItems.update('si_none', { quantity: 2 }), {
      code: 'resource_missing',
      statusCode: 404,
    });
  });

  it('waits for its payment where the caller wants that: what is on its way is answered, and nothing is changed', async () => {
    const { subscription, item, addOn } = await begin();
    const method = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: String(subscription.customer),
    });
    await stripe.subscriptions.update(subscription.id, { default_payment_method: method.id });
    const waiting = await stripe.subscriptionItems.create({
      subscription: subscription.id,
      price: addOn.id,
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
    assert.equal(waiting.price.id, addOn.id);
    const { items, pending_update: pending } = await stripe.subscriptions.retrieve(subscription.id);
    assert.deepEqual([items.data.map(({ id }) => id), pending?.subscription_items?.length], [[item.id], 2]);
  });

  it('is changed in the time of its test clock', async () => {
    const { price } = await makePlan(stripe);
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1_800_000_000 });
    const customer = await stripe.customers.create({ test_clock: clock.id });
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      default_payment_method: method.id,
    });
    const [item] = subscription.items.data;
    await stripe.subscriptionItems.update(String(item?.id), { quantity: 3, proration_behavior: 'always_invoice' });
    const { latest_invoice: latest } = await stripe.subscriptions.retrieve(subscription.id, {
      expand: ['latest_invoice'],
    });
    assert.equal((latest as Stripe.Invoice).created, 1_800_000_000);
  });
});
