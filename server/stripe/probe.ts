/** Whether Stripe answers to the key, and what time it is there. */

import { asking } from './failures.ts';
import type { StripeGateway } from './gateway.ts';

/**
 * The smallest question that needs the key. Resolves to the answer's `Date` in milliseconds, null when it has none.
 * @throws PlanclaimError 502 `stripe_key_refused`, 503 `unavailable`
 */
export async function probeStripe(gateway: StripeGateway): Promise<number | null> {
  const { lastResponse } = await asking(() => gateway.sdk.products.list({ limit: 1 }));
  const at = Date.parse(lastResponse.headers['date'] ?? '');
  return Number.isNaN(at) ? null : at;
}
