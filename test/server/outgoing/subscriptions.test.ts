/** A subscription's life at the sandbox, as the customer's backend is told of it. */

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { startBackend, type Backend } from '../support/backend.ts';
import { receiverSecret, startReceiver, type Receiver } from './support/receiver.ts';

describe('the events of a subscription', () => {
  let backend: Backend;
  let receiver: Receiver;
  before(async () => {
    receiver = await startReceiver();
    backend = await startBackend({ project: { webhooks: [{ url: receiver.url, secret: receiverSecret }] } });
  });
  after(async () => {
    await backend.close();
    await receiver.close();
  });
  beforeEach(() => {
    receiver.received.length = 0;
  });

  const subscribe = async (userId: string): Promise<string> => {
    const session = await backend.checkout(userId);
    await backend.pay(session.id);
    await backend.call(`/checkout/return?session_id=${session.id}`);
    await backend.until(async () => (await backend.planOf(userId)).plan === 'pro', `${userId} is on pro`);
    await settled(userId);
    return (await backend.stripe.checkout.sessions.retrieve(session.id)).subscription as string;
  };
  /** Nothing pending, neither from Stripe nor to the receiver. */
  const settled = (userId: string): Promise<void> =>
    backend.until(async () => {
      const marks = await backend.store.read
        .selectFrom('customer')
        .select('retry_at')
        .where('user_id', '=', userId)
        .where('retry_at', 'is not', null)
        .execute();
      const deliveries = await backend.store.read
        .selectFrom('outgoing_delivery')
        .select('state')
        .where('due_at', 'is not', null)
        .execute();
      return marks.length + deliveries.length === 0;
    }, 'all is applied and told');
  const told = (userId: string) =>
    receiver.received.filter(({ body }) => body.data.user_id === userId).map(({ body }) => body);

  it('are one of each kind for a purchase, though return, three webhooks and a repetition tell of it (R2.1, R2.2)', async () => {
    await subscribe('u_buys');
    const { version, ...state } = await backend.planOf('u_buys');
    const events = told('u_buys');
    assert.deepEqual(events.map(({ type }) => type).toSorted(), ['plan.changed', 'subscription.created']);
    for (const { data, previous } of events) {
      assert.deepEqual(data, { ...state, version });
      assert.equal(previous?.plan ?? 'free', 'free');
    }
  });

  it('tell of a cancellation that is only scheduled, and of the end', async () => {
    const subscription = await subscribe('u_leaves');
    receiver.received.length = 0;
    await backend.stripe.subscriptions.update(subscription, { cancel_at_period_end: true });
    await backend.until(async () => (await backend.planOf('u_leaves')).cancel_at !== null, 'the end is scheduled');
    await settled('u_leaves');
    assert.deepEqual(
      told('u_leaves').map(({ type, data }) => [type, data.plan]),
      [
        ['plan.changed', 'pro'],
        ['subscription.updated', 'pro'],
      ],
    );
    receiver.received.length = 0;
    await backend.stripe.subscriptions.cancel(subscription);
    await backend.until(async () => (await backend.planOf('u_leaves')).plan === 'free', 'the plan ended');
    await settled('u_leaves');
    assert.deepEqual(
      told('u_leaves').map(({ type, data, previous }) => [type, previous?.plan, data.plan]),
      [
        ['plan.changed', 'pro', 'free'],
        ['subscription.canceled', 'pro', 'free'],
      ],
    );
  });
});
