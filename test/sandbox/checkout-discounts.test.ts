/** Discounts of a checkout: given with the session, or typed at the page as a promotion code. */

import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Stripe } from 'stripe';
import { launchBrowser } from './support/browser.ts';
import { makePlan, openCheckout, openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  stripe = sandbox.stripe;
});
after(() => sandbox.close());

/** The page's own forms, as a browser without JavaScript posts them and follows. */
async function post(url: string, form: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  return { status: answer.status, text: await answer.text() };
}

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

it('takes a promotion code at the page: applied, taken off, unknown, expired, out of bounds', async () => {
  const { id: coupon } = await stripe.coupons.create({ percent_off: 25, duration: 'repeating', duration_in_months: 3 });
  const promotion = { type: 'coupon' as const, coupon };
  const code = await stripe.promotionCodes.create({ promotion, code: 'LAUNCH' });
  const gone = await stripe.promotionCodes.create({ promotion, code: 'GONE' });
  await stripe.promotionCodes.update(gone.id, { active: false });
  const restrictions = { minimum_amount: 5000, minimum_amount_currency: 'usd' };
  await stripe.promotionCodes.create({ promotion, code: 'BIG', restrictions });
  const other = await stripe.customers.create({ email: 'grace@example.com' });
  await stripe.promotionCodes.create({ promotion, code: 'HERS', customer: other.id });
  const { session } = await openCheckout(stripe, { allow_promotion_codes: true });
  const url = String(session.url);
  for (const [typed, words] of [
    ['nope', 'This code is not valid'],
    ['HERS', 'This code is not valid'],
    ['gone', 'This code has expired'],
    ['BIG', 'This code is for orders of $50.00 and more'],
  ] as const) {
    const { status, text } = await post(`${url}/promotion`, { promotion_code: typed });
    assert.equal(status, 400, typed);
    assert.match(text, new RegExp(words.replaceAll(/[$.]/g, '\\$&')));
  }
  const applied = await post(`${url}/promotion`, { promotion_code: ' launch ' });
  assert.match(applied.text, /LAUNCH[\s\S]*25% off for 3 months[\s\S]*-\$4\.75[\s\S]*\$14\.25/);
  assert.doesNotMatch(applied.text, /Add promotion code/);
  const open = await stripe.checkout.sessions.retrieve(session.id);
  assert.deepEqual(open.discounts, [{ coupon, promotion_code: code.id }]);
  assert.deepEqual(amounts(open), [1900, 475, 1425]);
  const removed = await post(`${url}/promotion/remove`);
  assert.match(removed.text, /Add promotion code/);
  assert.deepEqual((await stripe.checkout.sessions.retrieve(session.id)).discounts, []);
  await post(`${url}/promotion`, { promotion_code: 'LAUNCH' });
  // What was seen before the code is not what is charged now.
  const stale = await sandbox.submit(session, { expected_amount: '1900' });
  assert.deepEqual([stale.status, String(stale.json['message']).startsWith('The total has changed')], [400, true]);
  assert.equal((await sandbox.submit(session, { expected_amount: '1425' })).status, 200);
  const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription.discounts'] });
  const [discount] = (paid.subscription as Stripe.Subscription).discounts as Stripe.Discount[];
  assert.equal(discount?.promotion_code, code.id);
  assert.equal((await stripe.promotionCodes.retrieve(code.id)).times_redeemed, 1);
});

it('takes no code where the session allows none', async () => {
  const { id: coupon } = await stripe.coupons.create({ percent_off: 25 });
  await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon }, code: 'CLOSED' });
  const { session } = await openCheckout(stripe);
  await post(`${String(session.url)}/promotion`, { promotion_code: 'CLOSED' });
  assert.deepEqual((await stripe.checkout.sessions.retrieve(session.id)).discounts, []);
});

it('applies, explains and takes off in the browser, live tax included, and loses nothing that was typed', async () => {
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
  await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'HALF' });
  const { session } = await openCheckout(stripe, {
    allow_promotion_codes: true,
    automatic_tax: { enabled: true },
    success_url: `${sandbox.url}/c/done`,
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(String(session.url));
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('ZIP code').fill('10001');
    await page.getByRole('button', { name: 'Pay $20.69' }).waitFor();
    await page.getByText('Add promotion code').click();
    await page.getByLabel('Promotion code').fill('none');
    await page.keyboard.press('Enter');
    await page.getByText('This code is not valid').waitFor();
    assert.equal(await page.getByLabel('Promotion code').evaluate((field) => field === document.activeElement), true);
    await page.getByLabel('Promotion code').fill('half');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Pay $10.34' }).waitFor();
    await page.getByRole('button', { name: 'Remove HALF' }).click();
    await page.getByRole('button', { name: 'Pay $20.69' }).waitFor();
    await page.getByLabel('Country').selectOption('DE');
    await page.getByRole('button', { name: 'Pay $22.61' }).waitFor();
    assert.equal(await page.getByLabel('ZIP code').isVisible(), false);
    assert.equal(await page.getByLabel('Email').inputValue(), 'ada@example.com');
    await page.getByRole('button', { name: /4242 4242/ }).click();
    await page.getByRole('button', { name: 'Pay $22.61' }).click();
    await page.waitForURL(`${sandbox.url}/c/done`);
  } finally {
    await browser.close();
  }
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).amount_total, 2261);
});
