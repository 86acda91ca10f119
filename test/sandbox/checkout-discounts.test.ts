/** Discounts of a checkout: given with the session, or typed at the page as a promotion code. */

import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Stripe } from 'stripe';
import { makePlan, openCheckout, openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  stripe = sandbox.stripe;
});
after(() => sandbox.close());

const amounts = (session: Stripe.Checkout.Session) => [
  session.amount_subtotal,
  session.total_details?.amount_discount,
  session.amount_total,
];

it('takes a coupon off the session, and off the subscription that it makes', async () => {
  const coupon = await stripe.coupons.create({ percent_off: 20, duration: 'forever' });
  const { session } = await openCheckout(stripe, { discounts: [{ coupon: coupon.id }] });
  assert.deepEqual(amounts(session), [1900, 380, 1520]);
  assert.deepEqual(session.discounts, [{ coupon: coupon.id, promotion_code: null }]);
  const open = await stripe.checkout.sessions.retrieve(session.id, { expand: ['total_details.breakdown'] });
  const promised = open.total_details?.breakdown?.discounts[0];
  assert.equal((await sandbox.submit(session)).status, 200);
  const paid = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['subscription.discounts', 'invoice', 'line_items', 'total_details.breakdown'],
  });
  const subscription = paid.subscription as Stripe.Subscription;
  const [discount] = subscription.discounts as Stripe.Discount[];
  assert.deepEqual([discount?.checkout_session, discount?.id], [session.id, promised?.discount.id]);
  assert.deepEqual(paid.total_details?.breakdown?.discounts, [{ amount: 380, discount }]);
  assert.equal((paid.invoice as Stripe.Invoice).amount_paid, 1520);
  assert.equal(paid.line_items?.data[0]?.amount_discount, 380);
  assert.equal((await stripe.coupons.retrieve(coupon.id)).times_redeemed, 1);
});

it('costs nothing today where the coupon takes all of it, and the card is saved for later', async () => {
  const coupon = await stripe.coupons.create({ percent_off: 100, duration: 'once' });
  const { session } = await openCheckout(stripe, { discounts: [{ coupon: coupon.id }] });
  assert.equal(session.amount_total, 0);
  await sandbox.submit(session);
  const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
  const subscription = paid.subscription as Stripe.Subscription;
  assert.deepEqual([paid.payment_status, subscription.status], ['no_payment_required', 'active']);
  assert.deepEqual(subscription.discounts, []);
});

it('counts a payment’s coupon too, and keeps to Stripe’s rules', async () => {
  const coupon = await stripe.coupons.create({ amount_off: 500, currency: 'usd' });
  const { product } = await makePlan(stripe);
  const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 2000 });
  const { session } = await openCheckout(stripe, {
    mode: 'payment',
    line_items: [{ price: price.id, quantity: 2 }],
    discounts: [{ coupon: coupon.id }],
  });
  assert.deepEqual(amounts(session), [4000, 500, 3500]);
  await sandbox.submit(session);
  assert.equal((await stripe.coupons.retrieve(coupon.id)).times_redeemed, 1);
  const bad: Stripe.Checkout.SessionCreateParams[] = [
    { discounts: [{ coupon: coupon.id }], allow_promotion_codes: true },
    { discounts: [{ coupon: coupon.id }, { coupon: coupon.id }] },
    { discounts: [{ coupon: 'none' }] },
    { discounts: [{ coupon: coupon.id, promotion_code: 'promo_none' }] },
  ];
  for (const params of bad) {
    await assert.rejects(openCheckout(stripe, params), { type: 'StripeInvalidRequestError' }, JSON.stringify(params));
  }
});
