/** Makes access tokens (RFC 9068): the plan comes from the store at every mint, never from the token that came in (R29.1). */

import { CompactSign } from 'jose';
import type { PlanState } from '../billing/plan-state.ts';
import type { PlanReading } from '../billing/plan.ts';
import { toSeconds } from '../clock.ts';
import type { Project } from '../config/project.ts';
import { PlanclaimError, unavailable } from '../errors.ts';
import { billingClaim, entitlementEnd, keptClaims, planClaims } from './claims.ts';
import type { TokenDeps } from './deps.ts';
import { keyringOf } from './keyring.ts';
import { refusedToken } from './lib/refusals.ts';
import type { Caller } from './project-of.ts';

/** Seconds that a token may outlive what it states, so that a clock a little fast does not end it early (R29.2). */
export const entitlementLeeway = 30;

const encoder = new TextEncoder();

export interface IssueRequest {
  /** The account that pays. */
  readonly userId: string;
  /** The person; the token's `sub`. */
  readonly subject: string;
  /** The caller's own claims, already chosen by `keptClaims`. */
  readonly keptClaims: Readonly<Record<string, unknown>>;
  /** Seconds since 1970: the end of the token or session that this one comes from. */
  readonly notAfter: number;
  /** Absent: true, for callers whose right to manage billing was checked before. */
  readonly canManageBilling?: boolean;
}

export interface IssuedToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/**
 * Mints a token. It ends with the project's `token.ttl`, with what it came from, or with the entitlement it states,
 * whichever is first: refreshing renews the claims, not the session.
 * @throws PlanclaimError 401 `token_expired` when `notAfter` has passed; 503 `unavailable` when the plan cannot be read
 */
export async function issueToken(deps: TokenDeps, project: Project, request: IssueRequest): Promise<IssuedToken> {
  const [{ state, stripeNow }, { key, header }] = await Promise.all([
    settledPlan(deps, project, request.userId),
    keyringOf(deps).signer(project.token.algorithm),
  ]);
  const now = deps.clock();
  const issuedAt = toSeconds(now);
  if (request.notAfter <= issuedAt) throw refusedToken('The token has expired. Sign in again.', 'token_expired');
  const expiresAt = Math.min(issuedAt + project.token.ttl, request.notAfter, lastSecond(state, stripeNow, now));
  const claims: Record<string, unknown> = {
    ...request.keptClaims,
    ...planClaims(project, state),
    iss: deps.config.publicUrl,
    aud: project.token.audience,
    sub: request.subject,
    client_id: project.id,
    iat: issuedAt,
    exp: expiresAt,
    jti: crypto.randomUUID(),
  };
  if (request.userId !== request.subject) claims['account_id'] = request.userId;
  if (hasBillingRoles(project)) claims[billingClaim] = request.canManageBilling ?? true;
  // Not SignJWT: it copies the claims deeply, which costs a fifth of a mint and protects from nobody here.
  const token = await new CompactSign(encoder.encode(JSON.stringify(claims))).setProtectedHeader(header).sign(key);
  deps.metrics?.count('planclaim_tokens_minted_total', { project: project.id });
  return { token, expiresIn: expiresAt - issuedAt };
}

/** The same from a verified token: its person, its payer, its claims, and never beyond its end. */
export const issueFor = (deps: TokenDeps, caller: Caller): Promise<IssuedToken> =>
  issueToken(deps, caller.project, {
    userId: caller.userId,
    subject: caller.subject,
    keptClaims: keptClaims(caller.project, caller.claims),
    notAfter: caller.expiresAt,
    canManageBilling: caller.canManageBilling,
  });

/**
 * The live plan. When it was to end before now and Stripe has not said what follows, Stripe is asked at once.
 * @throws PlanclaimError 503 `unavailable` when the database cannot be read
 */
async function settledPlan(deps: TokenDeps, project: Project, userId: string): Promise<PlanReading> {
  const reading = await deps.sync.freshPlan(project, userId).catch((error: unknown) => {
    throw error instanceof PlanclaimError ? error : unavailable('The database', error);
  });
  const end = entitlementEnd(reading.state);
  if (end === null || reading.stripeNow < end || reading.state.source !== 'subscription') return reading;
  try {
    await deps.sync.syncUser(project, userId);
    return await deps.sync.freshPlan(project, userId);
  } catch (error) {
    deps.log.warn(
      { event: 'reread_failed', project: project.id, err: error },
      'A plan was to end and Stripe could not be asked what follows; the last known one stays for now',
    );
    return reading;
  }
}

/**
 * The last second that a token of this state may live: what is left of the entitlement by Stripe's time, in ours, since those who
 * verify the token have no other. Where the end has passed and Stripe still says the plan is on, the last known plan stays, but
 * only from one half-minute to the next.
 */
function lastSecond(state: PlanState, stripeNow: number, now: number): number {
  const end = entitlementEnd(state);
  if (end === null) return Number.POSITIVE_INFINITY;
  return toSeconds(now + Math.max(0, end - stripeNow)) + entitlementLeeway;
}

const hasBillingRoles = (project: Project): boolean => project.issuers.some(({ billingRole }) => billingRole !== null);
