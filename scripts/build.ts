/**
 * `npm run build`: everything that is served or published. The widget bundle (`widgets/dist`), and two npm packages in JavaScript
 * with types: `server/dist` and `widgets/dist/npm`, each ready for `npm publish`.
 *
 * `--out DIR` writes the two packages to `DIR/server` and `DIR/widgets` instead and leaves the bundle as it is.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './lib/process.ts';
import { buildServerPackage } from './lib/server-package.ts';
import { buildWidgetPackage } from './lib/widget-package.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string' } } });
const bundle = join(root, 'widgets', 'dist');
const server = values.out === undefined ? join(root, 'server', 'dist') : join(values.out, 'server');
const widgets = values.out === undefined ? join(bundle, 'npm') : join(values.out, 'widgets');

process.chdir(root);
// The bundler empties its folder, so that it goes first.
if (values.out === undefined)
  await run(process.execPath, [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn']);
await buildServerPackage({ root, out: server, bundle });
await buildWidgetPackage({ root, out: widgets });
for (const folder of [server, widgets]) {
  const { name, version, files, bytes } = await pack(folder);
  console.log(`${name}@${version}: ${files} files, ${(bytes / 1024).toFixed(0)} KiB packed, in ${folder}`);
}

/** What `npm publish` would send. */
async function pack(folder: string): Promise<{ name: string; version: string; files: number; bytes: number }> {
  const output = await run('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], { cwd: folder });
  const [packed] = JSON.parse(output) as { name: string; version: string; entryCount: number; size: number }[];
  if (!packed) throw new Error(`npm packed nothing in ${folder}.`);
  return { name: packed.name, version: packed.version, files: packed.entryCount, bytes: packed.size };
}
