/**
 * WebCrypto without its threads: they answer at moments that nobody can repeat; the same sums, made at once, do not.
 * Only what the backend does again and again is here; making a key is left to the threads, which a life waits for as it opens.
 */

import {
  KeyObject,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  sign as signSync,
  timingSafeEqual,
  verify as verifySync,
} from 'node:crypto';

type Replace = (owner: object, name: string, value: unknown) => () => void;
type Import = (...parameters: [string, unknown, unknown, boolean, string[]]) => Promise<CryptoKey>;

/** Bytes of the authentication tag that WebCrypto appends. */
const tagLength = 16;

const keys = new WeakMap<CryptoKey, KeyObject>();
/** The bytes of keys that were given as bytes. */
const raws = new WeakMap<CryptoKey, Uint8Array>();

/** Takes WebCrypto's place. Returns what takes that back. */
export function installPromptCrypto(replace: Replace): () => void {
  const { subtle } = crypto;
  const importKey = subtle.importKey.bind(subtle) as unknown as Import;
  const remembering: Import = async (format, given, algorithm, asked, usages) => {
    // Node shows only the keys that may be shown; those that others are derived from never may.
    const extractable = asked || usages.every((usage) => usage === 'sign' || usage === 'verify');
    const key = await importKey(format, given, algorithm, extractable, usages);
    if (format === 'raw') raws.set(key, bytesOf(given as BufferSource));
    return key;
  };
  const derive = async (how: Hkdf, base: CryptoKey, made: { name: string; length: number }, ...rest: unknown[]) => {
    const { hash, salt, info } = how;
    const bytes = hkdfSync(nodeHash(nameOf(hash)), rawOf(base), bytesOf(salt), bytesOf(info), made.length / 8);
    return remembering('raw', new Uint8Array(bytes), made, rest[0] as boolean, rest[1] as string[]);
  };
  const undo = [
    replace(subtle, 'importKey', remembering),
    replace(subtle, 'deriveKey', derive),
    replace(subtle, 'digest', digest),
    replace(subtle, 'sign', sign),
    replace(subtle, 'verify', verify),
    replace(subtle, 'encrypt', encrypt),
    replace(subtle, 'decrypt', decrypt),
  ];
  return () => {
    for (const back of undo) back();
  };
}

interface Hkdf {
  readonly hash: string | { readonly name: string };
  readonly salt: BufferSource;
  readonly info: BufferSource;
}

interface Gcm {
  readonly iv: BufferSource;
  readonly additionalData?: BufferSource;
}

async function digest(algorithm: string | { name: string }, source: BufferSource): Promise<ArrayBuffer> {
  return bufferOf(
    createHash(nodeHash(nameOf(algorithm)))
      .update(bytesOf(source))
      .digest(),
  );
}

async function sign(algorithm: unknown, key: CryptoKey, source: BufferSource): Promise<ArrayBuffer> {
  const text = bytesOf(source);
  const hash = hashOf(key, algorithm);
  if (key.algorithm.name === 'HMAC') return bufferOf(createHmac(hash, keyOf(key)).update(text).digest());
  return bufferOf(signSync(hash, text, { key: keyOf(key), dsaEncoding: 'ieee-p1363' }));
}

async function verify(algorithm: unknown, key: CryptoKey, given: BufferSource, source: BufferSource): Promise<boolean> {
  const text = bytesOf(source);
  const signature = bytesOf(given);
  const hash = hashOf(key, algorithm);
  if (key.algorithm.name !== 'HMAC')
    return verifySync(hash, text, { key: keyOf(key), dsaEncoding: 'ieee-p1363' }, signature);
  const right = createHmac(hash, keyOf(key)).update(text).digest();
  return right.length === signature.length && timingSafeEqual(right, signature);
}

async function encrypt({ iv, additionalData }: Gcm, key: CryptoKey, source: BufferSource): Promise<ArrayBuffer> {
  const cipher = createCipheriv('aes-256-gcm', rawOf(key), bytesOf(iv));
  if (additionalData) cipher.setAAD(bytesOf(additionalData));
  return bufferOf(Buffer.concat([cipher.update(bytesOf(source)), cipher.final(), cipher.getAuthTag()]));
}

async function decrypt({ iv, additionalData }: Gcm, key: CryptoKey, source: BufferSource): Promise<ArrayBuffer> {
  const sealed = bytesOf(source);
  const decipher = createDecipheriv('aes-256-gcm', rawOf(key), bytesOf(iv));
  if (additionalData) decipher.setAAD(bytesOf(additionalData));
  decipher.setAuthTag(sealed.subarray(-tagLength));
  return bufferOf(Buffer.concat([decipher.update(sealed.subarray(0, -tagLength)), decipher.final()]));
}

function keyOf(key: CryptoKey): KeyObject {
  const known = keys.get(key) ?? KeyObject.from(key);
  keys.set(key, known);
  return known;
}

function rawOf(key: CryptoKey): Uint8Array {
  const raw = raws.get(key);
  if (!raw) throw new Error(`A ${key.algorithm.name} key is used here that was not given as bytes.`);
  return raw;
}

const nameOf = (algorithm: string | { readonly name: string }): string =>
  typeof algorithm === 'string' ? algorithm : algorithm.name;

/** `SHA-256` is `sha256` to Node. */
const nodeHash = (name: string): string => name.replace('-', '').toLowerCase();

function hashOf(key: CryptoKey, algorithm: unknown): string {
  const { hash } = algorithm as { hash?: string | { name: string } };
  const own = (key.algorithm as { hash?: { name: string } }).hash;
  return nodeHash(nameOf(hash ?? own ?? 'SHA-256'));
}

const bytesOf = (source: BufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);

const bufferOf = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer;
