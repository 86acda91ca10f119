/** The pages' style sheet, script and icon. */

import type { Hono } from 'hono';
import { pageAssets } from '../pages/assets.ts';
import type { PageAssetName } from '../pages/assets.ts';
import { assetsUrl } from './checkout-view.ts';

export function addAssets(app: Hono): void {
  app.get(`${assetsUrl}/:name`, (c) => {
    const name = c.req.param('name');
    if (!Object.hasOwn(pageAssets, name)) return c.notFound();
    const asset = pageAssets[name as PageAssetName];
    const headers = {
      'content-type': asset.type,
      etag: asset.etag,
      'cache-control': c.req.query('v') === undefined ? 'no-cache' : 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    };
    if (c.req.header('if-none-match') === asset.etag) return c.body(null, 304, headers);
    return c.body(asset.body, 200, headers);
  });
}
