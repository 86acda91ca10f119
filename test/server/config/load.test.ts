import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { loadConfig } from '../../../server/config/load.ts';

let folder = '';
before(() => {
  assert.ok(!tmpdir().startsWith(process.cwd()), 'the folder must be outside of this project and its node_modules');
});
beforeEach(async () => {
  await discard();
  folder = await mkdtemp(join(tmpdir(), 'planclaim-config-'));
});
after(() => discard());
const discard = async (): Promise<void> => {
  if (folder !== '') await rm(folder, { recursive: true });
};

const beta = `{ projects: { beta: { name: 'Beta', payments: 'none', plans: [{ id: 'free', name: 'Free' }] } } }`;
const load = (file?: string) => loadConfig({ cwd: folder, file, env: {} });
const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

/** It is refused, and the message says this. */
const assertRefused = (promise: Promise<unknown>, message: RegExp): Promise<void> =>
  assert.rejects(promise, (error: Error & { code?: string }) => {
    assert.equal(error.code, 'config_invalid');
    assert.match(error.message, message);
    return true;
  });

describe('the config file', () => {
  it("may be TypeScript that imports '@planclaim/server', where no node_modules has it", async () => {
    await write(
      'planclaim.config.ts',
      `import { defineConfig } from '@planclaim/server';\nconst name: string = 'Beta';\nexport default defineConfig(${beta});`,
    );
    assert.ok((await load()).projects.has('beta'));
  });

  it("is a module, whatever the package around it says: npm init writes 'commonjs'", async () => {
    await write('package.json', '{ "type": "commonjs" }');
    await write('planclaim.config.ts', `const name: string = 'Beta';\nexport default ${beta};`);
    assert.ok((await load()).projects.has('beta'));
  });

  it('may be a module or JSON', async () => {
    await write('planclaim.config.mjs', `export default ${beta}`);
    assert.ok((await load()).projects.has('beta'));
    await rm(join(folder, 'planclaim.config.mjs'));
    const json = { projects: { beta: { name: 'Beta', payments: 'none', plans: [{ id: 'free', name: 'Free' }] } } };
    await write('planclaim.config.json', JSON.stringify({ $schema: './schema.json', ...json }));
    assert.ok((await load()).projects.has('beta'));
  });

  it('may have any name when it is named', async () => {
    await write('other.mjs', `export default ${beta}`);
    assert.ok((await load('other.mjs')).projects.has('beta'));
  });

  it('is read again when it has changed', async () => {
    await write('planclaim.config.mjs', `export default ${beta}`);
    await load();
    await write('planclaim.config.mjs', `export default ${beta.replace('beta:', 'gamma:')}`);
    assert.ok((await load()).projects.has('gamma'));
  });

  it('keeps the secret beside it, made at the first load', async () => {
    await write('planclaim.config.mjs', `export default ${beta}`);
    const { secret } = await load();
    assert.equal((await readFile(join(folder, '.planclaim', 'secret'), 'utf8')).trim(), secret);
    assert.equal((await load()).secret, secret);
  });

  it('makes no secret while there are mistakes', async () => {
    await write('planclaim.config.mjs', 'export default {}');
    await assertRefused(load(), /^planclaim\.config\.mjs has a mistake:\n {2}projects: is missing/);
    await assert.rejects(readFile(join(folder, '.planclaim', 'secret')), { code: 'ENOENT' });
  });
});

describe('a config file that cannot be read', () => {
  it('because there is none', async () => {
    await assertRefused(load(), /There is no config file in .*planclaim init/);
    await assertRefused(load('nowhere.ts'), /There is no config file at .*nowhere\.ts/);
  });

  it('because there are two', async () => {
    await write('planclaim.config.ts', `export default ${beta}`);
    await write('planclaim.config.json', '{}');
    await assertRefused(load(), /several config files .*planclaim\.config\.ts, planclaim\.config\.json/);
  });

  it('because of a syntax error, with its place', async () => {
    await write('planclaim.config.ts', 'export default {\n  projects: {,\n}');
    await assertRefused(load(), /planclaim\.config\.ts cannot be run:\n.*SyntaxError: [^]*planclaim\.config\.ts:2/);
    await write('broken.json', '{ "projects": {}, }');
    await assertRefused(load('broken.json'), /broken\.json is not JSON: .*line 1/);
  });

  it('because it throws, or imports what is not there', async () => {
    await write('planclaim.config.mjs', "throw new Error('no way')");
    await assertRefused(load(), /Error: no way\n.*planclaim\.config\.mjs:1/);
    await write('imports.mjs', "import 'not-installed';");
    await assertRefused(load('imports.mjs'), /Cannot find package 'not-installed'/);
  });

  it('because it exports nothing by default', async () => {
    await write('planclaim.config.mjs', `export const config = ${beta}`);
    await assertRefused(load(), /has no default export\. Write: export default defineConfig/);
  });

  it('because it is of another kind', async () => {
    await write('config.yaml', 'projects:');
    await assertRefused(load('config.yaml'), /must end with \.ts, \.mjs or \.json/);
    await assertRefused(load('.'), /is not a file/);
  });
});
