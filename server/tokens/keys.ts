/** Signing keys over their life: made at first start, rotated without a gap, removed when their last token has expired. */

import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Insertable } from 'kysely';
import type { TokenOptions } from '../config/project.ts';
import { unavailable } from '../errors.ts';
import type { SigningKeyTable, Writing } from '../store/schema.ts';
import type { KeyDeps } from './deps.ts';
import { seal, unseal } from './lib/sealing.ts';

export type SigningAlgorithm = TokenOptions['algorithm'];

/** Milliseconds that a new key is in the JWKS before it signs: longer than verifiers cache (R32.1). */
export const publishedBefore = 30 * 60_000;
/** Milliseconds that an old key stays beyond its last token's life, for clocks that differ (R32.2). */
export const keptAfter = 15 * 60_000;

/** A key as the database has it. Times in milliseconds. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly publicJwk: JWK;
  readonly sealedPrivateJwk: string;
  readonly createdAt: number;
  readonly signsFrom: number;
  /** When it leaves the JWKS; null: not before the next rotation. */
  readonly removedAt: number | null;
}

/** `next` is published and does not sign yet; `signing` signs; `retiring` only verifies; `removed` does nothing any more. */
export type KeyState = 'next' | 'signing' | 'retiring' | 'removed';

export interface KeySummary extends Omit<SigningKey, 'publicJwk' | 'sealedPrivateJwk'> {
  readonly state: KeyState;
}

/** What the projects sign with. */
export const algorithmsOf = ({ config }: Pick<KeyDeps, 'config'>): SigningAlgorithm[] => [
  ...new Set([...config.projects.values()].map(({ token }) => token.algorithm)),
];

/** Whether the key is in the JWKS. */
export const isPublished = (key: Pick<SigningKey, 'removedAt'>, now: number): boolean =>
  key.removedAt === null || now < key.removedAt;

/** The newest published key of the algorithm whose time to sign has come. */
export function signingKeyOf<Key extends Pick<SigningKey, 'algorithm' | 'signsFrom' | 'removedAt' | 'kid'>>(
  keys: readonly Key[],
  algorithm: SigningAlgorithm,
  now: number,
): Key | undefined {
  let best: Key | undefined;
  for (const key of keys) {
    if (key.algorithm !== algorithm || key.signsFrom > now || !isPublished(key, now)) continue;
    const newer = !best || key.signsFrom > best.signsFrom || (key.signsFrom === best.signsFrom && key.kid < best.kid);
    if (newer) best = key;
  }
  return best;
}

/** @throws PlanclaimError 503 `unavailable` */
export async function readKeys({ store }: Pick<KeyDeps, 'store'>): Promise<SigningKey[]> {
  const rows = await store.read
    .selectFrom('signing_key')
    .selectAll()
    .execute()
    .catch((error: unknown) => {
      throw unavailable('The database', error);
    });
  return rows.map((row) => ({
    kid: row.kid,
    algorithm: row.algorithm as SigningAlgorithm,
    publicJwk: JSON.parse(row.public_jwk) as JWK,
    sealedPrivateJwk: row.sealed_private_jwk,
    createdAt: row.created_at,
    signsFrom: row.signs_from,
    removedAt: row.removed_at,
  }));
}

/**
 * Makes the first key of an algorithm, which signs at once: nobody can have cached a set without it that has another.
 * Of several processes that start together one makes it. Returns whether it was this one.
 */
export async function ensureKey(deps: KeyDeps, algorithm: SigningAlgorithm): Promise<boolean> {
  const now = deps.clock();
  const key = await makeKey(deps, { algorithm, now, signsFrom: now });
  const made = await deps.store
    .write(async (tx) => {
      const current = await currentKeys(tx, algorithm);
      if (current.length > 0) return false;
      await tx.insertInto('signing_key').values(key).execute();
      return true;
    })
    .catch((error: unknown) => {
      throw unavailable('The database', error);
    });
  if (made) deps.log.info({ event: 'signing_key_made', kid: key.kid, algorithm }, 'A signing key was made');
  return made;
}

/**
 * Makes a new key for each algorithm in use. It is published now and signs in 30 minutes; the old one stays for the longest
 * token life and 15 minutes after that (R32.1, R32.2). Keys that are long gone are deleted.
 */
export async function rotateKeys(deps: KeyDeps): Promise<KeySummary[]> {
  const now = deps.clock();
  const signsFrom = now + publishedBefore;
  const used = algorithmsOf(deps);
  const fresh = await Promise.all(used.map((algorithm) => makeKey(deps, { algorithm, now, signsFrom })));
  const longestLife = Math.max(0, ...[...deps.config.projects.values()].map(({ token }) => token.ttl * 1000));
  await deps.store.write(async (tx) => {
    await tx.deleteFrom('signing_key').where('removed_at', '<=', now).execute();
    for (const key of fresh) {
      const hasOld = (await currentKeys(tx, key.algorithm)).length > 0;
      await tx
        .updateTable('signing_key')
        .set({ removed_at: signsFrom + longestLife + keptAfter })
        .where('algorithm', '=', key.algorithm)
        .where('removed_at', 'is', null)
        .execute();
      await tx
        .insertInto('signing_key')
        .values(hasOld ? key : { ...key, signs_from: now })
        .execute();
    }
    // Of an algorithm that no project uses any more nothing is signed from now on.
    await tx
      .updateTable('signing_key')
      .set({ removed_at: now + longestLife + keptAfter })
      .where('removed_at', 'is', null)
      .$if(used.length > 0, (query) => query.where('algorithm', 'not in', used))
      .execute();
  });
  for (const { kid, algorithm } of fresh) {
    deps.log.info({ event: 'signing_key_rotated', kid, algorithm }, 'A new signing key was published');
  }
  return listKeys(deps);
}

/** All keys and what each does now, newest first. */
export async function listKeys(deps: Pick<KeyDeps, 'store' | 'clock'>): Promise<KeySummary[]> {
  const now = deps.clock();
  const keys = await readKeys(deps);
  const stateOf = (key: SigningKey): KeyState => {
    if (!isPublished(key, now)) return 'removed';
    if (key.signsFrom > now) return 'next';
    return signingKeyOf(keys, key.algorithm, now) === key ? 'signing' : 'retiring';
  };
  return keys
    .toSorted((a, b) => b.signsFrom - a.signsFrom || a.algorithm.localeCompare(b.algorithm))
    .map((key) => {
      const { publicJwk: _public, sealedPrivateJwk: _private, ...summary } = key;
      return { ...summary, state: stateOf(key) };
    });
}

/** Keys that the next rotation replaces. */
const currentKeys = (tx: Writing, algorithm: string) =>
  tx
    .selectFrom('signing_key')
    .select('kid')
    .where('algorithm', '=', algorithm)
    .where('removed_at', 'is', null)
    .execute();

/**
 * Opens every kept key, to see that the secret is the one they were kept with. Returns how many there are.
 * @throws PlanclaimError 500 `secret_mismatch`
 */
export async function openEveryKey(deps: Pick<KeyDeps, 'store' | 'config'>): Promise<number> {
  const keys = await readKeys(deps);
  for (const { kid, algorithm, sealedPrivateJwk } of keys)
    await unseal(deps.config.secret, sealLabel(kid, algorithm), sealedPrivateJwk);
  return keys.length;
}

/** What a private key is sealed as: it opens as no other key's. */
export const sealLabel = (kid: string, algorithm: string): string => `${algorithm}:${kid}`;

async function makeKey(
  { config }: Pick<KeyDeps, 'config'>,
  { algorithm, now, signsFrom }: { algorithm: SigningAlgorithm; now: number; signsFrom: number },
): Promise<Insertable<SigningKeyTable>> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  // RFC 7638: the name follows from the key.
  const kid = await calculateJwkThumbprint(publicJwk);
  const sealed = await seal(config.secret, sealLabel(kid, algorithm), JSON.stringify(await exportJWK(privateKey)));
  return {
    kid,
    algorithm,
    public_jwk: JSON.stringify({ ...publicJwk, kid, alg: algorithm, use: 'sig' }),
    sealed_private_jwk: sealed,
    created_at: now,
    signs_from: signsFrom,
    removed_at: null,
  };
}
