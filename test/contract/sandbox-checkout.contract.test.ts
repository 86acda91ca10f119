/** The sandbox held against the contract: catalogue, checkout and subscription through the official SDK, all of it checked. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import type { ContractSandbox } from './sandbox.ts';
import { makePlan, startContractSandbox } from './sandbox.ts';

const success = 'https://app.example.com/done?session={CHECKOUT_SESSION_ID}';
const cancel = 'https://app.example.com/plans';
let sandbox: ContractSandbox;
let stripe: Stripe;

before(async () => {
  sandbox = await startContractSandbox();
  stripe = sandbox.stripe;
});
after(() => sandbox.close());
afterEach(() => assert.deepEqual(sandbox.proxy.violations(), []));

function openSession(
  price: string,
  params: Stripe.Checkout.SessionCreateParams = {},
): Promise<Stripe.Checkout.Session> {
  return stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price, quantity: 1 }],
    success_url: success,
    cancel_url: cancel,
    client_reference_id: 'u_1',
    ...params,
  });
}

/** Fills in the checkout page's form as a browser does that runs its script. */
async function payOnPage(
  session: Stripe.Checkout.Session,
  cardNumber: string,
): Promise<{ status: number; body: unknown }> {
  assert.ok(session.url);
  const page = await fetch(session.url);
  const html = await page.text();
  const action = /<form[^>]* action="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const amount = /name="expected_amount" value="(\d+)"/.exec(html)?.[1] ?? '';
  const answer = await fetch(new URL(action, session.url), {
    method: 'POST',
    headers: { accept: 'application/json' },
    redirect: 'manual',
    body: new URLSearchParams({
      email: 'ada@example.com',
      card_number: cardNumber,
      card_expiry: '12 / 34',
      card_cvc: '123',
      name: 'Ada Lovelace',
      country: 'US',
      expected_amount: amount,
    }),
  });
  return { status: answer.status, body: await answer.json() };
}

describe('every request, answer and event fits the types of the SDK', () => {
  it('products and prices', async () => {
    const { product, monthly } = await makePlan(stripe, 'Catalogue');
    await stripe.products.update(product.id, { default_price: monthly.id, metadata: { plan: '' } });
    await stripe.products.retrieve(product.id, { expand: ['default_price'] });
    await stripe.products.list({ active: true, ids: [product.id] });
    const found = await stripe.prices.list({ lookup_keys: ['contract_catalogue_monthly'], expand: ['data.product'] });
    assert.equal(found.data[0]?.id, monthly.id);
    await stripe.prices.retrieve(monthly.id, { expand: ['product', 'currency_options'] });
    await stripe.prices.update(monthly.id, { active: false, nickname: 'old' });
    await sandbox.delivery('price.created', monthly.id);
    await sandbox.delivery('product.updated', product.id);
    await sandbox.delivery('price.updated', monthly.id);
  });

  it('customers, over pages, updated and deleted', async () => {
    const customer = await stripe.customers.create({ email: 'ada@example.com', metadata: { user_id: 'u_1' } });
    await stripe.customers.create({ name: 'Second', address: { country: 'DE', city: 'Berlin' } });
    const first = await stripe.customers.list({ limit: 1 });
    assert.equal(first.has_more, true);
    await stripe.customers.list({ limit: 1, starting_after: first.data[0]?.id ?? '' });
    await stripe.customers.update(customer.id, {
      name: 'Ada',
      preferred_locales: ['de'],
      metadata: { user_id: 'u_2' },
    });
    await stripe.customers.retrieve(customer.id);
    await stripe.customers.del(customer.id);
    assert.equal((await stripe.customers.retrieve(customer.id)).deleted, true);
    await sandbox.delivery('customer.updated', customer.id);
    await sandbox.delivery('customer.deleted', customer.id);
  });

  it('errors', async () => {
    await assert.rejects(stripe.customers.retrieve('cus_nobody'), { code: 'resource_missing', statusCode: 404 });
    await assert.rejects(stripe.prices.create({ currency: 'usd', unit_amount: 1 }), { statusCode: 400 });
  });

  it('a checkout that is paid on the page: session, subscription, invoice, payment and their events', async () => {
    const { product, monthly } = await makePlan(stripe, 'Paid');
    const customer = await stripe.customers.create({ email: 'ada@example.com' });
    const session = await openSession(monthly.id, {
      customer: customer.id,
      customer_update: { address: 'auto', name: 'auto' },
      subscription_data: { metadata: { user_id: 'u_1' } },
      allow_promotion_codes: true,
    });
    const paid = await payOnPage(session, '4242 4242 4242 4242');
    assert.equal(paid.status, 200, JSON.stringify(paid.body));
    const complete = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['line_items', 'subscription', 'customer', 'invoice'],
    });
    assert.equal(complete.payment_status, 'paid');
    const subscriptionId = (complete.subscription as Stripe.Subscription).id;
    const subscription = await stripe.subscriptions.retrieve(subscriptionId, {
      expand: ['items.data.price.product', 'latest_invoice.payments', 'default_payment_method', 'customer'],
    });
    assert.equal(subscription.status, 'active');
    const { product: expanded } = subscription.items.data[0]?.price ?? monthly;
    assert.equal((expanded as Stripe.Product).id, product.id);
    await stripe.checkout.sessions.list({ customer: customer.id });
    await stripe.checkout.sessions.listLineItems(session.id);
    await stripe.subscriptions.list({ customer: customer.id, status: 'all', expand: ['data.default_payment_method'] });
    const invoices = await stripe.invoices.list({ customer: customer.id, subscription: subscriptionId });
    const invoiceId = invoices.data[0]?.id ?? '';
    await stripe.invoices.retrieve(invoiceId, { expand: ['payments.data.payment.payment_intent'] });
    await stripe.invoices.listLineItems(invoiceId);
    await stripe.paymentMethods.list({ customer: customer.id, type: 'card' });
    await stripe.customers.listPaymentMethods(customer.id);
    await sandbox.delivery('checkout.session.completed', session.id);
    await sandbox.delivery('customer.subscription.created', subscriptionId);
    await sandbox.delivery('invoice.paid', invoiceId);
  });

  it('a checkout that is paid through the payment page API, as Stripe CLI does it', async () => {
    const { yearly } = await makePlan(stripe, 'Confirmed');
    const session = await openSession(yearly.id, { customer_email: 'grace@example.com' });
    const confirmed = await fetch(`${sandbox.proxy.url}/v1/payment_pages/${session.id}/confirm`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_contract' },
      body: new URLSearchParams({ payment_method: 'pm_card_visa', expected_amount: '19000' }),
    });
    assert.equal(confirmed.status, 200, await confirmed.text());
    const complete = await stripe.checkout.sessions.retrieve(session.id);
    assert.equal(complete.status, 'complete');
    await sandbox.delivery('checkout.session.completed', session.id);
  });

  it('a checkout with a trial', async () => {
    const { monthly } = await makePlan(stripe, 'Trial');
    const session = await openSession(monthly.id, { subscription_data: { trial_period_days: 14 } });
    const paid = await payOnPage(session, '4242 4242 4242 4242');
    assert.equal(paid.status, 200, JSON.stringify(paid.body));
    const complete = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription.latest_invoice'] });
    assert.equal((complete.subscription as Stripe.Subscription).status, 'trialing');
  });

  it('a declined card: the session stays open', async () => {
    const { monthly } = await makePlan(stripe, 'Declined');
    const session = await openSession(monthly.id);
    const declined = await payOnPage(session, '4000 0000 0000 0002');
    assert.equal(declined.status, 402, JSON.stringify(declined.body));
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).status, 'open');
    await stripe.checkout.sessions.expire(session.id);
    await sandbox.delivery('checkout.session.expired', session.id);
  });

  it('a subscription that is changed, cancelled at its end, and ended', async () => {
    const { monthly } = await makePlan(stripe, 'Cancelled');
    const session = await openSession(monthly.id);
    await payOnPage(session, '4242 4242 4242 4242');
    const { subscription } = await stripe.checkout.sessions.retrieve(session.id);
    const id = String(subscription);
    await stripe.subscriptions.update(id, { metadata: { note: 'kept' } });
    const ending = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    assert.equal(ending.cancel_at, ending.items.data[0]?.current_period_end);
    await stripe.subscriptions.update(id, { cancel_at_period_end: false });
    const ended = await stripe.subscriptions.cancel(id);
    assert.equal(ended.status, 'canceled');
    await sandbox.delivery('customer.subscription.updated', id);
    await sandbox.delivery('customer.subscription.deleted', id);
  });

  it('events and webhook endpoints', async () => {
    const events = await stripe.events.list({ types: ['customer.subscription.created', 'invoice.paid'], limit: 3 });
    assert.ok(events.data.length > 0);
    await stripe.events.retrieve(events.data[0]?.id ?? '');
    const second = await stripe.webhookEndpoints.create({
      url: 'http://127.0.0.1:9/hook',
      enabled_events: ['invoice.paid', 'customer.deleted'],
      api_version: '2026-10-28.endive',
      metadata: { made_by: 'contract' },
    });
    await stripe.webhookEndpoints.update(second.id, { disabled: true });
    await stripe.webhookEndpoints.retrieve(second.id);
    await stripe.webhookEndpoints.list();
    await stripe.webhookEndpoints.del(second.id);
  });

  it('and every event that it recorded was delivered', async () => {
    await sandbox.everyDelivery();
    const events = Object.keys(sandbox.proxy.counts()).filter((what) => what.startsWith('event '));
    assert.ok(events.length >= 20, events.join(', '));
  });
});
