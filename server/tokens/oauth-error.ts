/** Errors of the token endpoint: RFC 6749 §5.2 and RFC 8693 §2.2.2. */

import { PlanclaimError } from '../errors.ts';

export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'unsupported_grant_type';

/** A refusal that the token endpoint answers as it is. */
export const oauthError = (code: OAuthErrorCode, message: string, cause?: unknown): PlanclaimError =>
  new PlanclaimError(message, { code, status: code === 'invalid_client' ? 401 : 400, cause });
