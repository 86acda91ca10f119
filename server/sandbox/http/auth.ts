/** Who may call: anybody with a test key, as Bearer or as Basic user name. There is one account behind all keys. */

import { StripeApiError } from '../errors.ts';

/** @throws StripeApiError 401 without a key, or with one that is no `sk_test_…` or `rk_test_…`. */
export function requireKey(authorization: string | undefined): void {
  const key = readKey(authorization ?? '');
  if (key === '') {
    throw new StripeApiError(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
      { status: 401 },
    );
  }
  if (!/^(sk|rk)_test_\w+$/.test(key)) {
    throw new StripeApiError(
      `Invalid API Key provided: ${mask(key)}. This sandbox takes any key that begins with sk_test_.`,
      {
        status: 401,
      },
    );
  }
}

function readKey(authorization: string): string {
  const [scheme = '', value = ''] = authorization.trim().split(/\s+/, 2);
  if (/^bearer$/i.test(scheme)) return value;
  if (/^basic$/i.test(scheme)) return Buffer.from(value, 'base64').toString().split(':')[0] ?? '';
  return '';
}

/** A key that was meant for somewhere else must not end up in a log. */
function mask(key: string): string {
  return `${key.slice(0, 7)}${'*'.repeat(8)}${key.slice(-4)}`;
}
