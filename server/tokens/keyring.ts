/** The signing keys in memory, imported and ready; read again from the database within a minute of any change. */

import { base64url, errors, importJWK, type CryptoKey, type JWK } from 'jose';
import type { Config } from '../config/project.ts';
import type { Store } from '../store/store.ts';
import type { KeyDeps } from './deps.ts';
import {
  algorithmsOf,
  ensureKey,
  isPublished,
  readKeys,
  sealLabel,
  signingKeyOf,
  type SigningAlgorithm,
  type SigningKey,
} from './keys.ts';
import { unseal } from './lib/sealing.ts';

/** Milliseconds: how old the keys in memory get, and how soon an unknown `kid` looks again. Both far below the 30 minutes before a key signs. */
const longestAge = 60_000;
const lookAgain = 1000;

interface LoadedKey extends SigningKey {
  readonly publicKey: CryptoKey;
  /** How every token that it signed begins. */
  readonly beginning: string;
}

/** What a token is signed with. */
export interface Signer {
  readonly key: CryptoKey;
  /** RFC 9068 §2.1. */
  readonly header: { readonly alg: SigningAlgorithm; readonly typ: 'at+jwt'; readonly kid: string };
}

export class Keyring {
  readonly #deps: KeyDeps;
  readonly #signers = new Map<string, Promise<Signer>>();
  #keys: readonly LoadedKey[] = [];
  #byKid: ReadonlyMap<string, LoadedKey> = new Map();
  #loadedAt = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | null = null;

  constructor(deps: KeyDeps) {
    this.#deps = deps;
  }

  /**
   * The key that signs now.
   * @throws PlanclaimError 500 `secret_mismatch`, 503 `unavailable`
   */
  async signer(algorithm: SigningAlgorithm): Promise<Signer> {
    if (this.#isOld(this.#deps.clock())) await this.#load();
    // After the load, which may have made the key a moment ago.
    const key = signingKeyOf(this.#keys, algorithm, this.#deps.clock());
    if (!key) throw new Error(`No ${algorithm} key signs yet. The clock may have gone back.`);
    const known = this.#signers.get(key.kid);
    if (known) return known;
    const opening = this.#open(key);
    this.#signers.set(key.kid, opening);
    opening.catch(() => this.#signers.delete(key.kid));
    return opening;
  }

  /** Whether the token begins as those of a key in memory do: an answer that costs nothing, for nearly all of ours. */
  recognises(token: string): boolean {
    return this.#keys.some(({ beginning }) => token.startsWith(beginning));
  }

  /** Whether a token with this `kid` can only be ours. */
  async has(kid: string): Promise<boolean> {
    return (await this.#find(kid)) !== undefined;
  }

  /**
   * The public key that a token's header names, as jose's `jwtVerify` asks for it. The algorithm is the key's, never the header's (CVE-2026-22817).
   * @throws JWKSNoMatchingKey
   */
  readonly verificationKey = async (header: {
    alg?: string | undefined;
    kid?: string | undefined;
  }): Promise<CryptoKey> => {
    const key = header.kid === undefined ? undefined : await this.#find(header.kid);
    if (!key || key.algorithm !== header.alg) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  };

  /** The JWK set (RFC 7517 §5): every published key, also those that do not sign yet. */
  async publicKeys(): Promise<{ keys: JWK[] }> {
    const now = this.#deps.clock();
    if (this.#isOld(now)) await this.#load();
    return { keys: this.#keys.filter((key) => isPublished(key, now)).map(({ publicJwk }) => publicJwk) };
  }

  /** Makes what is missing and opens what signs, so that a wrong secret shows at start. */
  async prepare(): Promise<void> {
    await Promise.all(algorithmsOf(this.#deps).map((algorithm) => this.signer(algorithm)));
  }

  #isOld(now: number): boolean {
    return now >= this.#loadedAt + longestAge;
  }

  async #find(kid: string): Promise<LoadedKey | undefined> {
    const now = this.#deps.clock();
    // A kid nobody knows may be another process's very first key: looked for once a second, whoever asks (R32.3).
    if (this.#isOld(now) || (!this.#byKid.has(kid) && now >= this.#loadedAt + lookAgain)) await this.#load();
    const key = this.#byKid.get(kid);
    return key && isPublished(key, now) ? key : undefined;
  }

  #load(): Promise<void> {
    this.#loading ??= this.#read().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #read(): Promise<void> {
    const now = this.#deps.clock();
    let keys = await readKeys(this.#deps);
    const missing = algorithmsOf(this.#deps).filter((algorithm) => !signingKeyOf(keys, algorithm, now));
    for (const algorithm of missing) await ensureKey(this.#deps, algorithm);
    if (missing.length > 0) keys = await readKeys(this.#deps);
    this.#keys = await Promise.all(keys.map((key) => this.#import(key)));
    this.#byKid = new Map(this.#keys.map((key) => [key.kid, key]));
    this.#loadedAt = now;
  }

  async #import(key: SigningKey): Promise<LoadedKey> {
    const known = this.#byKid.get(key.kid);
    const publicKey = known?.publicKey ?? ((await importJWK(key.publicJwk, key.algorithm)) as CryptoKey);
    return { ...key, publicKey, beginning: `${base64url.encode(JSON.stringify(headerOf(key)))}.` };
  }

  async #open(signing: LoadedKey): Promise<Signer> {
    const { kid, algorithm, sealedPrivateJwk } = signing;
    const opened = await unseal(this.#deps.config.secret, sealLabel(kid, algorithm), sealedPrivateJwk);
    const key = (await importJWK(JSON.parse(opened) as JWK, algorithm)) as CryptoKey;
    return { key, header: headerOf(signing) };
  }
}

const headerOf = ({ kid, algorithm }: SigningKey): Signer['header'] => ({ alg: algorithm, typ: 'at+jwt', kid });

const keyrings = new WeakMap<Config, WeakMap<Store, Keyring>>();

/** The keyring of a database under a config; one for all who ask. */
export function keyringOf(deps: KeyDeps): Keyring {
  let ofConfig = keyrings.get(deps.config);
  if (!ofConfig) keyrings.set(deps.config, (ofConfig = new WeakMap()));
  let keyring = ofConfig.get(deps.store);
  if (!keyring) ofConfig.set(deps.store, (keyring = new Keyring(deps)));
  return keyring;
}
