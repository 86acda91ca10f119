/** Why a token is not believed, as errors for HTTP. */

import { errors } from 'jose';
import { PlanclaimError } from '../../errors.ts';

/** 401 `token_invalid`, or another code. The message tells what to do and never holds the token. */
export const refusedToken = (message: string, code = 'token_invalid', cause?: unknown): PlanclaimError =>
  new PlanclaimError(message, { code, status: 401, cause });

/** What jose found, in our words; what is not about the token (a database, a bug) stays what it is. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) {
    return refusedToken('The token has expired. Sign in again.', 'token_expired', error);
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return refusedToken(`The token's ${error.claim} is missing or is not what it has to be.`, 'token_invalid', error);
  }
  if (error instanceof errors.JOSEError) {
    return refusedToken('The token is not signed with a key of its issuer.', 'token_invalid', error);
  }
  return error;
}
