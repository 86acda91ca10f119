/** `npm start`: Stripe sandbox, backend and Driftboard together. `--watch` (`npm run dev`) also rebuilds and restarts at every change. */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createLog } from '../server/log.ts';
import { startDev } from '../server/dev.ts';
import { askedToStop } from '../server/serve.ts';
import { banner } from './banner.ts';
import { startDemo } from './serve.ts';

const root = join(import.meta.dirname, '..');
/** Where `.planclaim/` with the databases is kept: the repository, when npm starts it. */
const state = process.cwd();
const ports = {
  PORT: readPort('PORT', 8787),
  SANDBOX_PORT: readPort('SANDBOX_PORT', 8788),
  DEMO_PORT: readPort('DEMO_PORT', 8789),
};

if (process.argv.includes('--watch')) watch();
else await start();

async function start(): Promise<void> {
  const stopped = askedToStop();
  const payments = process.env['PAYMENTS'] === 'none' ? 'none' : 'stripe';
  await requireFreePorts(payments === 'none' ? ['PORT', 'DEMO_PORT'] : ['PORT', 'SANDBOX_PORT', 'DEMO_PORT']);
  if (!existsSync(join(root, 'widgets', 'dist', 'widgets.js')))
    refuse('The widgets have not been built. Start with "npm start", or run "npm run build" once.');

  const siteUrl = `http://localhost:${ports.DEMO_PORT}`;
  // The config file reads these two; a key of this machine alone needs no secrecy.
  process.env['DRIFTBOARD_URL'] = siteUrl;
  process.env['DRIFTBOARD_API_KEY'] ??= 'sk_driftboard_on_this_machine';
  const dev = await startDev({
    cwd: state,
    configFile: join(import.meta.dirname, 'planclaim.config.ts'),
    env: { ...process.env, PUBLIC_URL: process.env['PUBLIC_URL'] ?? `http://localhost:${ports.PORT}` },
    port: ports.PORT,
    sandboxPort: ports.SANDBOX_PORT,
    // Its lines would scroll the addresses away; LOG_LEVEL=info brings them back.
    ...(process.env['LOG_LEVEL'] === undefined && { log: createLog('warn') }),
  });
  const demo = await startDemo({
    port: ports.DEMO_PORT,
    backendUrl: dev.backend.url,
    sandboxUrl: dev.sandbox?.url ?? null,
    keyFile: join(state, '.planclaim', 'driftboard-idp.json'),
  });
  // Counted from the start of the process, its imports included.
  const seconds = performance.now() / 1000;
  console.log(banner({ demo: demo.url, backend: dev.backend.url, sandbox: dev.sandbox?.url ?? null, seconds }));
  await stopped;
  await demo.close();
  await dev.close();
  console.log('Stopped.');
}

/** A bundler that rebuilds the widgets, and a Node that starts this file again when one that it imports changes. */
function watch(): void {
  const bin = (name: string): string => join(root, 'node_modules', '.bin', name);
  const children = [
    spawn(bin('vite'), ['build', '--watch', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' }),
    spawn(process.execPath, ['--watch', '--watch-preserve-output', import.meta.filename], {
      cwd: root,
      stdio: 'inherit',
    }),
  ];
  const stop = (): void => {
    for (const child of children) child.kill('SIGINT');
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  for (const child of children) child.once('exit', stop);
}

function readPort(name: string, usual: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return usual;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  return refuse(`${name} is "${text}". Use a whole number from 1 to 65535.`);
}

/** All of them before any is taken, so that one message says everything. */
async function requireFreePorts(names: readonly (keyof typeof ports)[]): Promise<void> {
  const free = await Promise.all(names.map((name) => isFree(ports[name])));
  const taken = names.filter((_, index) => free[index] === false);
  if (taken.length === 0) return;
  const [first = 'PORT'] = taken;
  const list = taken.map((name) => `${ports[name]} (${name})`).join(', ');
  refuse(
    `In use already: port ${list}. Stop what uses it, or choose another: ${first}=${ports[first] + 100} npm start`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function refuse(message: string): never {
  console.error(message);
  process.exit(1);
}
