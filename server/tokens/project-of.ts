/** Who a token speaks for: which project it belongs to, who the person is, and which account pays (contract §3). */

import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import type { Issuer, Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import { billingClaim } from './claims.ts';
import type { KeyDeps } from './deps.ts';
import { verifyIssuerToken } from './issuers.ts';
import { keyringOf } from './keyring.ts';
import { refusedToken } from './lib/refusals.ts';
import { verifyOwnToken } from './own-token.ts';

/** A verified user. */
export interface Caller {
  readonly project: Project;
  /** The account that pays: what plans are stored under. */
  readonly userId: string;
  /** The person: `sub`. */
  readonly subject: string;
  /** The paying account, where it is not the person. */
  readonly accountId: string | null;
  /** Whether they may check out, change, cancel and open the portal; everybody may read. */
  readonly canManageBilling: boolean;
  /** The token's whole payload. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** Whether the token was an issuer's or one of ours. */
  readonly kind: 'issuer' | 'planclaim';
}

export interface IdentifyOptions {
  /** The project that the call names, with `?project_id=` or otherwise. */
  readonly projectId?: string | null;
}

/** Characters; longer ones are refused before anything is read. */
const longestToken = 16_384;
/** As `user_id` in the API. */
const longestUserId = 255;

/**
 * Verifies a token and says who it speaks for. Nothing is remembered between calls: each token is checked whole (CVE-2026-35039).
 * @throws PlanclaimError 400 `project_required`; 401 `token_invalid`, `token_expired`, `issuer_unknown`, `project_mismatch`;
 *   404 `project_unknown`; 503 `unavailable`
 */
export async function identifyCaller(
  deps: KeyDeps,
  token: string,
  { projectId = null }: IdentifyOptions = {},
): Promise<Caller> {
  const named = projectId === null ? null : deps.config.projects.get(projectId);
  if (named === undefined) {
    throw new PlanclaimError(`There is no project "${projectId?.slice(0, 100)}" in this backend's config.`, {
      code: 'project_unknown',
      status: 404,
    });
  }
  if (token.length > longestToken) throw refusedToken('The token is too long.');
  // By the key that its header names: cheaper than its payload, and the signature decides anyway.
  const ours = keyringOf(deps).recognises(token) || (await namesOurKey(deps, token));
  return ours ? ownCaller(deps, token, named) : issuerCaller(deps, token, named);
}

async function namesOurKey(deps: KeyDeps, token: string): Promise<boolean> {
  const { kid, typ } = readUnverified(() => decodeProtectedHeader(token));
  return typ === 'at+jwt' && typeof kid === 'string' && keyringOf(deps).has(kid);
}

async function ownCaller(deps: KeyDeps, token: string, named: Project | null): Promise<Caller> {
  const { project, subject, expiresAt, payload } = await verifyOwnToken(deps, token);
  if (named && named !== project) {
    throw refusedToken(`The token is for another project than "${named.id}".`, 'project_mismatch');
  }
  const accountId = typeof payload['account_id'] === 'string' ? payload['account_id'] : null;
  return {
    project,
    userId: accountId ?? subject,
    subject,
    accountId,
    canManageBilling: project.issuers.some(({ billingRole }) => billingRole !== null)
      ? payload[billingClaim] === true
      : true,
    claims: payload,
    expiresAt,
    kind: 'planclaim',
  };
}

async function issuerCaller(deps: KeyDeps, token: string, named: Project | null): Promise<Caller> {
  const unverified = readUnverified(() => decodeJwt(token));
  const { project, issuer } = believedBy(named ? [named] : [...deps.config.projects.values()], unverified);
  const payload = await verifyIssuerToken(deps, issuer, token);
  const subject = requireId(payload.sub, 'sub');
  const accountId = payerOf(issuer, payload);
  return {
    project,
    userId: accountId ?? subject,
    subject,
    accountId,
    canManageBilling: mayManageBilling(issuer, payload, accountId),
    claims: payload,
    expiresAt: payload.exp ?? 0,
    kind: 'issuer',
  };
}

/** What the token says of itself, only to know which keys to ask; nothing else may come of it. */
function readUnverified<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw refusedToken('This is not a signed token (JWT).', 'token_invalid', error);
  }
}

/** The one project that lists the token's issuer and audience (CVE-2026-31813: an issuer that is not listed is nobody). */
function believedBy(projects: readonly Project[], { iss, aud }: JWTPayload): { project: Project; issuer: Issuer } {
  const audiences = typeof aud === 'string' ? [aud] : Array.isArray(aud) ? aud : [];
  const believers = projects.flatMap((project) => {
    const issuer = project.issuers.find(
      (listed) =>
        listed.issuer === iss &&
        (listed.audience.length === 0 || listed.audience.some((accepted) => audiences.includes(accepted))),
    );
    return issuer ? [{ project, issuer }] : [];
  });
  const [first] = believers;
  if (!first) {
    throw refusedToken(
      "The token's issuer and audience are not listed by the project. Add them to its issuers, or sign in where it expects.",
      'issuer_unknown',
    );
  }
  if (believers.length > 1) {
    throw new PlanclaimError('Several projects believe this issuer. Name one with ?project_id=.', {
      code: 'project_required',
      status: 400,
    });
  }
  return first;
}

/** The organisation that pays, where the issuer names a claim for it and the token has that claim. */
function payerOf({ payerClaim }: Issuer, payload: JWTPayload): string | null {
  const payer = payerClaim === null ? undefined : payload[payerClaim];
  if (payerClaim === null || payer === undefined || payer === null || payer === '') return null;
  return requireId(typeof payer === 'number' ? String(payer) : payer, payerClaim);
}

/** Without an organisation in the token the person pays for themselves, and needs nobody's leave. */
function mayManageBilling({ billingRole, payerClaim }: Issuer, payload: JWTPayload, accountId: string | null): boolean {
  if (billingRole === null || (payerClaim !== null && accountId === null)) return true;
  const held = payload[billingRole.claim];
  return (Array.isArray(held) ? held : [held]).some((role) => billingRole.values.includes(role as string));
}

function requireId(value: unknown, claim: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= longestUserId && !/\p{Cc}/u.test(value)) {
    return value;
  }
  throw refusedToken(`The token's ${claim} is not an id of 1 to ${longestUserId} plain characters.`);
}
