/** The process that drives `@web/test-runner`: it tells its parent the result of each test. Started by `widget-tests.ts`. */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestRunnerConfig } from '@web/test-runner';
import { startTestRunner } from '@web/test-runner';

export type WidgetReport =
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly name: string }
  | { readonly kind: 'failed'; readonly name: string; readonly detail: string }
  | { readonly kind: 'end' };

type Reporter = NonNullable<TestRunnerConfig['reporters']>[number];
type Session = Parameters<NonNullable<Reporter['reportTestFileResults']>>[0]['sessionsForTestFile'][number];
type SuiteResult = NonNullable<Session['testResults']>;

const tell = (report: WidgetReport): Promise<void> =>
  new Promise((done, reject) => {
    if (!process.send) throw new Error('Start this through test/run.ts.');
    process.send(report, undefined, undefined, (error) => (error ? reject(error) : done()));
  });

/** Every test of a session, and what broke the session outside of its tests. */
function* reportsOf({ testFile, testResults, errors, logs, request404s }: Session): Generator<WidgetReport> {
  const file = testFile.replace(`${process.cwd()}/`, '');
  const written = [...logs.flat().map(String), ...request404s.map((url) => `404: ${url}`)];
  for (const error of errors) yield { kind: 'failed', name: file, detail: describe(error, written) };
  if (testResults) yield* reportsOfSuite(testResults, [file], written);
}

function* reportsOfSuite(
  { tests, suites }: SuiteResult,
  path: readonly string[],
  written: readonly string[],
): Generator<WidgetReport> {
  for (const { name: title, passed, skipped, error } of tests) {
    const name = [...path, title].join(' › ');
    if (skipped) yield { kind: 'skipped', name };
    else if (passed) yield { kind: 'passed' };
    else yield { kind: 'failed', name, detail: describe(error, written) };
  }
  for (const suite of suites) yield* reportsOfSuite(suite, [...path, suite.name], written);
}

function describe(error: SuiteResult['tests'][number]['error'], written: readonly string[]): string {
  const { message = 'It failed without a message.', stack = '', expected, actual } = error ?? {};
  const difference = expected === undefined ? '' : `\nexpected: ${expected}\nactual:   ${actual ?? ''}`;
  const console = written.length === 0 ? '' : `\nwritten by the page:\n${written.join('\n').slice(-4000)}`;
  return `${stack.includes(message) ? '' : `${message}\n`}${stack}${difference}${console}`;
}

const [configFile = ''] = process.argv.slice(2);
const { default: config } = (await import(pathToFileURL(resolve(configFile)).href)) as { default: TestRunnerConfig };
let told = Promise.resolve();
const reporter: Reporter = {
  reportTestFileResults({ sessionsForTestFile }) {
    const reports = sessionsForTestFile.flatMap((session) => [...reportsOf(session)]);
    told = reports.reduce((before, report) => before.then(() => tell(report)), told);
  },
};
const runner = await startTestRunner({
  config: { ...config, reporters: [reporter], watch: false },
  readCliArgs: false,
  readFileConfig: false,
  autoExitProcess: false,
});
if (!runner) throw new Error('@web/test-runner did not start.');
runner.on('stopped', () => {
  void told.then(() => tell({ kind: 'end' })).then(() => process.exit(0));
});
