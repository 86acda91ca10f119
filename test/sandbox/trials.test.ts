/** Trials: how they begin, are told, move and end; and changes of the rhythm, which begin a period like a trial's end does. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { endOf, look, openMovingSandbox, typesOf } from './support/lives.ts';
import type { MovingSandbox } from './support/lives.ts';
import { makePlan, subscribe } from './support/sandbox.ts';

const day = 86_400;

let sandbox: MovingSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openMovingSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

describe('a trial', () => {
  it('begins with an invoice of nothing, and ends on its own anchor', async () => {
    const trial = await subscribe(stripe, { trial_period_days: 10 });
    const { invoice } = await look(stripe, trial.id);
    assert.deepEqual(
      [trial.status, trial.billing_cycle_anchor, endOf(trial), invoice.total, invoice.status],
      ['trialing', trial.trial_end, trial.trial_end, 0, 'paid'],
    );
    assert.equal(invoice.lines.data[0]?.description, 'Free trial for 1 × Pro');
  });

  it('that is shorter than three days is told of at once', async () => {
    const from = await sandbox.lastEvent();
    const trial = await subscribe(stripe, { trial_period_days: 2 });
    const types = typesOf(await sandbox.eventsSince(from, String(trial.customer)));
    assert.ok(types.includes('customer.subscription.trial_will_end'), types.join(', '));
  });

  it('that is extended is told of again, three days before its new end', async () => {
    const trial = await subscribe(stripe, { trial_period_days: 7 });
    await sandbox.jumpTo(Number(trial.trial_end) - 2 * day);
    const until = Number(trial.trial_end) + 10 * day;
    const extended = await stripe.subscriptions.update(trial.id, { trial_end: until });
    assert.deepEqual(
      [extended.status, extended.trial_end, extended.billing_cycle_anchor, endOf(extended)],
      ['trialing', until, until, until],
    );
    const from = await sandbox.lastEvent();
    await sandbox.jumpTo(until - day);
    const events = await sandbox.eventsSince(from, String(trial.customer));
    const notices = events.filter(({ type }) => type === 'customer.subscription.trial_will_end');
    assert.deepEqual(
      notices.map(({ created }) => created),
      [until - 3 * day],
    );
  });

  it('that is ended now bills at once', async () => {
    const trial = await subscribe(stripe, { trial_period_days: 7 });
    const ended = await stripe.subscriptions.update(trial.id, { trial_end: 'now' });
    const { invoice } = await look(stripe, trial.id);
    assert.deepEqual([ended.status, invoice.status, invoice.amount_paid], ['active', 'paid', 1900]);
    assert.ok(Number(ended.trial_end) <= ended.billing_cycle_anchor);
  });

  it('can be given to a running subscription, which gets back what it has paid', async () => {
    const begun = await subscribe(stripe);
    const until = begun.start_date + 60 * day;
    const trial = await stripe.subscriptions.update(begun.id, { trial_end: until });
    assert.deepEqual([trial.status, trial.trial_end, endOf(trial)], ['trialing', until, until]);
    const { invoice } = await look(stripe, begun.id);
    assert.deepEqual(
      invoice.lines.data
        .map(({ amount }) => (amount > -1900 && amount < -1890 ? -1900 : amount))
        .toSorted((a, b) => a - b),
      [-1900, 0],
    );
    await sandbox.jumpTo(until + 2 * 3600);
    const { subscription, invoice: first } = await look(stripe, begun.id);
    assert.deepEqual([subscription.status, first.total], ['active', 1900]);
  });

  it('that is cancelled at its end bills nothing', async () => {
    const trial = await subscribe(stripe, { trial_period_days: 5, cancel_at_period_end: true });
    assert.equal(trial.cancel_at, trial.trial_end);
    await sandbox.jumpTo(Number(trial.trial_end) + day);
    const ended = await stripe.subscriptions.retrieve(trial.id);
    assert.deepEqual([ended.status, ended.ended_at], ['canceled', trial.trial_end]);
    assert.equal((await stripe.invoices.list({ subscription: trial.id })).data.length, 1);
  });
});

describe('a change of the rhythm', () => {
  async function toYearly(params: Stripe.SubscriptionUpdateParams) {
    const begun = await subscribe(stripe);
    await sandbox.jumpTo(begun.start_date + 15 * day);
    const { price } = await makePlan(stripe, { unit_amount: 19_000, recurring: { interval: 'year' } });
    const item = begun.items.data[0]?.id ?? '';
    await stripe.subscriptions.update(begun.id, { items: [{ id: item, price: price.id }], ...params });
    return { begun, ...(await look(stripe, begun.id)) };
  }

  for (const behavior of ['create_prorations', 'always_invoice'] as const) {
    it(`begins a period now, with what was paid given back (${behavior})`, async () => {
      const { subscription, invoice, begun } = await toYearly({ proration_behavior: behavior });
      assert.ok(subscription.billing_cycle_anchor >= begun.start_date + 15 * day);
      assert.ok(endOf(subscription) - subscription.billing_cycle_anchor >= 365 * day);
      const [credit, year] = invoice.lines.data.map(({ amount }) => amount);
      assert.deepEqual([year, invoice.status, invoice.billing_reason], [19_000, 'paid', 'subscription_update']);
      // Half of a month, be it one of 28 or of 31 days.
      assert.ok(Number(credit) < -850 && Number(credit) > -1000, String(credit));
    });
  }

  it('gives nothing back where that is what was asked for, and still bills', async () => {
    const { invoice } = await toYearly({ proration_behavior: 'none' });
    assert.deepEqual(
      invoice.lines.data.map(({ amount }) => amount),
      [19_000],
    );
  });

  it('takes a cancellation at the end of the period along to the new end', async () => {
    const begun = await subscribe(stripe, { cancel_at_period_end: true });
    const { price } = await makePlan(stripe, { unit_amount: 19_000, recurring: { interval: 'year' } });
    const after = await stripe.subscriptions.update(begun.id, {
      items: [{ id: begun.items.data[0]?.id ?? '', price: price.id }],
    });
    assert.deepEqual([after.cancel_at_period_end, after.cancel_at], [true, endOf(after)]);
  });

  it('from free to paid begins a period and is billed at once', async () => {
    const { price: free } = await makePlan(stripe, { unit_amount: 0 });
    const begun = await subscribe(stripe, { items: [{ price: free.id }] });
    await sandbox.jumpTo(begun.start_date + 5 * day);
    const { price } = await makePlan(stripe);
    await stripe.subscriptions.update(begun.id, { items: [{ id: begun.items.data[0]?.id ?? '', price: price.id }] });
    const { subscription, invoice } = await look(stripe, begun.id);
    assert.ok(subscription.billing_cycle_anchor >= begun.start_date + 5 * day);
    assert.deepEqual([invoice.amount_paid, invoice.status], [1900, 'paid']);
  });
});
