import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';

const scripts = join(import.meta.dirname, '..', '..', 'scripts');
const bin = join(import.meta.dirname, '..', '..', 'server', 'bin', 'planclaim.mjs');

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'planclaim-setup-'));
});
afterEach(() => rm(root, { recursive: true }));

async function write(
  path: string,
  content: string,
  options: { changed?: Date; executable?: boolean } = {},
): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  if (options.changed) await utimes(file, options.changed, options.changed);
  if (options.executable === true) await chmod(file, 0o755);
  return file;
}

/** Calls one function of the set-up in a process of its own, as the set-up does. */
function call(module: string, name: string, parameters: readonly string[], env: Record<string, string> = {}) {
  const url = pathToFileURL(join(scripts, 'lib', module)).href;
  const script = `import { ${name} } from ${JSON.stringify(url)};
try { process.stdout.write(String(${name}(...${JSON.stringify(parameters)}))); }
catch (error) { process.stderr.write(error.message); process.exitCode = 1; }`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  return { status, stdout, stderr };
}

const timesRun = async (): Promise<number> => {
  const calls = await readFile(join(root, 'calls'), 'utf8').catch(() => '');
  return calls.split('\n').length - 1;
};

describe('dependencies', () => {
  /** In npm's place: writes down what it was asked for, and leaves npm's own record. */
  const npm = `const fs = require('fs'); fs.appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
if (process.env.NPM_FAILS) process.exit(7);
fs.mkdirSync('node_modules', { recursive: true }); fs.writeFileSync('node_modules/.package-lock.json', '{}');`;
  const install = async (env: Record<string, string> = {}) =>
    call('dependencies.mjs', 'installDependencies', [root], { npm_execpath: await write('npm.cjs', npm), ...env });

  it('are installed from the lockfile on a fresh clone, with tools and Node, and then left alone', async () => {
    await write('package-lock.json', '{"lockfileVersion":3}');
    assert.equal((await install()).status, 0);
    assert.match(await readFile(join(root, 'calls'), 'utf8'), /^ci .*--include=dev --include=optional/);
    await install();
    assert.equal(await timesRun(), 1);
  });

  it('are installed again when the lockfile is another one, and not when it was only touched', async () => {
    await write('package-lock.json', '{"lockfileVersion":3}');
    await install();
    const later = new Date(Date.now() + 60_000);
    await write('package-lock.json', '{"lockfileVersion":3}', { changed: later });
    await install();
    assert.equal(await timesRun(), 1);
    await write('package-lock.json', '{"lockfileVersion":3,"name":"x"}', { changed: later });
    await install();
    assert.equal(await timesRun(), 2);
  });

  it('that cannot be installed stop the set-up with a reason', async () => {
    await write('package-lock.json', '{}');
    const { status, stderr } = await install({ NPM_FAILS: '1' });
    assert.equal(status, 1);
    assert.match(stderr, /npm could not install the dependencies \(exit 7\)/);
    assert.equal((await install()).status, 0, 'the next run tries again');
  });
});

describe('the lock', () => {
  /** Holds the lock for a moment and writes down when it began and ended. */
  const hold = (): ChildProcess => {
    const url = pathToFileURL(join(scripts, 'lib', 'lock.mjs')).href;
    const script = `import { appendFileSync } from 'node:fs'; import { alone } from ${JSON.stringify(url)};
      alone(${JSON.stringify(root)}, () => {
        appendFileSync(${JSON.stringify(join(root, 'order'))}, 'in ');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
        appendFileSync(${JSON.stringify(join(root, 'order'))}, 'out ');
      });`;
    return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  };

  it('lets one set-up work at a time', async () => {
    const codes = await Promise.all([hold(), hold(), hold()].map((child) => once(child, 'close')));
    assert.deepEqual(
      codes.map(([code]) => code),
      [0, 0, 0],
    );
    assert.equal(await readFile(join(root, 'order'), 'utf8'), 'in out in out in out ');
  });

  it('of a process that has ended is taken over', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await write('.planclaim/setup.lock', String(pid));
    assert.deepEqual(await once(hold(), 'close'), [0, null]);
  });
});

describe('the widget bundle', () => {
  /** In vite's place. */
  const vite = `const fs = require('fs'); fs.appendFileSync('calls', 'build\\n');
if (process.env.VITE_FAILS) process.exit(1);
fs.mkdirSync('widgets/dist', { recursive: true }); fs.writeFileSync('widgets/dist/widgets.js', '');`;
  const build = async (env: Record<string, string> = {}) => {
    await write('node_modules/vite/package.json', '{"type":"commonjs"}');
    await write('node_modules/vite/bin/vite.js', vite);
    return call('widgets.mjs', 'buildWidgets', [root, process.execPath], env);
  };

  it('is built when it is missing, and again only when a source is newer', async () => {
    const past = new Date(Date.now() - 60_000);
    await write('widgets/loader.ts', '', { changed: past });
    await build();
    await build();
    assert.equal(await timesRun(), 1);
    await write('widgets/plan-picker/plan-picker.ts', '');
    await build();
    assert.equal(await timesRun(), 2);
    await rm(join(root, 'widgets', 'dist'), { recursive: true });
    await build();
    assert.equal(await timesRun(), 3);
  });

  it('that cannot be built says so, and is tried again', async () => {
    await write('widgets/loader.ts', '');
    assert.match((await build({ VITE_FAILS: '1' })).stderr, /The widgets could not be built/);
    assert.equal((await build()).status, 0);
  });
});

describe('the browser', () => {
  const works = '#!/bin/sh\necho Chromium 1\n';
  const stub = '#!/bin/sh\necho install the snap >&2\nexit 1\n';

  it('is the one that CHROME_PATH names', async () => {
    const file = await write('my-chrome', works, { executable: true });
    assert.equal(call('browser.mjs', 'findBrowser', [root, process.execPath], { CHROME_PATH: file }).stdout, file);
  });

  it('is not looked for elsewhere when CHROME_PATH is wrong', async () => {
    const { status, stderr } = call('browser.mjs', 'findBrowser', [root, process.execPath], {
      CHROME_PATH: join(root, 'gone'),
    });
    assert.equal(status, 1);
    assert.match(stderr, /CHROME_PATH is .*gone, which does not start/);
  });

  it('is the first on the PATH that starts: a stub is passed over', async () => {
    await write('a/chromium', stub, { executable: true });
    const file = await write('b/google-chrome', works, { executable: true });
    const PATH = [join(root, 'a'), join(root, 'b'), '/usr/bin', '/bin'].join(delimiter);
    assert.equal(call('browser.mjs', 'findBrowser', [root, process.execPath], { PATH }).stdout, file);
  });
});

describe('on an old Node', () => {
  /** A Node before 22.18 on the PATH, where this machine has one. */
  const old = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((file) => {
      const { stdout, status } = spawnSync(file, ['--version'], { encoding: 'utf8' });
      return status === 0 && Number(/^v(\d+)/.exec(stdout)?.[1]) < 22;
    });
  const without = old === undefined ? 'this machine has no old Node' : false;

  it('the set-up runs', { skip: without }, () => {
    const { status, stderr } = spawnSync(old ?? '', [join(scripts, 'setup.mjs'), 'nonsense'], { encoding: 'utf8' });
    assert.equal(status, 2);
    assert.match(stderr, /Usage: .*start\|test\|build/);
  });

  it('planclaim goes on with the Node that npm installed', { skip: without }, () => {
    assert.match(execFileSync(old ?? '', [bin, 'help'], { encoding: 'utf8' }), /^Usage: planclaim COMMAND/);
  });

  it('planclaim hands its exit code on', { skip: without }, () => {
    assert.equal(spawnSync(old ?? '', [bin, 'no-such-command']).status, 2);
  });
});
