/**
 * All that passes through the sandbox, told on two channels of `node:diagnostics_channel` to who subscribes, and made up for nobody:
 * tests hold it against the SDK's types.
 */

import { channel } from 'node:diagnostics_channel';

/** A request to the API and what it was answered. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** As it was sent: the form of the body, or the query. */
  readonly sent: string;
  readonly status: number;
  /** JSON. */
  readonly answer: string;
  readonly userAgent: string | null;
  /** What the caller sent as `Stripe-Version`. */
  readonly version: string | null;
}

const exchanges = channel('planclaim:sandbox:exchange');
const events = channel('planclaim:sandbox:event');

/** @param exchange - called where somebody listens */
export function tellExchange(exchange: () => Exchange): void {
  if (exchanges.hasSubscribers) exchanges.publish(exchange());
}

/** @param body - the event as it is kept and delivered, JSON */
export function tellEvent(body: string): void {
  if (events.hasSubscribers) events.publish(body);
}
