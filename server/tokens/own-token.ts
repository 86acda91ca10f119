/** Verifies access tokens that we made. */

import { jwtVerify, type JWTPayload } from 'jose';
import type { Project } from '../config/project.ts';
import type { KeyDeps } from './deps.ts';
import { clockTolerance } from './issuers.ts';
import { keyringOf } from './keyring.ts';
import { refusalOf, refusedToken } from './lib/refusals.ts';

const requiredClaims = ['sub', 'exp', 'iat', 'jti', 'client_id'];

/** A token of ours, and the project it was made for. */
export interface OwnToken {
  readonly project: Project;
  /** `sub`. */
  readonly subject: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly payload: Readonly<JWTPayload>;
}

/**
 * Checks signature, `typ`, `iss`, `client_id` and the project's audience (RFC 9068 §4).
 * @throws PlanclaimError 401 `token_invalid`, `token_expired`; 503 `unavailable`
 */
export async function verifyOwnToken(deps: KeyDeps, token: string): Promise<OwnToken> {
  const payload = await verifySignature(deps, token);
  const project = deps.config.projects.get(String(payload['client_id']));
  const { aud, sub, exp } = payload;
  const audiences = typeof aud === 'string' ? [aud] : (aud ?? []);
  if (!project || !audiences.includes(project.token.audience) || sub === undefined || exp === undefined) {
    throw refusedToken('The token was made for a project or an audience that this backend does not have.');
  }
  return { project, subject: sub, expiresAt: exp, payload };
}

async function verifySignature(deps: KeyDeps, token: string): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keyringOf(deps).verificationKey, {
      issuer: deps.config.publicUrl,
      typ: 'at+jwt',
      algorithms: ['ES256', 'EdDSA', 'RS256'],
      clockTolerance,
      currentDate: new Date(deps.clock()),
      requiredClaims,
    });
    return payload;
  } catch (error) {
    throw refusalOf(error);
  }
}
