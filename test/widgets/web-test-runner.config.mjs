/** Widget tests in a real Chromium: the sources as they are, and beside them the built loader; the backend is `peer/`. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { chromeLauncher } from '@web/test-runner-chrome';
import { build } from 'vite';
import { startPages } from './peer/pages.ts';
import { startPeer } from './peer/peer.ts';

const root = join(import.meta.dirname, '../..');

function findChromium() {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      continue;
    }
  }
  return existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined;
}

const dist = mkdtempSync(join(tmpdir(), 'planclaim-widgets-'));
await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn', build: { outDir: dist } });
const peer = await startPeer();
// `localhost`: the same host as the test page's, on another port. Cookies would go along if they were let.
const peerUrl = peer.url.replace('127.0.0.1', 'localhost');
const pages = await startPages({ dist, peerUrl });
// The runner ends when its tests do, whatever still listens.
for (const server of [peer.server, pages.server]) server.unref();

export default {
  rootDir: root,
  files: ['test/widgets/**/*.test.ts', '!test/widgets/**/*.node.test.ts'],
  nodeResolve: true,
  // R43: with more than one at a time, pages in the background are throttled and time out.
  concurrency: 1,
  testsFinishTimeout: 180_000,
  testFramework: { config: { timeout: 10_000 } },
  browsers: [
    chromeLauncher({
      launchOptions: {
        executablePath: findChromium(),
        args: [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      },
    }),
  ],
  plugins: [esbuildPlugin({ ts: true, target: 'es2023', tsconfig: join(root, 'widgets/tsconfig.json') })],
  testRunnerHtml: (testFramework) => `<!doctype html>
    <html lang="en">
      <head>
        <meta name="peer" content="${peerUrl}">
        <meta name="pages" content="${pages.url}">
        <title>Widget tests</title>
      </head>
      <body><script type="module" src="${testFramework}"></script></body>
    </html>`,
};
