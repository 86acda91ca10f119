/** The official SDK, pinned to its own API version, pointed at Stripe or at another host that speaks its API. */

import Stripe from 'stripe';
import type { StripeAccount } from '../config/project.ts';
import type { StripeTime } from './time.ts';

/** Milliseconds; a user waits for most of these calls. */
const timeout = 20_000;

export interface StripeWay {
  /** Told the `Date` of every answer of another host. */
  readonly time?: StripeTime;
  /** How requests leave, where that is not the machine's own network. */
  readonly send?: typeof fetch;
}

export function createStripeClient(account: StripeAccount, apiBase: string | null, way: StripeWay = {}): Stripe {
  const base = apiBase === null ? null : new URL(apiBase);
  return new Stripe(account.secretKey, {
    maxNetworkRetries: 2,
    timeout,
    telemetry: false,
    appInfo: { name: 'planclaim' },
    httpClient: httpClient(way.send, base === null ? undefined : way.time),
    ...(base && {
      host: base.hostname,
      port: base.port || (base.protocol === 'http:' ? '80' : '443'),
      protocol: base.protocol === 'http:' ? 'http' : 'https',
    }),
  });
}

type SdkClient = ReturnType<typeof Stripe.createNodeHttpClient>;

/** The SDK's own way to send requests, whose answers are looked at on the way back. */
function httpClient(send: typeof fetch | undefined, time: StripeTime | undefined): SdkClient {
  // The two differ in streams, which nothing here asks for.
  const client = send ? (Stripe.createFetchHttpClient(send) as unknown as SdkClient) : Stripe.createNodeHttpClient();
  const { makeRequest } = client;
  client.makeRequest = async (...request) => {
    const answered = time?.begin();
    const answer = await makeRequest.apply(client, request);
    const headers = answer.getHeaders();
    const { date } = headers;
    answered?.(Array.isArray(date) ? date[0] : date === undefined ? undefined : String(date));
    // The SDK tries 429 again only where it is told to; a lock held for a moment or a busy second is nobody's to see (R44.2).
    if (answer.getStatusCode() === 429) answer.getHeaders = () => ({ 'stripe-should-retry': 'true', ...headers });
    return answer;
  };
  return client;
}
