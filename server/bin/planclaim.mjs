#!/usr/bin/env node
/**
 * The `planclaim` command. Plain JavaScript that an old Node can read: where the Node that started it is older than 22.18, it goes
 * on with the one that npm installed beside it, or says what to install.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const oldest = [22, 18];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) {
  const here = dirname(fileURLToPath(import.meta.url));
  // Built into a package it is JavaScript; in the repository Node runs the source.
  const built = join(here, '..', 'cli.js');
  const { main } = await import(pathToFileURL(existsSync(built) ? built : join(here, '..', 'cli.ts')).href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  const newer = findNewerNode();
  if (newer) {
    goOnWith(newer);
  } else {
    process.stderr.write(
      `planclaim needs Node ${oldest.join('.')} or newer; this is ${process.version}. Install Node 24 from https://nodejs.org, or beside your other packages: npm i -D node@24\n`,
    );
    process.exitCode = 2;
  }
}

/** The executable of npm's `node` packages for this platform, seen from here or from the working directory. */
function findNewerNode() {
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json'))]) {
    for (const name of [`node-${platform}`, `node-bin-${platform}`]) {
      try {
        const folder = dirname(createRequire(from).resolve(`${name}/package.json`));
        const executable = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
        if (existsSync(executable)) return executable;
      } catch (error) {
        if (error.code !== 'MODULE_NOT_FOUND') throw error;
      }
    }
  }
  return undefined;
}

/** Becomes the other process as far as the outside can see: its output, its signals, its exit. */
function goOnWith(executable) {
  const child = spawn(executable, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl+C to both of us.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`${executable} does not start (${error.message}). Install Node 24 from https://nodejs.org.\n`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
