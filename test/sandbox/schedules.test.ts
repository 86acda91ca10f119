/** Subscription schedules: laid out from a running subscription, begun phase by phase, let go, and what they forbid. */

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

/** A downgrade to 5.00 USD at the end of the period. */
async function downgrade(on: TestSandbox, params: Partial<Stripe.SubscriptionScheduleUpdateParams> = {}) {
  const { subscriptionSchedules } = on.stripe;
  const subscription = await subscribe(on.stripe);
  const { price } = await makePlan(on.stripe, { unit_amount: 500 });
  const made = await subscriptionSchedules.create({ from_subscription: subscription.id });
  const [current] = made.phases;
  assert.ok(current);
  const schedule = await subscriptionSchedules.update(made.id, {
    end_behavior: 'release',
    phases: [
      {
        start_date: current.start_date,
        end_date: current.end_date,
        items: current.items.map((item) => ({ price: String(item.price), quantity: item.quantity ?? 1 })),
      },
      { items: [{ price: price.id }], proration_behavior: 'none' },
    ],
    ...params,
  });
  return { subscription, schedule, price, end: current.end_date };
}

it('is made from a subscription, with its period as the first phase', async () => {
  const { subscription, schedule, end } = await downgrade(sandbox);
  assert.deepEqual([schedule.status, schedule.end_behavior, schedule.phases.length], ['active', 'release', 2]);
  assert.deepEqual(schedule.current_phase?.end_date, subscription.items.data[0]?.current_period_end);
  assert.equal(schedule.phases[1]?.start_date, end);
  const governed = await stripe.subscriptions.retrieve(subscription.id);
  assert.equal(governed.schedule, schedule.id);
  assert.equal(governed.items.data[0]?.price.id, subscription.items.data[0]?.price.id);
  const { data } = await stripe.subscriptionSchedules.list({ customer: String(subscription.customer) });
  assert.deepEqual(
    data.map(({ id }) => id),
    [schedule.id],
  );
});

it('refuses a second schedule and a direct change of the cancellation, as Stripe does', async () => {
  const { subscription } = await downgrade(sandbox);
  await assert.rejects(stripe.subscriptionSchedules.create({ from_subscription: subscription.id }), {
    statusCode: 400,
    message: /already attached to a schedule/,
  });
  for (const params of [{ cancel_at_period_end: true }, { cancel_at: 'min_period_end' as const }]) {
    await assert.rejects(stripe.subscriptions.update(subscription.id, params), {
      statusCode: 400,
      message: /updating any cancelation behavior directly is not allowed/,
    });
  }
});

it('lets go of its subscription, which then takes a cancellation again', async () => {
  const { subscription, schedule } = await downgrade(sandbox);
  const released = await stripe.subscriptionSchedules.release(schedule.id);
  assert.deepEqual([released.status, released.released_subscription], ['released', subscription.id]);
  const free = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
  assert.deepEqual([free.schedule, free.cancel_at_period_end], [null, true]);
  await assert.rejects(stripe.subscriptionSchedules.release(schedule.id), { statusCode: 400 });
});

it('keeps the running phase in step with a direct change', async () => {
  const { subscription, schedule } = await downgrade(sandbox);
  await stripe.subscriptions.update(subscription.id, {
    items: [{ id: subscription.items.data[0]?.id ?? '', quantity: 4 }],
  });
  const followed = await stripe.subscriptionSchedules.retrieve(schedule.id);
  assert.deepEqual(
    followed.phases.map(({ items }) => items[0]?.quantity),
    [4, 1],
  );
});

it('ends with its subscription, from either side', async () => {
  const first = await downgrade(sandbox);
  await stripe.subscriptions.cancel(first.subscription.id);
  assert.equal((await stripe.subscriptionSchedules.retrieve(first.schedule.id)).status, 'canceled');
  const second = await downgrade(sandbox);
  const cancelled = await stripe.subscriptionSchedules.cancel(second.schedule.id, {
    prorate: false,
    invoice_now: false,
  });
  assert.equal(cancelled.status, 'canceled');
  assert.equal((await stripe.subscriptions.retrieve(second.subscription.id)).status, 'canceled');
});

it('is aborted where its subscription ends for want of payment, and begins no phase of it any more', async () => {
  const clocked = await openSandbox();
  const { stripe: api } = clocked;
  await clocked.control('settings', { retry_days: [1], after_retries: 'canceled' });
  const { subscription, schedule, end } = await downgrade(clocked);
  const last = schedule.phases.at(-1);
  const later = [...schedule.phases, { start_date: last?.end_date, items: last?.items ?? [] }];
  await api.subscriptionSchedules.update(schedule.id, {
    phases: later.map(({ items, ...phase }) => ({
      start_date: Number(phase.start_date),
      ...('end_date' in phase && { end_date: phase.end_date }),
      items: items.map(({ price, quantity }) => ({ price: String(price), quantity: quantity ?? 1 })),
    })),
  });
  const broke = await api.paymentMethods.attach('pm_card_chargeCustomerFail', {
    customer: String(subscription.customer),
  });
  await api.subscriptions.update(subscription.id, { default_payment_method: broke.id });
  await clocked.control('clock', { now: end + 3 * 86_400 });
  const ended = await api.subscriptions.retrieve(subscription.id);
  assert.deepEqual([ended.status, ended.cancellation_details?.reason], ['canceled', 'payment_failed']);
  const aborted = await api.subscriptionSchedules.retrieve(schedule.id);
  assert.deepEqual([aborted.status, aborted.canceled_at, aborted.current_phase], ['canceled', ended.ended_at, null]);
  assert.ok((await clocked.eventTypes()).includes('subscription_schedule.aborted'));
  await clocked.control('clock', { now: Number(later.at(-1)?.start_date) + 86_400 });
  const { items } = await api.subscriptions.retrieve(subscription.id);
  assert.deepEqual(items, ended.items);
  await clocked.close();
});

it('moves no money before its time, then changes the price, then lets go (R18.1)', async () => {
  const clocked = await openSandbox();
  const { subscription, schedule, price, end } = await downgrade(clocked);
  const { now } = (await clocked.control('clock')) as { now: number };
  await clocked.control('clock', { advance_seconds: end - now });
  const changed = await clocked.stripe.subscriptions.retrieve(subscription.id);
  assert.deepEqual([changed.status, changed.items.data[0]?.price.id], ['active', price.id]);
  assert.equal(changed.items.data[0]?.id, subscription.items.data[0]?.id);
  const pending = await clocked.stripe.invoiceItems.list({ customer: String(subscription.customer) });
  assert.equal(pending.data.length, 0);
  const running = await clocked.stripe.subscriptionSchedules.retrieve(schedule.id);
  assert.equal(running.current_phase?.start_date, end);
  await clocked.control('clock', { advance_seconds: 32 * 86_400 });
  assert.equal((await clocked.stripe.subscriptionSchedules.retrieve(schedule.id)).status, 'released');
  assert.equal((await clocked.stripe.subscriptions.retrieve(subscription.id)).schedule, null);
  await clocked.close();
});

it('is only made from what runs', async () => {
  const customer = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
  const incomplete = await subscribe(stripe, { customer: customer.id });
  await assert.rejects(stripe.subscriptionSchedules.create({ from_subscription: incomplete.id }), { statusCode: 400 });
});

describe('a preview', () => {
  it('knows the phase that comes next, asked for by subscription or by schedule, and equals the invoice', async () => {
    const clocked = await openSandbox();
    const { subscription, schedule, price, end } = await downgrade(clocked);
    const bySubscription = await clocked.stripe.invoices.createPreview({ subscription: subscription.id });
    const bySchedule = await clocked.stripe.invoices.createPreview({ schedule: schedule.id });
    for (const preview of [bySubscription, bySchedule]) {
      assert.deepEqual([preview.total, preview.lines.data[0]?.pricing?.price_details?.price], [500, price.id]);
    }
    const running = await clocked.stripe.subscriptions.retrieve(subscription.id);
    assert.deepEqual(running.items.data[0]?.price.id, subscription.items.data[0]?.price.id);
    assert.equal((await clocked.stripe.subscriptionSchedules.retrieve(schedule.id)).current_phase?.end_date, end);
    await clocked.control('clock', { now: end - 6 * 86_400 });
    const told = (await clocked.stripe.events.list({ type: 'invoice.upcoming' })).data[0]?.data
      .object as Stripe.Invoice;
    assert.equal(told.total, 500);
    await clocked.control('clock', { now: end + 10 });
    const renewed = await clocked.stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    const invoice = renewed.latest_invoice as Stripe.Invoice;
    assert.deepEqual(
      [invoice.total, invoice.lines.data[0]?.description],
      [bySubscription.total, bySubscription.lines.data[0]?.description],
    );
    await clocked.close();
  });

  it('of a schedule that ends with the period shows no next one', async () => {
    const { subscription, schedule, end } = await downgrade(sandbox);
    const [current] = schedule.phases;
    assert.ok(current);
    const items = current.items.map((item) => ({ price: String(item.price) }));
    await stripe.subscriptionSchedules.update(schedule.id, {
      end_behavior: 'cancel',
      phases: [{ start_date: current.start_date, end_date: end, items }],
    });
    await assert.rejects(stripe.invoices.createPreview({ subscription: subscription.id }), {
      statusCode: 404,
      code: 'invoice_upcoming_none',
    });
  });

  it('tries a change of the schedule without making it', async () => {
    const { schedule, end } = await downgrade(sandbox);
    const [current] = schedule.phases;
    assert.ok(current);
    const { price } = await makePlan(stripe, { unit_amount: 700 });
    const items = current.items.map((item) => ({ price: String(item.price) }));
    const preview = await stripe.invoices.createPreview({
      schedule: schedule.id,
      schedule_details: {
        phases: [
          { start_date: current.start_date, end_date: end, items },
          { items: [{ price: price.id, quantity: 2 }], proration_behavior: 'none' },
        ],
      },
    });
    assert.equal(preview.total, 1400);
    assert.deepEqual((await stripe.subscriptionSchedules.retrieve(schedule.id)).phases, schedule.phases);
    await assert.rejects(
      stripe.invoices.createPreview({ schedule: schedule.id, subscription: String(schedule.subscription) }),
      { statusCode: 400, param: 'subscription' },
    );
  });

  it('counts in a phase that begins in the middle of the period', async () => {
    const clocked = await openSandbox();
    const subscription = await subscribe(clocked.stripe);
    const { price } = await makePlan(clocked.stripe, { unit_amount: 3800 });
    const made = await clocked.stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
    const [current] = made.phases;
    assert.ok(current);
    const middle = current.start_date + (current.end_date - current.start_date) / 2;
    const items = current.items.map((item) => ({ price: String(item.price) }));
    await clocked.stripe.subscriptionSchedules.update(made.id, {
      phases: [
        { start_date: current.start_date, end_date: middle, items },
        { items: [{ price: price.id }], metadata: { phase: 'second' } },
      ],
    });
    const preview = await clocked.stripe.invoices.createPreview({ subscription: subscription.id });
    assert.equal(preview.total, 3800 + 1900 - 950);
    await clocked.control('clock', { now: current.end_date + 10 });
    const renewed = await clocked.stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    assert.equal((renewed.latest_invoice as Stripe.Invoice).total, preview.total);
    assert.equal(renewed.metadata['phase'], 'second');
    await clocked.close();
  });
});

describe('the events of a schedule', () => {
  it('tell of each step, and of its end', async () => {
    const clocked = await openSandbox();
    const { schedule, end } = await downgrade(clocked, {});
    await clocked.stripe.subscriptionSchedules.update(schedule.id, { end_behavior: 'cancel' });
    await clocked.control('clock', { now: end + 40 * 86_400 });
    const events = await clocked.stripe.events.list({ type: 'subscription_schedule.*' });
    assert.deepEqual(events.data.map(({ type }) => type.replace('subscription_schedule.', '')).toReversed(), [
      'created',
      'updated',
      'updated',
      'updated',
      'completed',
    ]);
    const subscription = await clocked.stripe.subscriptions.retrieve(String(schedule.subscription));
    assert.deepEqual([subscription.status, subscription.ended_at], ['canceled', Number(schedule.phases[1]?.end_date)]);
    await clocked.close();
  });
});

describe('a schedule that begins a subscription', () => {
  const hour = 3600;

  async function layOut(on: TestSandbox, params: Pick<Stripe.SubscriptionScheduleCreateParams, 'start_date'>) {
    const customer = await customerWithCard(on.stripe);
    const { price } = await makePlan(on.stripe, { unit_amount: 1900 });
    const schedule = await on.stripe.subscriptionSchedules.create({
      customer: customer.id,
      ...params,
      phases: [{ items: [{ price: price.id, quantity: 2 }] }],
    });
    return { customer, price, schedule };
  }

  it('begins it now: it runs, and its first invoice is a draft for an hour', async () => {
    const clocked = await openSandbox();
    const { schedule } = await layOut(clocked, { start_date: 'now' });
    assert.equal(schedule.status, 'active');
    const read = () =>
      clocked.stripe.subscriptions.retrieve(String(schedule.subscription), { expand: ['latest_invoice'] });
    const begun = await read();
    const draft = begun.latest_invoice as Stripe.Invoice;
    assert.deepEqual([begun.status, begun.schedule, draft.status, draft.total], ['active', schedule.id, 'draft', 3800]);
    await clocked.control('clock', { now: begun.created + hour + 60 });
    const { status, latest_invoice: invoice } = await read();
    assert.deepEqual([status, (invoice as Stripe.Invoice).status], ['active', 'paid']);
    await clocked.close();
  });

  it('waits until its time has come', async () => {
    const clocked = await openSandbox();
    const { stripe: api } = clocked;
    const start = Math.floor(Date.now() / 1000) + 40 * 86_400;
    const { customer, schedule } = await layOut(clocked, { start_date: start });
    assert.deepEqual([schedule.status, schedule.subscription, schedule.current_phase], ['not_started', null, null]);
    assert.equal(schedule.phases[0]?.start_date, start);
    const list = async () => (await api.subscriptions.list({ customer: customer.id, status: 'all' })).data;
    assert.deepEqual(await list(), []);
    const waiting = await api.subscriptionSchedules.list({ customer: customer.id, scheduled: true });
    assert.deepEqual(
      waiting.data.map(({ id }) => id),
      [schedule.id],
    );
    await clocked.control('clock', { now: start + 2 * hour });
    const [begun] = await list();
    assert.deepEqual([begun?.status, begun?.created, begun?.schedule], ['active', start, schedule.id]);
    assert.equal(begun?.items.data[0]?.quantity, 2);
    const running = await api.subscriptionSchedules.retrieve(schedule.id);
    assert.deepEqual([running.status, running.subscription], ['active', begun?.id]);
    assert.equal(running.current_phase?.end_date, begun?.items.data[0]?.current_period_end);
    const invoices = await api.invoices.list({ customer: customer.id });
    assert.deepEqual(
      invoices.data.map(({ status, amount_paid }) => [status, amount_paid]),
      [['paid', 3800]],
    );
    await clocked.control('clock', { now: Number(running.current_phase?.end_date) + 2 * hour });
    assert.equal((await api.subscriptionSchedules.retrieve(schedule.id)).status, 'released');
    assert.equal((await api.invoices.list({ customer: customer.id })).data.length, 2);
    await clocked.close();
  });

  it('is cancelled, let go, or gone with its customer before that', async () => {
    const clocked = await openSandbox();
    const { stripe: api } = clocked;
    const start = Math.floor(Date.now() / 1000) + 86_400;
    const [cancelled, released, orphaned] = [
      await layOut(clocked, { start_date: start }),
      await layOut(clocked, { start_date: start }),
      await layOut(clocked, { start_date: start }),
    ];
    assert.equal((await api.subscriptionSchedules.cancel(cancelled.schedule.id)).status, 'canceled');
    assert.equal((await api.subscriptionSchedules.release(released.schedule.id)).status, 'released');
    await api.customers.del(orphaned.customer.id);
    assert.equal((await api.subscriptionSchedules.retrieve(orphaned.schedule.id)).status, 'canceled');
    await clocked.control('clock', { now: start + hour });
    assert.deepEqual((await api.subscriptions.list({ status: 'all' })).data, []);
    await clocked.close();
  });

  it('is refused at once where it could not begin', async () => {
    const customer = await customerWithCard(stripe);
    const { product } = await makePlan(stripe);
    const once = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 500 });
    const start = Math.floor(Date.now() / 1000) + 86_400;
    const made = (params: Partial<Stripe.SubscriptionScheduleCreateParams>) =>
      stripe.subscriptionSchedules.create({ customer: customer.id, start_date: start, ...params });
    await assert.rejects(made({ phases: [{ items: [{ price: once.id }] }] }), { statusCode: 400 });
    await assert.rejects(made({ phases: [] }), { statusCode: 400 });
    await assert.rejects(made({ start_date: start - 2 * 86_400, phases: [{ items: [] }] }), { statusCode: 400 });
    assert.deepEqual((await stripe.subscriptionSchedules.list({ customer: customer.id })).data, []);
    assert.deepEqual((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data, []);
  });
});
