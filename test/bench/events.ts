/** Stripe's events for the webhook door: each with an id of its own, signed, 3.6 KB, about one of a few hundred customers. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const webhookSecret = 'whsec_bench_0123456789abcdef0123456789abcdef';

/** An event as it is delivered. */
export interface SignedEvent {
  body: Buffer;
  /** The `Stripe-Signature` header. */
  signature: string;
}

/** The customers that events are about, in turn. */
export const customerIds: readonly string[] = Array.from({ length: 500 }, (_, index) => `cus_bench${index}`);

/** The id of the n-th event. */
export function eventId(index: number): string {
  return `evt_bench${index}`;
}

/** Makes the first `count` events, signed now: they are believed for five minutes. */
export function makeEvents(count: number): SignedEvent[] {
  const recorded = new URL('../contract/recorded/subscription.json', import.meta.url);
  const subscription = JSON.parse(readFileSync(recorded, 'utf8')) as object;
  const timestamp = Math.floor(Date.now() / 1000);
  return Array.from({ length: count }, (_, index) => {
    const customer = customerIds[index % customerIds.length];
    const event = {
      id: eventId(index),
      object: 'event',
      api_version: '2026-10-28.endive',
      created: timestamp,
      data: { object: { ...subscription, customer }, previous_attributes: { cancel_at_period_end: true } },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type: 'customer.subscription.updated',
    };
    const body = Buffer.from(JSON.stringify(event));
    return { body, signature: `t=${timestamp},v1=${sign(timestamp, body)}` };
  });
}

function sign(timestamp: number, body: Buffer): string {
  return createHmac('sha256', webhookSecret).update(`${timestamp}.`).update(body).digest('hex');
}
