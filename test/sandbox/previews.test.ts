/** Previews equal the invoice that follows, to the last cent; cancellations credit and invoice what they say. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Stripe } from 'stripe';
import { prorate } from '../../server/sandbox/billing/prorations.ts';
import { customerWithCard, makePlan, openSandbox, subscribe } from './support/sandbox.ts';

const amounts = (invoice: Stripe.Invoice) => invoice.lines.data.map(({ amount }) => amount);
const money = (invoice: Stripe.Invoice) => ({
  amounts: amounts(invoice),
  total: invoice.total,
  due: invoice.amount_due,
  starting: invoice.starting_balance,
  ending: invoice.ending_balance,
});

it('rounds every proration down on its signed value, as recorded', () => {
  const half = { start: 0, end: 10 };
  assert.deepEqual([prorate(-5, half, 5), prorate(9, half, 5)], [-3, 4]);
  const third = { start: 0, end: 3 };
  assert.deepEqual([prorate(-2000, third, 2), prorate(1000, third, 2)], [-667, 333]);
  assert.deepEqual([prorate(-1900, half, 10), prorate(1900, half, 0)], [0, 1900]);
});

it('previews what a change bills, whatever the prices, quantities and instants (R17.1)', async (context) => {
  const sandbox = await openSandbox();
  context.after(() => sandbox.close());
  const { stripe } = sandbox;
  const subscription = await subscribe(stripe);
  const customer = String(subscription.customer);
  const product = await stripe.products.create({ name: 'Team' });
  const step = fc.record({
    unit_amount: fc.integer({ min: 0, max: 500_000 }),
    quantity: fc.integer({ min: 1, max: 400 }),
    instant: fc.double({ min: 0, max: 0.999, noNaN: true }),
    interval: fc.constantFrom('month', 'month', 'month', 'year' as const),
    behavior: fc.constantFrom('always_invoice', 'always_invoice', 'create_prorations' as const),
  });
  await fc.assert(
    fc.asyncProperty(step, async ({ unit_amount, quantity, instant, interval, behavior }) => {
      const [item] = (await stripe.subscriptions.retrieve(subscription.id)).items.data;
      assert.ok(item);
      const price = await stripe.prices.create({
        product: product.id,
        currency: 'usd',
        unit_amount,
        recurring: { interval },
      });
      const length = item.current_period_end - item.current_period_start;
      const terms = {
        items: [{ id: item.id, price: price.id, quantity }],
        proration_behavior: behavior,
        proration_date: item.current_period_start + Math.floor(length * instant),
      };
      const preview = await stripe.invoices.createPreview({
        customer,
        subscription: subscription.id,
        subscription_details: terms,
      });
      const changed = await stripe.subscriptions.update(subscription.id, terms);
      // From free to paid the cycle begins anew, which is billed at once whatever the behaviour.
      const isFirstPaid = item.price.unit_amount === 0 && unit_amount > 0;
      if (behavior === 'create_prorations' && interval === item.price.recurring?.interval && !isFirstPaid) {
        const upcoming = await stripe.invoices.createPreview({ subscription: subscription.id });
        assert.deepEqual(money(upcoming), money(preview));
        return;
      }
      assert.deepEqual(money(await stripe.invoices.retrieve(String(changed.latest_invoice))), money(preview));
    }),
    { numRuns: 60 },
  );
});

it('previews the next period, a recurring one and a cancellation, and writes nothing', async () => {
  const sandbox = await openSandbox();
  const { stripe } = sandbox;
  const subscription = await subscribe(stripe);
  const [item] = subscription.items.data;
  assert.ok(item);
  const events = (await sandbox.eventTypes()).length;
  const next = await stripe.invoices.createPreview({ subscription: subscription.id });
  assert.deepEqual([next.billing_reason, next.status, next.total], ['upcoming', 'draft', 1900]);
  assert.equal(next.lines.data[0]?.period.start, item.current_period_end);
  const recurring = await stripe.invoices.createPreview({
    subscription: subscription.id,
    subscription_details: { items: [{ id: item.id, quantity: 3 }] },
    preview_mode: 'recurring',
  });
  assert.deepEqual(amounts(recurring), [5700]);
  const cancelled = await stripe.invoices.createPreview({
    subscription: subscription.id,
    subscription_details: {
      cancel_now: true,
      proration_date: (item.current_period_start + item.current_period_end) / 2,
    },
  });
  assert.deepEqual(amounts(cancelled), [-950]);
  await assert.rejects(
    stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { cancel_at_period_end: true },
    }),
    { code: 'invoice_upcoming_none' },
  );
  assert.equal((await sandbox.eventTypes()).length, events);
  await sandbox.close();
});

it('cancels at once with what it owes back: pending, or invoiced into the balance', async () => {
  const sandbox = await openSandbox();
  const { stripe } = sandbox;
  const { price } = await makePlan(stripe);
  for (const invoiceNow of [false, true]) {
    const customer = await customerWithCard(stripe);
    const begun = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    const ended = await stripe.subscriptions.cancel(begun.id, { prorate: true, invoice_now: invoiceNow });
    assert.equal(ended.status, 'canceled');
    const pending = (await stripe.invoiceItems.list({ customer: customer.id, pending: true })).data;
    assert.equal(pending.length, invoiceNow ? 0 : 1);
    const after = await stripe.customers.retrieve(customer.id);
    assert.ok(!after.deleted);
    assert.equal(after.balance < -1890, invoiceNow);
  }
  await sandbox.close();
});
