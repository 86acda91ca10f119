/**
 * The load, in a process of its own, with everything that it sends made before the first request.
 *
 * Each message is an order; each answer says how it went. All requests must succeed, or the run counts for nothing.
 */
import autocannon from 'autocannon';
import type { SignedEvent } from './events.ts';
import { makeEvents } from './events.ts';

/** What to send, and where to. */
export interface LoadOrder {
  url: string;
  /** Tokens to send in turn as bearer; without them signed events are sent, no one twice. */
  tokens?: string[];
  /** How long to measure, about, in seconds, after a warm-up. */
  seconds: number;
}

/** How it went. */
export interface LoadReport {
  /** Requests answered a second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** How many events were accepted; they are the first ones. */
  events: number;
}

const connections = 32;
const warmUp = 4000;
/** As many as the fastest door takes in a run. */
const eventCount = 60_000;

let events: SignedEvent[] | null = null;

process.on('message', (order: LoadOrder) => {
  run(order).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function run({ url, tokens, seconds }: LoadOrder): Promise<LoadReport> {
  const { pathname, search } = new URL(url);
  const path = pathname + search;
  let sent = 0;
  if (!tokens) events ??= makeEvents(eventCount);

  const nextRequest = (request: autocannon.Request): autocannon.Request => {
    const index = sent;
    sent += 1;
    if (tokens) return { ...request, headers: { authorization: `Bearer ${tokens[index % tokens.length]}` } };
    const event = events?.[index];
    if (!event) throw new Error(`more than ${eventCount} events are needed`);
    const headers = { 'content-type': 'application/json', 'stripe-signature': event.signature };
    return { ...request, headers, body: event.body };
  };

  const shoot = (amount: number) => fire(url, { amount, path, nextRequest });
  const warm = await shoot(warmUp);
  const most = tokens ? Infinity : eventCount - warmUp;
  const measured = await shoot(Math.min(most, Math.ceil(warm.rate * seconds)));
  return { ...measured, events: tokens ? 0 : sent };
}

interface Shots {
  amount: number;
  path: string;
  nextRequest: (request: autocannon.Request) => autocannon.Request;
}

/** Sends so many requests over all connections; the clock stops with the last answer. */
function fire(url: string, { amount, path, nextRequest }: Shots): Promise<{ rate: number; p50: number; p99: number }> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    let answered = started;
    const requests: autocannon.Request[] = [{ method: 'POST', path, setupRequest: nextRequest }];
    const instance = autocannon({ url, connections, amount, sampleInt: 50, requests }, (error, result) => {
      if (error) return reject(error);
      if (result['2xx'] !== amount) {
        return reject(new Error(`${amount - result['2xx']} of ${amount} requests failed: ${JSON.stringify(result)}`));
      }
      const { p50, p99 } = result.latency;
      return resolve({ rate: amount / ((answered - started) / 1000), p50, p99 });
    });
    instance.on('response', () => {
      answered = performance.now();
    });
  });
}
