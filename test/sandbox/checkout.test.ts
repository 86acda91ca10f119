/** Checkout sessions: made by Stripe's rules, paid, declined, challenged, expired. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { goodForm, makePlan, openCheckout, openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

const newEvents = async (work: () => Promise<unknown>): Promise<string[]> => {
  const before = (await sandbox.eventTypes()).length;
  await work();
  return (await sandbox.eventTypes()).slice(before);
};

describe('a session', () => {
  it('is open, has a page of its own, and promises no subscription yet', async () => {
    const { session, price } = await openCheckout(stripe, { client_reference_id: 'u_1', metadata: { order: '7' } });
    assert.match(session.id, /^cs_test_\w{58}$/);
    assert.equal(session.status, 'open');
    assert.equal(session.payment_status, 'unpaid');
    assert.equal(session.subscription, null);
    assert.equal(session.amount_total, 1900);
    assert.equal(session.url, `${sandbox.url}/c/pay/${session.id}`);
    assert.equal(session.expires_at - session.created, 24 * 60 * 60);
    const items = await stripe.checkout.sessions.listLineItems(session.id);
    assert.deepEqual(
      items.data.map((item) => [item.description, item.quantity, item.amount_total, item.price?.id]),
      [['Pro', 1, 1900, price.id]],
    );
  });

  it('has a client secret and no page where it is embedded', async () => {
    for (const mode of ['embedded_page', 'elements'] as const) {
      const { price } = await makePlan(stripe);
      const session = await stripe.checkout.sessions.create({
        mode: 'subscription',
        ui_mode: mode,
        line_items: [{ price: price.id, quantity: 1 }],
        return_url: 'https://shop.test/done',
      });
      assert.equal(session.url, null);
      assert.match(session.client_secret ?? '', new RegExp(`^${session.id}_secret_`));
    }
  });

  it('is priced in the currency that is asked for', async () => {
    const { price } = await makePlan(stripe, { currency_options: { eur: { unit_amount: 1800 } } });
    const line = { line_items: [{ price: price.id, quantity: 2 }] };
    const { session } = await openCheckout(stripe, { ...line, currency: 'eur' });
    assert.deepEqual([session.currency, session.amount_total], ['eur', 3600]);
    await assert.rejects(openCheckout(stripe, { ...line, currency: 'jpy' }), { param: 'line_items[0][price]' });
  });

  const refusals: readonly [string, Stripe.Checkout.SessionCreateParams, string][] = [
    ['a success_url beside an embedded page', { ui_mode: 'embedded_page' }, 'success_url'],
    ['customer_update without a customer', { customer_update: { name: 'auto' } }, 'customer_update'],
    ['an end in less than half an hour', { expires_at: Math.floor(Date.now() / 1000) + 60 }, 'expires_at'],
    ['an end in more than a day', { expires_at: Math.floor(Date.now() / 1000) + 90_000 }, 'expires_at'],
    ['an address that is none', { success_url: 'done' }, 'success_url'],
    ['a customer that does not exist (R9.1)', { customer: 'cus_nobody' }, 'customer'],
    [
      'a price that does not exist (R9.2)',
      { line_items: [{ price: 'price_no', quantity: 1 }] },
      'line_items[0][price]',
    ],
    ['no trial at all', { subscription_data: { trial_period_days: 0 } }, 'subscription_data[trial_period_days]'],
    ["another mode's data", { payment_intent_data: { description: 'x' } }, 'payment_intent_data'],
    ['customer and e-mail together', { customer: 'cus_x', customer_email: 'a@b.co' }, 'customer'],
    ['nothing to sell', { line_items: [] }, 'line_items'],
  ];
  for (const [what, params, param] of refusals) {
    it(`is refused with ${what}`, async () => {
      await assert.rejects(openCheckout(stripe, params), { type: 'StripeInvalidRequestError', statusCode: 400, param });
    });
  }

  it('is refused with ui modes and parameters of older versions', async () => {
    const old = async (name: string, value: string) =>
      (
        await sandbox.call('/v1/checkout/sessions', {
          method: 'POST',
          headers: { 'stripe-version': '2026-10-28.endive' },
          body: new URLSearchParams({ mode: 'setup', success_url: 'https://shop.test', [name]: value }),
        })
      ).json['error'];
    assert.partialDeepStrictEqual(await old('ui_mode', 'hosted'), { param: 'ui_mode' });
    assert.partialDeepStrictEqual(await old('payment_method_types[0]', 'card'), {
      param: 'payment_method_types',
      code: 'parameter_unknown',
    });
  });

  it('is listed by customer and status', async () => {
    const customer = await stripe.customers.create({ email: 'list@example.com' });
    const { session } = await openCheckout(stripe, { customer: customer.id });
    const open = await stripe.checkout.sessions.list({ customer: customer.id, status: 'open' });
    assert.deepEqual(
      open.data.map(({ id }) => id),
      [session.id],
    );
    assert.equal((await stripe.checkout.sessions.list({ customer: customer.id, status: 'complete' })).data.length, 0);
  });
});

describe('paying', () => {
  it('makes the subscription, its paid invoice, and the events of both', async () => {
    const customer = await stripe.customers.create({ email: 'ada@example.com' });
    const { session, price } = await openCheckout(stripe, {
      customer: customer.id,
      customer_update: { address: 'auto', name: 'auto' },
      subscription_data: { metadata: { user_id: 'u_1' } },
    });
    const types = await newEvents(async () => {
      const answer = await sandbox.submit(session);
      assert.deepEqual([answer.status, answer.json], [200, { redirect: `https://shop.test/done?id=${session.id}` }]);
    });
    assert.deepEqual(types, [
      'payment_intent.created',
      'customer.updated',
      'payment_method.attached',
      'payment_intent.succeeded',
      'charge.succeeded',
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice_payment.paid',
      'checkout.session.completed',
    ]);
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription.latest_invoice'] });
    assert.deepEqual([paid.status, paid.payment_status, paid.url], ['complete', 'paid', null]);
    const subscription = paid.subscription as Stripe.Subscription;
    assert.equal(subscription.status, 'active');
    assert.deepEqual(subscription.metadata, { user_id: 'u_1' });
    assert.equal(subscription.items.data[0]?.price.id, price.id);
    const invoice = subscription.latest_invoice as Stripe.Invoice;
    assert.deepEqual(
      [invoice.status, invoice.amount_paid, invoice.billing_reason],
      ['paid', 1900, 'subscription_create'],
    );
    assert.equal(invoice.lines.data[0]?.description, '1 × Pro (at $19.00 / month)');
    const updated = (await stripe.customers.retrieve(customer.id)) as Stripe.Customer;
    assert.deepEqual([updated.name, updated.address?.country, updated.currency], ['Ada Lovelace', 'DE', 'usd']);
  });

  it('makes a customer where there was none', async () => {
    const { session } = await openCheckout(stripe, { customer_email: 'grace@example.com' });
    await sandbox.pay(session.id);
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['customer'] });
    assert.equal((paid.customer as Stripe.Customer).email, 'grace@example.com');
    assert.equal(paid.customer_details?.email, 'grace@example.com');
  });

  it('works without a script: a redirect to success_url, and once more for who comes again', async () => {
    const { session } = await openCheckout(stripe);
    const post = () =>
      fetch(String(session.url), { method: 'POST', redirect: 'manual', body: new URLSearchParams(goodForm) });
    for (const answer of [await post(), await post()]) {
      assert.deepEqual(
        [answer.status, answer.headers.get('location')],
        [303, `https://shop.test/done?id=${session.id}`],
      );
    }
    assert.equal((await fetch(String(session.url))).status, 200);
  });

  it('charges once for ten forms at once', async () => {
    const customer = await stripe.customers.create({ email: 'ten@example.com' });
    const { session } = await openCheckout(stripe, { customer: customer.id });
    const answers = await Promise.all(Array.from({ length: 10 }, () => sandbox.submit(session)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data.length, 1);
    assert.equal((await stripe.charges.list({ customer: customer.id })).data.length, 1);
  });

  it('refuses another amount than the one that is due', async () => {
    const { session } = await openCheckout(stripe);
    const answer = await sandbox.call(`/v1/payment_pages/${session.id}/confirm`, {
      method: 'POST',
      body: new URLSearchParams({ payment_method: 'pm_card_visa', expected_amount: '1' }),
    });
    assert.equal(answer.status, 400);
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).status, 'open');
  });

  it('starts a trial with a card and charges nothing', async () => {
    const { session } = await openCheckout(stripe, { subscription_data: { trial_period_days: 14 } });
    assert.equal(session.amount_total, 0);
    const types = await newEvents(() => sandbox.submit(session));
    assert.ok(types.includes('setup_intent.succeeded') && !types.includes('charge.succeeded'), types.join());
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription.latest_invoice'] });
    const subscription = paid.subscription as Stripe.Subscription;
    assert.equal(paid.payment_status, 'no_payment_required');
    assert.equal(subscription.status, 'trialing');
    assert.equal(Number(subscription.trial_end) - Number(subscription.trial_start), 14 * 86_400);
    assert.equal(subscription.billing_cycle_anchor, subscription.trial_end);
    assert.notEqual(subscription.default_payment_method, null);
    const invoice = subscription.latest_invoice as Stripe.Invoice;
    assert.deepEqual([invoice.status, invoice.total], ['paid', 0]);
    assert.equal(invoice.lines.data[0]?.description, 'Free trial for 1 × Pro');
  });

  it('starts a trial without a card where none is asked for', async () => {
    const { session } = await openCheckout(stripe, {
      payment_method_collection: 'if_required',
      subscription_data: {
        trial_period_days: 7,
        trial_settings: { end_behavior: { missing_payment_method: 'cancel' } },
      },
    });
    const answer = await sandbox.submit(session, { card_number: '', card_expiry: '', card_cvc: '' });
    assert.equal(answer.status, 200, answer.text);
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
    const subscription = paid.subscription as Stripe.Subscription;
    assert.equal(subscription.default_payment_method, null);
    assert.equal(subscription.trial_settings?.end_behavior.missing_payment_method, 'cancel');
  });

  it('takes a single payment in payment mode', async () => {
    const { product } = await makePlan(stripe);
    const once = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 9900 });
    const { session } = await openCheckout(stripe, {
      mode: 'payment',
      line_items: [{ price: once.id, quantity: 2 }],
      payment_intent_data: { metadata: { user_id: 'u_1' } },
      customer_creation: 'always',
    });
    await sandbox.submit(session);
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent.latest_charge'] });
    const intent = paid.payment_intent as Stripe.PaymentIntent;
    assert.deepEqual(
      [intent.status, intent.amount_received, intent.metadata],
      ['succeeded', 19_800, { user_id: 'u_1' }],
    );
    assert.equal((intent.latest_charge as Stripe.Charge).paid, true);
    assert.match(String(paid.customer), /^cus_/);
  });

  it('saves a card in setup mode', async () => {
    const customer = await stripe.customers.create({ email: 'setup@example.com' });
    const session = await stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer: customer.id,
      success_url: 'https://shop.test/saved',
    });
    const answer = await sandbox.submit(session);
    assert.equal(answer.status, 200, answer.text);
    const saved = await stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent'] });
    const setup = saved.setup_intent as Stripe.SetupIntent;
    assert.equal(setup.status, 'succeeded');
    const methods = await stripe.customers.listPaymentMethods(customer.id);
    assert.deepEqual(
      methods.data.map(({ id }) => id),
      [setup.payment_method],
    );
  });
});

describe('a card that does not pay', () => {
  const cards: readonly [string, string, string, string][] = [
    ['is declined', '4000 0000 0000 0002', 'card', 'declined'],
    ['has no funds', '4000 0000 0000 9995', 'card', 'insufficient funds'],
    ['has expired', '4000 0000 0000 0069', 'card_expiry', 'expired'],
    ['has another security code', '4000 0000 0000 0127', 'card_cvc', 'code'],
    ['can be saved but not charged', '4000 0000 0000 0341', 'card', 'declined'],
  ];
  for (const [what, number, field, words] of cards) {
    it(`${what}: 402, an open session, no subscription`, async () => {
      const customer = await stripe.customers.create({ email: 'poor@example.com' });
      const { session } = await openCheckout(stripe, { customer: customer.id });
      const types = await newEvents(async () => {
        const answer = await sandbox.submit(session, { card_number: number });
        assert.equal(answer.status, 402);
        const errors = answer.json['errors'] as Record<string, string>;
        assert.deepEqual(Object.keys(errors), [field]);
        assert.match(errors[field] ?? '', new RegExp(words));
      });
      assert.deepEqual(types, ['payment_intent.created', 'payment_intent.payment_failed', 'charge.failed']);
      const open = await stripe.checkout.sessions.retrieve(session.id);
      assert.deepEqual([open.status, open.subscription], ['open', null]);
      assert.equal((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data.length, 0);
      assert.equal((await sandbox.submit(session)).status, 200, 'and a good card pays after it');
    });
  }

  it('answers the API with a card error that names code, charge and payment', async () => {
    const { session } = await openCheckout(stripe);
    const answer = await sandbox.pay(session.id, 'pm_card_chargeDeclinedInsufficientFunds');
    assert.equal(answer.status, 402);
    const error = answer.json['error'] as Record<string, unknown>;
    assert.partialDeepStrictEqual(error, {
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'insufficient_funds',
    });
    assert.match(String(error['charge']), /^ch_/);
  });

  it('starts no trial that asks for a card', async () => {
    const { session } = await openCheckout(stripe, { subscription_data: { trial_period_days: 7 } });
    assert.equal((await sandbox.submit(session, { card_number: '4000000000000002' })).status, 402);
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).status, 'open');
  });

  it('is no card at all: the field says so and nothing is written', async () => {
    const { session } = await openCheckout(stripe);
    const types = await newEvents(async () => {
      assert.equal((await sandbox.submit(session, { card_number: '4242 4242 4242 4241' })).status, 400);
      assert.equal((await sandbox.submit(session, { card_number: '4111 1111 1111 1111' })).status, 402);
    });
    assert.deepEqual(types, []);
  });
});

describe('3-D Secure', () => {
  const challenge = async (session: Stripe.Checkout.Session, outcome: 'complete' | 'fail') => {
    const first = await sandbox.submit(session, { card_number: '4000 0027 6000 3184' });
    assert.equal(first.json['redirect'], `/c/pay/${session.id}/challenge`);
    const url = new URL(String(first.json['redirect']), sandbox.url);
    assert.match(await (await fetch(url)).text(), /3184/);
    return fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ challenge: outcome }) });
  };

  it('pays once it is passed', async () => {
    const { session } = await openCheckout(stripe);
    const answer = await challenge(session, 'complete');
    assert.equal(answer.headers.get('location'), `https://shop.test/done?id=${session.id}`);
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'paid');
  });

  it('leaves the session open where it is failed', async () => {
    const { session } = await openCheckout(stripe);
    const types = await newEvents(async () => assert.equal((await challenge(session, 'fail')).status, 402));
    assert.deepEqual(types, [
      'payment_intent.created',
      'payment_intent.requires_action',
      'payment_intent.payment_failed',
    ]);
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).status, 'open');
  });
});

describe('a session that ends', () => {
  it('is expired on request, once', async () => {
    const { session } = await openCheckout(stripe);
    assert.equal((await stripe.checkout.sessions.expire(session.id)).status, 'expired');
    await assert.rejects(stripe.checkout.sessions.expire(session.id), { statusCode: 400 });
    assert.equal((await fetch(String(session.url))).status, 410);
    assert.equal((await sandbox.pay(session.id)).status, 400);
  });

  it('expires when its time has come', async () => {
    const clocked = await openSandbox();
    const { session } = await openCheckout(clocked.stripe);
    await clocked.control('clock', { advance_seconds: 24 * 60 * 60 });
    const expired = await clocked.stripe.checkout.sessions.retrieve(session.id);
    assert.equal(expired.status, 'expired');
    const events = await clocked.stripe.events.list({ type: 'checkout.session.expired' });
    assert.equal(events.data[0]?.created, session.expires_at);
    assert.deepEqual(events.data[0]?.request, { id: null, idempotency_key: null });
    await clocked.close();
  });

  it('has a page for those who never had one', async () => {
    assert.equal((await fetch(`${sandbox.url}/c/pay/cs_test_unknown`)).status, 404);
  });
});
