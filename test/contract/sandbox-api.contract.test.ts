/** The sandbox held against the contract: payments, cards, invoices and subscriptions made by API, and every refusal. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import type { ContractPlan, ContractSandbox } from './sandbox.ts';
import { makePlan, startContractSandbox } from './sandbox.ts';

let sandbox: ContractSandbox;
let stripe: Stripe;
let plan: ContractPlan;

before(async () => {
  sandbox = await startContractSandbox();
  stripe = sandbox.stripe;
  plan = await makePlan(stripe, 'Api');
});
after(() => sandbox.close());
afterEach(() => assert.deepEqual(sandbox.proxy.violations(), []));

/** A customer who pays with one of Stripe's test payment methods. */
async function customerWith(paymentMethod: string): Promise<{ customer: string; card: Stripe.PaymentMethod }> {
  const { id } = await stripe.customers.create({ email: 'ada@example.com' });
  const card = await stripe.paymentMethods.attach(paymentMethod, { customer: id });
  await stripe.customers.update(id, { invoice_settings: { default_payment_method: card.id } });
  return { customer: id, card };
}

describe('every answer and event fits the types of the SDK', () => {
  it('payment methods', async () => {
    const { customer, card } = await customerWith('pm_card_visa');
    await stripe.paymentMethods.retrieve(card.id, { expand: ['customer'] });
    await stripe.customers.retrievePaymentMethod(customer, card.id);
    await stripe.paymentMethods.update(card.id, { metadata: { note: 'first' }, billing_details: { name: 'Ada' } });
    await stripe.customers.retrieve(customer, { expand: ['invoice_settings.default_payment_method'] });
    const second = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_mastercard' } });
    await stripe.paymentMethods.attach(second.id, { customer });
    await stripe.paymentMethods.detach(second.id);
  });

  it('payments: paid, declined, asked for 3-D Secure, cancelled', async () => {
    const { customer, card } = await customerWith('pm_card_visa');
    const paid = await stripe.paymentIntents.create({
      amount: 1900,
      currency: 'usd',
      customer,
      payment_method: card.id,
      confirm: true,
      off_session: true,
    });
    assert.equal(paid.status, 'succeeded');
    await stripe.paymentIntents.retrieve(paid.id, { expand: ['latest_charge', 'customer', 'payment_method'] });
    await stripe.paymentIntents.list({ customer });
    const charges = await stripe.charges.list({ customer });
    await stripe.charges.retrieve(charges.data[0]?.id ?? '', { expand: ['payment_intent'] });

    const open = await stripe.paymentIntents.create({ amount: 500, currency: 'eur', metadata: { order: '1' } });
    await stripe.paymentIntents.update(open.id, { amount: 700, description: 'changed' });
    const declined = stripe.paymentIntents.confirm(open.id, { payment_method: 'pm_card_chargeDeclined' });
    await assert.rejects(declined, { type: 'StripeCardError', code: 'card_declined' });
    await stripe.paymentIntents.cancel(open.id, { cancellation_reason: 'abandoned' });

    const challenged = await stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      payment_method: 'pm_card_threeDSecure2Required',
      confirm: true,
      return_url: 'https://app.example.com/back',
    });
    assert.equal(challenged.status, 'requires_action');
  });

  it('setups', async () => {
    const { customer, card } = await customerWith('pm_card_visa');
    const setup = await stripe.setupIntents.create({ customer, usage: 'off_session', payment_method: card.id });
    await stripe.setupIntents.update(setup.id, { metadata: { note: 'kept' } });
    assert.equal((await stripe.setupIntents.confirm(setup.id)).status, 'succeeded');
    await stripe.setupIntents.retrieve(setup.id, { expand: ['payment_method', 'customer'] });
    const dropped = await stripe.setupIntents.create({ customer });
    await stripe.setupIntents.cancel(dropped.id);
    await stripe.setupIntents.list({ customer });
  });

  it('a subscription made by API, paid at once, read in every form', async () => {
    const { customer, card } = await customerWith('pm_card_visa');
    const subscription = await stripe.subscriptions.create({
      customer,
      items: [{ price: plan.monthly.id, quantity: 3 }],
      default_payment_method: card.id,
      payment_behavior: 'error_if_incomplete',
      metadata: { user_id: 'u_1' },
      expand: ['latest_invoice.confirmation_secret', 'latest_invoice.payments'],
    });
    assert.equal(subscription.status, 'active');
    await stripe.subscriptions.retrieve(subscription.id, {
      expand: [
        'customer',
        'default_payment_method',
        'items.data.price.product',
        'latest_invoice',
        'pending_setup_intent',
      ],
    });
    await stripe.subscriptions.list({ price: plan.monthly.id, limit: 1 });
    const items = await stripe.subscriptionItems.list({ subscription: subscription.id });
    await stripe.subscriptionItems.retrieve(items.data[0]?.id ?? '');
    const { id: invoice } = subscription.latest_invoice as Stripe.Invoice;
    await stripe.invoices.update(invoice, { metadata: { note: 'kept' } });
    await stripe.invoices.retrieve(invoice, { expand: ['customer', 'lines.data.discounts'] });
    const payments = await stripe.invoicePayments.list({ invoice });
    await stripe.invoicePayments.retrieve(payments.data[0]?.id ?? '', { expand: ['payment.payment_intent'] });
    await sandbox.delivery('customer.subscription.created', subscription.id);
  });

  it('a first payment that is declined, then made with another card', async () => {
    const { customer, card } = await customerWith('pm_card_chargeCustomerFail');
    const subscription = await stripe.subscriptions.create({
      customer,
      items: [{ price: plan.monthly.id }],
      default_payment_method: card.id,
      payment_behavior: 'default_incomplete',
    });
    assert.equal(subscription.status, 'incomplete');
    const invoice = String(subscription.latest_invoice);
    await assert.rejects(stripe.invoices.pay(invoice), { type: 'StripeCardError' });
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    assert.equal((await stripe.invoices.pay(invoice, { payment_method: good.id })).status, 'paid');
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'active');
    await sandbox.delivery('invoice.payment_failed', invoice);
    await sandbox.delivery('invoice.paid', invoice);
  });

  it('a trial without a card, and an open invoice that is voided', async () => {
    const { id: customer } = await stripe.customers.create({ name: 'Trial' });
    const trial = await stripe.subscriptions.create({
      customer,
      items: [{ price: plan.yearly.id }],
      trial_period_days: 14,
      trial_settings: { end_behavior: { missing_payment_method: 'cancel' } },
    });
    assert.equal(trial.status, 'trialing');
    const { customer: other } = await customerWith('pm_card_visa');
    const unpaid = await stripe.subscriptions.create({
      customer: other,
      items: [{ price: plan.monthly.id }],
      payment_behavior: 'default_incomplete',
    });
    assert.equal((await stripe.invoices.voidInvoice(String(unpaid.latest_invoice))).status, 'void');
  });

  it('checkout for one payment and for a saved card', async () => {
    const once = await stripe.prices.create({ product: plan.product.id, currency: 'usd', unit_amount: 4900 });
    const payment = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ price: once.id, quantity: 2, adjustable_quantity: { enabled: true, maximum: 5 } }],
      success_url: 'https://app.example.com/done',
      metadata: { order: '7' },
    });
    await stripe.checkout.sessions.update(payment.id, { metadata: { order: '8' } });
    const setup = await stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      success_url: 'https://app.example.com/done',
    });
    for (const { id } of [payment, setup]) {
      await fetch(`${sandbox.proxy.url}/v1/payment_pages/${id}/confirm`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_contract' },
        body: new URLSearchParams({ payment_method: 'pm_card_visa' }),
      });
      const complete = await stripe.checkout.sessions.retrieve(id, {
        expand: ['payment_intent.latest_charge', 'setup_intent', 'line_items'],
      });
      assert.equal(complete.status, 'complete');
    }
  });

  it('a product without prices is deleted', async () => {
    const product = await stripe.products.create({ name: 'Short-lived' });
    await stripe.products.del(product.id);
    await sandbox.delivery('product.deleted', product.id);
  });

  it('refusals: no key, a bad key, a missing object, a wrong value, a key used for another request', async () => {
    const { url } = sandbox.proxy;
    assert.equal((await fetch(`${url}/v1/customers`)).status, 401);
    assert.equal((await fetch(`${url}/v1/customers`, { headers: { authorization: 'Bearer pk_test_1' } })).ok, false);
    await assert.rejects(stripe.subscriptions.retrieve('sub_none'), { code: 'resource_missing' });
    await assert.rejects(stripe.subscriptions.create({ customer: 'cus_none', items: [{ price: plan.monthly.id }] }));
    await assert.rejects(
      stripe.products
        .create({ name: 'One' }, { idempotencyKey: 'same' })
        .then(() => stripe.products.create({ name: 'Two' }, { idempotencyKey: 'same' })),
      { type: 'StripeIdempotencyError' },
    );
  });

  it('and every event that it recorded was delivered', async () => {
    await sandbox.everyDelivery();
  });
});
