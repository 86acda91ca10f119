/**
 * A sandbox for tests: over HTTP, with the official SDK. All that passes is held against the SDK's types at the end of `test/run.ts`.
 */

import assert from 'node:assert/strict';
import { Stripe } from 'stripe';
import { startSandbox } from '../../../server/sandbox/serve.ts';
import type { SandboxOptions } from '../../../server/sandbox/serve.ts';

export interface TestSandbox {
  readonly url: string;
  readonly stripe: Stripe;
  /** A request to the API as it is, without the SDK. */
  call(path: string, init?: RequestInit): Promise<Answer>;
  /** `/_sandbox`: GET without a body, POST with one. */
  control(path: string, body?: object): Promise<Record<string, unknown>>;
  /** Pays an open session with a payment method, as Stripe's own page does. */
  pay(session: string, paymentMethod?: string): Promise<Answer>;
  /** Posts the checkout page's form. */
  submit(session: { readonly url: string | null }, form?: Record<string, string>): Promise<Answer>;
  /** Types of all events, oldest first. */
  eventTypes(): Promise<string[]>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty where the answer is no JSON. */
  readonly json: Record<string, unknown>;
}

export async function openSandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
  const sandbox = await startSandbox(options);
  const { hostname, port } = new URL(sandbox.url);
  const stripe = new Stripe('sk_test_x', {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });

  const call = async (path: string, init: RequestInit = {}) =>
    read(
      await fetch(new URL(path, sandbox.url), {
        redirect: 'manual',
        ...init,
        headers: { authorization: 'Bearer sk_test_x', ...(init.headers as Record<string, string>) },
      }),
    );

  return {
    url: sandbox.url,
    stripe,
    call,
    control: async (path, body) => {
      const init = body && { method: 'POST', body: JSON.stringify(body) };
      const answer = await read(await fetch(`${sandbox.url}/_sandbox/${path}`, init));
      assert.equal(answer.status, 200, answer.text);
      return answer.json;
    },
    pay: (session, paymentMethod = 'pm_card_visa') =>
      call(`/v1/payment_pages/${session}/confirm`, {
        method: 'POST',
        body: new URLSearchParams({ payment_method: paymentMethod }),
      }),
    submit: async (session, form = {}) =>
      read(
        await fetch(String(session.url), {
          method: 'POST',
          redirect: 'manual',
          headers: { accept: 'application/json' },
          body: new URLSearchParams({ ...goodForm, ...form }),
        }),
      ),
    eventTypes: async () => {
      const events = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1000 });
      return events.map(({ type }) => type).toReversed();
    },
    close: () => sandbox.close(),
  };
}

export const goodForm = {
  email: 'ada@example.com',
  card_number: '4242 4242 4242 4242',
  card_expiry: '12 / 34',
  card_cvc: '123',
  name: 'Ada Lovelace',
  country: 'DE',
};

/** A product with a monthly price, and a session that sells it. */
export async function openCheckout(
  stripe: Stripe,
  params: Stripe.Checkout.SessionCreateParams = {},
): Promise<{ session: Stripe.Checkout.Session; price: Stripe.Price; product: Stripe.Product }> {
  const { product, price } = await makePlan(stripe);
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: price.id, quantity: 1 }],
    success_url: 'https://shop.test/done?id={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://shop.test/plans',
    ...params,
  });
  return { session, price, product };
}

/** A product with a price of 19.00 USD a month. */
export async function makePlan(
  stripe: Stripe,
  params: Partial<Stripe.PriceCreateParams> = {},
): Promise<{ product: Stripe.Product; price: Stripe.Price }> {
  const product = await stripe.products.create({ name: 'Pro' });
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 1900,
    recurring: { interval: 'month' },
    ...params,
  });
  return { product, price };
}

/** A customer whose card is set up and who has subscribed. */
export async function subscribe(
  stripe: Stripe,
  params: Partial<Stripe.SubscriptionCreateParams> = {},
): Promise<Stripe.Subscription> {
  const { price } = await makePlan(stripe);
  const customer = await customerWithCard(stripe);
  return stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], ...params });
}

/** A customer whose default is this card. */
export async function customerWithCard(stripe: Stripe, paymentMethod = 'pm_card_visa'): Promise<Stripe.Customer> {
  return stripe.customers.create({
    email: 'ada@example.com',
    payment_method: paymentMethod,
    invoice_settings: { default_payment_method: paymentMethod },
  });
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, headers: response.headers, text, json };
}
