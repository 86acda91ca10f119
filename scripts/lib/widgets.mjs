/** Builds the widget bundle that the backend serves, when it is missing or older than what it is made from. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} root
 * @param {string} node the Node to run vite with
 */
export function buildWidgets(root, node) {
  const bundle = join(root, 'widgets', 'dist', 'widgets.js');
  const stamp = join(root, 'node_modules', '.planclaim-widgets');
  const sources = Math.max(
    newest(join(root, 'widgets')),
    ...['vite.config.ts', 'package-lock.json'].map((name) => timeOf(join(root, name))),
  );
  if (existsSync(bundle) && timeOf(stamp) >= sources) return;
  console.error('Building the widgets …');
  const started = new Date();
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  try {
    execFileSync(node, [vite, 'build', '--logLevel', 'warn'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
  } catch {
    throw new Error('The widgets could not be built; vite says why above.');
  }
  if (!existsSync(bundle)) throw new Error(`vite built no ${bundle}. Check vite.config.ts.`);
  // What was saved while vite ran is newer than the stamp, and is built the next time.
  writeFileSync(stamp, '');
  utimesSync(stamp, started, started);
}

/** @param {string} file */
const timeOf = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

/**
 * When the youngest file or folder below was changed, in milliseconds; folders too, because a deleted file changes only its folder.
 * @param {string} folder
 * @returns {number}
 */
function newest(folder) {
  const times = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'dist' && name !== 'node_modules')
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? Math.max(newest(path), timeOf(path)) : timeOf(path);
    });
  return Math.max(0, ...times);
}
