/** The files that hosted pages load: styles, scripts, and a stylesheet a project for its colours. */

import { Hono } from 'hono';
import { etag as validate } from 'hono/etag';
import { pageAssets } from '../pages/assets.ts';
import { renderBrandStylesheet } from '../pages/branding.ts';
import type { RouteDeps } from './deps.ts';
import { requireProject } from './lib/project.ts';

export function pageRoutes(deps: RouteDeps) {
  const app = new Hono();
  app.use('/pages/*', validate());
  app.get('/pages/brand/:file{.+\\.css}', (c) => {
    const project = requireProject(deps.config, c.req.param('file').replace(/\.css$/, ''));
    return c.body(renderBrandStylesheet(project.branding), 200, {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': 'public, max-age=300',
    });
  });
  // Each by its own path: beside `/pages/brand/` a name in the path would take all routes off Hono's fast router.
  for (const [name, { body, type, etag }] of Object.entries(pageAssets)) {
    app.get(`/pages/${name}`, (c) => {
      const current = c.req.query('v') === etag.slice(1, -1);
      return c.body(body, 200, {
        'Content-Type': type,
        ETag: etag,
        'Cache-Control': current ? 'public, max-age=31536000, immutable' : 'no-cache',
      });
    });
  }
  return app;
}
