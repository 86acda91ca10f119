/** The Stripe sandbox as the demo's clock panel needs it: its time, and what moving that did to one person. */

import Stripe from 'stripe';
import { tell, type Happening } from './happened.ts';

/** Events that one move may bring: years of renewals. */
const atMost = 5000;

export interface SandboxClock {
  /** The sandbox's time in seconds since 1970. */
  now(): Promise<number>;
  /** Moves it; what the customers of that user went through on the way, oldest first. */
  moveTo(now: number, userId: string | null): Promise<Happening[]>;
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
      await clock({
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ now }),
      });
      if (userId === null) return [];
      const [events, customers] = await Promise.all([eventsSince(stripe, latest[0]), customersOf(stripe, userId)]);
      return tell(events.filter((event) => customers.has(customerOf(event) ?? '')));
    },
  };
}

/** Oldest first. */
async function eventsSince(stripe: Stripe, latest: Stripe.Event | undefined): Promise<Stripe.Event[]> {
  const after = latest === undefined ? {} : { ending_before: latest.id };
  const events = await stripe.events.list({ limit: 100, ...after }).autoPagingToArray({ limit: atMost });
  // The SDK reads backwards where a list ends before something.
  return latest === undefined ? events.toReversed() : events;
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
