/** Whatever is sold, discounted, taxed and owed: the preview is the invoice that follows, and every invoice adds up. */

import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import fc from 'fast-check';
import type { Stripe } from 'stripe';
import { openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
before(async () => {
  sandbox = await openSandbox();
});
after(() => sandbox.close());

const day = 86_400;
const start = Date.UTC(2027, 0, 31, 10) / 1000;

/** All of an invoice that is money, by whichever ids. */
const money = (invoice: Stripe.Invoice) => ({
  lines: invoice.lines.data.map((line) => ({
    amount: line.amount,
    description: line.description,
    discounts: (line.discount_amounts ?? []).map(({ amount }) => amount),
    taxes: (line.taxes ?? []).map(({ amount, taxable_amount, tax_behavior }) => [amount, taxable_amount, tax_behavior]),
  })),
  subtotal: invoice.subtotal,
  discounts: (invoice.total_discount_amounts ?? []).map(({ amount }) => amount),
  taxes: (invoice.total_taxes ?? []).map(({ amount }) => amount),
  total: invoice.total,
  due: invoice.amount_due,
  starting: invoice.starting_balance,
  ending: invoice.ending_balance,
  currency: invoice.currency,
});

function addsUp(invoice: Stripe.Invoice): void {
  const sum = (amounts: readonly { readonly amount: number }[]) => amounts.reduce((all, { amount }) => all + amount, 0);
  const { data } = invoice.lines;
  const taxes = invoice.total_taxes ?? [];
  const added = sum(taxes.filter(({ tax_behavior: behavior }) => behavior === 'exclusive'));
  assert.equal(invoice.subtotal, sum(data));
  assert.equal(sum(invoice.total_discount_amounts ?? []), sum(data.flatMap((line) => line.discount_amounts ?? [])));
  assert.equal(sum(taxes), sum(data.flatMap((line) => line.taxes ?? [])));
  assert.equal(invoice.total, invoice.subtotal - sum(invoice.total_discount_amounts ?? []) + added);
  assert.equal(invoice.total_excluding_tax, invoice.total - sum(taxes));
  // What is not due has come from the balance, or gone to it.
  const moved = (invoice.ending_balance ?? 0) - invoice.starting_balance;
  assert.equal(invoice.amount_due, invoice.total - moved);
  for (const line of data) {
    const off = sum(line.discount_amounts ?? []);
    assert.ok(off >= 0 && off <= Math.max(0, line.amount), `${off} off ${line.amount}`);
  }
}

const price = fc.record({
  unit_amount: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 100, max: 90_000 })),
  interval: fc.constantFrom('month', 'month', 'month', 'year' as const),
  tax_behavior: fc.constantFrom('unspecified', 'inclusive', 'exclusive' as const),
});

const coupon = fc.record({
  off: fc.oneof(
    fc.integer({ min: 1, max: 10_000 }).map((hundredths) => ({ percent_off: hundredths / 100 })),
    fc.integer({ min: 1, max: 5000 }).map((amount_off) => ({ amount_off })),
  ),
  duration: fc.constantFrom('once', 'forever', 'repeating' as const),
  months: fc.integer({ min: 1, max: 3 }),
});

const quantity = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 60 }));

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      price,
      quantity,
      behavior: fc.constantFrom('always_invoice', 'always_invoice', 'create_prorations', 'none' as const),
      coupon: fc.option(coupon, { freq: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), days: fc.integer({ min: 0, max: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('renew' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('credit' as const), amount: fc.integer({ min: -4000, max: 1500 }) }),
  },
);

const life = fc.record({
  currency: fc.constantFrom('usd', 'eur', 'jpy' as const),
  address: fc.constantFrom(
    { country: 'DE' },
    { country: 'US', postal_code: '10001' },
    { country: 'US', state: 'OR' },
    { country: 'JP' },
  ),
  taxed: fc.boolean(),
  coupons: fc.array(coupon, { maxLength: 2 }),
  items: fc.array(fc.record({ price, quantity }), { minLength: 1, maxLength: 2 }),
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  cancels: fc.boolean(),
});

it('previews what follows, with discounts, tax, balance and currency, through whole lives (R17.1, R17.2)', async () => {
  const { stripe } = sandbox;
  const products = [await stripe.products.create({ name: 'Pro' }), await stripe.products.create({ name: 'Seats' })];

  const makePrice = (
    asked: typeof price extends fc.Arbitrary<infer Price> ? Price : never,
    currency: string,
    place = 0,
  ) =>
    stripe.prices.create({
      product: products[place]?.id ?? '',
      currency: 'usd',
      unit_amount: 1,
      currency_options: { [currency]: { unit_amount: asked.unit_amount } },
      recurring: { interval: asked.interval },
      tax_behavior: asked.tax_behavior,
      ...(currency === 'usd' && { unit_amount: asked.unit_amount, currency_options: {} }),
    });
  const makeCoupon = (asked: typeof coupon extends fc.Arbitrary<infer Coupon> ? Coupon : never, currency: string) =>
    stripe.coupons.create({
      ...asked.off,
      ...('amount_off' in asked.off && { currency }),
      duration: asked.duration,
      ...(asked.duration === 'repeating' && { duration_in_months: asked.months }),
    });

  await fc.assert(
    fc.asyncProperty(life, async ({ currency, address, taxed, coupons, items, steps, cancels }) => {
      const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start });
      const { id: customer } = await stripe.customers.create({
        test_clock: clock.id,
        address,
        payment_method: 'pm_card_visa',
        invoice_settings: { default_payment_method: 'pm_card_visa' },
      });
      // All of one subscription renews together.
      const interval = items[0]?.price.interval ?? 'month';
      const sold = [];
      for (const [place, item] of items.entries()) {
        const { id } = await makePrice({ ...item.price, interval }, currency, place);
        sold.push({ price: id, quantity: item.quantity });
      }
      const discounts = [];
      for (const asked of coupons) discounts.push({ coupon: (await makeCoupon(asked, currency)).id });
      const begun = await stripe.subscriptions.create({
        customer,
        currency,
        items: sold,
        ...(discounts.length > 0 && { discounts }),
        automatic_tax: { enabled: taxed },
      });
      const { id } = begun;
      const invoiceOf = async (subscription: Stripe.Subscription) => {
        const invoice = await stripe.invoices.retrieve(String(subscription.latest_invoice));
        addsUp(invoice);
        return invoice;
      };
      await invoiceOf(begun);
      let now = start;
      const advance = async (to: number) => {
        now = to;
        await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: to });
      };
      for (const taken of steps) {
        const before = await stripe.subscriptions.retrieve(id);
        const [item] = before.items.data;
        assert.ok(item);
        if (taken.kind === 'credit') {
          await stripe.customers.createBalanceTransaction(customer, { amount: taken.amount, currency });
        } else if (taken.kind === 'wait') {
          const latest = item.current_period_end - 1;
          if (now < latest) await advance(Math.min(latest, now + Math.max(1, taken.days * day)));
        } else if (taken.kind === 'renew') {
          const preview = await stripe.invoices.createPreview({ subscription: id });
          await advance(item.current_period_end + 4000);
          const renewed = await invoiceOf(await stripe.subscriptions.retrieve(id));
          assert.deepEqual(money(renewed), money(preview));
        } else {
          const asked = before.items.data.length === 1 ? taken.price : { ...taken.price, interval };
          const next = await makePrice(asked, currency);
          const details = {
            items: [{ id: item.id, price: next.id, quantity: taken.quantity }],
            proration_behavior: taken.behavior,
            proration_date: now,
          };
          const coupons = taken.coupon ? [{ coupon: (await makeCoupon(taken.coupon, currency)).id }] : null;
          const preview = await stripe.invoices.createPreview({
            subscription: id,
            subscription_details: details,
            ...(coupons && { discounts: coupons }),
          });
          const after = await stripe.subscriptions.update(id, { ...details, ...(coupons && { discounts: coupons }) });
          const isBilled = after.latest_invoice !== before.latest_invoice;
          const shown = isBilled ? await invoiceOf(after) : await stripe.invoices.createPreview({ subscription: id });
          assert.deepEqual(money(shown), money(preview));
        }
      }
      if (cancels) {
        const preview = await stripe.invoices.createPreview({
          subscription: id,
          subscription_details: { cancel_now: true },
        });
        const before = await stripe.subscriptions.retrieve(id);
        const ended = await stripe.subscriptions.cancel(id, { invoice_now: true, prorate: true });
        assert.notEqual(ended.latest_invoice, before.latest_invoice);
        assert.deepEqual(money(await invoiceOf(ended)), money(preview));
      }
      await stripe.testHelpers.testClocks.del(clock.id);
    }),
    { numRuns: Number(process.env['MONEY_RUNS'] ?? 40) },
  );
});
