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
    ...(way.send && { httpClient: Stripe.createFetchHttpClient(way.send) }),
    ...(base && {
      host: base.hostname,
      port: base.port || (base.protocol === 'http:' ? '80' : '443'),
      protocol: base.protocol === 'http:' ? 'http' : 'https',
      ...(way.time && { httpClient: timed(way.time, way.send) }),
    }),
  });
}

type SdkClient = ReturnType<typeof Stripe.createNodeHttpClient>;

/** The SDK's own way to send requests, whose answers are looked at for what time it is over there. */
function timed(time: StripeTime, send: typeof fetch | undefined): SdkClient {
  // The two differ in streams, which nothing here asks for.
  const client = send ? (Stripe.createFetchHttpClient(send) as unknown as SdkClient) : Stripe.createNodeHttpClient();
  const { makeRequest } = client;
  client.makeRequest = async (...request) => {
    const answered = time.begin();
    const answer = await makeRequest.apply(client, request);
    const { date } = answer.getHeaders();
    answered(Array.isArray(date) ? date[0] : date === undefined ? undefined : String(date));
    return answer;
  };
  return client;
}
