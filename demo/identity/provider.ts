/** A tiny identity provider with keys of its own, so that the exchange of its tokens for Planclaim's is real. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK } from 'jose';
import { JOSEError } from 'jose/errors';
import type { Person } from './people.ts';

/** Seconds that a token for other services lives. */
const tokenLife = 600;
/** Seconds that a browser stays signed in. */
const sessionLife = 7 * 24 * 3600;
const algorithm = 'ES256';

export interface IdentityProvider {
  /** The public keys, for `/.well-known/jwks.json`. */
  readonly jwks: { readonly keys: readonly JWK[] };
  /** A ten-minute JWT that tells other services who somebody is. */
  issueToken(person: Person): Promise<string>;
  /** What the session cookie holds. */
  issueSession(person: Person): Promise<string>;
  /** Who a session cookie is about; null for one that is missing, expired or not ours. */
  readSession(cookie: string | undefined): Promise<Person | null>;
}

/**
 * @param options.issuer the site's address, the `iss` of every token
 * @param options.keyFile where the signing key is kept, so that people stay signed in over a restart
 */
export async function createIdentityProvider(options: {
  readonly issuer: string;
  readonly audience: string;
  readonly keyFile: string;
}): Promise<IdentityProvider> {
  const { issuer, audience } = options;
  const jwk = await readOrMakeKey(options.keyFile);
  const privateKey = (await importJWK(jwk, algorithm)) as CryptoKey;
  const { d: _private, ...publicJwk } = jwk;
  const publicKey = (await importJWK(publicJwk, algorithm)) as CryptoKey;
  /** Sessions are for this site alone: a token made for somebody else is not one. */
  const sessionAudience = `${issuer}/session`;

  const sign = (person: Person, purpose: { readonly audience: string; readonly seconds: number }): Promise<string> =>
    new SignJWT({ email: person.email, name: person.name, role: person.role })
      .setProtectedHeader({ alg: algorithm, kid: String(jwk.kid), typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(purpose.audience)
      .setSubject(person.id)
      .setIssuedAt()
      .setExpirationTime(`${purpose.seconds} seconds`)
      .sign(privateKey);

  return {
    jwks: { keys: [publicJwk] },
    issueToken: (person) => sign(person, { audience, seconds: tokenLife }),
    issueSession: (person) => sign(person, { audience: sessionAudience, seconds: sessionLife }),
    readSession: async (cookie) => {
      if (cookie === undefined) return null;
      try {
        const { payload } = await jwtVerify(cookie, publicKey, {
          issuer,
          audience: sessionAudience,
          algorithms: [algorithm],
          requiredClaims: ['sub', 'exp'],
        });
        return {
          id: String(payload.sub),
          name: String(payload['name']),
          email: String(payload['email']),
          role: String(payload['role']),
        };
      } catch (error) {
        // An old or foreign cookie is somebody who is not signed in.
        if (error instanceof JOSEError) return null;
        throw error;
      }
    },
  };
}

async function readOrMakeKey(file: string): Promise<JWK> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk: JWK = {
    ...(await exportJWK(privateKey)),
    kid: `driftboard-${Date.now().toString(36)}`,
    use: 'sig',
    alg: algorithm,
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(jwk), { mode: 0o600 });
  return jwk;
}
