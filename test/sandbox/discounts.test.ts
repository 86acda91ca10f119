/** Coupons, promotion codes and the discounts that they become: on subscriptions, invoices, previews and schedules. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { discountLines } from '../../server/sandbox/billing/discount-terms.ts';
import { customerWithCard, makePlan, openSandbox, subscribe } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  stripe = sandbox.stripe;
});
after(() => sandbox.close());

const eventsSince = async (count: number) => (await sandbox.eventTypes()).slice(count);
const eventCount = async () => (await sandbox.eventTypes()).length;
const latest = (subscription: Stripe.Subscription) => stripe.invoices.retrieve(String(subscription.latest_invoice));

/** The subscription's next invoice, paid, after moving the clock past its renewal. */
async function renew(subscription: Stripe.Subscription): Promise<Stripe.Invoice> {
  const { items } = await stripe.subscriptions.retrieve(subscription.id);
  await sandbox.control('clock', { now: (items.data[0]?.current_period_end ?? 0) + 3700 });
  return latest(await stripe.subscriptions.retrieve(subscription.id));
}

describe('a coupon', () => {
  it('is made, found, changed, deleted, and says so in events', async () => {
    const before = await eventCount();
    const coupon = await stripe.coupons.create({
      id: 'LAUNCH',
      name: 'Launch',
      amount_off: 500,
      currency: 'USD',
      currency_options: { eur: { amount_off: 450 } },
      duration: 'repeating',
      duration_in_months: 3,
      metadata: { campaign: 'a' },
    });
    assert.deepEqual([coupon.id, coupon.currency, coupon.valid, coupon.times_redeemed], ['LAUNCH', 'usd', true, 0]);
    await assert.rejects(stripe.coupons.create({ id: 'LAUNCH', percent_off: 5 }), { code: 'resource_already_exists' });
    await stripe.coupons.update('LAUNCH', { name: 'Launch week', currency_options: { gbp: { amount_off: 400 } } });
    const found = await stripe.coupons.retrieve('LAUNCH', { expand: ['currency_options', 'applies_to'] });
    assert.deepEqual(Object.keys(found.currency_options ?? {}), ['usd', 'eur', 'gbp']);
    assert.equal((await stripe.coupons.list()).data[0]?.name, 'Launch week');
    await stripe.coupons.del('LAUNCH');
    await assert.rejects(stripe.coupons.retrieve('LAUNCH'), { code: 'resource_missing' });
    assert.deepEqual(await eventsSince(before), ['coupon.created', 'coupon.updated', 'coupon.deleted']);
    assert.equal((await stripe.coupons.create({ id: 'LAUNCH', percent_off: 12.5 })).percent_off, 12.5);
  });

  it('is refused where it says nothing, or two things at once', async () => {
    const bad: Stripe.CouponCreateParams[] = [
      {},
      { percent_off: 10, amount_off: 100, currency: 'usd' },
      { amount_off: 100 },
      { percent_off: 101 },
      { percent_off: 10, duration: 'repeating' },
      { percent_off: 10, duration: 'once', duration_in_months: 2 },
      { percent_off: 10, redeem_by: 1 },
      { percent_off: 10, currency_options: { eur: { amount_off: 1 } } },
      { percent_off: 10, applies_to: { products: ['prod_none'] } },
    ];
    for (const params of bad) {
      await assert.rejects(
        stripe.coupons.create(params),
        { type: 'StripeInvalidRequestError' },
        JSON.stringify(params),
      );
    }
  });

  it('ends when it is used up, or its day has come, and its codes with it', async () => {
    const once = await stripe.coupons.create({ percent_off: 10, max_redemptions: 1 });
    const code = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: once.id } });
    await subscribe(stripe, { discounts: [{ coupon: once.id }] });
    await assert.rejects(subscribe(stripe, { discounts: [{ coupon: once.id }] }), { code: 'coupon_expired' });
    assert.deepEqual(
      [(await stripe.coupons.retrieve(once.id)).valid, (await stripe.promotionCodes.retrieve(code.id)).active],
      [false, false],
    );
    const now = Number((await sandbox.control('clock'))['now']);
    const dated = await stripe.coupons.create({ percent_off: 10, redeem_by: now + 100 });
    await sandbox.control('clock', { now: now + 100 });
    await assert.rejects(subscribe(stripe, { discounts: [{ coupon: dated.id }] }), { code: 'coupon_expired' });
    await assert.rejects(subscribe(stripe, { discounts: [{ coupon: 'none' }] }), { code: 'resource_missing' });
  });
});

describe('a promotion code', () => {
  it('is found whatever its case, and is one among the active ones', async () => {
    const { id: coupon } = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
    const before = await eventCount();
    const code = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon },
      code: 'Summer',
      restrictions: {
        minimum_amount: 1000,
        minimum_amount_currency: 'usd',
        currency_options: { eur: { minimum_amount: 900 } },
      },
    });
    await assert.rejects(stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon }, code: 'SUMMER' }), {
      code: 'resource_already_exists',
    });
    assert.equal((await stripe.promotionCodes.list({ code: 'sUMMER' })).data[0]?.id, code.id);
    const full = await stripe.promotionCodes.retrieve(code.id, {
      expand: ['promotion.coupon', 'restrictions.currency_options'],
    });
    assert.equal((full.promotion.coupon as Stripe.Coupon).id, coupon);
    await stripe.promotionCodes.update(code.id, { active: false });
    assert.deepEqual(await eventsSince(before), ['promotion_code.created', 'promotion_code.updated']);
    await assert.rejects(subscribe(stripe, { discounts: [{ promotion_code: code.id }] }), { code: 'coupon_expired' });
    await stripe.promotionCodes.update(code.id, { active: true, metadata: { again: 'yes' } });
    const { price } = await makePlan(stripe, { unit_amount: 900 });
    await assert.rejects(
      subscribe(stripe, { items: [{ price: price.id }], discounts: [{ promotion_code: code.id }] }),
      { message: /minimum amount was not met/ },
    );
  });

  it('may be for one customer, or for those who have never paid', async () => {
    const { id: coupon } = await stripe.coupons.create({ percent_off: 10 });
    const subscription = await subscribe(stripe);
    const customer = String(subscription.customer);
    const other = await customerWithCard(stripe);
    const own = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon }, customer: other.id });
    const first = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon },
      restrictions: { first_time_transaction: true },
    });
    await assert.rejects(stripe.subscriptions.update(subscription.id, { discounts: [{ promotion_code: own.id }] }));
    await assert.rejects(subscribe(stripe, { customer, discounts: [{ promotion_code: first.id }] }), {
      message: /the associated customer has prior transactions/,
    });
    const begun = await subscribe(stripe, { customer: other.id, discounts: [{ promotion_code: first.id }] });
    assert.equal((await latest(begun)).amount_paid, 1710);
    assert.equal((await stripe.promotionCodes.retrieve(first.id)).times_redeemed, 1);
  });
});

describe('a discount', () => {
  it('comes off each line, and is there for as long as its coupon says', async () => {
    const forever = await stripe.coupons.create({ percent_off: 25, duration: 'forever' });
    const before = await eventCount();
    const subscription = await subscribe(stripe, { discounts: [{ coupon: forever.id }], expand: ['discounts'] });
    const [discount] = subscription.discounts as Stripe.Discount[];
    assert.deepEqual([discount?.source.coupon, discount?.end], [forever.id, null]);
    assert.ok((await eventsSince(before)).includes('customer.discount.created'));
    const invoice = await latest(subscription);
    assert.deepEqual([invoice.subtotal, invoice.total, invoice.amount_paid], [1900, 1425, 1425]);
    assert.deepEqual(invoice.total_discount_amounts, [{ amount: 475, discount: discount?.id }]);
    assert.deepEqual(invoice.lines.data[0]?.discount_amounts, [{ amount: 475, discount: discount?.id }]);
    const expanded = await stripe.invoices.retrieve(invoice.id ?? '', {
      expand: ['discounts', 'lines.data.discounts'],
    });
    assert.equal((expanded.discounts[0] as Stripe.Discount).id, discount?.id);
    const preview = await stripe.invoices.createPreview({ subscription: subscription.id });
    const renewed = await renew(subscription);
    assert.deepEqual([preview.total, renewed.total, renewed.status], [1425, 1425, 'paid']);
  });

  it('for one invoice goes with it; for months, until they are over', async () => {
    const once = await stripe.coupons.create({ amount_off: 400, currency: 'usd', duration: 'once' });
    const months = await stripe.coupons.create({ percent_off: 50, duration: 'repeating', duration_in_months: 2 });
    const first = await subscribe(stripe, { discounts: [{ coupon: once.id }] });
    assert.deepEqual([(await latest(first)).total, first.discounts.length], [1500, 0]);
    const second = await subscribe(stripe, { discounts: [{ coupon: months.id }] });
    assert.equal((await latest(second)).total, 950);
    const before = await eventCount();
    assert.equal((await renew(second)).total, 950);
    assert.equal((await latest(await stripe.subscriptions.retrieve(first.id))).total, 1900);
    assert.equal((await renew(second)).total, 1900);
    assert.deepEqual((await stripe.subscriptions.retrieve(second.id)).discounts, []);
    assert.ok((await eventsSince(before)).includes('customer.discount.deleted'));
  });

  it('waits through a trial for the first invoice that asks for money', async () => {
    const once = await stripe.coupons.create({ percent_off: 100, duration: 'once' });
    const subscription = await subscribe(stripe, { discounts: [{ coupon: once.id }], trial_period_days: 7 });
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).discounts.length, 1);
    assert.equal((await renew(subscription)).total, 0);
    assert.deepEqual((await stripe.subscriptions.retrieve(subscription.id)).discounts, []);
  });

  it('is for its products only, and an amount is spread over the lines to the last cent', async () => {
    const one = await makePlan(stripe, { unit_amount: 1000 });
    const other = await makePlan(stripe, { unit_amount: 333 });
    const bound = await stripe.coupons.create({
      percent_off: 10,
      duration: 'forever',
      applies_to: { products: [one.product.id] },
    });
    const amount = await stripe.coupons.create({ amount_off: 100, currency: 'usd', duration: 'forever' });
    const subscription = await subscribe(stripe, {
      items: [{ price: one.price.id }, { price: other.price.id }],
      discounts: [{ coupon: bound.id }, { coupon: amount.id }],
    });
    const [first, second] = subscription.discounts;
    const invoice = await latest(subscription);
    assert.deepEqual(
      invoice.lines.data.map((line) => line.discount_amounts),
      [
        [
          { amount: 100, discount: first },
          { amount: 72, discount: second },
        ],
        [{ amount: 28, discount: second }],
      ],
    );
    assert.equal(invoice.total, 1333 - 200);
    assert.deepEqual(
      discountLines(
        [333, 333, 334].map((line) => ({ amount: line, product: null, discountable: true })),
        [{ id: 'di', terms: { percentOff: null, amountOff: 2000, duration: 'once', products: null } }],
      ).map(([taken]) => taken?.amount),
      [333, 333, 334],
    );
  });

  it('is put on, kept, replaced and taken off; DELETE answers with what is left of it', async () => {
    const ten = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
    const twenty = await stripe.coupons.create({ percent_off: 20, duration: 'forever' });
    const { id } = await subscribe(stripe);
    const on = await stripe.subscriptions.update(id, { discounts: [{ coupon: ten.id }] });
    const same = await stripe.subscriptions.update(id, { discounts: [{ discount: String(on.discounts[0]) }] });
    assert.deepEqual(same.discounts, on.discounts);
    const before = await eventCount();
    const replaced = await stripe.subscriptions.update(id, { discounts: [{ coupon: twenty.id }] });
    assert.notDeepEqual(replaced.discounts, on.discounts);
    assert.deepEqual(await eventsSince(before), [
      'customer.discount.created',
      'customer.discount.deleted',
      'customer.subscription.updated',
    ]);
    assert.equal((await stripe.invoices.createPreview({ subscription: id })).total, 1520);
    const tried = await stripe.invoices.createPreview({ subscription: id, discounts: [{ coupon: ten.id }] });
    assert.equal(tried.total, 1710);
    assert.equal((await stripe.invoices.createPreview({ subscription: id, discounts: '' })).total, 1900);
    assert.equal((await stripe.coupons.retrieve(ten.id)).times_redeemed, 1);
    const deleted = await stripe.subscriptions.deleteDiscount(id);
    assert.deepEqual([deleted.id, deleted.deleted], [replaced.discounts[0], true]);
    assert.deepEqual((await stripe.subscriptions.retrieve(id)).discounts, []);
    await assert.rejects(stripe.subscriptions.deleteDiscount(id), { code: 'resource_missing' });
    const cleared = await subscribe(stripe, { discounts: [{ coupon: ten.id }] });
    assert.deepEqual((await stripe.subscriptions.update(cleared.id, { discounts: '' })).discounts, []);
    await assert.rejects(stripe.customers.deleteDiscount(String(cleared.customer)), { code: 'resource_missing' });
    await assert.rejects(stripe.subscriptions.update(id, { discounts: [{ discount: 'di_none' }] }), {
      code: 'resource_missing',
    });
  });

  it('is in the amounts of prorations: what was paid comes back, and what is due is less the discount', async () => {
    const half = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
    const once = await stripe.coupons.create({ amount_off: 900, currency: 'usd', duration: 'once' });
    const bigger = await makePlan(stripe, { unit_amount: 9000 });
    for (const [coupon, credit, debit] of [
      [half.id, -475, 2250],
      [once.id, -500, 4500],
    ] as const) {
      const subscription = await subscribe(stripe, { discounts: [{ coupon }] });
      const [item] = subscription.items.data;
      assert.ok(item);
      const invoice = await latest(
        await stripe.subscriptions.update(subscription.id, {
          items: [{ id: item.id, price: bigger.price.id }],
          proration_behavior: 'always_invoice',
          proration_date: (item.current_period_start + item.current_period_end) / 2,
        }),
      );
      const { data } = invoice.lines;
      assert.deepEqual(
        data.map((line) => [line.amount, line.discountable, line.discount_amounts]),
        [
          [credit, false, []],
          [debit, false, []],
        ],
      );
      const entry = await stripe.invoiceItems.retrieve(data[0]?.parent?.subscription_item_details?.invoice_item ?? '');
      assert.equal(entry.proration_details?.discount_amounts[0]?.amount, 950 + credit);
    }
  });

  it('of what still waits is not that of what was billed after it', async () => {
    const { price } = await makePlan(stripe);
    const subscription = await subscribe(stripe, { items: [{ price: price.id, quantity: 2 }] });
    const id = subscription.items.data[0]?.id ?? '';
    const off = async (percent: number) => {
      const coupon = await stripe.coupons.create({ percent_off: percent, duration: 'forever' });
      await stripe.subscriptions.update(subscription.id, { discounts: [{ coupon: coupon.id }] });
    };
    const seats = (quantity: number, behavior: 'create_prorations' | 'always_invoice') =>
      stripe.subscriptions.update(subscription.id, { items: [{ id, quantity }], proration_behavior: behavior });
    await off(100);
    await seats(3, 'create_prorations');
    await off(50);
    const { amount_paid: paid } = await latest(await seats(40, 'always_invoice'));
    assert.ok(paid > 0);
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { items: [{ id, quantity: 1 }], proration_behavior: 'always_invoice' },
    });
    assert.ok(Math.abs(Number(preview.lines.data[0]?.amount) + paid) <= paid / 100, 'what was paid comes back');
  });

  it('of a schedule is each phase’s own: named to go on, or gone when the phase begins', async () => {
    const ten = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
    for (const goesOn of [true, false]) {
      const subscription = await subscribe(stripe, { discounts: [{ coupon: ten.id }] });
      const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
      const [current] = schedule.phases;
      const [item] = subscription.items.data;
      assert.ok(current && item);
      assert.deepEqual(current.discounts, [
        { coupon: null, discount: subscription.discounts[0], promotion_code: null },
      ]);
      const kept = { discounts: [{ discount: String(subscription.discounts[0]) }] };
      await stripe.subscriptionSchedules.update(schedule.id, {
        end_behavior: 'release',
        phases: [
          { start_date: current.start_date, end_date: current.end_date, items: [{ price: item.price.id }], ...kept },
          { items: [{ price: item.price.id, quantity: 2 }], proration_behavior: 'none', ...(goesOn && kept) },
        ],
      });
      assert.equal((await renew(subscription)).total, goesOn ? 3420 : 3800);
    }
  });

  it('of an amount in another currency is refused, unless the coupon has it', async () => {
    const { price } = await makePlan(stripe, { currency: 'eur', unit_amount: 1800 });
    const dollars = await stripe.coupons.create({ amount_off: 500, currency: 'usd' });
    const both = await stripe.coupons.create({
      amount_off: 500,
      currency: 'usd',
      currency_options: { eur: { amount_off: 450 } },
    });
    const items = [{ price: price.id }];
    await assert.rejects(subscribe(stripe, { items, discounts: [{ coupon: dollars.id }] }), {
      type: 'StripeInvalidRequestError',
    });
    assert.equal((await latest(await subscribe(stripe, { items, discounts: [{ coupon: both.id }] }))).total, 1350);
  });

  it('of a single item, or itemized on prorations, is refused rather than forgotten', async () => {
    const { id: coupon } = await stripe.coupons.create({ percent_off: 10 });
    const { price } = await makePlan(stripe);
    const refused = { code: 'sandbox_unsupported' };
    await assert.rejects(subscribe(stripe, { items: [{ price: price.id, discounts: [{ coupon }] }] }), refused);
    const itemized = { type: 'flexible' as const, flexible: { proration_discounts: 'itemized' as const } };
    await assert.rejects(subscribe(stripe, { billing_mode: itemized }), refused);
  });
});
