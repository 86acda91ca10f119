/** One-time codes of the selection page: RFC 6749 §4.1 with PKCE (RFC 7636, S256 only). */

import { base64url } from 'jose';
import type { Project } from '../config/project.ts';
import { unavailable } from '../errors.ts';
import type { KeyDeps, TokenDeps } from './deps.ts';
import { issueToken, type IssuedToken } from './issue.ts';
import { constantTimeEqual } from './constant-time.ts';
import { oauthError } from './oauth-error.ts';

/** Milliseconds (RFC 6749 §4.1.2 allows ten minutes; the app asks at once). */
const life = 60_000;
/** Milliseconds after which a code's row is deleted: until then a second use is told apart from a made-up code in the log. */
const remembered = 3_600_000;
const codeBytes = 32;
/** RFC 7636 §4.1. */
const verifierPattern = /^[A-Za-z0-9\-._~]{43,128}$/;

export interface CodeRequest {
  /** The account that pays. */
  readonly userId: string;
  /** The person. */
  readonly subject: string;
  /** The caller's own claims, already chosen by `keptClaims`. */
  readonly keptClaims: Readonly<Record<string, unknown>>;
  readonly redirectUri: string;
  /** Base64url of the verifier's SHA-256. */
  readonly codeChallenge: string;
  /** Seconds since 1970; no token of this code outlives it. */
  readonly sessionExpiresAt: number;
}

/** Makes a code and stores its hash: who reads the database cannot redeem it. */
export async function createAuthorizationCode(deps: KeyDeps, project: Project, request: CodeRequest): Promise<string> {
  const code = base64url.encode(crypto.getRandomValues(new Uint8Array(codeBytes)));
  const now = deps.clock();
  const row = {
    code_hash: await sha256(code),
    project_id: project.id,
    user_id: request.userId,
    subject: request.subject,
    redirect_uri: request.redirectUri,
    code_challenge: request.codeChallenge,
    kept_claims: JSON.stringify(request.keptClaims),
    session_expires_at: request.sessionExpiresAt * 1000,
    expires_at: now + life,
    used_at: null,
  };
  await deps.store.write(async (tx) => {
    await tx
      .deleteFrom('authorization_code')
      .where('expires_at', '<', now - remembered)
      .execute();
    await tx.insertInto('authorization_code').values(row).execute();
  });
  return code;
}

export interface CodeRedemption {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  /** The project, where the client names it; it must be the code's. */
  readonly clientId: string | null;
}

/**
 * Redeems a code for a token, once: of several that come at the same time one wins (GHSA-7w99-5wm4-3g79). A code that
 * came with a wrong verifier or address is spent as well, so that nobody guesses twice.
 * @throws PlanclaimError 400 `invalid_request`, `invalid_grant`; 503 `unavailable`, and the code can be tried again
 */
export async function redeemAuthorizationCode(deps: TokenDeps, redemption: CodeRedemption): Promise<IssuedToken> {
  if (!verifierPattern.test(redemption.codeVerifier)) {
    throw oauthError(
      'invalid_request',
      'code_verifier must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~ (RFC 7636).',
    );
  }
  const codeHash = await sha256(redemption.code);
  const row = await deps.store.read
    .selectFrom('authorization_code')
    .selectAll()
    .where('code_hash', '=', codeHash)
    .executeTakeFirst()
    .catch((error: unknown) => {
      throw unavailable('The database', error);
    });
  const project = deps.config.projects.get(row?.project_id ?? '');
  if (!row || !project || row.used_at !== null || deps.clock() >= Math.min(row.expires_at, row.session_expires_at))
    throw spent();
  const matches =
    row.redirect_uri === redemption.redirectUri &&
    (redemption.clientId === null || redemption.clientId === project.id) &&
    constantTimeEqual(await sha256(redemption.codeVerifier), row.code_challenge);
  if (!matches) {
    await spend(deps, codeHash);
    throw oauthError('invalid_grant', 'redirect_uri, client_id or code_verifier is not that of the code. Start again.');
  }
  // First the token, then the code: when the plan cannot be read the code is still good.
  const issued = await issueToken(deps, project, {
    userId: row.user_id,
    subject: row.subject,
    keptClaims: JSON.parse(row.kept_claims) as Record<string, unknown>,
    notAfter: Math.floor(row.session_expires_at / 1000),
  });
  if (!(await spend(deps, codeHash))) throw spent();
  return issued;
}

/** Whether this call is the one that spent it. */
async function spend(deps: KeyDeps, codeHash: string): Promise<boolean> {
  const now = deps.clock();
  const { numUpdatedRows } = await deps.store
    .write((tx) =>
      tx
        .updateTable('authorization_code')
        .set({ used_at: now })
        .where('code_hash', '=', codeHash)
        .where('used_at', 'is', null)
        .executeTakeFirstOrThrow(),
    )
    .catch((error: unknown) => {
      throw unavailable('The database', error);
    });
  return numUpdatedRows === 1n;
}

const spent = () => oauthError('invalid_grant', 'The code is unknown, expired or was redeemed before. Start again.');

const sha256 = async (text: string): Promise<string> =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
