/** The Stripe sandbox as the demo's clock panel needs it: its time, and what moving that did to one person. */

import Stripe from 'stripe';
import { tell, type Happening } from './happened.ts';

/** Events that one move may bring: years of renewals. */
const atMost = 5000;

export interface SandboxClock {
  /** The sandbox's time in seconds since 1970. */
  now(): Promise<number>;
  /** Moves it; what that user went through on the way. */
  moveTo(now: number, userId: string | null): Promise<Happened>;
  /** What that user has gone through since; nothing where the event is of other books. */
  since(eventId: string, userId: string): Promise<Happened>;
}

export interface Happened {
  /** Oldest first. */
  readonly happened: readonly Happening[];
  /** Of the last event so far; null where there is none. */
  readonly last: string | null;
}

/** @param sandboxUrl without a trailing slash */
export function createSandboxClock(sandboxUrl: string): SandboxClock {
  const { hostname, port } = new URL(sandboxUrl);
  const stripe = new Stripe('sk_test_sandbox', { host: hostname, port, protocol: 'http', telemetry: false });
  const clock = async (init?: RequestInit): Promise<number> => {
    const response = await fetch(`${sandboxUrl}/_sandbox/clock`, init);
    if (!response.ok) throw new Error(`The sandbox's clock answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { now: number }).now;
  };

  return {
    now: () => clock(),
    moveTo: async (now, userId) => {
      const { data: latest } = await stripe.events.list({ limit: 1 });
      const before = latest[0]?.id ?? null;
      await clock({
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ now }),
      });
      return userId === null ? { happened: [], last: before } : happenedSince(stripe, before, userId);
    },
    since: (eventId, userId) => happenedSince(stripe, eventId, userId),
  };
}

async function happenedSince(stripe: Stripe, eventId: string | null, userId: string): Promise<Happened> {
  const [events, customers] = await Promise.all([eventsSince(stripe, eventId), customersOf(stripe, userId)]);
  const own = events.filter((event) => customers.has(customerOf(event) ?? ''));
  return { happened: tell(own), last: events.at(-1)?.id ?? eventId };
}

/** Oldest first. */
async function eventsSince(stripe: Stripe, eventId: string | null): Promise<Stripe.Event[]> {
  const after = eventId === null ? {} : { ending_before: eventId };
  try {
    const events = await stripe.events.list({ limit: 100, ...after }).autoPagingToArray({ limit: atMost });
    // The SDK reads backwards where a list ends before something.
    return eventId === null ? events.toReversed() : events;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing') return [];
    throw error;
  }
}

/** The backend marks every customer that it makes with the user that it is for. */
async function customersOf(stripe: Stripe, userId: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const { id, metadata } of stripe.customers.list({ limit: 100 }))
    if (metadata['planclaim_user'] === userId) ids.add(id);
  return ids;
}

function customerOf(event: Stripe.Event): string | null {
  const { customer } = event.data.object as { customer?: string | { id: string } | null };
  return typeof customer === 'object' ? (customer?.id ?? null) : (customer ?? null);
}
