/** Test clocks: a time of their own for the customers on them, and that how it passes does not matter. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { makePlan, openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

const day = 86_400;
const start = Date.UTC(2027, 0, 31, 10) / 1000;

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

async function onClock(params: Partial<Stripe.SubscriptionCreateParams> = {}, frozen = start) {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: frozen, name: 'A life' });
  const customer = await stripe.customers.create({
    test_clock: clock.id,
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  const { price } = await makePlan(stripe);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    ...params,
  });
  const advance = (frozen_time: number) => stripe.testHelpers.testClocks.advance(clock.id, { frozen_time });
  return { clock, customer, subscription, price, advance };
}

describe('a customer on a test clock', () => {
  it('lives in its time, with all that belongs to it', async () => {
    const { clock, customer, subscription } = await onClock();
    const invoice = await stripe.invoices.retrieve(String(subscription.latest_invoice));
    assert.deepEqual(
      [customer.test_clock, subscription.test_clock, invoice.test_clock],
      [clock.id, clock.id, clock.id],
    );
    assert.deepEqual([customer.created, subscription.created, invoice.created], [start, start, start]);
    assert.equal(subscription.items.data[0]?.current_period_end, Date.UTC(2027, 1, 28, 10) / 1000);
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
    assert.deepEqual([schedule.test_clock, schedule.created], [clock.id, start]);
    const preview = await stripe.invoices.createPreview({ subscription: subscription.id });
    assert.equal(preview.test_clock, clock.id);
  });

  it('is not moved by the time of the sandbox, nor the sandbox by its', async () => {
    const { subscription, advance } = await onClock();
    const { now } = (await sandbox.control('clock')) as { now: number };
    await advance(start + day);
    assert.ok(((await sandbox.control('clock')) as { now: number }).now - now < 60);
    await sandbox.control('clock', { advance_seconds: day });
    const same = await stripe.subscriptions.retrieve(subscription.id);
    assert.equal(same.latest_invoice, subscription.latest_invoice);
  });

  it('does not show in lists of all, but in those of its clock and of itself', async () => {
    const { clock, customer, subscription } = await onClock();
    const all = await stripe.customers.list({ limit: 100 });
    assert.ok(!all.data.some(({ id }) => id === customer.id));
    assert.deepEqual(
      (await stripe.customers.list({ test_clock: clock.id })).data.map(({ id }) => id),
      [customer.id],
    );
    const ids = async (params: Stripe.SubscriptionListParams) =>
      (await stripe.subscriptions.list({ ...params, limit: 100 })).data.map(({ id }) => id);
    assert.ok(!(await ids({})).includes(subscription.id));
    assert.deepEqual(await ids({ test_clock: clock.id }), [subscription.id]);
    assert.deepEqual(await ids({ customer: customer.id }), [subscription.id]);
    assert.ok(!(await stripe.invoices.list({ limit: 100 })).data.some((invoice) => invoice.customer === customer.id));
    assert.equal((await stripe.invoices.list({ customer: customer.id })).data.length, 1);
    assert.equal((await stripe.customers.listPaymentMethods(customer.id)).data.length, 1);
  });

  it('may be there before its clock', async () => {
    const customer = await stripe.customers.create();
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start, customer: customer.id });
    assert.equal(((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).test_clock, clock.id);
    await assert.rejects(stripe.testHelpers.testClocks.create({ frozen_time: start, customer: customer.id }), {
      statusCode: 400,
    });
  });

  it('pays at the checkout page in its own time', async () => {
    const { customer, price, clock } = await onClock();
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      customer: customer.id,
      line_items: [{ price: price.id, quantity: 1 }],
      success_url: 'https://shop.test/done',
    });
    assert.deepEqual([session.created, session.expires_at], [start, start + day]);
    assert.equal((await sandbox.submit(session)).status, 200);
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
    const subscription = paid.subscription as Stripe.Subscription;
    assert.deepEqual([subscription.created, subscription.test_clock], [start, clock.id]);
  });
});

describe('advancing', () => {
  it('answers on the way, and carries everything out, each at its own moment', async () => {
    const { clock, customer, subscription, advance } = await onClock();
    const end = Date.UTC(2027, 1, 28, 10) / 1000;
    const advancing = await advance(end + 2 * 3600);
    assert.deepEqual(
      [advancing.status, advancing.frozen_time, advancing.status_details.advancing?.target_frozen_time],
      ['advancing', start, end + 2 * 3600],
    );
    const arrived = await stripe.testHelpers.testClocks.retrieve(clock.id);
    assert.deepEqual([arrived.status, arrived.frozen_time], ['ready', end + 2 * 3600]);
    const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    const invoice = renewed.latest_invoice as Stripe.Invoice;
    assert.deepEqual(
      [invoice.billing_reason, invoice.status, invoice.created, invoice.status_transitions.paid_at],
      ['subscription_cycle', 'paid', end, end + 3601],
    );
    const events = (await stripe.events.list({ limit: 60 })).data.toReversed();
    const own = events.filter(({ data }) => {
      const object = data.object as { id?: string; customer?: string };
      return object.id === clock.id || object.customer === customer.id;
    });
    const times = own.map(({ type, created }) => `${type} ${created - end}`);
    const from = times.findIndex((time) => time.startsWith('test_helpers.test_clock.advancing'));
    assert.deepEqual(times.slice(from + 1, from + 4), [
      `invoice.upcoming ${-7 * day}`,
      'customer.subscription.updated 0',
      'invoice.created 0',
    ]);
    assert.equal(times.at(-1), 'test_helpers.test_clock.ready 7200');
    assert.ok(times.includes('invoice.paid 3601'));
    const sorted = own.slice(from).toSorted((a, b) => a.created - b.created);
    assert.deepEqual(sorted, own.slice(from));
  });

  it('goes at most two intervals of the shortest subscription, or two years without one, and never back', async () => {
    const { advance } = await onClock();
    await assert.rejects(advance(Date.UTC(2027, 2, 31, 10) / 1000 + 1), { statusCode: 400, param: 'frozen_time' });
    await assert.rejects(advance(start), { statusCode: 400, param: 'frozen_time' });
    await advance(Date.UTC(2027, 2, 31, 10) / 1000);
    const { id } = await stripe.testHelpers.testClocks.create({ frozen_time: start });
    const without = (frozen_time: number) => stripe.testHelpers.testClocks.advance(id, { frozen_time });
    await assert.rejects(without(Date.UTC(2029, 0, 31, 10) / 1000 + 1), { statusCode: 400 });
    await without(Date.UTC(2029, 0, 31, 10) / 1000);
  });
});

describe('a test clock', () => {
  it('is listed, and takes its customers along when it is deleted', async () => {
    const { clock, customer, subscription } = await onClock();
    assert.equal((await stripe.testHelpers.testClocks.list()).data[0]?.id, clock.id);
    const deleted = await stripe.testHelpers.testClocks.del(clock.id);
    assert.deepEqual(deleted, { ...deleted, id: clock.id, object: 'test_helpers.test_clock', deleted: true });
    assert.equal((await stripe.customers.retrieve(customer.id)).deleted, true);
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'canceled');
    await assert.rejects(stripe.testHelpers.testClocks.retrieve(clock.id), { statusCode: 404 });
    await assert.rejects(stripe.customers.create({ test_clock: clock.id }), { statusCode: 400, param: 'test_clock' });
    const types = await sandbox.eventTypes();
    for (const name of ['created', 'advancing', 'ready', 'deleted'])
      assert.ok(types.includes(`test_helpers.test_clock.${name}`), name);
  });
});
