/** Tax where it is automatic: by where the payer is, on top of a price or in it, and Stripe's refusals where nobody knows. */

import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Stripe } from 'stripe';
import { taxPlaceOf } from '../../server/sandbox/billing/tax-rates.ts';
import { customerWithCard, makePlan, openCheckout, openSandbox, subscribe } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  stripe = sandbox.stripe;
});
after(() => sandbox.close());

const automatic = { automatic_tax: { enabled: true } };
const latest = (subscription: Stripe.Subscription) => stripe.invoices.retrieve(String(subscription.latest_invoice));

async function customerIn(country: string, more: Partial<Stripe.AddressParam> = {}): Promise<string> {
  const { id } = await customerWithCard(stripe);
  await stripe.customers.update(id, { address: { country, ...more } });
  return id;
}

it('knows a place by its country, and in the United States by state or ZIP code', () => {
  const place = (country: string | null, state: string | null = null, postal_code: string | null = null) =>
    taxPlaceOf({ country, state, postal_code });
  assert.deepEqual(place('DE'), { country: 'DE', state: null });
  assert.deepEqual(place('US', 'ny'), { country: 'US', state: 'NY' });
  assert.deepEqual(place('US', null, '94103'), { country: 'US', state: 'CA' });
  assert.deepEqual(place('US', null, '10001-1234'), { country: 'US', state: 'NY' });
  assert.deepEqual([place('US'), place('US', null, '9410'), place(null), taxPlaceOf(null)], [null, null, null, null]);
});

it('adds tax to dollars and finds it in euros, line by line', async () => {
  const customer = await customerIn('DE');
  const dollars = await subscribe(stripe, { customer, ...automatic });
  const added = await latest(dollars);
  assert.deepEqual([added.subtotal, added.total, added.total_excluding_tax], [1900, 2261, 1900]);
  const [tax] = added.total_taxes ?? [];
  assert.deepEqual(
    [tax?.amount, tax?.tax_behavior, tax?.taxable_amount, tax?.taxability_reason],
    [361, 'exclusive', 1900, 'standard_rated'],
  );
  assert.deepEqual(added.lines.data[0]?.taxes, added.total_taxes);
  assert.deepEqual([added.automatic_tax.status, dollars.automatic_tax.enabled], ['complete', true]);

  const { price } = await makePlan(stripe, { currency: 'eur', unit_amount: 1900 });
  const euros = await subscribe(stripe, {
    customer: await customerIn('DE'),
    items: [{ price: price.id }],
    ...automatic,
  });
  const included = await latest(euros);
  assert.deepEqual(
    [included.subtotal, included.subtotal_excluding_tax, included.total, included.total_excluding_tax],
    [1900, 1597, 1900, 1597],
  );
  assert.equal(included.total_taxes?.[0]?.amount, 303);
});

it('says what the price says, of whatever currency', async () => {
  const inclusive = await makePlan(stripe, { tax_behavior: 'inclusive', unit_amount: 1190 });
  const exclusive = await makePlan(stripe, { tax_behavior: 'exclusive', unit_amount: 1000 });
  const subscription = await subscribe(stripe, {
    customer: await customerIn('DE'),
    items: [{ price: inclusive.price.id }, { price: exclusive.price.id }],
    ...automatic,
  });
  const invoice = await latest(subscription);
  assert.deepEqual(
    invoice.total_taxes?.map(({ amount, tax_behavior }) => [amount, tax_behavior]),
    [
      [190, 'inclusive'],
      [190, 'exclusive'],
    ],
  );
  assert.equal(invoice.total, 1190 + 1000 + 190);
});

it('is on what a discount leaves, and on both sides of a proration; the preview has it too', async () => {
  const half = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
  const subscription = await subscribe(stripe, {
    customer: await customerIn('US', { postal_code: '10001' }),
    discounts: [{ coupon: half.id }],
    ...automatic,
  });
  const first = await latest(subscription);
  assert.deepEqual([first.total_taxes?.[0]?.amount, first.total], [84, 1034]);
  const [item] = subscription.items.data;
  assert.ok(item);
  const terms = {
    items: [{ id: item.id, quantity: 3 }],
    proration_behavior: 'always_invoice' as const,
    proration_date: item.current_period_start,
  };
  const preview = await stripe.invoices.createPreview({ subscription: subscription.id, subscription_details: terms });
  const changed = await latest(await stripe.subscriptions.update(subscription.id, terms));
  assert.deepEqual(
    changed.lines.data.map(({ amount, taxes }) => [amount, taxes?.[0]?.amount]),
    [
      [-950, -84],
      [2850, 253],
    ],
  );
  assert.deepEqual([preview.total, changed.total, changed.amount_paid], [2069, 2069, 2069]);
});

it('asks nothing of who is exempt, and nothing where nothing is collected', async () => {
  const exempt = await customerIn('DE');
  await stripe.customers.update(exempt, { tax_exempt: 'exempt' });
  const reverse = await customerIn('DE');
  await stripe.customers.update(reverse, { tax_exempt: 'reverse' });
  const reasons = [];
  for (const customer of [exempt, reverse, await customerIn('US', { state: 'OR' })]) {
    const invoice = await latest(await subscribe(stripe, { customer, ...automatic }));
    assert.equal(invoice.total, 1900);
    reasons.push(invoice.total_taxes?.[0]?.taxability_reason);
  }
  assert.deepEqual(reasons, ['customer_exempt', 'reverse_charge', 'not_collecting']);
});

it('refuses who is nowhere: subscriptions, updates, previews, checkouts and customers (R14.1)', async () => {
  const code = 'customer_tax_location_invalid';
  const { id: customer } = await customerWithCard(stripe);
  const subscription = await subscribe(stripe, { customer });
  await assert.rejects(subscribe(stripe, { customer, ...automatic }), { code });
  await assert.rejects(stripe.subscriptions.update(subscription.id, automatic), { code });
  await assert.rejects(stripe.invoices.createPreview({ subscription: subscription.id, ...automatic }), { code });
  await assert.rejects(openCheckout(stripe, { customer, ...automatic }), { code, param: 'automatic_tax' });
  await assert.rejects(stripe.customers.update(customer, { tax: { validate_location: 'immediately' } }), { code });
  const placed = await customerIn('DE');
  const { id } = await subscribe(stripe, { customer: placed, ...automatic });
  await assert.rejects(stripe.customers.update(placed, { address: { country: 'US' } }), { code });
  const known = await stripe.customers.retrieve(placed, { expand: ['tax'] });
  assert.ok(!known.deleted);
  assert.deepEqual([known.tax?.automatic_tax, known.tax?.location?.country], ['supported', 'DE']);
  assert.equal(
    (await stripe.subscriptions.update(id, { automatic_tax: { enabled: false } })).automatic_tax.enabled,
    false,
  );
  await assert.rejects(
    openCheckout(stripe, { customer: placed, tax_id_collection: { enabled: true }, customer_update: { name: 'auto' } }),
    { param: 'customer_update[name]' },
  );
  await assert.rejects(openCheckout(stripe, { customer_update: { address: 'auto' } }), { param: 'customer_update' });
});

it('of a checkout comes with the address, and the invoice is what was paid', async () => {
  const { session } = await openCheckout(stripe, automatic);
  assert.deepEqual(
    [session.automatic_tax.status, session.amount_total, session.total_details?.amount_tax],
    ['requires_location_inputs', 1900, 0],
  );
  assert.equal((await sandbox.submit(session, { country: 'FR' })).status, 200);
  const paid = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['invoice', 'subscription', 'customer', 'line_items', 'total_details.breakdown'],
  });
  const invoice = paid.invoice as Stripe.Invoice;
  assert.deepEqual(
    [paid.amount_subtotal, paid.total_details?.amount_tax, paid.amount_total, invoice.total, invoice.amount_paid],
    [1900, 380, 2280, 2280, 2280],
  );
  assert.equal(paid.total_details?.breakdown?.taxes[0]?.rate.display_name, 'VAT');
  assert.deepEqual([paid.line_items?.data[0]?.amount_tax, paid.line_items?.data[0]?.amount_total], [380, 2280]);
  assert.equal((paid.customer as Stripe.Customer).address?.country, 'FR');
  assert.equal((paid.subscription as Stripe.Subscription).automatic_tax.enabled, true);
});

it('of a checkout with a customer goes by the customer, or by what the page changes them to', async () => {
  const german = await openCheckout(stripe, { customer: await customerIn('DE'), ...automatic });
  assert.equal(german.session.amount_total, 2261);
  await sandbox.submit(german.session, { country: 'FR' });
  assert.equal((await stripe.checkout.sessions.retrieve(german.session.id)).amount_total, 2261);
  const { id: nowhere } = await customerWithCard(stripe);
  const moving = await openCheckout(stripe, {
    customer: nowhere,
    customer_update: { address: 'auto', name: 'auto' },
    ...automatic,
  });
  await sandbox.submit(moving.session, { country: 'FR' });
  assert.equal((await stripe.checkout.sessions.retrieve(moving.session.id)).amount_total, 2280);
  const unplaced = await openCheckout(stripe, automatic);
  assert.equal((await sandbox.pay(unplaced.session.id)).status, 400);
});

it('of a checkout shows on the page for the address that is asked with, and asks for what is missing', async () => {
  const { session } = await openCheckout(stripe, automatic);
  const url = String(session.url);
  const page = async (query: string) => (await fetch(`${url}${query}`)).text();
  assert.match(await page(''), /Calculated from your address/);
  assert.match(await page('?country=DE'), /Pay \$22\.61/);
  assert.match(await page('?country=US'), /Calculated from your address/);
  assert.match(await page('?country=US&postal_code=10001'), /Pay \$20\.69/);
  for (const postal_code of ['', '1000', '00000']) {
    const refused = await sandbox.submit(session, { country: 'US', postal_code });
    assert.equal(refused.status, 400);
    assert.deepEqual(Object.keys(refused.json['errors'] as object), ['postal_code']);
  }
  const unseen = await sandbox.submit(session, { country: 'DE', expected_amount: '1900' });
  assert.equal(unseen.status, 400);
  assert.equal((await sandbox.submit(session, { country: 'DE', expected_amount: '2261' })).status, 200);
});
