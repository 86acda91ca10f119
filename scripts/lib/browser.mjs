/** Finds a Chromium for the browser tests, and installs one where there is none. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge'];

/** Where installers put it off the PATH. */
const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * In this order: `CHROME_PATH`, the PATH, the usual places, Debian's package (as root), playwright's own download.
 * @param {string} root
 * @param {string} node
 * @returns {string} the path of a browser that starts
 */
export function findBrowser(root, node) {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (runs(named)) return named;
    throw new Error(
      `CHROME_PATH is ${named}, which does not start. Correct it, or unset it to have a browser looked for.`,
    );
  }
  const found = findInstalled() ?? installFromDebian() ?? installFromPlaywright(root, node);
  if (found) return found;
  throw new Error('No browser was found and none could be installed. Install Chromium or Chrome, or set CHROME_PATH.');
}

/** @returns {string | undefined} */
function findInstalled() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = folders.flatMap((folder) =>
    names.map((name) => join(folder, process.platform === 'win32' ? `${name}.exe` : name)),
  );
  return [...onPath, ...usualPlaces].find(runs);
}

/**
 * Whether the file is a browser that starts: Ubuntu's `chromium-browser` can be a stub that only says where to get one.
 * @param {string} file
 */
function runs(file) {
  if (!existsSync(file)) return false;
  if (process.platform === 'win32') return true;
  return attempt(file, ['--version'], { timeout: 20_000, stdio: 'ignore' });
}

/** @returns {string | undefined} */
function installFromDebian() {
  const isRoot = process.getuid?.() === 0;
  if (process.platform !== 'linux' || !isRoot || !attempt('apt-get', ['--version'], { stdio: 'ignore' }))
    return undefined;
  console.error('Installing Chromium for the tests (apt-get) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  attempt('apt-get', ['update', '-qq'], { env, timeout: 180_000, stdio: ['ignore', 2, 2] });
  const parameters = ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'];
  attempt('apt-get', parameters, { env, timeout: 420_000, stdio: ['ignore', 2, 2] });
  return findInstalled();
}

/**
 * @param {string} root
 * @param {string} node
 * @returns {string | undefined}
 */
function installFromPlaywright(root, node) {
  console.error('Downloading a browser for the tests (playwright) …');
  const playwright = join(root, 'node_modules', 'playwright-core');
  const isRoot = process.getuid?.() === 0;
  const parameters = [
    join(playwright, 'cli.js'),
    'install',
    ...(isRoot ? ['--with-deps'] : []),
    'chromium-headless-shell',
    'chromium',
  ];
  if (!attempt(node, parameters, { cwd: root, timeout: 600_000, stdio: ['ignore', 2, 2] })) return undefined;
  const script = `process.stdout.write(require(${JSON.stringify(playwright)}).chromium.executablePath())`;
  const file = execFileSync(node, ['-e', script], { cwd: root, encoding: 'utf8' });
  return runs(file) ? file : undefined;
}

/**
 * Runs a program; whether it ended well.
 * @param {string} program
 * @param {string[]} parameters
 * @param {import('node:child_process').ExecFileSyncOptions} options
 */
function attempt(program, parameters, options) {
  try {
    execFileSync(program, parameters, options);
    return true;
  } catch {
    return false;
  }
}
