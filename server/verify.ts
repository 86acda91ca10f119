/**
 * `@planclaim/server/verify`: checks our access tokens in a customer's own backend. Imports `jose` and nothing else of ours.
 *
 * @example
 * const verifyToken = createVerifier({ issuer: 'https://billing.example.com', audience: 'acme' });
 * const user = await verifyToken(access_token);
 * user.claims.plan;
 */

import {
  createLocalJWKSet,
  errors,
  jwtVerify,
  type CryptoKey,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';

/** What we sign with; anything else a header names is refused, `none` and HMAC above all (CVE-2022-23540, CVE-2026-34950). */
const algorithms = ['ES256', 'EdDSA', 'RS256'];
/** RFC 9068 §2.2: what an access token has to have. */
const requiredClaims = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'];
/** Characters; a header line of any server is shorter. */
const longestToken = 16_384;

/** Milliseconds: how long keys are believed, kept through an outage, and left alone between two looks (R32.3, R32.4). */
const keysFresh = 10 * 60_000;
const keysStale = 24 * 3_600_000;
const coolDown = 30_000;
/** The same while there are no keys at all: a start that came before the issuer's should not last half a minute. */
const coldCoolDown = 3000;
const fetchTimeout = 5000;

/** Why a token was refused, or could not be checked. */
export type VerifyErrorCode =
  | 'token_malformed'
  | 'token_invalid'
  | 'token_expired'
  | 'token_not_active'
  | 'token_type_mismatch'
  | 'issuer_mismatch'
  | 'audience_mismatch'
  /** Its `plan_version` is lower than `minVersion`: have it refreshed. */
  | 'plan_outdated'
  /** The keys could not be fetched; the token may be good. */
  | 'keys_unavailable'
  /** `fresh` was asked for and the backend did not answer. */
  | 'backend_unavailable';

/** Thrown by `verifyToken`. The message never holds the token. */
export class VerifyError extends Error {
  readonly code: VerifyErrorCode;
  /** What to answer: 401, or 503 where the token may be good and could not be checked. */
  readonly status: 401 | 503;

  constructor(code: VerifyErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'VerifyError';
    this.code = code;
    this.status = code === 'keys_unavailable' || code === 'backend_unavailable' ? 503 : 401;
  }
}

/** The token's payload. Plan claims stand under their bare names, also where the token has them under a namespace. */
export interface PlanClaims extends JWTPayload {
  iss: string;
  sub: string;
  exp: number;
  iat: number;
  jti: string;
  /** The project. */
  client_id: string;
  /** Null: none. A value that is no plan's id counts as none. */
  plan: string | null;
  billing_cycle: 'monthly' | 'yearly' | 'one_time' | null;
  plan_status: string;
  /** Names of the entitlements that are true. */
  features: readonly string[];
  /** The numeric entitlements; -1 is unlimited. */
  limits: Readonly<Record<string, number>>;
  plan_version: number;
  /** ISO 8601; while past due. */
  grace_until?: string;
  /** The account that pays, where that is not the person. */
  account_id?: string;
}

/** Who a token speaks for, and what they may do. */
export interface VerifiedUser {
  /** The person: `sub`. */
  readonly id: string;
  readonly claims: PlanClaims;
  /** Whether the plan is exactly this one: tokens do not know ranks, so a higher plan is another plan. Ask `can` for what several plans share. */
  hasPlan(plan: string): boolean;
  /** Whether the plan has this boolean entitlement. */
  can(feature: string): boolean;
  /** A numeric entitlement, to be compared with: `Infinity` where it is unlimited (-1 in the claim), 0 where the plan does not have it. */
  limit(name: string): number;
}

export interface VerifierOptions {
  /** The backend's PUBLIC_URL, to the letter. */
  readonly issuer: string;
  /** The project's `token.audience`; its id unless configured. */
  readonly audience: string;
  /** Default `<issuer>/.well-known/jwks.json`. */
  readonly jwksUri?: string;
  /** Seconds that clocks may differ (R33.1). Default 30. */
  readonly clockTolerance?: number;
  /** The project's `token.namespace`. */
  readonly namespace?: string;
  /** For keys and `fresh`. Default the global one. */
  readonly fetch?: Fetch;
  /** Milliseconds since 1970. Default the machine's. */
  readonly clock?: () => number;
}

export interface VerifyOptions {
  /** Refuses a token whose plan version is lower: what a `plan.changed` webhook told you. */
  readonly minVersion?: number;
  /** Asks the backend for the live plan; the claims are then those of now. */
  readonly fresh?: boolean;
}

/** @throws VerifyError with a `code` */
export type VerifyToken = (token: string, options?: VerifyOptions) => Promise<VerifiedUser>;

/** The function itself, which also carries itself by name: `const { verifyToken } = createVerifier(…)` works as well. */
export type Verifier = VerifyToken & { readonly verifyToken: VerifyToken };

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Makes a `verifyToken`. Make it once and keep it: it holds the keys.
 * @throws TypeError when issuer or audience are missing; an unset variable must not switch a check off
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { issuer, audience, clockTolerance = 30, clock = () => Date.now() } = options;
  for (const [name, value] of Object.entries({ issuer, audience })) {
    if (typeof value !== 'string' || value === '') throw new TypeError(`createVerifier needs ${name}.`);
  }
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const base = issuer.replace(/\/+$/, '');
  const keys = remoteKeys({ url: options.jwksUri ?? `${base}/.well-known/jwks.json`, fetch, clock });

  const verifyToken: VerifyToken = async (token, { minVersion, fresh = false } = {}) => {
    if (typeof token !== 'string' || token.length > longestToken) {
      throw new VerifyError('token_malformed', 'This is not a token.');
    }
    const payload = await verifySignature(token, keys, {
      issuer,
      audience,
      clockTolerance,
      algorithms,
      requiredClaims,
      typ: 'at+jwt',
      currentDate: new Date(clock()),
    });
    const stated = planClaims(payload, (name) => payload[`${options.namespace ?? ''}${name}`]);
    const claims = fresh ? await livePlan({ base, fetch, token, claims: stated }) : stated;
    if (minVersion !== undefined && claims.plan_version < minVersion) {
      throw new VerifyError('plan_outdated', 'The plan has changed since this token was made. Refresh it.');
    }
    return userOf(claims);
  };
  return Object.assign(verifyToken, { verifyToken });
}

async function verifySignature(
  token: string,
  keys: KeySet,
  options: Parameters<typeof jwtVerify>[2],
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    throw refusalOf(error);
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof VerifyError) return error;
  if (error instanceof errors.JWTExpired) return new VerifyError('token_expired', 'The token has expired.', error);
  if (error instanceof errors.JWTClaimValidationFailed) {
    const code = ({ iss: 'issuer_mismatch', aud: 'audience_mismatch', typ: 'token_type_mismatch' } as const)[
      error.claim
    ];
    if (code) return new VerifyError(code, `The token was made for another purpose: ${error.claim} differs.`, error);
    if (error.claim === 'nbf') return new VerifyError('token_not_active', 'The token is not valid yet.', error);
    return new VerifyError('token_invalid', `The token's ${error.claim} is missing or wrong.`, error);
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return new VerifyError('token_malformed', 'This is not a signed token.', error);
  }
  if (error instanceof errors.JOSEError || error instanceof TypeError) {
    return new VerifyError('token_invalid', 'The token is not signed with a key of this issuer.', error);
  }
  return error;
}

/** Reads the plan by `read`; what is not of its kind counts as not there, never as a plan. */
function planClaims(payload: JWTPayload, read: (name: string) => unknown): PlanClaims {
  const plan = read('plan');
  const cycle = read('billing_cycle');
  const status = read('plan_status');
  const features = read('features');
  const limits = read('limits');
  const version = read('plan_version');
  const grace = read('grace_until');
  const { grace_until: _replaced, ...rest } = payload as PlanClaims;
  return {
    ...rest,
    plan: typeof plan === 'string' && plan !== '' ? plan : null,
    billing_cycle: cycle === 'monthly' || cycle === 'yearly' || cycle === 'one_time' ? cycle : null,
    plan_status: typeof status === 'string' ? status : 'none',
    features: Array.isArray(features) ? features.filter((name): name is string => typeof name === 'string') : [],
    limits: Object.fromEntries(
      Object.entries(typeof limits === 'object' && limits !== null ? limits : {}).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number',
      ),
    ),
    plan_version: typeof version === 'number' ? version : 0,
    ...(typeof grace === 'string' && { grace_until: grace }),
  };
}

/** The claims with the plan that the backend states now. */
async function livePlan({
  base,
  fetch,
  token,
  claims,
}: {
  base: string;
  fetch: Fetch;
  token: string;
  claims: PlanClaims;
}): Promise<PlanClaims> {
  const url = `${base}/v1/subscription?${new URLSearchParams({ project_id: claims.client_id })}`;
  const signal = AbortSignal.timeout(fetchTimeout);
  let response: Response;
  let state: Record<string, unknown>;
  try {
    response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      redirect: 'manual',
      signal,
    });
    state = (await response.json()) as Record<string, unknown>;
  } catch (error) {
    throw new VerifyError('backend_unavailable', 'The live plan could not be read.', error);
  }
  if (response.status === 401 || response.status === 403) {
    throw new VerifyError('token_invalid', 'The backend does not accept this token any more.');
  }
  if (response.status !== 200) {
    throw new VerifyError('backend_unavailable', `The live plan could not be read: the answer was ${response.status}.`);
  }
  const live: Record<string, unknown> = {
    ...state,
    plan_status: state['status'],
    plan_version: state['version'],
  };
  return planClaims(claims, (name) => live[name]);
}

const userOf = (claims: PlanClaims): VerifiedUser => ({
  id: claims.sub,
  claims,
  hasPlan: (plan) => claims.plan !== null && claims.plan === plan,
  can: (feature) => claims.features.includes(feature),
  limit: (name) => {
    const limit = Object.hasOwn(claims.limits, name) ? (claims.limits[name] ?? 0) : 0;
    return limit === -1 ? Number.POSITIVE_INFINITY : limit;
  },
});

/** Finds the key that a header names, as `jwtVerify` asks for it. */
export type KeySet = (header: JWTHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

export interface RemoteKeysOptions {
  readonly url: string;
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Told of each fetch that failed, also while older keys still serve. */
  readonly onError?: (error: unknown) => void;
}

/**
 * An issuer's keys, fetched when they are needed (R32): one fetch for any number of waiting verifications; believed for 10
 * minutes, and through an outage for 24 hours; after a failure left alone for 30 seconds from the attempt. A `kid` that is
 * not there leads to one fetch in 30 seconds, however many tokens name one: some issuers sign at once with a new key.
 */
export function remoteKeys({ url, fetch, clock, onError }: RemoteKeysOptions): KeySet {
  let keys: ReturnType<typeof createLocalJWKSet> | undefined;
  let failure: unknown;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let missedAt = Number.NEGATIVE_INFINITY;
  let pending: Promise<void> | undefined;

  const fetchKeys = async (): Promise<void> => {
    triedAt = clock();
    try {
      keys = createLocalJWKSet(await fetchKeySet(url, fetch));
      fetchedAt = clock();
      failure = undefined;
    } catch (error) {
      failure = error;
      onError?.(error);
    } finally {
      pending = undefined;
    }
  };
  const load = (): Promise<void> => (pending ??= fetchKeys());
  const unavailable = () =>
    new VerifyError('keys_unavailable', "The issuer's keys could not be fetched.", failure ?? undefined);

  return async (header, token) => {
    let waited = false;
    if (!keys || clock() >= fetchedAt + keysFresh) {
      if (pending || clock() >= triedAt + (keys ? coolDown : coldCoolDown)) {
        await load();
        waited = true;
      }
    }
    if (!keys || clock() >= fetchedAt + keysStale) throw unavailable();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (waited) missedAt = clock();
      const mayLook = clock() >= missedAt + coolDown && (!failure || clock() >= triedAt + coolDown);
      if (!waited && (pending || mayLook)) {
        missedAt = clock();
        await load();
      }
      // While the issuer is out of reach nobody knows whether it has such a key: that is no reason to call the token bad.
      if (failure) throw unavailable();
      return keys(header, token);
    }
  };
}

async function fetchKeySet(url: string, fetch: Fetch): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(fetchTimeout),
  });
  if (response.status !== 200) throw new Error(`The answer to the request for keys was ${response.status}, not 200.`);
  return (await response.json()) as JSONWebKeySet;
}
