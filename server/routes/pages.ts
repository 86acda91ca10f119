/** The files that hosted pages load: styles, scripts, and a stylesheet a project for its colours. */

import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { PlanclaimError } from '../errors.ts';
import { pageAssets } from '../pages/assets.ts';
import { renderBrandStylesheet } from '../pages/branding.ts';
import type { RouteDeps } from './deps.ts';
import { requireProject } from './lib/project.ts';

export function pageRoutes(deps: RouteDeps) {
  const app = new Hono();
  app.use('/pages/*', etag());
  app.get('/pages/brand/:file{.+\\.css}', (c) => {
    const project = requireProject(deps.config, c.req.param('file').replace(/\.css$/, ''));
    return c.body(renderBrandStylesheet(project.branding), 200, {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': 'public, max-age=300',
    });
  });
  app.get('/pages/:name', (c) => {
    const asset = Object.entries(pageAssets).find(([name]) => name === c.req.param('name'))?.[1];
    if (!asset) throw new PlanclaimError('There is no such file.', { code: 'not_found', status: 404 });
    const current = c.req.query('v') === asset.etag.slice(1, -1);
    return c.body(asset.body, 200, {
      'Content-Type': asset.type,
      ETag: asset.etag,
      'Cache-Control': current ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
  });
  return app;
}
