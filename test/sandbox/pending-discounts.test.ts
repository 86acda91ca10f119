/** Discounts of a change that waits for its payment: they come with it, or not at all. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { customerWithCard, makePlan, openSandbox, subscribe } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

/** A subscription with one discount, changed to a dearer price with another. */
async function change(card: string, coupon: Stripe.CouponCreateParams = { duration: 'forever' }) {
  const customer = await customerWithCard(stripe);
  const old = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
  const before = await subscribe(stripe, { customer: customer.id, discounts: [{ coupon: old.id }] });
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  await stripe.subscriptions.update(before.id, { default_payment_method: method.id });
  // Another rhythm: the new period is billed with the change, and not only what is prorated.
  const { price } = await makePlan(stripe, { unit_amount: 90_000, recurring: { interval: 'year' } });
  const wanted = await stripe.coupons.create({ percent_off: 50, ...coupon });
  const after = await stripe.subscriptions.update(before.id, {
    items: [{ id: before.items.data[0]?.id ?? '', price: price.id }],
    discounts: [{ coupon: wanted.id }],
    proration_behavior: 'always_invoice',
    payment_behavior: 'pending_if_incomplete',
  });
  return { before, after, wanted, customer };
}
const couponsOf = async (id: string): Promise<unknown[]> => {
  const { discounts } = await stripe.subscriptions.retrieve(id, { expand: ['discounts'] });
  return discounts.map((discount) => (discount as Stripe.Discount).source.coupon);
};
const pay = async ({ after: held, customer }: Awaited<ReturnType<typeof change>>) => {
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  return stripe.invoices.pay(String(held.latest_invoice), { payment_method: card.id });
};

describe('the discounts of a pending update', () => {
  it('take the place of those before at once where it is paid at once', async () => {
    const { before, after: done, wanted } = await change('pm_card_visa');
    assert.deepEqual([done.pending_update, await couponsOf(before.id)], [null, [wanted.id]]);
    assert.equal(done.discounts.includes(String(before.discounts[0])), false);
  });

  it('wait for the payment, are in its invoice, and come with it', async () => {
    const changed = await change('pm_card_chargeCustomerFail');
    const { before, after: held, wanted } = changed;
    assert.deepEqual(held.discounts, before.discounts);
    const [waiting] = held.pending_update?.discounts ?? [];
    assert.match(String(waiting), /^di_/);
    await pay(changed);
    assert.deepEqual(await couponsOf(before.id), [wanted.id]);
    const { pending_update: pending } = await stripe.subscriptions.retrieve(before.id);
    assert.equal(pending, null);
  });

  it('are gone where it is given up, and those before stay', async () => {
    const { before, after: held } = await change('pm_card_chargeCustomerFail');
    const count = (await sandbox.eventTypes()).length;
    await stripe.invoices.voidInvoice(String(held.latest_invoice));
    const now = await stripe.subscriptions.retrieve(before.id);
    assert.deepEqual([now.pending_update, now.discounts], [null, before.discounts]);
    assert.ok((await sandbox.eventTypes()).slice(count).includes('customer.discount.deleted'));
  });

  it('for one invoice are used up by the one that they waited for', async () => {
    const atOnce = await change('pm_card_visa', { duration: 'once' });
    assert.deepEqual(await couponsOf(atOnce.before.id), []);
    const later = await change('pm_card_chargeCustomerFail', { duration: 'once' });
    await pay(later);
    assert.deepEqual(await couponsOf(later.before.id), []);
  });
});
