/** The production build of the elements, in a folder of its own. */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

/** @returns the folder that holds `widgets.js` */
export async function buildWidgets(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'planclaim-widgets-'));
  const configFile = join(import.meta.dirname, '../../../vite.config.ts');
  await build({ configFile, logLevel: 'warn', build: { outDir } });
  return outDir;
}
