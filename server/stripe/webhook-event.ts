/** The door: verifies the raw bytes and takes from an event only which customer it is about (R4, "a doorbell, not data"). */

import Stripe from 'stripe';
import { PlanclaimError } from '../errors.ts';

export interface Doorbell {
  readonly eventId: string;
  readonly type: string;
  readonly livemode: boolean;
  /** Null when the event is of a kind that cannot change a plan, or names no customer. */
  readonly customerId: string | null;
  /** The charge that a dispute is about: it names no customer. */
  readonly chargeId: string | null;
  /** The test clock that was advanced; null for every other event. */
  readonly testClock: string | null;
}

/** Kinds of event after which a customer's subscriptions are read again; `webhook-endpoint.ts` asks Stripe for them. */
export const relevant = [
  'customer.subscription.',
  'customer.deleted',
  'customer.updated',
  'checkout.session.',
  'invoice.',
  'invoice_payment.',
  'subscription_schedule.',
  'payment_method.',
  'charge.refunded',
  'charge.dispute.',
];

/** Seconds; Stripe's own recommendation. */
const tolerance = 300;

// Verification needs no key and no network; the client is only where the SDK keeps it.
const { webhooks } = new Stripe('sk_unused');

/**
 * Verifies the signature against each configured secret.
 * @throws PlanclaimError 400 `webhook_signature_invalid`
 */
export async function readDoorbell(rawBody: string, signature: string, secrets: readonly string[]): Promise<Doorbell> {
  for (const secret of secrets) {
    const event = await verify(rawBody, signature, secret);
    if (event) return doorbellOf(event);
  }
  throw new PlanclaimError('The Stripe-Signature header does not match this body. Check STRIPE_WEBHOOK_SECRET.', {
    code: 'webhook_signature_invalid',
    status: 400,
  });
}

async function verify(rawBody: string, signature: string, secret: string): Promise<Stripe.Event | null> {
  try {
    return await webhooks.constructEventAsync(rawBody, signature, secret, tolerance);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return null;
    throw new PlanclaimError('The body is not an event of Stripe.', {
      code: 'webhook_body_invalid',
      status: 400,
      cause: error,
    });
  }
}

function doorbellOf(event: Stripe.Event): Doorbell {
  const object = event.data.object as { id?: unknown; object?: unknown; customer?: unknown; charge?: unknown };
  const matters = relevant.some((prefix) => event.type.startsWith(prefix));
  const named = object.object === 'customer' ? object.id : object.customer;
  const customerId = typeof named === 'object' && named !== null && 'id' in named ? named.id : named;
  return {
    eventId: event.id,
    type: event.type,
    livemode: event.livemode,
    customerId: matters && typeof customerId === 'string' ? customerId : null,
    chargeId: object.object === 'dispute' && typeof object.charge === 'string' ? object.charge : null,
    testClock: event.type === 'test_helpers.test_clock.ready' ? event.data.object.id : null,
  };
}
