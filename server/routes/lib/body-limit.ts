/** How large a body may be: by its declared length where it has one, counted while it is read where it has none. */

import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { PlanclaimError } from '../../errors.ts';

/** 413 `body_too_large` over `maxSize` bytes. */
export function limitBody(maxSize: number): MiddlewareHandler {
  const refuse = (): never => {
    throw new PlanclaimError(`The body is larger than ${maxSize / 1024} KiB.`, { code: 'body_too_large', status: 413 });
  };
  const counted = bodyLimit({ maxSize, onError: refuse });
  return (c, next) => {
    const length = c.req.header('content-length');
    // Looking at the body itself costs as much as all the rest of a request.
    if (length === undefined || c.req.header('transfer-encoding') !== undefined) return counted(c, next);
    return Number(length) > maxSize ? refuse() : next();
  };
}
