/** Runs a program and gives back what it wrote. */

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Resolves to stdout. Rejects with everything that was written when the program fails. */
export async function run(
  program: string,
  parameters: readonly string[],
  options: { cwd?: string } = {},
): Promise<string> {
  const child = spawn(program, parameters, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? null : `exit ${code ?? signal}`));
  });
  const [failure, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (failure !== null) throw new Error(`${program} ${parameters.join(' ')}: ${failure}\n${stdout}${stderr}`);
  return stdout;
}
