/** The built widgets, read from disk: kept in memory, and read again when a build has replaced them. */

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Assets } from './routes/deps.ts';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Plain names below the folder and nothing else: no `..`, no hidden file, no encoded slash. */
const plainPath = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

type Asset = NonNullable<Awaited<ReturnType<Assets['find']>>>;

/** Files below `folder`: `widgets.js`, `widgets/…`. Files of other types than a bundle has are not found. */
export function widgetFiles(folder: string): Assets {
  const kept = new Map<string, { readonly changed: number; readonly asset: Asset }>();
  return {
    async find(path) {
      const type = types[extname(path)];
      if (type === undefined || !plainPath.test(path)) return null;
      const file = join(folder, path);
      const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
        throw error;
      });
      if (!found?.isFile()) return null;
      const known = kept.get(path);
      if (known?.changed === found.mtimeMs) return known.asset;
      const body = new Uint8Array(await readFile(file));
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
      const asset = { body, type, etag };
      kept.set(path, { changed: found.mtimeMs, asset });
      return asset;
    },
  };
}
