/** Who may change something by a plain request: tools and this site's own pages, never a page of another origin. */

import type { Context, MiddlewareHandler } from 'hono';

const local = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Refuses what a browser sends on another site's behalf: another origin's form or fetch (`Origin`, `Sec-Fetch-Site`),
 * and a name that was made to point at this machine (`Host`). Tools send no `Origin` and are let through.
 *
 * @param publicUrl - the sandbox's address as browsers see it.
 */
export function sameSiteOnly(publicUrl: () => string): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD' || isOwn(c, publicUrl())) return next();
    return c.json({ error: { type: 'invalid_request_error', message: refusal } }, 403);
  };
}

const refusal =
  'This was asked for by a page of another site. Only tools and the pages of this sandbox may change it: send the request from your own server.';

function isOwn(c: Context, publicUrl: string): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  const host = c.req.header('host') ?? '';
  const isHere = local.test(host) || (URL.canParse(publicUrl) && new URL(publicUrl).host === host);
  return isHere && URL.canParse(origin) && new URL(origin).host === host;
}
