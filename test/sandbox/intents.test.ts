/** Payment intents, setup intents and charges without a checkout around them. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

const passChallenge = (id: string) =>
  fetch(`${sandbox.url}/c/challenge/${id}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ challenge: 'complete' }),
  });

describe('a payment intent', () => {
  it('is paid by a card that is good', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 700, currency: 'EUR', description: 'Tea' });
    assert.equal(intent.status, 'requires_payment_method');
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    assert.deepEqual([paid.status, paid.amount_received, paid.currency], ['succeeded', 700, 'eur']);
    const charge = await stripe.charges.retrieve(String(paid.latest_charge));
    assert.deepEqual([charge.paid, charge.amount, charge.payment_intent], [true, 700, intent.id]);
    await assert.rejects(stripe.paymentIntents.cancel(intent.id), { code: 'payment_intent_unexpected_state' });
  });

  it('keeps the failed attempt of a card that is not, and takes another', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 700, currency: 'usd' });
    await assert.rejects(
      stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_chargeDeclinedInsufficientFunds' }),
      { type: 'StripeCardError', code: 'card_declined', decline_code: 'insufficient_funds' },
    );
    const failed = await stripe.paymentIntents.retrieve(intent.id);
    assert.equal(failed.status, 'requires_payment_method');
    assert.equal(failed.last_payment_error?.decline_code, 'insufficient_funds');
    assert.equal((await stripe.charges.retrieve(String(failed.latest_charge))).status, 'failed');
    assert.equal(
      (await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })).status,
      'succeeded',
    );
  });

  it('sends its payer to the bank and back', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 700,
      currency: 'usd',
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      return_url: 'https://shop.test/back',
    });
    assert.equal(intent.status, 'requires_action');
    assert.equal(intent.next_action?.redirect_to_url?.url, `${sandbox.url}/c/challenge/${intent.id}`);
    const back = new URL((await passChallenge(intent.id)).headers.get('location') ?? '');
    assert.equal(back.searchParams.get('payment_intent'), intent.id);
    assert.equal((await stripe.paymentIntents.retrieve(intent.id)).status, 'succeeded');
  });

  it('is declined off session where the bank wants to see the payer, unless the card was set up', async () => {
    const customer = await stripe.customers.create({});
    const charge = (payment_method: string) =>
      stripe.paymentIntents.create({
        amount: 700,
        currency: 'usd',
        customer: customer.id,
        payment_method,
        confirm: true,
        off_session: true,
      });
    await assert.rejects(charge('pm_card_authenticationRequiredOnSetup'), { code: 'authentication_required' });
    const setup = await stripe.setupIntents.create({
      customer: customer.id,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      confirm: true,
      return_url: 'https://shop.test/back',
    });
    await passChallenge(setup.id);
    const saved = await stripe.setupIntents.retrieve(setup.id);
    assert.equal(saved.status, 'succeeded');
    assert.equal((await charge(String(saved.payment_method))).status, 'succeeded');
  });

  it('is changed, cancelled and listed', async () => {
    const customer = await stripe.customers.create({});
    const intent = await stripe.paymentIntents.create({ amount: 700, currency: 'usd', customer: customer.id });
    await stripe.paymentIntents.update(intent.id, { amount: 800, metadata: { order: '1' } });
    const gone = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });
    assert.deepEqual([gone.status, gone.amount, gone.cancellation_reason], ['canceled', 800, 'abandoned']);
    const listed = await stripe.paymentIntents.list({ customer: customer.id });
    assert.deepEqual(
      listed.data.map(({ id }) => id),
      [intent.id],
    );
  });
});

describe('a setup intent', () => {
  it('saves a card for its customer', async () => {
    const customer = await stripe.customers.create({});
    const setup = await stripe.setupIntents.create({ customer: customer.id });
    const saved = await stripe.setupIntents.confirm(setup.id, { payment_method: 'pm_card_mastercard' });
    assert.equal(saved.status, 'succeeded');
    const method = await stripe.paymentMethods.retrieve(String(saved.payment_method));
    assert.equal(method.customer, customer.id);
    const listed = await stripe.setupIntents.list({ customer: customer.id });
    assert.deepEqual(
      listed.data.map(({ id }) => id),
      [setup.id],
    );
  });

  it('fails with a card that the bank will not have saved', async () => {
    const setup = await stripe.setupIntents.create({});
    await assert.rejects(stripe.setupIntents.confirm(setup.id, { payment_method: 'pm_card_chargeDeclined' }), {
      code: 'card_declined',
    });
    const failed = await stripe.setupIntents.retrieve(setup.id);
    assert.equal(failed.last_setup_error?.code, 'card_declined');
    assert.equal((await stripe.setupIntents.cancel(setup.id)).status, 'canceled');
  });
});
