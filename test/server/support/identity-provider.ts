/** A small identity provider over real HTTP: it signs JWTs, publishes a JWKS, counts who asks for it, and can fail. */

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTHeaderParameters } from 'jose';

export interface ProviderKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export interface IdentityProvider {
  /** Its `iss`, and where it listens: `http://127.0.0.1:PORT`. */
  readonly issuer: string;
  readonly jwksUri: string;
  /** What the JWKS shows; replace it at will. */
  keys: ProviderKey[];
  /** How often the JWKS was asked for. */
  readonly fetches: number;
  /** How it answers from now on. */
  answer: 'keys' | 'error' | 'redirect' | 'garbage' | 'hold';
  /** Ends `hold`: all that wait are answered. */
  release(): void;
  /** Signs with the first key: audience `acme`, subject `u_1`, five minutes from `now`, unless told otherwise; `undefined` leaves a claim out. */
  sign(claims?: Record<string, unknown>, options?: SignOptions): Promise<string>;
  close(): Promise<void>;
}

export interface SignOptions {
  readonly key?: ProviderKey;
  readonly header?: Partial<JWTHeaderParameters>;
}

export async function makeProviderKey(kid: string, alg = 'ES256'): Promise<ProviderKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** `now` gives milliseconds. */
export async function startIdentityProvider(now: () => number): Promise<IdentityProvider> {
  let fetches = 0;
  const held: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.url !== '/jwks.json') {
      response.writeHead(404).end();
      return;
    }
    fetches += 1;
    if (provider.answer === 'hold') held.push(response);
    else respond(response);
  });
  const respond = (response: ServerResponse): void => {
    if (provider.answer === 'error') response.writeHead(500).end('no keys today');
    else if (provider.answer === 'redirect') response.writeHead(302, { location: '/jwks.json' }).end();
    else if (provider.answer === 'garbage') response.writeHead(200).end('<html>');
    else {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ keys: provider.keys.map(({ publicJwk }) => publicJwk) }));
    }
  };
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: IdentityProvider = {
    issuer,
    jwksUri: `${issuer}/jwks.json`,
    keys: [await makeProviderKey('key-1')],
    get fetches() {
      return fetches;
    },
    answer: 'keys',
    release() {
      provider.answer = 'keys';
      for (const response of held.splice(0)) respond(response);
    },
    async sign(claims = {}, { key = provider.keys[0], header = {} } = {}) {
      if (!key) throw new Error('The provider has no key to sign with.');
      const seconds = Math.floor(now() / 1000);
      const payload = { iss: issuer, aud: 'acme', sub: 'u_1', iat: seconds, exp: seconds + 300, ...claims };
      return new SignJWT(payload).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey);
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
  return provider;
}
