/** Runs the widget tests in a real browser, in a process of their own, and counts what it reports. */

import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Tally } from './tally.ts';
import type { WidgetReport } from './widget-runner.ts';

const suite = 'widgets in the browser';
/** Milliseconds. */
const longestRun = 240_000;

/** @param configFile the configuration of `@web/test-runner` */
export async function runWidgetTests(configFile: string, tally: Tally): Promise<void> {
  if (!existsSync(configFile)) return;
  const started = performance.now();
  const before = tally.counts;
  const child = fork(join(import.meta.dirname, 'widget-runner.ts'), [configFile], {
    // Its own progress lines are for terminals; what counts comes as messages.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    timeout: longestRun,
    killSignal: 'SIGKILL',
  });
  let finished = false;
  child.on('message', (report: WidgetReport) => {
    if (report.kind === 'passed') tally.pass(suite);
    else if (report.kind === 'skipped') tally.skip(suite, report.name);
    else if (report.kind === 'failed') tally.fail(suite, report.name, report.detail);
    else finished = true;
  });
  const ended = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit ${code}`));
  });
  if (!finished) tally.fail(suite, suite, `The browser's test runner stopped before its end: ${ended}.`);
  tally.note(suite, {
    passed: tally.counts.passed - before.passed,
    failed: tally.counts.failed - before.failed,
    seconds: (performance.now() - started) / 1000,
  });
}
