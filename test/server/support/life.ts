/** A subscriber's life at a backend and its sandbox: buying, time that passes for both, cards that fail. */

import assert from 'node:assert/strict';
import type Stripe from 'stripe';
import { startBackend, type Answer, type Backend, type BackendOptions } from './backend.ts';

export interface Life extends Backend {
  /** Buys, pays and comes back; resolves to the subscription's id. */
  subscribe(userId: string, order?: Record<string, unknown>): Promise<string>;
  /** A second tab that nobody could close in time: two seats of Team, beside this session. Resolves to its own session's id. */
  openBeside(userId: string, sessionId: string): Promise<string>;
  /** A call of the user's own, to `/v1/…`. */
  as(userId: string, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<Answer>;
  /** What a preview says, and the body that agrees to it. */
  agree(
    userId: string,
    order: Record<string, unknown>,
  ): Promise<{ preview: Record<string, unknown>; agreed: Record<string, unknown> }>;
  /** Puts this card in the place of the one that pays; one of Stripe's ids of ready payment methods. */
  payWith(subscriptionId: string, card: string): Promise<void>;
  customerOf(subscriptionId: string): Promise<string>;
  /** Lets this many days pass at Stripe, and reads there what became of the user. */
  travel(userId: string, days: number): Promise<void>;
  /** Moves the sandbox into its next second: its times have whole ones. */
  nextSecond(): Promise<void>;
  /** Reads everything at Stripe and writes what follows. */
  reread(userId: string): Promise<void>;
  /** A subscription straight at Stripe, as a dashboard makes it. */
  makeAtStripe(customer: string, lookupKey: string): Promise<Stripe.Subscription>;
  incidents(): Promise<{ kind: string; subject: string; user_id: string | null; occurrences: number }[]>;
  /** A request of the sandbox's own controls. */
  control(path: string, body: unknown): Promise<unknown>;
}

const day = 86_400;

/** Without webhooks unless told otherwise: what is read is read because somebody asked. */
export async function startLife(options: BackendOptions = {}): Promise<Life> {
  const backend = await startBackend({ webhooks: 'off', ...options });
  const { stripe, call, userToken } = backend;
  const as: Life['as'] = async (userId, method, path, body) =>
    call(path, { method, token: await userToken(userId), ...(body !== undefined && { body }) });
  const customerOf = async (id: string): Promise<string> =>
    (await stripe.subscriptions.retrieve(id)).customer as string;
  const control = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`${backend.sandboxUrl}/_sandbox/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, `/_sandbox/${path}`);
    return response.json();
  };
  // Asking for a preview that changes nothing reads all of the user's subscriptions first.
  const reread = async (userId: string): Promise<void> => {
    await as(userId, 'POST', '/v1/subscription/preview', { plan: 'free' });
  };
  const life = {
    subscribe: async (userId: string, order: Record<string, unknown> = {}) => {
      const session = await backend.checkout(userId, order);
      const paid = await backend.pay(session.id);
      assert.equal(paid.status, 200, 'the checkout is paid');
      assert.equal((await call(`/checkout/return?session_id=${session.id}`)).status, 303);
      return (await stripe.checkout.sessions.retrieve(session.id)).subscription as string;
    },
    openBeside: async (userId: string, sessionId: string) => {
      const { customer } = await stripe.checkout.sessions.retrieve(sessionId);
      const [price] = (await stripe.prices.list({ lookup_keys: ['acme_team_monthly'] })).data;
      const { id } = await stripe.checkout.sessions.create({
        mode: 'subscription',
        customer: customer as string,
        client_reference_id: userId,
        line_items: [{ price: String(price?.id), quantity: 2 }],
        success_url: 'https://app.acme.test/welcome',
      });
      return id;
    },
    as,
    agree: async (userId: string, order: Record<string, unknown>) => {
      const preview = await as(userId, 'POST', '/v1/subscription/preview', order);
      assert.equal(preview.status, 200, preview.text);
      const { due_now, proration_date } = preview.json;
      return { preview: preview.json, agreed: { ...order, due_now, proration_date } };
    },
    payWith: async (id: string, card: string) => {
      const method = await stripe.paymentMethods.attach(card, { customer: await customerOf(id) });
      await stripe.subscriptions.update(id, { default_payment_method: method.id });
    },
    customerOf,
    travel: async (userId: string, days: number) => {
      await control('clock', { advance_seconds: Math.round(days * day) });
      await reread(userId);
    },
    nextSecond: async () => {
      await control('clock', { advance_seconds: 1 });
    },
    reread,
    makeAtStripe: async (customer: string, lookupKey: string) => {
      const [price] = (await stripe.prices.list({ lookup_keys: [lookupKey] })).data;
      const [card] = (await stripe.paymentMethods.list({ customer })).data;
      return stripe.subscriptions.create({
        customer,
        items: [{ price: String(price?.id) }],
        ...(card && { default_payment_method: card.id }),
      });
    },
    incidents: async () => {
      const answer = await call('/v1/incidents?limit=100', { token: backend.project.apiKeys[0] as string });
      return answer.json['data'] as Awaited<ReturnType<Life['incidents']>>;
    },
    control,
  };
  // The backend's own members are getters, which a spread would read once.
  return Object.assign(Object.create(backend) as Backend, life);
}
