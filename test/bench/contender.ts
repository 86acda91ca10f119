/** One server under load, in a process of its own: both ends of the talk between it and the benchmark. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a contender says once it answers requests. */
export interface Ready {
  /** Where requests go, with the path. */
  url: string;
  /** Tokens to send in turn, for contenders that refresh tokens. */
  tokens?: string[];
  /** For contenders that store events: the SQLite file, and the query for the ids in it, as a column `id`. */
  stored?: { file: string; query: string };
}

/** A running contender. */
export interface Contender extends Ready {
  /** Ends it in the middle of whatever it does, as a crash would: what it has answered for must be on disk by then. */
  kill(): Promise<void>;
}

/**
 * Starts a program of this folder.
 *
 * @param folder where it may keep its files
 * @throws Error when it ends before it is ready
 */
export async function startContender(program: string, folder: string): Promise<Contender> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), [folder], {
    execArgv: [],
    serialization: 'json',
  });
  const exited = once(child, 'exit');
  const ended = exited.then(([code]) =>
    Promise.reject(new Error(`${program} ended with ${String(code)} before it was ready`)),
  );
  const [ready] = (await Promise.race([once(child, 'message'), ended])) as [Ready];
  return {
    ...ready,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Runs in the contender: says that it is ready; it ends with the benchmark. */
export function announce(ready: Ready): void {
  if (!process.send) throw new Error('This is started by the benchmark: npm run bench');
  process.once('disconnect', () => process.exit());
  process.send(ready);
}

/** Runs in the contender: the folder that it may keep its files in. */
export function contenderFolder(): string {
  const folder = process.argv[2];
  if (!folder) throw new Error('This is started by the benchmark: npm run bench');
  return folder;
}

/** Gives a fresh folder on the disk that the product's own database would be on, and removes it afterwards. */
export async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const parent = fileURLToPath(new URL('../../.planclaim/', import.meta.url));
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
