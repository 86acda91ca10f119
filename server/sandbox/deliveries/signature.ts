/** `Stripe-Signature`: the HMAC of time and body (docs.stripe.com/webhooks#verify-manually). */

import { createHmac } from 'node:crypto';

/** @param seconds - the time of sending; receivers refuse what is older than five minutes. */
export function signatureHeader(body: string, secret: string, seconds: number): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
