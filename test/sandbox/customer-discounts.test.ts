/** A discount of the customer's own: the API of today only ends it, earlier ones gave it with `coupon`, and it is for whatever has none of its own. */

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

/** As a caller that names no version, like Stripe's own CLI. */
async function send(path: string, form: Record<string, string>): Promise<Stripe.Customer> {
  const answer = await fetch(`${sandbox.url}/v1/customers${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_x', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form),
  });
  const body = (await answer.json()) as Stripe.Customer;
  assert.equal(answer.status, 200, JSON.stringify(body));
  return body;
}
const give = async (coupon: Stripe.CouponCreateParams): Promise<Stripe.Customer> => {
  const customer = await customerWithCard(stripe);
  return send(`/${customer.id}`, { coupon: (await stripe.coupons.create(coupon)).id });
};
const discountEvents = async (since: number) =>
  (await sandbox.eventTypes()).slice(since).filter((type) => type.startsWith('customer.discount'));
const paid = async (subscription: Stripe.Subscription) => {
  const { total, total_discount_amounts: amounts } = await stripe.invoices.retrieve(
    String(subscription.latest_invoice),
  );
  return { total, off: amounts?.reduce((sum, { amount }) => sum + amount, 0) };
};

describe("a customer's discount", () => {
  it('is given, changed and ended, and says so in events', async () => {
    const before = (await sandbox.eventTypes()).length;
    const first = await stripe.coupons.create({ percent_off: 20 });
    const customer = await send('', { coupon: first.id });
    assert.deepEqual([customer.discount?.source.coupon, customer.discount?.subscription], [first.id, null]);
    const second = await stripe.coupons.create({ percent_off: 30 });
    const changed = await send(`/${customer.id}`, { coupon: second.id });
    assert.equal(changed.discount?.source.coupon, second.id);
    const ended = await stripe.customers.deleteDiscount(customer.id);
    assert.deepEqual([ended.deleted, ended.id], [true, changed.discount?.id]);
    assert.equal(((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).discount, null);
    await assert.rejects(stripe.customers.deleteDiscount(customer.id), { code: 'resource_missing' });
    assert.deepEqual(await discountEvents(before), [
      'customer.discount.created',
      'customer.discount.updated',
      'customer.discount.deleted',
    ]);
  });

  it('comes off what a subscription costs that has none of its own, in its previews too, and never off another', async () => {
    const customer = await give({ percent_off: 25, duration: 'forever' });
    const own = await stripe.coupons.create({ percent_off: 10 });
    const plain = await subscribe(stripe, { customer: customer.id });
    const { total, off } = await paid(plain);
    assert.equal(off, ((total + Number(off)) * 25) / 100);
    const next = await stripe.invoices.createPreview({ subscription: plain.id });
    assert.deepEqual([next.total, plain.discounts], [total, []]);
    const special = await subscribe(stripe, { customer: customer.id, discounts: [{ coupon: own.id }] });
    const other = await paid(special);
    assert.equal(other.off, ((other.total + Number(other.off)) * 10) / 100);
  });

  it('for one invoice goes with the first that it took something off', async () => {
    const customer = await give({ percent_off: 50, duration: 'once' });
    const subscription = await subscribe(stripe, { customer: customer.id });
    assert.ok(Number((await paid(subscription)).off) > 0);
    assert.equal(((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).discount, null);
    const next = await stripe.invoices.createPreview({ subscription: subscription.id });
    assert.deepEqual(next.total_discount_amounts, []);
  });

  it('of an amount is nothing in another currency', async () => {
    const customer = await give({ amount_off: 500, currency: 'eur', duration: 'forever' });
    assert.equal((await paid(await subscribe(stripe, { customer: customer.id }))).off, 0);
  });

  it('is in what a checkout asks for', async () => {
    const customer = await give({ percent_off: 50, duration: 'forever' });
    const { price } = await makePlan(stripe);
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      customer: customer.id,
      line_items: [{ price: price.id, quantity: 1 }],
      success_url: 'https://app.test/done',
    });
    assert.equal(session.amount_total, Number(price.unit_amount) / 2);
    const whole = await stripe.checkout.sessions.retrieve(session.id, { expand: ['total_details.breakdown'] });
    const [named] = whole.total_details?.breakdown?.discounts ?? [];
    assert.deepEqual([named?.discount.id, named?.amount], [customer.discount?.id, session.amount_total]);
    const answer = await fetch(`${sandbox.url}/v1/payment_pages/${session.id}/confirm`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_x' },
      body: new URLSearchParams({ payment_method: 'pm_card_visa', expected_amount: String(session.amount_total) }),
    });
    assert.equal(answer.status, 200, await answer.text());
    const { subscription } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
    assert.equal((await paid(subscription as Stripe.Subscription)).total, session.amount_total);
  });

  it('is refused to a caller of today, who has no such parameter', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 20 });
    await assert.rejects(stripe.customers.create({ coupon: coupon.id } as Stripe.CustomerCreateParams), {
      code: 'parameter_unknown',
    });
  });
});
