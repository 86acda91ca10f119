/**
 * Who may read answers from a page (R34): a project's own origins, on errors too; the catalogue and the keys for everybody.
 * Credentials are never allowed: elements send a bearer token, not cookies.
 */

import type { MiddlewareHandler } from 'hono';
import { cors as honoCors } from 'hono/cors';
import type { Config } from '../../config/project.ts';

/** Answers that hold nothing of anybody: readable from every page. */
const open = /^\/(v1\/projects\/|\.well-known\/|widgets(\.js$|\/)|openapi\.json$)/;

/** Seconds that a browser may remember a preflight. */
const maxAge = 7200;

export function cors(config: Config): MiddlewareHandler {
  const own = new URL(config.publicUrl).origin;
  const everyOrigin = new Set([own, ...[...config.projects.values()].flatMap((project) => project.origins)]);
  const forProjects = honoCors({
    origin: (origin, c) => {
      const project = config.projects.get(c.req.query('project_id') ?? '');
      const allowed = project ? origin === own || project.origins.includes(origin) : everyOrigin.has(origin);
      return allowed ? origin : null;
    },
    allowMethods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'last-event-id'],
    exposeHeaders: ['retry-after', 'www-authenticate', 'etag'],
    maxAge,
  });
  const forEverybody = honoCors({ origin: '*', allowMethods: ['GET', 'OPTIONS'], exposeHeaders: ['etag'], maxAge });
  return (c, next) => {
    if (open.test(c.req.path)) return forEverybody(c, next);
    if (c.req.header('origin') !== undefined) return forProjects(c, next);
    c.header('Vary', 'Origin');
    return next();
  };
}
