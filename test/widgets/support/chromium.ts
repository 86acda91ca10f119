/** The browser for these tests: `CHROME_PATH`, else the one on the PATH. */

import { execFileSync } from 'node:child_process';

export function findChromium(): string {
  if (process.env['CHROME_PATH']) return process.env['CHROME_PATH'];
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      continue;
    }
  }
  throw new Error('There is no Chromium. Name one in CHROME_PATH.');
}

export const chromiumFlags: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
