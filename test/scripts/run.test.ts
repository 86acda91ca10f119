import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';

const runner = join(import.meta.dirname, '..', 'run');

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planclaim-run-'));
  const files = {
    'test/good/a.test.mjs': `import { describe, it } from 'node:test'; describe('a', () => { it('one', () => {}); it('two', () => {}); });`,
    'test/bad/b.test.mjs': `import { describe, it } from 'node:test';
      describe('outer', () => { it('breaks', () => { console.log('said by the file'); throw new Error('broken on purpose'); }); it('works', () => {}); });`,
    'test/bad/crash.test.mjs': `import 'not-installed';`,
    'test/bad/exit.test.mjs': `import { it } from 'node:test'; it('ends the process', () => process.exit(0));`,
    'test/empty/c.test.mjs': `export {};`,
    'test/skip/d.test.mjs': `import { it } from 'node:test'; it.skip('later', () => {});`,
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
});
after(() => rm(folder, { recursive: true }));

/** Runs these files as `npm test` runs its own, and expects something of these suites. */
function run(files: readonly string[], expected: readonly string[]) {
  const script = `
    import { runNodeTests } from ${JSON.stringify(pathToFileURL(join(runner, 'node-tests.ts')).href)};
    import { Tally } from ${JSON.stringify(pathToFileURL(join(runner, 'tally.ts')).href)};
    const tally = new Tally();
    await runNodeTests({ title: 'tests', files: ${JSON.stringify(files)}, concurrency: 2 }, tally);
    for (const suite of ${JSON.stringify(expected)}) tally.expect(suite, (count) => count > 0);
    process.exitCode = tally.finish();`;
  // A file, since files of tests inherit the flags of the process that runs them.
  const file = join(folder, 'run.mjs');
  writeFileSync(file, script);
  const { NODE_TEST_CONTEXT: _inside, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, [file], {
    cwd: folder,
    env: { ...env, NO_COLOR: '1' },
    encoding: 'utf8',
  });
  return { status, stdout, last: stdout.trimEnd().split('\n').at(-1) };
}

describe('the test run', () => {
  it('ends with how many passed and failed, and with 0 when none failed', () => {
    const { status, last } = run(['test/good/a.test.mjs'], ['good']);
    assert.equal(last, '2 passed, 0 failed');
    assert.equal(status, 0);
  });

  it('shows a failure with its path, its error and what its file wrote', () => {
    const { status, stdout, last } = run(['test/good/a.test.mjs', 'test/bad/b.test.mjs'], []);
    assert.match(
      stdout,
      /✗ test\/bad\/b\.test\.mjs › outer › breaks\n {4}Error: broken on purpose[^]*said by the file/,
    );
    assert.equal(last, '3 passed, 1 failed');
    assert.equal(status, 1);
  });

  it('counts a file that cannot be loaded, and one that ends before its tests', () => {
    const crash = run(['test/bad/crash.test.mjs'], []);
    assert.match(crash.stdout, /Cannot find package 'not-installed'/);
    assert.equal(crash.last, '0 passed, 1 failed');
    assert.equal(run(['test/bad/exit.test.mjs'], ['bad']).status, 1);
  });

  it('fails when a file or a suite has no test, or only skips them', () => {
    assert.equal(run(['test/empty/c.test.mjs'], []).status, 1);
    assert.match(run(['test/good/a.test.mjs'], ['gone']).stdout, /✗ gone\n {4}No test ran\./);
    assert.equal(run(['test/skip/d.test.mjs'], ['skip']).status, 1);
    assert.equal(run([], []).status, 1);
  });
});
