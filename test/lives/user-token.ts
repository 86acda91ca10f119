/** The login's own JWT of a user, valid for a whole life. */

import { SignJWT } from 'jose';
import { issuerSecret } from './setting.ts';

/** @param from - and `until`: milliseconds */
export function userToken(userId: string, from: number, until: number): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('https://idp.acme.test')
    .setAudience('acme')
    .setSubject(userId)
    .setIssuedAt(Math.floor(from / 1000))
    .setExpirationTime(Math.floor(until / 1000))
    .sign(new TextEncoder().encode(issuerSecret));
}
