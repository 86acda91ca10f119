/** `@planclaim/server` as npm gets it: JavaScript and types, the command, and the widget bundle that it serves. */

import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { compile, writeManifest } from './package.ts';

/** @param options.bundle the built widgets, with `widgets.js` in it */
export async function buildServerPackage({
  root,
  out,
  bundle,
}: {
  root: string;
  out: string;
  bundle: string;
}): Promise<void> {
  if (!existsSync(join(bundle, 'widgets.js')))
    throw new Error(`There is no widget bundle in ${bundle}: npx vite build`);
  await compile({ root, name: 'server', out });
  await cp(bundle, join(out, 'widgets'), { recursive: true, filter: (source) => source !== join(bundle, 'npm') });
  await writeManifest({ root, name: 'server', out });
}
