/** Group commit: what is answered is durable, what fails fails alone. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { openStore, type Store } from '../../../server/store/store.ts';
import { batched } from '../../../server/store/writer.ts';
import type { Writing } from '../../../server/store/schema.ts';

const lease = (name: string) => ({ name, owner: 'a', until: 1 });

describe('the writer', () => {
  let directory: string;
  let store: Store;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'planclaim-writer-'));
    store = await openStore(`file:${join(directory, 'db')}`);
  });
  after(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });

  const put = (name: string) => store.write((tx) => tx.insertInto('lease').values(lease(name)).execute());
  const names = async (): Promise<string[]> =>
    (await store.read.selectFrom('lease').select('name').orderBy('name').execute()).map((row) => row.name);

  it('answers a write only when another connection can read it', async () => {
    await put('first');
    assert.ok((await names()).includes('first'));
  });

  it('lets a failing write fail its own caller and keeps its neighbours', async () => {
    await put('taken');
    const results = await Promise.allSettled([put('before'), put('taken'), put('after')]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    const all = await names();
    assert.ok(all.includes('before') && all.includes('after'));
  });

  it('rolls a failing unit back whole', async () => {
    const failing = store.write(async (tx) => {
      await tx.insertInto('lease').values(lease('half')).execute();
      throw new Error('second half failed');
    });
    await assert.rejects(failing, /second half failed/);
    assert.ok(!(await names()).includes('half'));
  });

  it('shows each unit what the units before it wrote', async () => {
    const counts = await Promise.all(
      ['x1', 'x2', 'x3'].map((name) =>
        store.write(async (tx) => {
          await tx.insertInto('lease').values(lease(name)).execute();
          const rows = await tx.selectFrom('lease').select('name').where('name', 'like', 'x%').execute();
          return rows.length;
        }),
      ),
    );
    assert.deepEqual(counts, [1, 2, 3]);
  });

  it('batches items, and gives each caller its own result whatever fails beside it', async () => {
    const writeAll = async (tx: Writing, items: readonly string[]): Promise<string[]> => {
      await tx.insertInto('lease').values(items.map(lease)).execute();
      return items.map((item) => `${item} written`);
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 12 }),
        async (items) => {
          await store.write((tx) => tx.deleteFrom('lease').execute());
          const write = batched(store.writer, writeAll);
          const results = await Promise.allSettled(items.map(write));
          const written = results.flatMap((result, index) => (result.status === 'fulfilled' ? [items[index]] : []));
          // The unique key lets each name in once: exactly one caller of each is told so.
          assert.deepEqual(written.toSorted(), [...new Set(items)].toSorted());
          assert.deepEqual(await names(), [...new Set(items)].toSorted());
          for (const [index, result] of results.entries()) {
            if (result.status === 'fulfilled') assert.equal(result.value, `${items[index]} written`);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('lets processes that start together bring the schema up once', async () => {
    const url = `file:${join(directory, 'shared')}`;
    const program = `
      import { openStore } from ${JSON.stringify(new URL('../../../server/store/store.ts', import.meta.url).href)};
      const store = await openStore(${JSON.stringify(url)});
      await store.check();
      await store.close();`;
    const run = promisify(execFile);
    await Promise.all([1, 2, 3].map(() => run(process.execPath, ['--input-type=module', '--eval', program])));
  });
});
