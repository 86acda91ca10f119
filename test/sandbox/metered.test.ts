/** Prices by use: backed by a meter, beside a plan, without a quantity, and billed 0 as nothing is used (R24.2). */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type Stripe from 'stripe';
import { customerWithCard, makePlan, openCheckout, openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeEach(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
});
afterEach(() => sandbox.close());

const makeMeter = (name = 'api_calls') =>
  stripe.billing.meters.create({
    display_name: 'API calls',
    event_name: name,
    default_aggregation: { formula: 'sum' },
  });

/** A tenth of a cent for each call. */
async function makeUse(): Promise<Stripe.Price> {
  const meter = await makeMeter();
  const { price } = await makePlan(stripe, {
    unit_amount: undefined as never,
    unit_amount_decimal: '0.1' as never,
    recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
  });
  return price;
}

/** 19.00 USD a month, and calls by use beside it. */
async function subscribeToBoth() {
  const { price: plan } = await makePlan(stripe);
  const use = await makeUse();
  const customer = await customerWithCard(stripe);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: plan.id, quantity: 2 }, { price: use.id }],
  });
  return { subscription, plan, use };
}

describe('a price by use', () => {
  it('is backed by an active meter', async () => {
    const price = await makeUse();
    assert.deepEqual([price.recurring?.usage_type, typeof price.recurring?.meter], ['metered', 'string']);
    const listed = await stripe.prices.list({ recurring: { usage_type: 'metered' } });
    assert.deepEqual(
      listed.data.map(({ id }) => id),
      [price.id],
    );
    await assert.rejects(
      makePlan(stripe, { recurring: { interval: 'month', usage_type: 'metered' } }),
      /backed by a meter/,
    );
    const meter = await makeMeter('other');
    await stripe.billing.meters.deactivate(meter.id);
    await assert.rejects(
      makePlan(stripe, { recurring: { interval: 'month', usage_type: 'metered', meter: meter.id } }),
      /inactive/,
    );
    await assert.rejects(makePlan(stripe, { recurring: { interval: 'month', meter: meter.id } }), /metered/);
  });

  it('has meters that are changed, turned off and on, and listed', async () => {
    const meter = await makeMeter();
    await assert.rejects(makeMeter(), /event name/);
    assert.equal((await stripe.billing.meters.update(meter.id, { display_name: 'Calls' })).display_name, 'Calls');
    assert.notEqual((await stripe.billing.meters.deactivate(meter.id)).status_transitions.deactivated_at, null);
    assert.equal((await stripe.billing.meters.reactivate(meter.id)).status, 'active');
    assert.equal((await stripe.billing.meters.list({ status: 'active' })).data.length, 1);
    assert.equal((await stripe.billing.meters.retrieve(meter.id)).display_name, 'Calls');
  });
});

describe('a subscription to a plan and something by use', () => {
  it('R24.2: has no quantity of it, refuses one, and bills 0 without use', async () => {
    const { subscription, use } = await subscribeToBoth();
    const [plan, metered] = subscription.items.data;
    assert.equal(plan?.quantity, 2);
    assert.equal(metered?.quantity, undefined);
    assert.equal(metered?.plan.usage_type, 'metered');
    const invoice = await stripe.invoices.retrieve(subscription.latest_invoice as string);
    assert.equal(invoice.total, 3800);
    assert.deepEqual(
      invoice.lines.data.map(({ amount, quantity }) => [amount, quantity]),
      [
        [3800, 2],
        [0, 0],
      ],
    );
    await assert.rejects(
      stripe.subscriptions.update(subscription.id, { items: [{ id: metered?.id ?? '', quantity: 3 }] }),
      /Quantity should not be specified/,
    );
    await assert.rejects(
      stripe.subscriptions.create({
        customer: subscription.customer as string,
        items: [{ price: use.id, quantity: 1 }],
      }),
      /Quantity should not be specified/,
    );
  });

  it('prorates the plan alone, and renews both', async () => {
    const { subscription, plan } = await subscribeToBoth();
    await sandbox.control('clock', { advance_seconds: 10 * 86_400 });
    const [item] = subscription.items.data;
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id ?? '', price: plan.id, quantity: 3 }],
      proration_behavior: 'always_invoice',
      expand: ['latest_invoice'],
    });
    assert.deepEqual(
      changed.items.data.map(({ quantity }) => quantity),
      [3, undefined],
    );
    assert.equal((changed.latest_invoice as Stripe.Invoice).lines.data.length, 2);
    await sandbox.control('clock', { advance_seconds: 25 * 86_400 });
    const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    assert.equal((renewed.latest_invoice as Stripe.Invoice).total, 5700);
  });

  it('goes through a schedule and through checkout without a quantity', async () => {
    const { subscription, use } = await subscribeToBoth();
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
    assert.deepEqual(
      schedule.phases[0]?.items.map(({ quantity }) => quantity),
      [2, undefined],
    );
    const { price } = await makePlan(stripe);
    const lines = [{ price: price.id, quantity: 1 }, { price: use.id }];
    const { session } = await openCheckout(stripe, { line_items: lines });
    assert.equal(session.amount_total, 1900);
    const { data } = await stripe.checkout.sessions.listLineItems(session.id);
    assert.deepEqual(
      data.map(({ quantity }) => quantity),
      [1, null],
    );
    assert.equal((await sandbox.pay(session.id)).status, 200);
    await assert.rejects(
      openCheckout(stripe, { line_items: [{ price: use.id, quantity: 1 }] }),
      /Remove quantity from `line_items\[0\]`/,
    );
  });
});
