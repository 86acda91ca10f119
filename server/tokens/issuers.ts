/** Verifies the tokens of the identity providers that a project lists. */

import { asymmetricAlgorithms, symmetricAlgorithms } from '../config/algorithms.ts';
import { errors, jwtVerify, type CryptoKey, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { isLoopback } from '../config/addresses.ts';
import type { Config, Issuer } from '../config/project.ts';
import { PlanclaimError, unavailable } from '../errors.ts';
import { guardedFetch } from '../net/guarded-fetch.ts';
import { remoteKeys, VerifyError, type Fetch, type KeySet } from '../verify.ts';
import type { KeyDeps } from './deps.ts';
import { refusalOf, refusedToken } from './lib/refusals.ts';

/** Seconds that clocks may differ (R33.1). */
export const clockTolerance = 30;

/** Types of a token that speaks for a user. Others (`logout+jwt`, `secevent+jwt`, `dpop+jwt`, …) were made for another purpose (CVE-2023-48309). */
const tokenTypes = new Set([undefined, 'jwt', 'at+jwt', 'application/jwt', 'application/at+jwt']);

/** A token without a key id is tried with this many keys at most. */
const mostCandidates = 8;

/**
 * The payload of an issuer's token: signed with one of its keys or its secret, by an algorithm of its list, with its `iss`,
 * one of its audiences, a `sub`, and an end.
 * @throws PlanclaimError 401 `token_invalid`, `token_expired`; 503 `unavailable` when its keys cannot be fetched
 */
export async function verifyIssuerToken(deps: KeyDeps, issuer: Issuer, token: string): Promise<JWTPayload> {
  const options = {
    issuer: issuer.issuer,
    ...(issuer.audience.length > 0 && { audience: [...issuer.audience] }),
    algorithms: pinnedAlgorithms(issuer),
    clockTolerance,
    currentDate: new Date(deps.clock()),
    requiredClaims: ['sub', 'exp'],
  };
  try {
    const { payload, protectedHeader } =
      issuer.jwksUri === null
        ? await jwtVerify(token, secretOf(issuer), options)
        : await verifyWithKeySet(token, keySetOf(deps, issuer.jwksUri, issuer), options);
    if (!tokenTypes.has(protectedHeader.typ?.toLowerCase())) {
      throw refusedToken('The token was made for another purpose: its typ is not that of an access token.');
    }
    return payload;
  } catch (error) {
    throw error instanceof VerifyError ? keysUnavailable(error) : refusalOf(error);
  }
}

/** The algorithms of the config; never HMAC with public keys, never anything else with a secret (CVE-2026-34950), never `none`. */
function pinnedAlgorithms({ jwksUri, algorithms }: Issuer): string[] {
  const possible = jwksUri === null ? symmetricAlgorithms : asymmetricAlgorithms;
  const fallback = jwksUri === null ? ['HS256'] : asymmetricAlgorithms;
  return algorithms.length === 0 ? [...fallback] : algorithms.filter((algorithm) => possible.includes(algorithm));
}

const secrets = new WeakMap<Issuer, Uint8Array>();

function secretOf(issuer: Issuer): Uint8Array {
  const known = secrets.get(issuer);
  if (known) return known;
  // An empty key verifies whatever was signed with nothing (CVE-2026-44351).
  if (!issuer.secret) {
    throw new PlanclaimError(`The issuer "${issuer.issuer}" has neither jwksUri nor a secret in the config.`, {
      code: 'issuer_without_key',
      status: 503,
    });
  }
  const secret = new TextEncoder().encode(issuer.secret);
  secrets.set(issuer, secret);
  return secret;
}

type VerifyOptions = Parameters<typeof jwtVerify>[2];

/** Where a token has no key id and several keys could be meant, each is tried. */
async function verifyWithKeySet(token: string, keys: JWTVerifyGetKey, options: VerifyOptions) {
  try {
    return await jwtVerify(token, keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    let tried = 0;
    for await (const key of error as AsyncIterable<CryptoKey>) {
      if (tried++ === mostCandidates) break;
      try {
        return await jwtVerify(token, key, options);
      } catch (mismatch) {
        if (!(mismatch instanceof errors.JWSSignatureVerificationFailed)) throw mismatch;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

const keySets = new WeakMap<Config, Map<string, KeySet>>();

/** What fetching an issuer's keys needs. */
export type IssuerKeyDeps = Pick<KeyDeps, 'config'>;

/** A backend that is itself on localhost is somebody developing, with an identity provider beside it. */
const keyFetch = ({ config }: IssuerKeyDeps, { allowPrivateJwks }: Issuer): Fetch =>
  allowPrivateJwks
    ? (target, init) => globalThis.fetch(target, init)
    : guardedFetch({
        loopbackAllowed: isLoopback(new URL(config.publicUrl)),
        remedy: 'Use a public https address, or set allowPrivateJwks for this issuer.',
      });

/** Milliseconds. */
const patience = 5000;

/**
 * How many keys an issuer lists, asked for now.
 * @throws PlanclaimError 503 `unavailable` when it does not answer with a key set
 */
export async function countIssuerKeys(deps: IssuerKeyDeps, issuer: Issuer, url: string): Promise<number> {
  try {
    const answer = await keyFetch(deps, issuer)(url, { signal: AbortSignal.timeout(patience) });
    const { keys } = (await answer.json()) as { keys?: unknown };
    if (answer.ok && Array.isArray(keys)) return keys.length;
    throw new Error(`It answered ${answer.status} without a key set.`);
  } catch (error) {
    if (error instanceof PlanclaimError) throw error;
    throw new PlanclaimError(
      `${url} did not answer with a key set. Check jwksUri, and that this machine can reach it.`,
      { code: 'unavailable', status: 503, cause: error },
    );
  }
}

/** One key set an address, however many projects and issuers name it. */
function keySetOf(deps: KeyDeps, url: string, issuer: Issuer): KeySet {
  let ofConfig = keySets.get(deps.config);
  if (!ofConfig) keySets.set(deps.config, (ofConfig = new Map()));
  const name = `${issuer.allowPrivateJwks ? 'any' : 'public'} ${url}`;
  let keys = ofConfig.get(name);
  if (!keys) {
    const fetch = keyFetch(deps, issuer);
    const onError = (error: unknown) =>
      deps.log.warn({ event: 'issuer_keys_failed', url, err: error }, "An issuer's keys could not be fetched");
    ofConfig.set(name, (keys = remoteKeys({ url, fetch, clock: deps.clock, onError })));
  }
  return keys;
}

const keysUnavailable = (error: VerifyError): PlanclaimError =>
  error.cause instanceof PlanclaimError ? error.cause : unavailable("The issuer's key set", error);
