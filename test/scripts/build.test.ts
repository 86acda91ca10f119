import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { run } from '../../scripts/lib/process.ts';
import { buildServerPackage } from '../../scripts/lib/server-package.ts';
import { buildWidgetPackage } from '../../scripts/lib/widget-package.ts';

const root = join(import.meta.dirname, '..', '..');

interface Manifest {
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
}

let folder = '';
/** A project that has installed both packages from their tarballs. */
let customer = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planclaim-build-'));
  customer = join(folder, 'customer');
  const bundle = join(folder, 'bundle');
  await mkdir(join(bundle, 'widgets'), { recursive: true });
  await writeFile(join(bundle, 'widgets.js'), 'the loader');
  await buildServerPackage({ root, out: join(folder, 'server'), bundle });
  await buildWidgetPackage({ root, out: join(folder, 'widgets') });
  for (const name of ['server', 'widgets']) await install(name);
});
after(() => rm(folder, { recursive: true }));

/** Packs the package, unpacks it where npm would, and puts its dependencies beside it. */
async function install(name: string): Promise<void> {
  const source = join(folder, name);
  const target = join(customer, 'node_modules', '@planclaim', name);
  const [packed] = JSON.parse(
    await run('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', folder], { cwd: source }),
  ) as {
    filename: string;
  }[];
  await mkdir(target, { recursive: true });
  await run('tar', ['xzf', join(folder, packed?.filename ?? ''), '-C', target, '--strip-components=1']);
  const { dependencies } = await manifestOf(name);
  for (const dependency of [...Object.keys(dependencies), '@types/node']) {
    const link = join(customer, 'node_modules', dependency);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, 'node_modules', dependency), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

const manifestOf = async (name: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, name, 'package.json'), 'utf8')) as Manifest;

/** Runs the customer's compiler over one file; its complaints. */
async function compile(source: string): Promise<string> {
  await writeFile(join(customer, 'use.ts'), source);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const flags = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--lib',
    'es2024,dom,dom.iterable',
    '--skipLibCheck',
    'false',
    '--types',
    'node',
  ];
  return spawnSync(process.execPath, [tsc, ...flags, 'use.ts'], { cwd: customer, encoding: 'utf8' }).stdout;
}

describe('the published server', () => {
  it('has no TypeScript sources, and names only files that it has', async () => {
    const { exports, bin } = await manifestOf('server');
    assert.deepEqual(Object.keys(exports), ['.', './verify', './package.json']);
    const listed = await run('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], {
      cwd: join(folder, 'server'),
    });
    const paths = (JSON.parse(listed) as { files: { path: string }[] }[])[0]?.files.map(({ path }) => path) ?? [];
    assert.deepEqual(
      paths.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts')),
      [],
    );
    for (const path of [
      'index.js',
      'index.d.ts',
      'verify.js',
      'verify.d.ts',
      'widgets/widgets.js',
      bin?.['planclaim'] ?? '',
    ]) {
      assert.ok(paths.includes(path), path);
    }
  });

  it('gives a customer its types', async () => {
    const good = `import { createVerifier } from '@planclaim/server/verify';
      import { defineConfig } from '@planclaim/server';
      export const verify = createVerifier({ issuer: 'https://b.test', audience: 'acme' });
      export default defineConfig({ projects: { acme: { name: 'Acme', payments: 'none', plans: [{ id: 'free', name: 'Free' }] } } });`;
    assert.equal(await compile(good), '');
    assert.match(await compile(good.replace("'none'", "'paypal'")), /Type '"paypal"' is not assignable/);
  });

  it('runs: a config in TypeScript, the command, the backend, the bundle', async (t) => {
    await writeFile(
      join(customer, 'planclaim.config.ts'),
      `import { defineConfig } from '@planclaim/server';
      export default defineConfig({ projects: { acme: { name: 'Acme' as string, payments: 'none', plans: [{ id: 'free', name: 'Free' }] } } });`,
    );
    const bin = join(customer, 'node_modules', '@planclaim', 'server', 'bin', 'planclaim.mjs');
    const child = spawn(process.execPath, [bin, 'serve', '--port', '0'], {
      cwd: customer,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    const closed = once(child, 'close');
    let url = '';
    for await (const line of createInterface({ input: child.stdout })) {
      const logged = JSON.parse(line) as { event: string; url?: string };
      if (logged.event !== 'listening') continue;
      url = logged.url ?? '';
      break;
    }
    child.stdout.resume();
    assert.equal(await (await fetch(`${url}/widgets.js`)).text(), 'the loader');
    assert.equal((await fetch(`${url}/v1/projects/acme/plans`)).status, 200);
    child.kill('SIGTERM');
    assert.deepEqual(await closed, [0, null]);
  });
});

describe('the published widgets', () => {
  it('are one module an element, which can be imported without a window', async () => {
    const script = `for (const name of ['index.js', 'plan-picker.js', 'upgrade-button.js', 'plan-gate.js', 'billing-provider.js'])
      await import(name === 'index.js' ? '@planclaim/widgets' : '@planclaim/widgets/' + name);`;
    await writeFile(join(customer, 'import.mjs'), script);
    await run(process.execPath, ['import.mjs'], { cwd: customer });
  });

  it('give a customer their types', async () => {
    assert.equal(await compile(`import '@planclaim/widgets/plan-picker.js';\nimport '@planclaim/widgets';`), '');
  });
});
