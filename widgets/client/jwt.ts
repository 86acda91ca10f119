/** Reads a JWT's claims. It verifies nothing: what is read here is shown, and the backend decides. */

import type { Claims } from './types.ts';

/** @returns null for anything that is no JWT */
export function readClaims(token: string): Claims | null {
  const payload = token.split('.')[1];
  if (!payload) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null ? (claims as Claims) : null;
  } catch {
    return null;
  }
}

/** Whose plan a token states: the account that pays (contract §3), else the person. Null where it says neither. */
export function accountOf(claims: Claims | null): string | null {
  const id = claims?.account_id ?? claims?.sub;
  return id === undefined ? null : `${claims?.sub ?? ''} ${id}`;
}
