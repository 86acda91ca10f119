/** JWS algorithms (RFC 7518 §3.1, RFC 8037) that issuers may sign with; `none` is not among them. */

/** Verified with a public key of a key set. */
export const asymmetricAlgorithms: readonly string[] = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
  'Ed25519',
];

/** Verified with a shared secret. */
export const symmetricAlgorithms: readonly string[] = ['HS256', 'HS384', 'HS512'];
