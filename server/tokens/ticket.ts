/** Who is choosing on the selection page: an encrypted note that travels with the page, so that it works without cookies and scripts. */

import { EncryptJWT, jwtDecrypt } from 'jose';
import type { Config } from '../config/project.ts';
import type { Clock } from '../clock.ts';
import { PlanclaimError } from '../errors.ts';

export interface TicketDeps {
  readonly config: Config;
  readonly clock: Clock;
}

/** Times in seconds. */
export interface SelectionTicket {
  readonly projectId: string;
  /** The account that pays. */
  readonly userId: string;
  /** The person: the caller's `sub`. */
  readonly subject: string;
  /** The caller's own claims that their token will keep. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** When the login ends; a token from this page never outlives it. */
  readonly sessionExpiresAt: number;
  readonly redirectUri: string;
  readonly state: string | null;
  /** RFC 7636 S256; null answers with a token in the fragment instead of a code. */
  readonly codeChallenge: string | null;
  readonly skippable: boolean;
}

/** Seconds: a checkout may be paid for a day after it was opened, and the browser then comes back with the ticket. */
const life = 25 * 3600;
const audience = 'select';

const keys = new WeakMap<Config, Promise<CryptoKey>>();

/** A key of its own, derived from PLANCLAIM_SECRET: a ticket can be nothing else, and nothing else a ticket. */
function ticketKey(config: Config): Promise<CryptoKey> {
  const known = keys.get(config);
  if (known) return known;
  const derive = async (): Promise<CryptoKey> => {
    const encoder = new TextEncoder();
    const secret = await crypto.subtle.importKey('raw', encoder.encode(config.secret), 'HKDF', false, ['deriveKey']);
    return crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode('planclaim selection ticket') },
      secret,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    );
  };
  const key = derive();
  keys.set(config, key);
  return key;
}

export async function sealTicket(deps: TicketDeps, ticket: SelectionTicket): Promise<string> {
  return new EncryptJWT({ ticket })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setAudience(audience)
    .setExpirationTime(Math.floor(deps.clock() / 1000) + life)
    .encrypt(await ticketKey(deps.config));
}

/** @throws PlanclaimError 403 `ticket_invalid` when it was changed, is another's, or has run out */
export async function openTicket(deps: TicketDeps, sealed: string): Promise<SelectionTicket> {
  try {
    const { payload } = await jwtDecrypt<{ ticket: SelectionTicket }>(sealed, await ticketKey(deps.config), {
      audience,
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      currentDate: new Date(deps.clock()),
    });
    return payload.ticket;
  } catch (error) {
    throw new PlanclaimError('This page has expired. Go back to the app and open it again.', {
      code: 'ticket_invalid',
      status: 403,
      cause: error,
    });
  }
}
