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
import { alone } from './lib/lock.mjs';
import { buildWidgets } from './lib/widgets.mjs';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const wanted = process.argv[2];

if (!['start', 'test', 'build'].includes(wanted ?? '')) {
  console.error('Usage: node scripts/setup.mjs start|test|build');
  process.exit(2);
}

try {
  alone(root, setUp);
} catch (error) {
  console.error(`\nSet-up failed. ${messageOf(error)}`);
  process.exit(1);
}

function setUp() {
  installDependencies(root);
  let node = findNode();
  if (!node) {
    // What an interrupted install leaves can look complete.
    installDependencies(root, { afresh: true });
    node = findNode();
  }
  if (!node) {
    throw new Error(
      `Node ${process.version} is too old and npm brought no newer one for ${process.platform}-${process.arch}. Install Node 24 from https://nodejs.org and run this again.`,
    );
  }
  const newer = node;
  if (wanted === 'test') {
    // What cannot be made here fails the tests that need it, by name; the others still run.
    attempt(() => buildWidgets(root, newer));
    attempt(() => writeFileSync(join(root, 'node_modules', '.planclaim-chrome'), `${findBrowser(root, newer)}\n`));
  } else {
    buildWidgets(root, newer);
  }
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

/** The Node that npm scripts will find first, the one that came with the dependencies or our own; undefined when it is too old. */
function findNode() {
  const installed = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  return [installed, process.execPath].find((node) => existsSync(node) && isNewEnough(node));
}

/** @param {string} node */
function isNewEnough(node) {
  try {
    const version = execFileSync(node, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' }).trim();
    const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
    return major > 22 || (major === 22 && minor >= 18);
  } catch {
    // It is for another system, such as one without glibc.
    return false;
  }
}
