/**
 * What must be there before `npm start`, `npm test` and `npm run build` can run, made where it is missing: dependencies (and with
 * them Node 24), the widget bundle, and for tests a browser. Plain JavaScript that any Node from 18 on runs, because on a fresh
 * clone there is nothing else.
 *
 * Usage: node scripts/setup.mjs start|test|build
 */

import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './lib/browser.mjs';
import { installDependencies } from './lib/dependencies.mjs';
import { buildWidgets } from './lib/widgets.mjs';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const wanted = process.argv[2];

if (!['start', 'test', 'build'].includes(wanted ?? '')) {
  console.error('Usage: node scripts/setup.mjs start|test|build');
  process.exit(2);
}

try {
  installDependencies(root);
  const node = findNode();
  if (wanted === 'test') {
    // What cannot be made here fails the tests that need it, by name; the others still run.
    attempt(() => buildWidgets(root, node));
    attempt(() => writeFileSync(join(root, 'node_modules', '.planclaim-chrome'), `${findBrowser(root, node)}\n`));
  } else {
    buildWidgets(root, node);
  }
} catch (error) {
  console.error(`\nSet-up failed. ${messageOf(error)}`);
  process.exit(1);
}

/** @param {() => void} step */
function attempt(step) {
  try {
    step();
  } catch (error) {
    console.error(messageOf(error));
  }
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** The Node that npm scripts will find first: the one that came with the dependencies, where there is one for this platform. */
function findNode() {
  const installed = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  const node = existsSync(installed) ? installed : process.execPath;
  const version = execFileSync(node, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' }).trim();
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return node;
  throw new Error(
    `Node ${version} is too old and npm brought no newer one for ${process.platform}-${process.arch}. Install Node 24 from https://nodejs.org and run this again.`,
  );
}
