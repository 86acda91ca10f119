/** Standard Webhooks 1.0.0: the three headers by which a receiver knows that an event is ours, unchanged and fresh. */

import { Webhook } from 'standardwebhooks';
import { toSeconds } from '../clock.ts';

export interface Unsigned {
  /** The same over all attempts: receivers tell a repetition by it. */
  readonly id: string;
  /** The bytes as they are sent. */
  readonly body: string;
  /** `whsec_…`; several while one is being rolled, each signs. */
  readonly secrets: readonly string[];
}

export interface SignedHeaders {
  readonly 'webhook-id': string;
  /** Seconds since 1970, of this attempt. */
  readonly 'webhook-timestamp': string;
  /** `v1,…`, one a secret, separated by spaces. */
  readonly 'webhook-signature': string;
}

/** Signs one attempt. `now` in milliseconds. */
export function signedHeaders({ id, body, secrets }: Unsigned, now: number): SignedHeaders {
  const seconds = toSeconds(now);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign(id, new Date(seconds * 1000), body))
      .join(' '),
  };
}
