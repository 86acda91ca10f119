/** The official SDK, pinned to its own API version, pointed at Stripe or at another host that speaks its API. */

import Stripe from 'stripe';
import type { StripeAccount } from '../config/project.ts';

/** Milliseconds; a user waits for most of these calls. */
const timeout = 20_000;

export function createStripeClient(account: StripeAccount, apiBase: string | null): Stripe {
  const base = apiBase === null ? null : new URL(apiBase);
  return new Stripe(account.secretKey, {
    maxNetworkRetries: 2,
    timeout,
    telemetry: false,
    appInfo: { name: 'planclaim' },
    ...(base && {
      host: base.hostname,
      port: base.port || (base.protocol === 'http:' ? '80' : '443'),
      protocol: base.protocol === 'http:' ? 'http' : 'https',
    }),
  });
}
