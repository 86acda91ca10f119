/** What time does to subscriptions: renewals, ends of trials, cancellations, retries; and that how it passes does not matter. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Stripe } from 'stripe';
import { endOf, openMovingSandbox } from './support/lives.ts';
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

describe('a renewal', () => {
  it('is told a week before, rolls the period, and is charged an hour later', async () => {
    const begun = await subscribe(stripe);
    const customer = String(begun.customer);
    const from = await sandbox.lastEvent();
    const end = endOf(begun);
    await sandbox.jumpTo(end + 60);
    const rolled = await stripe.subscriptions.retrieve(begun.id);
    assert.deepEqual([rolled.status, rolled.items.data[0]?.current_period_start], ['active', end]);
    const draft = await stripe.invoices.retrieve(String(rolled.latest_invoice));
    assert.deepEqual(
      [draft.status, draft.billing_reason, draft.created, draft.automatically_finalizes_at, draft.next_payment_attempt],
      ['draft', 'subscription_cycle', end, end + 3601, end + 3600],
    );
    assert.deepEqual([draft.period_start, draft.period_end], [begun.start_date, end]);
    await sandbox.jumpTo(end + 3700);
    const paid = await stripe.invoices.retrieve(draft.id ?? '');
    assert.deepEqual([paid.status, paid.amount_paid, paid.attempt_count], ['paid', 1900, 1]);
    const events = await sandbox.eventsSince(from, customer);
    const times = events.map(({ type, created }) => `${type} ${created - end}`);
    assert.equal(times[0], `invoice.upcoming ${-7 * day}`);
    assert.deepEqual(times.slice(1, 3), ['customer.subscription.updated 0', 'invoice.created 0']);
    for (const type of ['invoice.finalized', 'payment_intent.succeeded', 'charge.succeeded', 'invoice.paid'])
      assert.ok(times.includes(`${type} 3601`), `${type} in ${times.join(', ')}`);
  });

  it('does not come where the subscription ends at its period', async () => {
    const begun = await subscribe(stripe, { cancel_at_period_end: true });
    const from = await sandbox.lastEvent();
    await sandbox.jumpTo(endOf(begun) + 2 * day);
    const ended = await stripe.subscriptions.retrieve(begun.id);
    assert.deepEqual([ended.status, ended.ended_at], ['canceled', endOf(begun)]);
    const types = (await sandbox.eventsSince(from, String(begun.customer))).map(({ type }) => type);
    assert.deepEqual(types, ['customer.subscription.deleted']);
  });
});

describe('the end of a trial', () => {
  it('is told three days before and bills the first period', async () => {
    const trial = await subscribe(stripe, { trial_period_days: 14 });
    const from = await sandbox.lastEvent();
    const end = Number(trial.trial_end);
    await sandbox.jumpTo(end + 2 * 3600);
    const active = await stripe.subscriptions.retrieve(trial.id, { expand: ['latest_invoice'] });
    const invoice = active.latest_invoice as Stripe.Invoice;
    assert.deepEqual([active.status, invoice.status, invoice.amount_paid], ['active', 'paid', 1900]);
    const events = await sandbox.eventsSince(from, String(trial.customer));
    const notice = events.find(({ type }) => type === 'customer.subscription.trial_will_end');
    assert.equal(notice?.created, end - 3 * day);
  });

  for (const [wish, status] of [
    ['cancel', 'canceled'],
    ['pause', 'paused'],
    ['create_invoice', 'past_due'],
  ] as const) {
    it(`without a card and with ${wish} leaves it ${status}`, async () => {
      const { price } = await makePlan(stripe);
      const customer = await stripe.customers.create();
      const trial = await stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: price.id }],
        trial_period_days: 7,
        trial_settings: { end_behavior: { missing_payment_method: wish } },
      });
      await sandbox.jumpTo(Number(trial.trial_end) + 2 * 3600);
      assert.equal((await stripe.subscriptions.retrieve(trial.id)).status, status);
      const { data } = await stripe.invoices.list({ subscription: trial.id });
      assert.equal(data.length, wish === 'create_invoice' ? 2 : 1);
    });
  }
});

describe('a renewal whose card is declined', () => {
  async function failing(): Promise<{ id: string; customer: string; due: number }> {
    const begun = await subscribe(stripe);
    await sandbox.useCard(String(begun.customer), 'pm_card_chargeCustomerFail');
    return { id: begun.id, customer: String(begun.customer), due: endOf(begun) + 3601 };
  }

  async function look(id: string) {
    const subscription = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice', 'customer'] });
    const invoice = subscription.latest_invoice as Stripe.Invoice;
    const { delinquent } = subscription.customer as Stripe.Customer;
    return { subscription, invoice, delinquent };
  }

  it('is tried again by the declared schedule, and then canceled with its invoice open', async () => {
    const { id, due } = await failing();
    const attempts = [0, 1, 4, 8, 14].map((days) => due + days * day);
    for (const [index, at] of attempts.entries()) {
      await sandbox.jumpTo(at);
      const { subscription, invoice, delinquent } = await look(id);
      const isLast = index === attempts.length - 1;
      assert.deepEqual(
        [subscription.status, invoice.status, invoice.attempt_count, invoice.next_payment_attempt, delinquent],
        [isLast ? 'canceled' : 'past_due', 'open', index + 1, attempts[index + 1] ?? null, true],
      );
      if (isLast) assert.equal(subscription.cancellation_details?.reason, 'payment_failed');
    }
  });

  it('recovers with a new default card at the next retry', async () => {
    const { id, customer, due } = await failing();
    await sandbox.jumpTo(due);
    await sandbox.useCard(customer, 'pm_card_visa');
    assert.equal((await look(id)).subscription.status, 'past_due');
    await sandbox.jumpTo(due + day);
    const { subscription, invoice, delinquent } = await look(id);
    assert.deepEqual(
      [subscription.status, invoice.status, invoice.attempt_count, delinquent],
      ['active', 'paid', 2, false],
    );
  });

  it('recovers when its invoice is paid with another card', async () => {
    const { id, due } = await failing();
    await sandbox.jumpTo(due);
    const { invoice } = await look(id);
    await stripe.invoices.pay(invoice.id ?? '', { payment_method: 'pm_card_visa' });
    const { subscription, delinquent } = await look(id);
    assert.deepEqual([subscription.status, delinquent], ['active', false]);
  });

  it('ends unpaid where the settings say so, and then keeps new invoices as drafts', async () => {
    await sandbox.control('settings', { retry_days: [2], after_retries: 'unpaid' });
    const { id, due } = await failing();
    await sandbox.jumpTo(due + 2 * day);
    assert.equal((await look(id)).subscription.status, 'unpaid');
    await sandbox.jumpTo(due + 40 * day);
    const { subscription, invoice } = await look(id);
    assert.deepEqual([subscription.status, invoice.status, invoice.auto_advance], ['unpaid', 'draft', false]);
    await sandbox.control('settings', {});
  });
});

describe('an invoice', () => {
  it('can be finalized before its hour, and given up', async () => {
    const begun = await subscribe(stripe);
    await sandbox.jumpTo(endOf(begun) + 1);
    const draft = String((await stripe.subscriptions.retrieve(begun.id)).latest_invoice);
    const open = await stripe.invoices.finalizeInvoice(draft, { auto_advance: false });
    assert.deepEqual([open.status, open.next_payment_attempt], ['open', null]);
    await assert.rejects(stripe.invoices.finalizeInvoice(draft), { statusCode: 400 });
    const given = await stripe.invoices.markUncollectible(draft);
    assert.deepEqual([given.status, given.amount_remaining], ['uncollectible', 1900]);
    await assert.rejects(stripe.invoices.markUncollectible(draft), { statusCode: 400 });
  });
});

it('passes the same in one jump and in many', async () => {
  const steps = fc.array(fc.integer({ min: 1, max: 40 * day }), { minLength: 1, maxLength: 12 });
  const cards = fc.constantFrom('pm_card_visa', 'pm_card_chargeCustomerFail');
  await fc.assert(
    fc.asyncProperty(steps, cards, fc.integer({ min: 0, max: 20 }), async (jumps, card, trialDays) => {
      const histories = [];
      for (const path of [jumps, [jumps.reduce((sum, jump) => sum + jump, 0)]]) {
        // Both begin on one day of the calendar.
        await sandbox.control('reset', {});
        const customer = await customerWithCard(stripe);
        const { price } = await makePlan(stripe);
        const begun = await stripe.subscriptions.create({
          customer: customer.id,
          items: [{ price: price.id }],
          ...(trialDays > 0 && { trial_period_days: trialDays }),
        });
        await sandbox.useCard(customer.id, card);
        const from = await sandbox.lastEvent();
        const start = begun.start_date;
        let now = start;
        for (const jump of path) await sandbox.jumpTo((now += jump));
        const events = await sandbox.eventsSince(from, customer.id);
        histories.push(
          events.filter(({ created }) => created <= now).map(({ type, created }) => [type, created - start]),
        );
      }
      assert.deepEqual(histories[1], histories[0]);
    }),
    { numRuns: 6 },
  );
});
