/** A sandbox behind the contract's proxy, with the official SDK before it and a webhook endpoint behind. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Stripe } from 'stripe';
import { startSandbox } from '../../server/sandbox/serve.ts';
import type { ContractProxy } from './proxy.ts';
import { startContractProxy } from './proxy.ts';

/** A sandbox of which every request, answer and delivery is held against the contract. */
export interface ContractSandbox {
  readonly proxy: ContractProxy;
  /** The SDK; it speaks through the proxy. */
  readonly stripe: Stripe;
  /** Resolves with the event of this type about this object, when it is delivered. */
  delivery(type: Stripe.Event['type'], id: string): Promise<Stripe.Event>;
  /** Resolves when every event that the sandbox has recorded so far was delivered. */
  everyDelivery(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds until a delivery that does not come is a failure. */
const patience = 10_000;

/** Starts all of it on free ports; the webhook endpoint takes every event. */
export async function startContractSandbox(): Promise<ContractSandbox> {
  const sandbox = await startSandbox({ port: 0, database: ':memory:' });
  const proxy = await startContractProxy(sandbox.url);
  const { hostname, port } = new URL(proxy.url);
  const stripe = new Stripe('sk_test_contract', { host: hostname, port, protocol: 'http', telemetry: false });

  const delivered: Stripe.Event[] = [];
  const arrivals = new EventEmitter();
  let secret = '';
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    proxy.checkDelivery(body);
    delivered.push(stripe.webhooks.constructEvent(body, String(request.headers['stripe-signature']), secret));
    response.writeHead(200).end();
    arrivals.emit('delivery');
  };
  const endpoint = createServer((request, response) => void receive(request, response));
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const { port: endpointPort } = endpoint.address() as AddressInfo;
  const url = `http://127.0.0.1:${endpointPort}/hook`;
  const registered = await stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
  secret = registered.secret ?? '';

  const waitFor = async (matches: (event: Stripe.Event) => boolean, what: string): Promise<Stripe.Event> => {
    const signal = AbortSignal.timeout(patience);
    for (;;) {
      const event = delivered.find(matches);
      if (event) return event;
      await once(arrivals, 'delivery', { signal }).catch(() => {
        throw new Error(`not delivered: ${what}. Delivered: ${delivered.map(({ type }) => type).join(', ')}`);
      });
    }
  };

  return {
    proxy,
    stripe,
    delivery: (type, id) =>
      waitFor(
        ({ type: kind, data: { object } }) => kind === type && 'id' in object && object.id === id,
        `${type} ${id}`,
      ),
    async everyDelivery() {
      const events = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 });
      assert.ok(events.length > 0);
      for (const { id, type } of events) await waitFor((event) => event.id === id, `${type} ${id}`);
    },
    async close() {
      await proxy.close();
      await sandbox.close();
      endpoint.closeAllConnections();
      endpoint.close();
    },
  };
}

/** What the sandbox's objects are made from in these tests. */
export interface ContractPlan {
  product: Stripe.Product;
  monthly: Stripe.Price;
  yearly: Stripe.Price;
}

/** A product with a monthly and a yearly price, in dollars and euros, under lookup keys. */
export async function makePlan(stripe: Stripe, name: string): Promise<ContractPlan> {
  const product = await stripe.products.create({ name, description: `${name} plan`, metadata: { plan: name } });
  const key = `contract_${name.toLowerCase()}`;
  const monthly = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 1900,
    currency_options: { eur: { unit_amount: 1800 } },
    recurring: { interval: 'month' },
    lookup_key: `${key}_monthly`,
  });
  const yearly = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 19_000,
    currency_options: { eur: { unit_amount: 18_000 } },
    recurring: { interval: 'year' },
    lookup_key: `${key}_yearly`,
  });
  return { product, monthly, yearly };
}
