/** The grants of the token endpoint: token exchange (RFC 8693) and the selection page's code. Form in, RFC 6749 §5.1 answer out. */

import type { Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import { redeemAuthorizationCode } from './authorization-code.ts';
import type { TokenDeps } from './deps.ts';
import { issueFor, type IssuedToken } from './issue.ts';
import { oauthError } from './oauth-error.ts';
import { identifyCaller, type Caller } from './project-of.ts';

export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const tokenTypes = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
} as const;
/** What `subject_token_type` may say, and `requested_token_type`: our access tokens are JWTs. */
const knownTypes: readonly string[] = Object.values(tokenTypes);

/** Grants that work, as the metadata lists them (RFC 8414 §2). */
export const grantTypes = [exchangeGrant, 'authorization_code'] as const;

export interface TokenAnswer {
  readonly access_token: string;
  /** Of exchanges only (RFC 8693 §2.2.1). */
  readonly issued_token_type?: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  /** Where the request narrowed it. */
  readonly scope?: string;
}

/** Parameters that may come more than once (RFC 8693 §2.1). */
const repeatable = new Set(['audience', 'resource']);

/**
 * Carries out a token request.
 * @throws PlanclaimError with an RFC 6749 error as its `code`; 503 `unavailable`
 */
export async function grantToken(
  deps: TokenDeps,
  form: URLSearchParams,
  { projectId = null }: { projectId?: string | null } = {},
): Promise<TokenAnswer> {
  const read = readerOf(form);
  if (read('client_secret') !== null) {
    throw oauthError('invalid_client', 'Clients of this endpoint have no secret. Leave client_secret out.');
  }
  const grantType = require(read, 'grant_type');
  switch (grantType) {
    case exchangeGrant:
      return exchange(deps, { form, read, projectId });
    case 'authorization_code':
      return answer(
        await redeemAuthorizationCode(deps, {
          code: require(read, 'code'),
          redirectUri: require(read, 'redirect_uri'),
          codeVerifier: require(read, 'code_verifier'),
          clientId: read('client_id'),
        }),
      );
    default:
      throw oauthError('unsupported_grant_type', `Supported grant types: ${grantTypes.join(', ')}.`);
  }
}

/**
 * The same answer for the caller's own bearer token: what the widgets use.
 * @throws PlanclaimError as `identifyCaller` and `issueToken`
 */
export async function refreshToken(
  deps: TokenDeps,
  token: string,
  options: { projectId?: string | null },
): Promise<TokenAnswer> {
  const issued = await issueFor(deps, await identifyCaller(deps, token, options));
  return answer(issued, { issued_token_type: tokenTypes.accessToken });
}

type Read = (name: string) => string | null;

/** One value a parameter; an empty one counts as left out (RFC 6749 §3.2). */
function readerOf(form: URLSearchParams): Read {
  for (const name of new Set(form.keys())) {
    if (!repeatable.has(name) && form.getAll(name).length > 1) {
      throw oauthError('invalid_request', `${printable(name)} is given more than once.`);
    }
  }
  return (name) => form.get(name) || null;
}

function require(read: Read, name: string): string {
  const value = read(name);
  if (value === null) throw oauthError('invalid_request', `${name} is missing.`);
  return value;
}

async function exchange(
  deps: TokenDeps,
  { form, read, projectId }: { form: URLSearchParams; read: Read; projectId: string | null },
): Promise<TokenAnswer> {
  const subjectToken = require(read, 'subject_token');
  const subjectType = require(read, 'subject_token_type');
  const requestedType = read('requested_token_type') ?? tokenTypes.accessToken;
  if (!knownTypes.includes(subjectType)) {
    throw oauthError('invalid_request', `subject_token_type must be one of ${knownTypes.join(', ')}.`);
  }
  if (!knownTypes.includes(requestedType)) {
    throw oauthError('invalid_request', `requested_token_type must be one of ${knownTypes.join(', ')}.`);
  }
  refuseActor(read);
  const named = namedProject(deps, form, { projectId, clientId: read('client_id') });
  const caller = await asSubject(identifyCaller(deps, subjectToken, { projectId: named?.id ?? null }));
  requireResources(caller.project, form);
  const scope = narrowedScope(caller, read('scope'));
  const narrowed = scope === null ? caller : { ...caller, claims: { ...caller.claims, scope } };
  const issued = await asSubject(issueFor(deps, narrowed));
  return answer(issued, { issued_token_type: requestedType, ...(scope !== null && { scope }) });
}

/** RFC 8693 §2.1: a type with every actor, and none without. Acting for somebody else is not offered: impersonation must never look like it. */
function refuseActor(read: Read): void {
  const actor = read('actor_token');
  const type = read('actor_token_type');
  if (actor !== null && type === null) throw oauthError('invalid_request', 'actor_token needs actor_token_type.');
  if (actor === null && type !== null) {
    throw oauthError('invalid_request', 'actor_token_type is given without actor_token.');
  }
  if (actor !== null) throw oauthError('invalid_request', 'Delegation is not supported: leave actor_token out.');
}

/** The project that `audience` names, else the query's or the client's; null leaves it to the token (contract §3, "Which project"). */
function namedProject(
  deps: TokenDeps,
  form: URLSearchParams,
  { projectId, clientId }: { projectId: string | null; clientId: string | null },
): Project | null {
  const audiences = new Set(form.getAll('audience').filter((audience) => audience !== ''));
  const [audience = projectId ?? clientId] = audiences;
  if (audience === null) return null;
  const project = deps.config.projects.get(audience);
  if (!project || audiences.size > 1) {
    throw oauthError('invalid_target', 'audience must be the id of one project of this backend.');
  }
  if ([projectId, clientId].some((other) => other !== null && other !== project.id)) {
    throw oauthError('invalid_target', 'audience, client_id and project_id name different projects.');
  }
  return project;
}

/** A subject token that is not believed is `invalid_request`, not `invalid_grant` (RFC 8693 §2.2.2). */
function asSubject<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof PlanclaimError) || error.status >= 500) throw error;
    throw oauthError('invalid_request', `subject_token: ${error.message}`, error);
  });
}

/** No token is made for a resource that it was not granted (GHSA-p2fr-6hmx-4528): ours are for the project's audience. */
function requireResources(project: Project, form: URLSearchParams): void {
  const others = form.getAll('resource').filter((resource) => resource !== '' && resource !== project.token.audience);
  if (others.length > 0) throw oauthError('invalid_target', 'resource must be the audience of the project.');
}

/** The scope that was asked for, where the caller has all of it; null when none was. */
function narrowedScope(caller: Caller, asked: string | null): string | null {
  if (asked === null) return null;
  const held = typeof caller.claims['scope'] === 'string' ? caller.claims['scope'].split(' ') : [];
  if (asked.split(' ').every((scope) => held.includes(scope))) return asked;
  throw oauthError('invalid_scope', 'scope must be part of the scope of subject_token.');
}

const answer = (
  { token, expiresIn }: IssuedToken,
  extra: Pick<TokenAnswer, 'issued_token_type' | 'scope'> = {},
): TokenAnswer => ({ access_token: token, ...extra, token_type: 'Bearer', expires_in: expiresIn });

const printable = (text: string): string => text.slice(0, 40).replaceAll(/[^\w.-]/g, '?');
