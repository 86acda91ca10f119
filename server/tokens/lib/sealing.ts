/** Text that only this installation can read: AES-256-GCM under a key derived from PLANCLAIM_SECRET. */

import { base64url } from 'jose';
import { PlanclaimError } from '../../errors.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Says how the rest is to be read, so that it can be done otherwise one day. */
const scheme = 'v1';
/** Bytes (NIST SP 800-38D §8.2). */
const ivLength = 12;

/** HKDF-SHA256 (RFC 5869): signing keys have a key of their own, and the secret itself encrypts nothing. */
async function sealingKey(secret: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode('planclaim signing keys') },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

/** Seals `text`; `label` is what it belongs to, and opening it as anything else's fails. */
export async function seal(secret: string, label: string, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(ivLength));
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: encoder.encode(label) },
    await sealingKey(secret),
    encoder.encode(text),
  );
  return [scheme, base64url.encode(iv), base64url.encode(new Uint8Array(sealed))].join('.');
}

/** @throws PlanclaimError 500 `secret_mismatch` when it was sealed with another secret, or changed since */
export async function unseal(secret: string, label: string, sealed: string): Promise<string> {
  const [found, iv = '', text = ''] = sealed.split('.');
  try {
    if (found !== scheme) throw new Error(`Sealed as "${found}", which this version cannot read.`);
    const opened = await crypto.subtle.decrypt(
      {
        name: 'AES-GCM',
        iv: new Uint8Array(base64url.decode(iv)),
        additionalData: encoder.encode(label),
      },
      await sealingKey(secret),
      new Uint8Array(base64url.decode(text)),
    );
    return decoder.decode(opened);
  } catch (error) {
    throw new PlanclaimError(
      'The signing keys in the database were sealed with another PLANCLAIM_SECRET. Start with the one they were made with (without the variable, it is kept in .planclaim/secret).',
      { code: 'secret_mismatch', status: 500, cause: error },
    );
  }
}
