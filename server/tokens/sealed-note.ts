/** Notes that travel through a browser and come back: encrypted and for one purpose, so that nobody reads, changes or makes one. */

import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';

export interface NoteDeps {
  readonly config: Config;
  readonly clock: Clock;
}

/** What a note is for; one that was made for another purpose does not open. */
export type NotePurpose = 'selection' | 'portal page' | 'portal return';

const keys = new WeakMap<Config, Map<NotePurpose, Promise<CryptoKey>>>();

/** A key of its own for each purpose, derived from PLANCLAIM_SECRET. */
function keyFor(config: Config, purpose: NotePurpose): Promise<CryptoKey> {
  const known = keys.get(config) ?? new Map<NotePurpose, Promise<CryptoKey>>();
  keys.set(config, known);
  const derive = async (): Promise<CryptoKey> => {
    const encoder = new TextEncoder();
    const secret = await crypto.subtle.importKey('raw', encoder.encode(config.secret), 'HKDF', false, ['deriveKey']);
    return crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode(`planclaim ${purpose} ticket`) },
      secret,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    );
  };
  const key = known.get(purpose) ?? derive();
  known.set(purpose, key);
  return key;
}

/** @param life seconds */
export async function sealNote(deps: NoteDeps, purpose: NotePurpose, note: unknown, life: number): Promise<string> {
  return new EncryptJWT({ note })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setAudience(purpose)
    .setExpirationTime(Math.floor(deps.clock() / 1000) + life)
    .encrypt(await keyFor(deps.config, purpose));
}

export interface OpenedNote<Note> {
  readonly note: Note;
  readonly expired: boolean;
}

/** @throws PlanclaimError 403 `ticket_invalid` when it was changed or made for something else */
export async function openNote<Note>(deps: NoteDeps, purpose: NotePurpose, sealed: string): Promise<OpenedNote<Note>> {
  try {
    const { payload } = await jwtDecrypt<{ note: Note }>(sealed, await keyFor(deps.config, purpose), {
      audience: purpose,
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      currentDate: new Date(deps.clock()),
    });
    return { note: payload.note, expired: false };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { note: error.payload['note'] as Note, expired: true };
    throw expiredPage(error);
  }
}

/** 403 `ticket_invalid`, for a person. */
export const expiredPage = (cause?: unknown): PlanclaimError =>
  new PlanclaimError('This page has expired. Go back to the app and open it again.', {
    code: 'ticket_invalid',
    status: 403,
    cause,
  });
