/** The backend as a process of its own, started as people start it: so that it can be killed, and watched from outside. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { configFile } from './world.ts';

const bin = join(import.meta.dirname, '..', '..', '..', 'server', 'bin', 'planclaim.mjs');

export interface ChildBackend {
  readonly url: string;
  readonly pid: number;
  /** What it wrote so far. */
  readonly output: () => string;
  /** SIGKILL: nothing is finished. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

export interface ChildOptions {
  readonly port: number;
  /** Where its database is. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly config?: string;
  /** A module that runs in it first. */
  readonly preload?: string;
}

/** One `planclaim …` command that ends by itself; rejects with what it wrote when it fails. */
export async function runCommand(
  parameters: readonly string[],
  { folder, env }: Pick<ChildOptions, 'folder' | 'env'>,
): Promise<string> {
  const child = spawn(process.execPath, [bin, ...parameters], {
    cwd: folder,
    env: { ...withoutPlanclaim(process.env), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  if (child.exitCode !== 0)
    throw new Error(`planclaim ${parameters.join(' ')} ended with ${child.exitCode}:\n${output}`);
  return output;
}

/** `planclaim serve`; resolves when it says that it listens. */
export async function startChild({ port, folder, env, config, preload }: ChildOptions): Promise<ChildBackend> {
  const url = `http://localhost:${port}`;
  const child = spawn(process.execPath, [bin, 'serve', '--config', config ?? configFile, '--port', String(port)], {
    cwd: folder,
    env: {
      ...withoutPlanclaim(process.env),
      PUBLIC_URL: url,
      ...(preload !== undefined && { NODE_OPTIONS: `--import=${preload}` }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      if (line.includes('"event":"listening"')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`The backend ended with ${code} before it listened:\n${output}`)));
  });
  return {
    url,
    pid: Number(child.pid),
    output: () => output,
    kill: async () => {
      await ended(child, 'SIGKILL');
    },
    stop: () => ended(child, 'SIGTERM'),
  };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
  return child.exitCode;
}

/** What this machine's environment says about Stripe or a backend does not reach the one under test. */
const withoutPlanclaim = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !/^(STRIPE_|PLANCLAIM_|DATABASE_URL$|PORT$|HOST$|PUBLIC_URL$|LOG_LEVEL$|NODE_TEST_CONTEXT$)/.test(name),
    ),
  );
