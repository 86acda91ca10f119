/** Who calls: a user with their own token, or the customer's backend with a secret key. Asked in each handler, never only in a route match (GHSA-vqx2-fgx2-5wq9). */

import type { Config, Project } from '../../config/project.ts';
import { PlanclaimError } from '../../errors.ts';
import type { KeyDeps } from '../../tokens/deps.ts';
import { constantTimeEqual } from '../../tokens/constant-time.ts';
import { identifyCaller, type Caller, type IdentifyOptions } from '../../tokens/project-of.ts';

/** RFC 6750 §2.1; the scheme's case does not matter (RFC 9110 §11.1). */
const bearerPattern = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;
const secretKeyPattern = /^sk_/;

/**
 * The verified user of a request: an issuer's token, or one of ours. `?project_id=` says which project where several believe the issuer.
 * @throws PlanclaimError 400 `project_required`; 401 `token_missing`, `token_invalid`, `token_expired`, `issuer_unknown`,
 *   `project_mismatch`; 404 `project_unknown`; 503 `unavailable`
 */
export async function authenticateUser(
  deps: KeyDeps,
  request: Request,
  { projectId = projectIdOf(request) }: IdentifyOptions = {},
): Promise<Caller> {
  return identifyCaller(deps, userTokenOf(request), { projectId });
}

/** The user's token, as it came. Throws 401 `token_missing` when there is none; what stands in a body or query is no authentication. */
export function userTokenOf(request: Request): string {
  const token = bearerOf(request);
  if (!secretKeyPattern.test(token)) return token;
  throw new PlanclaimError(
    "This call needs a user's token. A secret key speaks for no user; use /v1/users/{id} with it.",
    {
      code: 'user_token_required',
      status: 401,
    },
  );
}

/**
 * The project whose secret key the request carries.
 * @throws PlanclaimError 401 `token_missing`, `secret_key_required`, `secret_key_invalid`; 403 `secret_key_in_browser`, `project_mismatch`
 */
export function authenticateSecretKey(
  deps: { readonly config: Config },
  request: Request,
  projectId: string | null = projectIdOf(request),
): Project {
  const key = secretKeyOf(request);
  let owner: Project | null = null;
  // All of them, always: how long it takes says nothing of which was close.
  for (const project of deps.config.projects.values()) {
    for (const known of project.apiKeys) {
      if (constantTimeEqual(key, known) && known !== '') owner = project;
    }
  }
  if (!owner) {
    throw new PlanclaimError('This secret key is not in the config of any project.', {
      code: 'secret_key_invalid',
      status: 401,
    });
  }
  if (projectId !== null && projectId !== owner.id) {
    throw new PlanclaimError(`This secret key belongs to another project than "${projectId.slice(0, 100)}".`, {
      code: 'project_mismatch',
      status: 403,
    });
  }
  return owner;
}

/** The secret key of a request that `authenticateSecretKey` has let through. */
export function secretKeyOf(request: Request): string {
  const key = bearerOf(request);
  if (!secretKeyPattern.test(key)) {
    throw new PlanclaimError('This call needs a secret key: Authorization: Bearer sk_…', {
      code: 'secret_key_required',
      status: 401,
    });
  }
  if (request.headers.has('origin')) {
    throw new PlanclaimError(
      'A secret key came from a browser, where everybody can read it. Replace the key, and call this from your backend.',
      { code: 'secret_key_in_browser', status: 403 },
    );
  }
  return key;
}

/**
 * Refuses members of a paying account who may only read.
 * @throws PlanclaimError 403 `billing_role_required`, with the roles that may as `billing_roles`
 */
export function requireBillingRole({ project, canManageBilling }: Caller): void {
  if (canManageBilling) return;
  const roles = [...new Set(project.issuers.flatMap(({ billingRole }) => billingRole?.values ?? []))];
  throw new PlanclaimError(`Only members with the role ${roles.join(' or ')} can manage billing. Ask one of them.`, {
    code: 'billing_role_required',
    status: 403,
    details: { billing_roles: roles },
  });
}

/** `?project_id=`; null when there is none. */
export const projectIdOf = (request: Request): string | null =>
  new URL(request.url).searchParams.get('project_id') || null;

/** A malformed header is 401, never a crash (GHSA-xmf8-cvqr-rfgj). */
function bearerOf(request: Request): string {
  const header = request.headers.get('authorization');
  const token = header === null ? undefined : bearerPattern.exec(header)?.[1];
  if (token !== undefined) return token;
  throw new PlanclaimError('Send the token as one header: Authorization: Bearer <token>.', {
    code: 'token_missing',
    status: 401,
  });
}
