/** Everything that `npm start` starts, on free ports and in a folder of its own: sandbox, backend, the demo site, and a browser. */

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startDemo, type Demo } from '../../../demo/serve.ts';
import { startDev, type Dev } from '../../../server/dev.ts';
import { createLog } from '../../../server/log.ts';
import { launchBrowser } from './browser.ts';

/** The secret key of Driftboard's own backend, as `DRIFTBOARD_API_KEY`. */
export const apiKey = 'sk_driftboard_of_the_end_to_end_tests';
/** Driftboard's config, the one that `npm start` uses. */
export const configFile = join(import.meta.dirname, '..', '..', '..', 'demo', 'planclaim.config.ts');

export interface World {
  readonly demo: Demo;
  readonly backendUrl: string;
  readonly sandboxUrl: string;
  /** Where the databases are. */
  readonly folder: string;
  /** What the sandbox signs its deliveries with. */
  readonly webhookSecret: string;
  /** A page in a browser profile of its own: nobody is signed in. */
  newPage(): Promise<Page>;
  /** Makes the sandbox's deliveries unreliable, or reliable again with `{}`. */
  chaos(settings: Record<string, unknown>): Promise<void>;
  close(): Promise<void>;
}

/** One a test file: the config is a module, and reads where the site is from the environment once. */
export async function startWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'planclaim-e2e-'));
  const [port, demoPort] = [await freePort(), await freePort()];
  const opened: { close(): Promise<unknown> }[] = [];
  const close = async (): Promise<void> => {
    for (const one of opened.toReversed()) await one.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    setEnvironment({ demoPort });
    const dev: Dev = await startDev({
      cwd: folder,
      configFile,
      env: { ...process.env, PUBLIC_URL: `http://localhost:${port}` },
      port,
      sandboxPort: 0,
      memory: true,
      log: createLog('error'),
    });
    opened.push(dev);
    if (!dev.sandbox) throw new Error('The demo has payments on, yet no sandbox was started.');
    const demo = await startDemoSite({
      port: demoPort,
      backendUrl: dev.backend.url,
      sandboxUrl: dev.sandbox.url,
      folder,
    });
    opened.push(demo);
    const pages = await openBrowser();
    opened.push(pages);
    const sandboxUrl = dev.sandbox.url;
    return {
      demo,
      backendUrl: dev.backend.url,
      sandboxUrl,
      folder,
      webhookSecret: dev.backend.config.projects.get('driftboard')?.stripe?.webhookSecrets[0] ?? '',
      newPage: pages.newPage,
      chaos: (settings) => setChaos(sandboxUrl, settings),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What Driftboard's config reads. */
export function setEnvironment({ demoPort }: { demoPort: number }): void {
  process.env['DRIFTBOARD_URL'] = `http://localhost:${demoPort}`;
  process.env['DRIFTBOARD_API_KEY'] = apiKey;
}

export const startDemoSite = (options: {
  port: number;
  backendUrl: string;
  /** Left out: the pages have no clock to move. */
  sandboxUrl?: string;
  folder: string;
}): Promise<Demo> =>
  startDemo({
    port: options.port,
    backendUrl: options.backendUrl,
    sandboxUrl: options.sandboxUrl ?? null,
    keyFile: join(options.folder, '.planclaim', 'driftboard-idp.json'),
  });

/** `POST /_sandbox/chaos`: `{ drop: 1 }` delivers nothing at all. */
export async function setChaos(sandboxUrl: string, settings: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${sandboxUrl}/_sandbox/chaos`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  if (!response.ok) throw new Error(`The sandbox refused chaos: ${response.status} ${await response.text()}`);
}

/** A browser that gives out pages of separate profiles. */
export async function openBrowser(): Promise<{ newPage(): Promise<Page>; close(): Promise<void> }> {
  const browser: Browser = await launchBrowser();
  return {
    newPage: async () => {
      const context: BrowserContext = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-US' });
      context.setDefaultTimeout(15_000);
      return context.newPage();
    },
    close: () => browser.close(),
  };
}

/**
 * A port that was free a moment ago. Not one that the system would choose: those it also gives to outgoing connections,
 * of which a busy machine makes some before ours is listened on.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_240 + Math.floor(Math.random() * 20_000);
    if (await isFree(port)) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/** Resolves when `check` gives something else than null, false or undefined; fails after ten seconds. */
export async function until<Value>(
  what: string,
  check: () => Promise<Value | null | false | undefined>,
): Promise<Value> {
  const giveUp = performance.now() + 10_000;
  for (;;) {
    const value = await check();
    if (value !== null && value !== false && value !== undefined) return value;
    if (performance.now() > giveUp) throw new Error(`did not happen in ten seconds: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
