/** Bank debits: a payment that is on its way for a while, and then has come or has not (R22.2). */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type Stripe from 'stripe';
import { openCheckout, openSandbox, makePlan } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

const day = 86_400;

let sandbox: TestSandbox;
let stripe: Stripe;
beforeEach(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
  await sandbox.control('settings', { bank_debit_seconds: 3 * day });
});
afterEach(() => sandbox.close());

const pass = (seconds: number) => sandbox.control('clock', { advance_seconds: seconds });

/** A session over 19.00 USD a month that is paid by debit. */
async function debited(method = 'pm_usBankAccount_success', params: Stripe.Checkout.SessionCreateParams = {}) {
  const { session } = await openCheckout(stripe, {
    allowed_payment_method_types: ['card', 'us_bank_account'],
    ...params,
  });
  const answer = await sandbox.pay(session.id, method);
  assert.equal(answer.status, 200, answer.text);
  return stripe.checkout.sessions.retrieve(session.id, {
    expand: ['subscription.latest_invoice.payments', 'payment_intent'],
  });
}

const subscriptionOf = (session: Stripe.Checkout.Session) => session.subscription as Stripe.Subscription;
const invoiceOf = (session: Stripe.Checkout.Session) => subscriptionOf(session).latest_invoice as Stripe.Invoice;

async function intentOf(session: Stripe.Checkout.Session) {
  const id = invoiceOf(session).payments?.data[0]?.payment.payment_intent as string;
  return stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
}

describe('a subscription that is paid by debit', () => {
  it('R22.2: completes unpaid; subscription active, invoice open, payment processing, charge pending', async () => {
    const session = await debited();
    assert.equal(session.status, 'complete');
    assert.equal(session.payment_status, 'unpaid');
    assert.equal(subscriptionOf(session).status, 'active');
    assert.equal(invoiceOf(session).status, 'open');
    const intent = await intentOf(session);
    assert.equal(intent.status, 'processing');
    const charge = intent.latest_charge as Stripe.Charge;
    assert.deepEqual([charge.status, charge.paid, charge.balance_transaction], ['pending', false, null]);
    assert.equal(charge.payment_method_details?.type, 'us_bank_account');
    const types = await sandbox.eventTypes();
    for (const type of ['payment_intent.processing', 'charge.pending', 'checkout.session.completed'])
      assert.ok(types.includes(type), type);
    for (const type of ['invoice.paid', 'charge.succeeded', 'payment_intent.succeeded'])
      assert.ok(!types.includes(type), type);
  });

  it('is paid after the declared time, and not before', async () => {
    const session = await debited();
    await pass(3 * day - 60);
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'unpaid');
    await pass(60);
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'paid');
    assert.equal((await stripe.invoices.retrieve(invoiceOf(session).id ?? '')).status, 'paid');
    const intent = await intentOf(session);
    assert.deepEqual([intent.status, intent.amount_received], ['succeeded', 1900]);
    const charge = intent.latest_charge as Stripe.Charge;
    assert.deepEqual([charge.status, charge.paid, charge.amount_captured], ['succeeded', true, 1900]);
    assert.notEqual(charge.balance_transaction, null);
    const types = await sandbox.eventTypes();
    for (const type of [
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice.paid',
      'checkout.session.async_payment_succeeded',
    ]) {
      assert.equal(types.filter((one) => one === type).length, 1, type);
    }
  });

  it('fails after the declared time: the subscription is past due, and the session stays unpaid', async () => {
    const session = await debited('pm_usBankAccount_insufficientFunds');
    assert.equal(subscriptionOf(session).status, 'active');
    await pass(3 * day);
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'unpaid');
    const subscription = await stripe.subscriptions.retrieve(subscriptionOf(session).id);
    assert.equal(subscription.status, 'past_due');
    const invoice = await stripe.invoices.retrieve(invoiceOf(session).id ?? '');
    assert.deepEqual([invoice.status, invoice.attempt_count], ['open', 1]);
    assert.notEqual(invoice.next_payment_attempt, null);
    const intent = await intentOf(session);
    assert.equal(intent.status, 'requires_payment_method');
    assert.equal(intent.last_payment_error?.code, 'insufficient_funds');
    assert.equal((intent.latest_charge as Stripe.Charge).status, 'failed');
    const types = await sandbox.eventTypes();
    for (const type of [
      'charge.failed',
      'payment_intent.payment_failed',
      'invoice.payment_failed',
      'checkout.session.async_payment_failed',
    ]) {
      assert.equal(types.filter((one) => one === type).length, 1, type);
    }
    // What failed can be paid by card, and what was retried is no session's any more.
    await stripe.invoices.pay(invoice.id ?? '', { payment_method: 'pm_card_visa' });
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'active');
  });

  it('renews by debit: active while it is on its way, past due once it failed', async () => {
    const session = await debited();
    await pass(45 * day);
    const subscription = await stripe.subscriptions.retrieve(subscriptionOf(session).id, {
      expand: ['latest_invoice'],
    });
    assert.equal(subscription.status, 'active');
    const renewal = subscription.latest_invoice as Stripe.Invoice;
    assert.deepEqual([renewal.billing_reason, renewal.status], ['subscription_cycle', 'paid']);
    const types = await sandbox.eventTypes();
    assert.equal(types.filter((type) => type === 'payment_intent.processing').length, 2);
    assert.equal(types.filter((type) => type === 'checkout.session.async_payment_succeeded').length, 1);
  });

  it('refuses a second payment while one is on its way', async () => {
    const session = await debited();
    await assert.rejects(
      stripe.invoices.pay(invoiceOf(session).id ?? '', { payment_method: 'pm_card_visa' }),
      /being processed/,
    );
  });
});

describe('what a session can be paid with', () => {
  it('takes no debit where cards alone are allowed, and none in another currency', async () => {
    const { session } = await openCheckout(stripe);
    assert.deepEqual(session.payment_method_types, ['card']);
    const answer = await sandbox.pay(session.id, 'pm_usBankAccount_success');
    assert.equal(answer.status, 400, answer.text);
    await assert.rejects(openCheckout(stripe, { allowed_payment_method_types: ['sepa_debit'] }), /currency usd/);
  });

  it('goes by what is turned on where a session does not say', async () => {
    await sandbox.control('settings', { payment_method_types: ['card', 'sepa_debit', 'us_bank_account'] });
    const { session } = await openCheckout(stripe);
    assert.deepEqual(session.payment_method_types, ['card', 'us_bank_account']);
    const { price } = await makePlan(stripe, { currency: 'eur' });
    const euro = await openCheckout(stripe, { line_items: [{ price: price.id, quantity: 1 }] });
    assert.deepEqual(euro.session.payment_method_types, ['card', 'sepa_debit']);
    assert.equal((await sandbox.pay(euro.session.id, 'pm_success_de')).status, 200);
  });

  it('makes accounts from their numbers, and from none that is no test account', async () => {
    const made = await stripe.paymentMethods.create({
      type: 'sepa_debit',
      sepa_debit: { iban: 'DE89 3704 0044 0532 0130 00' },
      billing_details: { name: 'Ada', email: 'ada@example.com' },
    });
    assert.deepEqual([made.sepa_debit?.country, made.sepa_debit?.last4], ['DE', '3000']);
    await assert.rejects(
      stripe.paymentMethods.create({ type: 'sepa_debit', sepa_debit: { iban: 'DE00123' } }),
      /no test account/,
    );
  });
});

describe('a single payment by debit', () => {
  const euros: Stripe.Checkout.SessionCreateParams = {
    mode: 'payment',
    allowed_payment_method_types: ['sepa_debit'],
    line_items: [
      { price_data: { currency: 'eur', unit_amount: 1500, product_data: { name: 'T-shirt' } }, quantity: 2 },
    ],
  };

  it('succeeds later', async () => {
    const session = await debited('pm_success_de', euros);
    assert.equal((session.payment_intent as Stripe.PaymentIntent).status, 'processing');
    await pass(3 * day);
    assert.ok((await sandbox.eventTypes()).includes('checkout.session.async_payment_succeeded'));
  });

  it('fails later', async () => {
    const session = await debited('pm_failed_de', euros);
    await pass(3 * day);
    assert.ok((await sandbox.eventTypes()).includes('checkout.session.async_payment_failed'));
    const { id } = session.payment_intent as Stripe.PaymentIntent;
    assert.equal((await stripe.paymentIntents.retrieve(id)).status, 'requires_payment_method');
  });

  it('takes a debit through a payment intent that allows it, and cannot be cancelled on its way', async () => {
    const params = { amount: 1000, currency: 'eur', payment_method: 'pm_success_de', confirm: true };
    await assert.rejects(stripe.paymentIntents.create(params), /not allowed/);
    const intent = await stripe.paymentIntents.create({ ...params, allowed_payment_method_types: ['sepa_debit'] });
    assert.equal(intent.status, 'processing');
    await assert.rejects(stripe.paymentIntents.cancel(intent.id), /processing/);
    await pass(3 * day);
    assert.equal((await stripe.paymentIntents.retrieve(intent.id)).status, 'succeeded');
  });
});

describe('the checkout page of a session that takes debits', () => {
  const page = async (url: string) => (await fetch(url)).text();
  const submit = (url: string, form: Record<string, string>) =>
    fetch(url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ email: 'ada@example.com', name: 'Ada Lovelace', ...form }),
    });

  it('asks for a card or an account, as is chosen', async () => {
    const { session } = await openCheckout(stripe, { allowed_payment_method_types: ['card', 'us_bank_account'] });
    const card = await page(String(session.url));
    assert.match(card, /\?method=bank/);
    assert.match(card, /name="card_number"/);
    const bank = await page(`${session.url}?method=bank`);
    assert.match(bank, /name="account_number"/);
    assert.doesNotMatch(bank, /name="card_number"/);
    const { session: cardsAlone } = await openCheckout(stripe);
    assert.doesNotMatch(await page(`${cardsAlone.url}?method=bank`), /account_number|method=bank/);
  });

  it('completes unpaid, and says what is wrong with an account that is none', async () => {
    const { session } = await openCheckout(stripe, { allowed_payment_method_types: ['card', 'us_bank_account'] });
    const url = `${session.url}?method=bank`;
    const wrong = await submit(url, { account_number: '12' });
    assert.equal(wrong.status, 400);
    assert.match(await wrong.text(), /This is no test account/);
    const paid = await submit(url, { account_number: '000123456789' });
    assert.equal(paid.status, 303);
    const { status, payment_status: paidFor } = await stripe.checkout.sessions.retrieve(session.id);
    assert.deepEqual([status, paidFor], ['complete', 'unpaid']);
  });

  it('asks for an account alone where no card is taken', async () => {
    const { price } = await makePlan(stripe, { currency: 'eur' });
    const { session } = await openCheckout(stripe, {
      line_items: [{ price: price.id, quantity: 1 }],
      allowed_payment_method_types: ['sepa_debit'],
    });
    const shown = await page(String(session.url));
    assert.match(shown, /IBAN/);
    assert.doesNotMatch(shown, /card_number|class="methods"/);
    assert.equal((await submit(String(session.url), { account_number: 'DE89 3704 0044 0532 0130 00' })).status, 303);
  });
});
