/** Invoices without a subscription, payments that are captured later, and what older callers send. */

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

async function draftOf(amount: number, params: Partial<Stripe.InvoiceCreateParams> = {}) {
  const customer = await customerWithCard(stripe);
  const item = await stripe.invoiceItems.create({
    customer: customer.id,
    amount,
    currency: 'usd',
    description: 'Set-up',
  });
  const invoice = await stripe.invoices.create({
    customer: customer.id,
    pending_invoice_items_behavior: 'include',
    ...params,
  });
  return { customer, item, invoice };
}

describe('one-off invoices', () => {
  it('are not collected any more of a customer who is deleted', async () => {
    const { customer, invoice } = await draftOf(2500, { auto_advance: true });
    await stripe.customers.del(customer.id);
    await sandbox.control('clock', { advance_seconds: 7200 });
    const { status, auto_advance: advances } = await stripe.invoices.retrieve(invoice.id ?? '');
    assert.deepEqual([status, advances], ['draft', false]);
  });

  it('take what waits for the customer, and are finalized and paid', async () => {
    const { item, invoice } = await draftOf(2500);
    assert.deepEqual(
      [invoice.status, invoice.total, invoice.billing_reason, invoice.parent],
      ['draft', 2500, 'manual', null],
    );
    assert.equal((await stripe.invoiceItems.retrieve(item.id)).invoice, invoice.id);
    const paid = await stripe.invoices.pay(invoice.id ?? '');
    assert.deepEqual([paid.status, paid.amount_paid], ['paid', 2500]);
    assert.match(String(paid.hosted_invoice_url), /^http/);
  });

  it('can still be paid when they were given up as uncollectible, on their page as well', async () => {
    const { invoice } = await draftOf(2500);
    const open = await stripe.invoices.finalizeInvoice(invoice.id ?? '', { auto_advance: false });
    await stripe.invoices.markUncollectible(open.id ?? '');
    const page = await (await fetch(String(open.hosted_invoice_url))).text();
    assert.ok(page.includes(`/i/${open.id}/pay`), 'the page has a way to pay');
    const paid = await stripe.invoices.pay(open.id ?? '');
    assert.deepEqual([paid.status, paid.amount_paid], ['paid', 2500]);
  });

  it('hold nothing unless they are told to, and go for good while they are drafts', async () => {
    const { item, invoice } = await draftOf(2500);
    assert.equal((await stripe.invoices.del(invoice.id ?? '')).deleted, true);
    assert.equal((await stripe.invoiceItems.retrieve(item.id)).invoice, null);
    const empty = await stripe.invoices.create({ customer: String(invoice.customer) });
    assert.equal(empty.total, 0);
    await stripe.invoices.finalizeInvoice(empty.id ?? '');
    await assert.rejects(stripe.invoices.del(empty.id ?? ''), { statusCode: 400, message: /draft/ });
  });

  it('are sent with a due date, and charged an hour later where they advance by themselves', async () => {
    const { invoice } = await draftOf(2500, { collection_method: 'send_invoice', days_until_due: 7 });
    assert.equal(invoice.due_date, invoice.created + 7 * 86_400);
    const sent = await stripe.invoices.sendInvoice(invoice.id ?? '');
    assert.equal(sent.status, 'open');
    assert.ok((await sandbox.eventTypes()).includes('invoice.sent'));
    const { invoice: own } = await draftOf(900, { auto_advance: true });
    await sandbox.control('clock', { advance_seconds: 3700 });
    assert.equal((await stripe.invoices.retrieve(own.id ?? '')).status, 'paid');
  });

  it('refuse what makes no sense', async () => {
    const customer = await customerWithCard(stripe);
    await assert.rejects(stripe.invoices.create({}), { param: 'customer' });
    await assert.rejects(stripe.invoices.create({ customer: customer.id, collection_method: 'send_invoice' }), {
      param: 'days_until_due',
    });
    await assert.rejects(stripe.invoices.create({ customer: customer.id, days_until_due: 3 }), {
      param: 'days_until_due',
    });
    const { invoice } = await draftOf(100);
    await assert.rejects(stripe.invoices.sendInvoice(invoice.id ?? ''), { message: /send_invoice/ });
    const subscription = await subscribe(stripe);
    await assert.rejects(stripe.invoices.del(String(subscription.latest_invoice)), { statusCode: 400 });
  });
});

describe('payments that are captured later', () => {
  it('hold the amount, and take as much of it as is asked for', async () => {
    const held = await stripe.paymentIntents.create({
      amount: 2000,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      capture_method: 'manual',
      confirm: true,
    });
    assert.deepEqual([held.status, held.amount_capturable, held.amount_received], ['requires_capture', 2000, 0]);
    const charge = await stripe.charges.retrieve(String(held.latest_charge));
    assert.deepEqual([charge.captured, charge.amount_captured, charge.balance_transaction], [false, 0, null]);
    await assert.rejects(stripe.paymentIntents.capture(held.id, { amount_to_capture: 2001 }), {
      param: 'amount_to_capture',
    });
    const taken = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1500 });
    assert.deepEqual([taken.status, taken.amount_received, taken.amount_capturable], ['succeeded', 1500, 0]);
    const after = await stripe.charges.retrieve(charge.id);
    assert.deepEqual([after.captured, after.amount_captured], [true, 1500]);
    await assert.rejects(stripe.paymentIntents.capture(held.id), { code: 'payment_intent_unexpected_state' });
  });
});

describe('schedules that begin a subscription', () => {
  it('begin it with their first phase and go on with the next', async () => {
    const customer = await customerWithCard(stripe);
    const { price } = await makePlan(stripe);
    const schedule = await stripe.subscriptionSchedules.create({
      customer: customer.id,
      start_date: 'now',
      phases: [{ items: [{ price: price.id, quantity: 1 }] }, { items: [{ price: price.id, quantity: 3 }] }],
    });
    assert.deepEqual([schedule.status, schedule.phases.length], ['active', 2]);
    const id = String(schedule.subscription);
    assert.equal((await stripe.subscriptions.retrieve(id)).status, 'active');
    await sandbox.control('clock', { advance_seconds: 32 * 86_400 });
    assert.equal((await stripe.subscriptions.retrieve(id)).items.data[0]?.quantity, 3);
  });
});

describe('a trial ended by an update, without a card', () => {
  for (const [wish, status] of [
    ['pause', 'paused'],
    ['cancel', 'canceled'],
  ] as const) {
    it(`ends as its settings say: ${wish}`, async () => {
      const { price } = await makePlan(stripe);
      const customer = await stripe.customers.create();
      const { id } = await stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: price.id }],
        trial_period_days: 7,
        trial_settings: { end_behavior: { missing_payment_method: wish } },
      });
      const ended = await stripe.subscriptions.update(id, { trial_end: 'now' });
      assert.equal(ended.status, status);
      assert.ok(Number(ended.trial_end) <= Math.floor(Date.now() / 1000) + 100 * 86_400);
    });
  }
});

describe('a caller that names no version', () => {
  it('may give a card by its token, a coupon by its old place, and iterations', async () => {
    const post = (path: string, form: Record<string, string>) =>
      sandbox.call(path, { method: 'POST', body: new URLSearchParams(form) });
    const customer = await post('/v1/customers', { source: 'tok_visa' });
    assert.equal(customer.status, 200, customer.text);
    const kept = (await stripe.customers.retrieve(String(customer.json['id']))) as Stripe.Customer;
    assert.notEqual(kept.invoice_settings.default_payment_method, null);
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    assert.equal((await post('/v1/promotion_codes', { coupon: coupon.id })).status, 200);
    const { price } = await makePlan(stripe);
    const schedule = await post('/v1/subscription_schedules', {
      customer: kept.id,
      start_date: 'now',
      'phases[0][items][0][price]': price.id,
      'phases[0][iterations]': '1',
    });
    assert.equal(schedule.status, 200, schedule.text);
    await assert.rejects(stripe.customers.create({ source: 'tok_visa' }), { code: 'sandbox_unsupported' });
  });
});
