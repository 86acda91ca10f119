/** The site's own files, read from `assets/` at each request: no build, and an edit shows at once. */

import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
};

export function assetRoutes() {
  const app = new Hono();
  // The pattern keeps the name inside of the folder: no slashes, no dots but the one before the type.
  app.get('/assets/:name{[a-z-]+\\.(css|js|svg)}', async (c, next) => {
    const name = c.req.param('name');
    try {
      const body = await readFile(new URL(`./assets/${name}`, import.meta.url));
      return c.body(body, 200, {
        'Content-Type': types[name.split('.')[1] ?? ''] ?? 'application/octet-stream',
        'Cache-Control': 'no-cache',
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return next();
      throw error;
    }
  });
  return app;
}
