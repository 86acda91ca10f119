/** Runs files of `node:test`, each in a process of its own, and shows the failures as they come. */

import { resolve } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import type { Tally } from './tally.ts';
import { tapOptions } from './traffic.ts';

export interface NodeTests {
  readonly title: string;
  /** Paths below the working directory: `test/<suite>/…`. */
  readonly files: readonly string[];
  /** How many files run at once. */
  readonly concurrency: number;
}

/** A file that takes longer hangs, in milliseconds. */
const longestFile = 300_000;

/** What `node:test` reports about one test; its types leave out what is not in every event. */
interface Reported {
  readonly name: string;
  readonly nesting: number;
  readonly file?: string;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details?: { readonly type?: string; readonly error?: unknown };
}

export async function runNodeTests({ title, files, concurrency }: NodeTests, tally: Tally): Promise<void> {
  if (files.length === 0) return;
  const before = tally.counts;
  const started = performance.now();
  const paths = new Map(files.map((file) => [resolve(file), file]));
  /** Names of the tests that are open, outermost first, by file. */
  const open = new Map<string, string[]>();
  /** What files wrote; shown where one fails. */
  const written = new Map<string, string>();
  const pathOf = (test: Reported): string => paths.get(resolve(test.file ?? test.name)) ?? test.file ?? test.name;
  const suiteOf = (file: string): string => file.split('/')[1] ?? title;
  const isFile = (test: Reported): boolean => test.nesting === 0 && paths.has(resolve(test.name));

  const write = ({ file, message }: { file?: string | undefined; message: string }): void => {
    const path = paths.get(resolve(file ?? '')) ?? title;
    written.set(path, `${written.get(path) ?? ''}${message}`.slice(-8000));
  };

  const stream = run({ files: [...paths.keys()], concurrency, timeout: longestFile, execArgv: tapOptions });
  stream.on('test:stdout', write);
  stream.on('test:stderr', write);
  stream.on('test:start', (test: Reported) => {
    const names = open.get(pathOf(test)) ?? [];
    open.set(pathOf(test), [...names.slice(0, test.nesting), test.name]);
  });
  stream.on('test:pass', (test: Reported) => {
    const file = pathOf(test);
    if (isFile(test)) tally.fail(suiteOf(file), file, 'There is no test in this file.');
    else if (test.skip !== undefined && test.skip !== false) tally.skip(suiteOf(file), `${file}: ${test.name}`);
    else if (test.details?.type !== 'suite') tally.pass(suiteOf(file));
  });
  stream.on('test:fail', (test: Reported) => {
    const file = pathOf(test);
    if (test.todo !== undefined && test.todo !== false)
      return tally.skip(suiteOf(file), `${file}: ${test.name} (todo)`);
    const { error } = test.details ?? {};
    // A parent whose only fault is its children's is shown through them.
    if (failureType(error) === 'subtestsFailed') return undefined;
    const names = isFile(test) ? [] : [...(open.get(file) ?? []).slice(0, test.nesting), test.name];
    const output = written.get(file);
    written.delete(file);
    tally.fail(
      suiteOf(file),
      [file, ...names].join(' › '),
      `${explain(error)}${output === undefined ? '' : `\n\nwritten by the file:\n${output}`}`,
    );
    return undefined;
  });
  await new Promise<void>((done, reject) => {
    stream.once('end', done);
    stream.once('error', reject);
    stream.resume();
  });
  const after = tally.counts;
  tally.note(title, {
    passed: after.passed - before.passed,
    failed: after.failed - before.failed,
    seconds: (performance.now() - started) / 1000,
  });
}

const failureType = (error: unknown): unknown =>
  error instanceof Error && 'failureType' in error ? error.failureType : undefined;

/** The error itself, not the runner's wrapping of it. */
function explain(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return typeof cause === 'string' ? cause : inspect(cause, { depth: 4, colors: false });
}
