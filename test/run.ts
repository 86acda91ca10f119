/**
 * `npm test`: format and lint, types, every test of the server side, the widgets in a real browser, and the whole path end to end.
 * The last line is `N passed, N failed`; a suite in which nothing ran is a failure.
 *
 * For people: `node test/run.ts --only server`, `--only e2e,widgets`, `--only server/config`.
 */

import { existsSync, globSync, readFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { runCheck, type Check } from './run/checks.ts';
import { runNodeTests } from './run/node-tests.ts';
import { Tally } from './run/tally.ts';
import { Traffic } from './run/traffic.ts';
import { runWidgetTests } from './run/widget-tests.ts';

const root = join(import.meta.dirname, '..');
const projects = ['server', 'widgets', 'demo', 'test'];
/** Folders of `test/` that must have tests; others that have some are found. */
const required = ['server', 'sandbox', 'contract', 'scripts'];
/** Not suites of `node --test`: what tests share, the browser's own runner, and what runs last, alone. */
const elsewhere = new Set(['bench', 'run', 'widgets', 'e2e']);

const checks: readonly Check[] = [
  { name: 'format', command: 'oxfmt', parameters: ['--check', '.'] },
  { name: 'lint', command: 'oxlint', parameters: ['--deny-warnings'] },
  ...projects.map((project) => ({ name: `types ${project}`, command: 'tsc', parameters: ['--noEmit', '-p', project] })),
];

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const only = values.only?.flatMap((value) => value.split(',')) ?? [];
const wants = (suite: string): boolean => only.length === 0 || only.some((filter) => filter.split('/')[0] === suite);
const wantsFile = (file: string): boolean =>
  only.length === 0 || only.some((filter) => file.startsWith(`test/${filter}`));

process.chdir(root);
// Tools start with the Node of this repository, and tests find the browser that the set-up found.
process.env['PATH'] = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
const browserFile = join(root, 'node_modules', '.planclaim-chrome');
if (!process.env['CHROME_PATH'] && existsSync(browserFile))
  process.env['CHROME_PATH'] = readFileSync(browserFile, 'utf8').trim();

const tally = new Tally();
const traffic = new Traffic();
const needs = (suite: string, file: string, remedy: string): void => {
  if (wants(suite) && !existsSync(file)) tally.fail(suite, `${suite}: ${file}`, `is missing. ${remedy}`);
};
needs('e2e', join('widgets', 'dist', 'widgets.js'), 'The widgets could not be built: npx vite build');
needs('e2e', process.env['CHROME_PATH'] ?? 'chromium', 'No browser was found: set CHROME_PATH');

const wantedChecks = checks.filter(({ name }) => wants(name.split(' ')[0] ?? name));
// Two at a time: the machine that this is measured on has two cores.
const queue = wantedChecks.values();
await Promise.all(
  [1, 2].map(async () => {
    for (const check of queue) await runCheck(check, tally);
  }),
);

const suiteOf = (file: string): string => file.split('/')[1] ?? file;
const find = (pattern: string): string[] =>
  globSync(pattern, { cwd: root })
    .map((file) => relative(root, join(root, file)).replaceAll('\\', '/'))
    .filter(wantsFile)
    .toSorted();

const files = find('test/*/**/*.test.ts').filter((file) => !elsewhere.has(suiteOf(file)));
const suites = new Set([...required, ...files.map(suiteOf)].filter(wants));
if (suites.size > 0) await runNodeTests({ title: [...suites].join(', '), files, concurrency: 2 }, tally);
for (const suite of suites) tally.expect(suite, (count) => count > 0);

if (wants('widgets')) {
  const withoutBrowser = find('test/widgets/**/*.node.test.ts');
  if (withoutBrowser.length > 0)
    await runNodeTests({ title: 'widgets without a browser', files: withoutBrowser, concurrency: 2 }, tally);
  await runWidgetTests(join('test', 'widgets', 'web-test-runner.config.mjs'), tally);
  tally.expect('widgets in the browser', (count) => count > 0);
}

if (wants('e2e')) {
  await runNodeTests({ title: 'e2e', files: find('test/e2e/**/*.test.ts'), concurrency: 1 }, tally);
  tally.expect('e2e', (count) => count > 0);
}

await traffic.check(tally);
process.exitCode = tally.finish();
