/** Customers and their cards. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { customerWithCard, openSandbox, subscribe } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

describe('customers', () => {
  it('are made and changed, and what is emptied is cleared', async () => {
    const customer = await stripe.customers.create({
      email: 'ada@example.com',
      name: 'Ada',
      address: { country: 'GB', city: 'London' },
      metadata: { user_id: 'u_1', team: 'a' },
      preferred_locales: ['en'],
    });
    assert.match(customer.id, /^cus_\w{14}$/);
    assert.equal(customer.address?.line1, null);
    const changed = await stripe.customers.update(customer.id, {
      name: '',
      address: '',
      metadata: { team: '', plan: 'pro' },
    });
    assert.deepEqual([changed.name, changed.address, changed.email], [null, null, 'ada@example.com']);
    assert.deepEqual(changed.metadata, { user_id: 'u_1', plan: 'pro' });
    assert.deepEqual((await stripe.customers.update(customer.id, { metadata: '' })).metadata, {});
  });

  it('tell in their events what was different before', async () => {
    const customer = await stripe.customers.create({ email: 'before@example.com' });
    await stripe.customers.update(customer.id, { email: 'after@example.com' });
    await stripe.customers.update(customer.id, { email: 'after@example.com' });
    const events = await stripe.events.list({ type: 'customer.updated', limit: 1 });
    const [event] = events.data;
    assert.deepEqual(event?.data.previous_attributes, { email: 'before@example.com' });
    assert.partialDeepStrictEqual(event?.data.object, { email: 'after@example.com' });
    assert.match(String(event?.request?.id), /^req_/);
    assert.notEqual(event?.request?.idempotency_key, null);
  });

  it('leave their id behind when they are deleted, and no subscription', async () => {
    const subscription = await subscribe(stripe);
    const id = String(subscription.customer);
    assert.deepEqual(asPlain(await stripe.customers.del(id)), { id, object: 'customer', deleted: true });
    assert.deepEqual(asPlain(await stripe.customers.retrieve(id)), { id, object: 'customer', deleted: true });
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'canceled');
    await assert.rejects(stripe.customers.update(id, { name: 'x' }), { statusCode: 404, code: 'resource_missing' });
    await assert.rejects(stripe.customers.del(id), { statusCode: 404 });
    const listed = await stripe.customers.list({ limit: 100 });
    assert.ok(!listed.data.some((customer) => customer.id === id));
  });

  it('are listed by e-mail and time', async () => {
    const customer = await stripe.customers.create({ email: 'only@example.com' });
    const byEmail = await stripe.customers.list({ email: 'only@example.com' });
    assert.deepEqual(
      byEmail.data.map(({ id }) => id),
      [customer.id],
    );
    assert.equal((await stripe.customers.list({ created: { gt: customer.created + 60 } })).data.length, 0);
    assert.notEqual((await stripe.customers.list({ created: { gte: customer.created } })).data.length, 0);
  });
});

describe('payment methods', () => {
  it('are made from test numbers, tokens and ready ids', async () => {
    const card = { number: '5555555555554444', exp_month: 8, exp_year: 2040, cvc: '314' };
    const byNumber = await stripe.paymentMethods.create({ type: 'card', card, billing_details: { name: 'Ada' } });
    assert.deepEqual(
      [byNumber.card?.brand, byNumber.card?.last4, byNumber.card?.exp_year, byNumber.billing_details.name],
      ['mastercard', '4444', 2040, 'Ada'],
    );
    const byToken = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_amex' } });
    assert.equal(byToken.card?.brand, 'amex');
    await assert.rejects(stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_none' } }), {
      code: 'resource_missing',
    });
    const live = { ...card, number: '4111111111111111' };
    await assert.rejects(stripe.paymentMethods.create({ type: 'card', card: live }), { type: 'StripeCardError' });
    const old = { ...card, exp_year: 2020 };
    await assert.rejects(stripe.paymentMethods.create({ type: 'card', card: old }), { code: 'invalid_expiry_year' });
  });

  it('are attached to one customer, made the default, and detached', async () => {
    const customer = await stripe.customers.create({ email: 'ada@example.com' });
    const other = await stripe.customers.create({ email: 'eve@example.com' });
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    assert.match(method.id, /^pm_\w{24}$/);
    await assert.rejects(stripe.paymentMethods.attach(method.id, { customer: other.id }), {
      code: 'payment_method_unexpected_state',
    });
    const asDefault = { invoice_settings: { default_payment_method: method.id } };
    await assert.rejects(stripe.customers.update(other.id, asDefault), { statusCode: 400 });
    await stripe.customers.update(customer.id, asDefault);
    assert.equal((await stripe.customers.retrievePaymentMethod(customer.id, method.id)).id, method.id);
    assert.equal((await stripe.paymentMethods.detach(method.id)).customer, null);
    const after = (await stripe.customers.retrieve(customer.id)) as Stripe.Customer;
    assert.equal(after.invoice_settings.default_payment_method, null);
    assert.equal((await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data.length, 0);
  });

  it('pay no subscription any more once they are detached', async () => {
    const customer = await customerWithCard(stripe);
    const card = String(customer.invoice_settings.default_payment_method);
    const { id } = await subscribe(stripe, { customer: customer.id, default_payment_method: card });
    await stripe.paymentMethods.detach(card);
    assert.equal((await stripe.subscriptions.retrieve(id)).default_payment_method, null);
  });

  it('are refused by the bank when they are saved, or only when they are charged', async () => {
    const customer = await stripe.customers.create({ email: 'ada@example.com' });
    await assert.rejects(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id }), {
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'generic_decline',
    });
    const later = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
    await assert.rejects(
      stripe.paymentIntents.create({
        amount: 500,
        currency: 'usd',
        customer: customer.id,
        payment_method: later.id,
        confirm: true,
      }),
      { code: 'card_declined' },
    );
  });

  it('are changed once they belong to somebody', async () => {
    const customer = await customerWithCard(stripe);
    const [method] = (await stripe.customers.listPaymentMethods(customer.id)).data;
    const changed = await stripe.paymentMethods.update(method?.id ?? '', { card: { exp_month: 1, exp_year: 2041 } });
    assert.deepEqual([changed.card?.exp_month, changed.card?.exp_year], [1, 2041]);
  });
});

/** Without what the SDK adds to an answer. */
function asPlain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
