/** How much a page loads for what it shows: with what each element imports, compressed, English. */

import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildWidgets } from './support/build.ts';

/** Kilobytes (1000 bytes) at most; what is loaded later, for those who need it, is not in them. */
const most: Readonly<Record<string, number>> = {
  'plan-picker': 40,
  'upgrade-button': 31,
  'plan-gate': 33,
  'subscription-manager': 39,
  'billing-banner': 32,
  'billing-provider': 8,
};

let dist: string;
/** Files by element, as the loader knows them. */
let files: Readonly<Record<string, readonly string[]>>;

before(async () => {
  dist = await buildWidgets();
  const loader = readFileSync(join(dist, 'widgets.js'), 'utf8');
  const pairs = [...loader.matchAll(/["'`]?([\w-]+)["'`]?:\[((?:["'`]widgets\/[^\]]+))\]/g)];
  files = Object.fromEntries(
    pairs.map(([, tag, list]) => [tag, [...(list ?? '').matchAll(/widgets\/[\w.-]+/g)].map(String)]),
  );
});
after(() => rmSync(dist, { recursive: true, force: true }));

const compressed = (file: string): number => gzipSync(readFileSync(join(dist, file))).length / 1000;

describe('what a page loads', () => {
  for (const [tag, limit] of Object.entries(most)) {
    it(`is at most ${limit} kB for <${tag}>`, (context) => {
      const own = files[tag];
      assert.ok(own, `the loader knows ${Object.keys(files).join()}`);
      const size = own.reduce((sum, file) => sum + compressed(file), 0);
      context.diagnostic(`<${tag}>: ${size.toFixed(1)} kB in ${own.length} files`);
      assert.ok(size <= limit, `${size.toFixed(1)} kB`);
    });
  }

  it('has no dialog in it for those who have nothing to change', () => {
    for (const [tag, own] of Object.entries(files))
      for (const file of own)
        assert.ok(!readFileSync(join(dist, file), 'utf8').includes('showModal'), `${tag}: ${file}`);
  });

  it('begins with a loader of at most 3 kB', () => {
    assert.ok(compressed('widgets.js') <= 3, String(compressed('widgets.js')));
  });
});
