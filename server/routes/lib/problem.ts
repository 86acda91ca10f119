/** Errors as HTTP, in one place: RFC 9457 for programs, a branded page for a browser that navigates. */

import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { HTTPException } from 'hono/http-exception';
import { PlanclaimError } from '../../errors.ts';

/** Anything thrown, as ours. What is not ours is 500 `internal` and says nothing of its cause. */
export function asPlanclaimError(error: unknown): PlanclaimError {
  if (error instanceof PlanclaimError) return error;
  if (error instanceof HTTPException) {
    return new PlanclaimError(error.message || 'The request could not be read.', {
      code: error.status === 413 ? 'body_too_large' : 'request_invalid',
      status: error.status,
      cause: error,
    });
  }
  return new PlanclaimError('Something went wrong on our side. Nothing was charged; try again.', {
    code: 'internal',
    status: 500,
    cause: error,
  });
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  402: 'Payment required',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Bad gateway',
  503: 'Not available right now',
};

/** The status in a word or two. */
export const titleOf = (status: number): string => titles[status] ?? 'Error';

/** `application/problem+json` with a stable `code` (RFC 9457 §3). */
export function problemResponse(c: Context, error: PlanclaimError): Response {
  applyErrorHeaders(c, error);
  c.header('Content-Type', 'application/problem+json');
  return c.body(
    JSON.stringify({
      type: 'about:blank',
      title: titleOf(error.status),
      status: error.status,
      detail: error.message,
      code: error.code,
      ...error.details,
    }),
    error.status as ContentfulStatusCode,
  );
}

export function applyErrorHeaders(c: Context, error: PlanclaimError): void {
  c.header('Cache-Control', 'no-store');
  if (error.retryAfter !== undefined) c.header('Retry-After', String(error.retryAfter));
  if (error.status === 401) c.header('WWW-Authenticate', `Bearer error="invalid_token"`);
}

/** Whether a person is looking: a navigation, or a form, that prefers a page. */
export const wantsPage = (c: Context): boolean => (c.req.header('accept') ?? '').includes('text/html');
