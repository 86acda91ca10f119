/** One set-up at a time: `npm start` and `npm test` in two terminals would otherwise install over each other. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Milliseconds between two looks at the lock. */
const patience = 300;

/**
 * Runs `work` while no other process runs one here. A lock whose process has ended is taken over.
 * @template T
 * @param {string} root
 * @param {() => T} work
 * @returns {T}
 */
export function alone(root, work) {
  const lock = join(root, '.planclaim', 'setup.lock');
  mkdirSync(dirname(lock), { recursive: true });
  for (let told = false; !take(lock);) {
    if (!told) console.error('Waiting for the set-up that runs in another terminal …');
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, patience);
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @param {string} lock */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  const owner = readOwner(lock);
  if (owner !== null && !isRunning(owner)) rmSync(lock, { force: true });
  return false;
}

/**
 * Null when it has just been released, or is being written.
 * @param {string} lock
 */
function readOwner(lock) {
  try {
    return Number(readFileSync(lock, 'utf8')) || null;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null;
    throw error;
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
