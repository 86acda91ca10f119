/** Tools that only say yes or no: formatter, linter, compiler. */

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Tally } from './tally.ts';

export interface Check {
  readonly name: string;
  readonly command: string;
  readonly parameters: readonly string[];
}

/** Runs the tool; its output is shown when it says no. */
export async function runCheck({ name, command, parameters }: Check, tally: Tally): Promise<void> {
  const started = performance.now();
  const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? String(signal)));
  });
  const [result, ...output] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  const passed = result === 0;
  if (passed) tally.pass(name);
  else tally.fail(name, name, `${output.join('')}\n${command} ${parameters.join(' ')}: ${result}`);
  tally.note(name, { passed: Number(passed), failed: Number(!passed), seconds: (performance.now() - started) / 1000 });
}
