/** The script-tag bundle: `/widgets.js` under one name, everything it loads long-cached by hash. */

import { Hono } from 'hono';
import { PlanclaimError } from '../errors.ts';
import type { RouteDeps } from './deps.ts';

/** The loader changes with a deploy; its chunks carry their hash in their names. */
const loaderCache = 'public, max-age=300, stale-while-revalidate=86400';
const chunkCache = 'public, max-age=31536000, immutable';

export function widgetRoutes(deps: RouteDeps) {
  const app = new Hono();

  const serve = async (request: Request, path: string, cacheControl: string): Promise<Response> => {
    const file = await deps.widgets.find(path);
    if (!file) {
      throw new PlanclaimError(
        path === 'widgets.js' ? 'The widgets have not been built. Run "npm run build".' : 'There is no such file.',
        { code: 'not_found', status: 404 },
      );
    }
    const headers = {
      'Content-Type': file.type,
      'Cache-Control': cacheControl,
      ETag: file.etag,
      'X-Content-Type-Options': 'nosniff',
      // Pages under Cross-Origin-Embedder-Policy load it too.
      'Cross-Origin-Resource-Policy': 'cross-origin',
    };
    if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers });
    return new Response(file.body, { headers });
  };

  app.get('/widgets.js', (c) => serve(c.req.raw, 'widgets.js', loaderCache));
  app.get('/widgets/*', (c) => serve(c.req.raw, c.req.path.slice(1), chunkCache));
  return app;
}
