/** Widget tests in a real Chromium: the sources as they are, and beside them the built loader; the backend is `peer/`. */

import { join } from 'node:path';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { chromeLauncher } from '@web/test-runner-chrome';
import { startPages } from './peer/pages.ts';
import { startPeer } from './peer/peer.ts';
import { buildWidgets } from './support/build.ts';
import { chromiumFlags, findChromium } from './support/chromium.ts';

const root = join(import.meta.dirname, '../..');
const dist = await buildWidgets();
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
        args: [...chromiumFlags],
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
