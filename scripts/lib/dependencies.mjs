/** Installs the dependencies when they are missing or are not those of the lockfile. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} root
 * @param {{ afresh?: boolean }} [options] `afresh`: whatever there is, install again
 */
export function installDependencies(root, { afresh = false } = {}) {
  const lockfile = join(root, 'package-lock.json');
  if (!afresh && isCurrent(root, lockfile)) return;
  const locked = existsSync(lockfile);
  console.error('Installing dependencies …');
  try {
    runNpm(root, [
      locked ? 'ci' : 'install',
      '--loglevel=error',
      '--no-audit',
      '--no-fund',
      '--include=dev',
      '--include=optional',
    ]);
  } catch (error) {
    throw new Error(
      `npm could not install the dependencies (${exitOf(error)}). Its own message is above; is the registry reachable?`,
      { cause: error },
    );
  }
  if (locked) writeFileSync(stampOf(root), hashOf(lockfile));
}

/** @param {string} root */
const stampOf = (root) => join(root, 'node_modules', '.planclaim-lock');

/** @param {string} file */
const hashOf = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/**
 * The stamp says which lockfile was installed; where somebody ran npm by hand, npm's own record is as new as the lockfile.
 * @param {string} root
 * @param {string} lockfile
 */
function isCurrent(root, lockfile) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  if (!existsSync(lockfile)) return true;
  const stamp = stampOf(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(lockfile)) return true;
  return statSync(record).mtimeMs >= statSync(lockfile).mtimeMs;
}

/**
 * The npm that runs us, or the one on the PATH.
 * @param {string} root
 * @param {string[]} parameters
 */
function runNpm(root, parameters) {
  const npm = process.env.npm_execpath;
  // npm's output goes to stderr: stdout belongs to what the person asked for.
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = ['ignore', 2, 2];
  if (npm && /\.c?js$/.test(npm)) execFileSync(process.execPath, [npm, ...parameters], { cwd: root, stdio });
  else execFileSync('npm', parameters, { cwd: root, stdio, shell: process.platform === 'win32' });
}

/** @param {unknown} error */
function exitOf(error) {
  const { status, code } = /** @type {{ status?: number, code?: string }} */ (error);
  return status == null ? (code ?? 'killed') : `exit ${status}`;
}
