/** Subscriptions and invoices through the API: begun, read, changed, ended. */

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

describe('a subscription', () => {
  it('begins active when its first invoice is paid', async () => {
    const subscription = await subscribe(stripe, { metadata: { user_id: 'u_1' } });
    const [item] = subscription.items.data;
    assert.match(subscription.id, /^sub_\w{24}$/);
    assert.match(item?.id ?? '', /^si_\w{14}$/);
    assert.equal(subscription.status, 'active');
    assert.equal(subscription.billing_mode.type, 'flexible');
    assert.equal(item?.current_period_start, subscription.start_date);
    const end = new Date(Number(item?.current_period_end) * 1000);
    const start = new Date(subscription.start_date * 1000);
    assert.equal((end.getUTCMonth() - start.getUTCMonth() + 12) % 12, 1);
  });

  it('carries the plan and quantity that the types leave out', async () => {
    const { price } = await makePlan(stripe);
    const subscription = await subscribe(stripe, { items: [{ price: price.id, quantity: 3 }] });
    const { json } = await sandbox.call(`/v1/subscriptions/${subscription.id}`);
    assert.equal(json['quantity'], 3);
    assert.equal((json['plan'] as { id: string }).id, price.id);
    assert.equal((json['items'] as { total_count: number }).total_count, 1);
  });

  it('stays incomplete when the card is declined, and becomes active when its invoice is paid', async () => {
    const customer = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
    const subscription = await subscribe(stripe, { customer: customer.id });
    assert.equal(subscription.status, 'incomplete');
    const invoice = await stripe.invoices.retrieve(String(subscription.latest_invoice));
    assert.deepEqual([invoice.status, invoice.attempted, invoice.attempt_count], ['open', true, 1]);
    await assert.rejects(stripe.invoices.pay(invoice.id ?? ''), { type: 'StripeCardError' });
    const paid = await stripe.invoices.pay(invoice.id ?? '', { payment_method: 'pm_card_visa' });
    assert.equal(paid.status, 'paid');
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'active');
    await assert.rejects(stripe.invoices.pay(invoice.id ?? ''), { statusCode: 400 });
  });

  it('is not made at all under error_if_incomplete', async () => {
    const customer = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
    const before = await sandbox.eventTypes();
    await assert.rejects(subscribe(stripe, { customer: customer.id, payment_behavior: 'error_if_incomplete' }), {
      statusCode: 402,
    });
    assert.equal((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data.length, 0);
    assert.deepEqual(
      (await sandbox.eventTypes()).slice(before.length).filter((type) => /subscription|invoice|charge/.test(type)),
      [],
    );
  });

  it('waits for its payer under default_incomplete, with a payment to confirm', async () => {
    const subscription = await subscribe(stripe, {
      payment_behavior: 'default_incomplete',
      payment_settings: { save_default_payment_method: 'on_subscription' },
      expand: ['latest_invoice.confirmation_secret', 'latest_invoice.payments'],
    });
    const invoice = subscription.latest_invoice as Stripe.Invoice;
    const intent = String(invoice.payments?.data[0]?.payment.payment_intent);
    assert.match(invoice.confirmation_secret?.client_secret ?? '', new RegExp(`^${intent}_secret_`));
    await stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' });
    const active = await stripe.subscriptions.retrieve(subscription.id, { expand: ['default_payment_method'] });
    assert.equal(active.status, 'active');
    assert.equal((active.default_payment_method as Stripe.PaymentMethod).card?.last4, '4242');
  });

  it('expires when the first payment does not come within 23 hours', async () => {
    const clocked = await openSandbox();
    const subscription = await subscribe(clocked.stripe, { payment_behavior: 'default_incomplete' });
    await clocked.control('clock', { advance_seconds: 23 * 60 * 60 });
    const expired = await clocked.stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    assert.equal(expired.status, 'incomplete_expired');
    assert.equal((expired.latest_invoice as Stripe.Invoice).status, 'void');
    await clocked.close();
  });

  it('is changed in what needs no proration, and says what was different before', async () => {
    const subscription = await subscribe(stripe);
    await stripe.subscriptions.update(subscription.id, { metadata: { note: 'x' }, description: 'Ours' });
    const [event] = (await stripe.events.list({ type: 'customer.subscription.updated', limit: 1 })).data;
    assert.deepEqual(event?.data.previous_attributes, { description: null, metadata: {} });
    const [item] = subscription.items.data;
    const same = { items: [{ id: item?.id ?? '', price: item?.price.id ?? '', quantity: 1, metadata: { seat: 'a' } }] };
    const changed = await stripe.subscriptions.update(subscription.id, same);
    assert.deepEqual(changed.items.data[0]?.metadata, { seat: 'a' });
  });

  it('ends with its period: set, taken back, and come true', async () => {
    const clocked = await openSandbox();
    const { subscriptions } = clocked.stripe;
    const subscription = await subscribe(clocked.stripe);
    const end = Number(subscription.items.data[0]?.current_period_end);
    const ending = await subscriptions.update(subscription.id, { cancel_at_period_end: true });
    assert.deepEqual([ending.status, ending.cancel_at, ending.cancel_at_period_end], ['active', end, true]);
    assert.equal(ending.cancellation_details?.reason, 'cancellation_requested');
    const kept = await subscriptions.update(subscription.id, { cancel_at_period_end: false });
    assert.deepEqual([kept.cancel_at, kept.canceled_at], [null, null]);
    const byTime = await subscriptions.update(subscription.id, { cancel_at: 'min_period_end' });
    assert.deepEqual([byTime.cancel_at, byTime.cancel_at_period_end], [end, false]);
    const { now } = (await clocked.control('clock')) as { now: number };
    await clocked.control('clock', { advance_seconds: end - now });
    const ended = await subscriptions.retrieve(subscription.id);
    assert.deepEqual([ended.status, ended.ended_at], ['canceled', end]);
    assert.ok((await clocked.eventTypes()).includes('customer.subscription.deleted'));
    await clocked.close();
  });

  it('ends at once, and then takes nothing but notes', async () => {
    const subscription = await subscribe(stripe);
    const ended = await stripe.subscriptions.cancel(subscription.id, {
      cancellation_details: { feedback: 'too_complex' },
    });
    assert.deepEqual([ended.status, ended.cancellation_details?.feedback], ['canceled', 'too_complex']);
    await assert.rejects(stripe.subscriptions.cancel(subscription.id), { statusCode: 404, code: 'resource_missing' });
    await assert.rejects(stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true }), {
      code: 'invalid_canceled_subscription_fields',
    });
    assert.equal((await stripe.subscriptions.update(subscription.id, { metadata: { a: '1' } })).metadata['a'], '1');
  });

  it('is listed by customer, status, price and period', async () => {
    const live = await subscribe(stripe);
    const customer = String(live.customer);
    const ended = await subscribe(stripe, { customer });
    await stripe.subscriptions.cancel(ended.id);
    const ids = async (params: Stripe.SubscriptionListParams) =>
      (await stripe.subscriptions.list({ customer, ...params })).data.map(({ id }) => id);
    assert.deepEqual(await ids({}), [live.id]);
    assert.deepEqual(await ids({ status: 'all' }), [ended.id, live.id]);
    assert.deepEqual(await ids({ status: 'ended' }), [ended.id]);
    assert.deepEqual(await ids({ price: live.items.data[0]?.price.id ?? '' }), [live.id]);
    assert.deepEqual(await ids({ current_period_end: { lt: live.start_date } }), []);
    const items = await stripe.subscriptionItems.list({ subscription: live.id });
    assert.equal((await stripe.subscriptionItems.retrieve(items.data[0]?.id ?? '')).subscription, live.id);
  });

  it('may start in a trial, with an invoice of nothing', async () => {
    const subscription = await subscribe(stripe, { trial_period_days: 30, expand: ['latest_invoice'] });
    assert.equal(subscription.status, 'trialing');
    assert.deepEqual((subscription.latest_invoice as Stripe.Invoice).amount_due, 0);
  });
});

describe('an invoice', () => {
  it('has a number, lines, a payment and a page', async () => {
    const subscription = await subscribe(stripe);
    const customer = (await stripe.customers.retrieve(String(subscription.customer))) as Stripe.Customer;
    const [invoice] = (await stripe.invoices.list({ subscription: subscription.id, status: 'paid' })).data;
    assert.ok(invoice?.id);
    assert.equal(invoice.number, `${customer.invoice_prefix}-0001`);
    assert.equal(invoice.parent?.subscription_details?.subscription, subscription.id);
    const lines = await stripe.invoices.listLineItems(invoice.id);
    assert.equal(lines.data[0]?.parent?.subscription_item_details?.subscription_item, subscription.items.data[0]?.id);
    const [payment] = (await stripe.invoicePayments.list({ invoice: invoice.id })).data;
    assert.deepEqual([payment?.status, payment?.amount_paid], ['paid', 1900]);
    assert.equal((await stripe.invoicePayments.retrieve(payment?.id ?? '')).invoice, invoice.id);
    const page = await fetch(String(invoice.hosted_invoice_url));
    assert.equal(page.status, 200);
    assert.match(await page.text(), new RegExp(`${invoice.number}[^]*\\$19\\.00`));
  });

  it('is voided while it is open', async () => {
    const subscription = await subscribe(stripe, { payment_behavior: 'default_incomplete' });
    const voided = await stripe.invoices.voidInvoice(String(subscription.latest_invoice));
    assert.equal(voided.status, 'void');
    await assert.rejects(stripe.invoices.pay(voided.id ?? ''), { statusCode: 400 });
  });
});
