/** The endpoint that Stripe calls: exactly the events that are needed, in the version that the SDK reads (R3.5, R5.3). */

import Stripe from 'stripe';
import { asking, isMissing, stripeFailure } from './failures.ts';

type EventType = Stripe.WebhookEndpointCreateParams.EnabledEvent;

/**
 * What an endpoint must send. Not `invoice.created`: Stripe puts off finalizing an invoice while an endpoint does not take it,
 * and a draft changes no plan.
 */
export const neededEvents: readonly EventType[] = [
  'charge.dispute.closed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.refunded',
  'checkout.session.async_payment_failed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.completed',
  'checkout.session.expired',
  'customer.deleted',
  'customer.subscription.created',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.pending_update_applied',
  'customer.subscription.pending_update_expired',
  'customer.subscription.resumed',
  'customer.subscription.trial_will_end',
  'customer.subscription.updated',
  'customer.updated',
  'invoice.finalized',
  'invoice.marked_uncollectible',
  'invoice.paid',
  'invoice.payment_action_required',
  'invoice.payment_failed',
  'invoice.updated',
  'invoice.voided',
  'invoice_payment.paid',
  'payment_method.automatically_updated',
  'payment_method.detached',
  'payment_method.updated',
  'subscription_schedule.aborted',
  'subscription_schedule.canceled',
  'subscription_schedule.completed',
  'subscription_schedule.created',
  'subscription_schedule.released',
  'subscription_schedule.updated',
];

/** Only in test mode are there clocks. */
const testEvents: readonly EventType[] = ['test_helpers.test_clock.ready'];

export const eventsFor = (mode: 'test' | 'live'): readonly EventType[] =>
  mode === 'test' ? [...neededEvents, ...testEvents] : neededEvents;

export const pinnedVersion = Stripe.API_VERSION;

export interface EndpointReading {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly enabled: boolean;
  /** Null: the account's default, whatever that is by then. */
  readonly apiVersion: string | null;
  /** Needed and not sent. */
  readonly missing: readonly string[];
  /** Sent and not needed; `*` counts as one. */
  readonly extra: readonly string[];
}

export async function listEndpoints(sdk: Stripe, mode: 'test' | 'live'): Promise<EndpointReading[]> {
  const needed = eventsFor(mode);
  return asking(async () => {
    const found: EndpointReading[] = [];
    for await (const endpoint of sdk.webhookEndpoints.list({ limit: 100 })) {
      const events: readonly string[] = endpoint.enabled_events;
      found.push({
        id: endpoint.id,
        url: endpoint.url,
        description: endpoint.description,
        enabled: endpoint.status === 'enabled',
        apiVersion: endpoint.api_version,
        missing: events.includes('*') ? [] : needed.filter((type) => !events.includes(type)),
        extra: events.filter((type) => !needed.includes(type as EventType)),
      });
    }
    return found;
  });
}

/** Stripe tells the secret once, here. */
export async function createEndpoint(
  sdk: Stripe,
  mode: 'test' | 'live',
  { url, description }: { readonly url: string; readonly description: string },
): Promise<{ readonly id: string; readonly secret: string }> {
  const { id, secret } = await asking(() =>
    sdk.webhookEndpoints.create({
      url,
      description,
      enabled_events: [...eventsFor(mode)],
      api_version: pinnedVersion,
    }),
  );
  if (secret === undefined) throw new Error(`Stripe made the webhook endpoint ${id} without a secret.`);
  return { id, secret };
}

/** Turns it on and lets it send what is needed, and nothing else. Its version cannot be changed. */
export async function mendEndpoint(sdk: Stripe, mode: 'test' | 'live', id: string): Promise<void> {
  await asking(() => sdk.webhookEndpoints.update(id, { disabled: false, enabled_events: [...eventsFor(mode)] }));
}

export async function deleteEndpoint(sdk: Stripe, id: string): Promise<void> {
  try {
    await sdk.webhookEndpoints.del(id);
  } catch (error) {
    if (!isMissing(error)) throw stripeFailure(error);
  }
}
