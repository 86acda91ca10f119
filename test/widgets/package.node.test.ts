/** The package as Node sees it: importable without a window (R37.2), one version, every element exported. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { formatPrice, minorDigits } from '../../widgets/ui/money.ts';
import { version } from '../../widgets/version.ts';

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
}

const folder = new URL('../../widgets/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as Manifest;

describe('package', () => {
  it('says the same version in its manifest and in its code', () => {
    assert.equal(version, manifest.version);
  });

  for (const [name, target] of Object.entries(manifest.exports)) {
    if (!target.endsWith('.ts') || name.includes('*')) continue;
    it(`can be imported without a window: ${name} (R37.2)`, () => {
      const { href } = new URL(target, folder);
      const code = `await import(${JSON.stringify(href)}); console.log('window' in globalThis)`;
      // A process of its own: what one entry sets up must not help the next.
      const said = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
      assert.equal(said.trim(), 'false');
    });
  }

  for (const name of [
    'plan-picker',
    'upgrade-button',
    'plan-gate',
    'billing-provider',
    'subscription-manager',
    'billing-banner',
  ]) {
    it(`has the class of ${name} apart from its registration`, async () => {
      const path = `${name}/${name}.ts`;
      assert.equal(readFileSync(new URL(path, folder), 'utf8').includes('define('), false);
      assert.ok(await import(new URL(path, folder).href));
    });
  }
});

interface ElementsManifest {
  readonly modules: readonly {
    readonly path: string;
    readonly declarations: readonly {
      readonly name: string;
      readonly attributes: readonly { readonly name: string }[];
    }[];
  }[];
}

describe('custom elements manifest', () => {
  const { modules } = JSON.parse(readFileSync(new URL('custom-elements.json', folder), 'utf8')) as ElementsManifest;
  for (const { path, declarations } of modules) {
    it(`names the attributes of ${path}`, async () => {
      const classes = (await import(new URL(path.replace(/js$/, 'ts'), folder).href)) as Record<string, unknown>;
      for (const { name, attributes } of declarations) {
        const { observedAttributes } = classes[name] as { observedAttributes: string[] };
        assert.deepEqual(attributes.map((each) => each.name).toSorted(), observedAttributes.toSorted());
      }
    });
  }
});

describe('money', () => {
  for (const { amount, currency, locale, words } of [
    { amount: 1900, currency: 'usd', locale: 'en', words: '$19' },
    { amount: 19_000 / 12, currency: 'usd', locale: 'en', words: '$15.83' },
    { amount: 2900, currency: 'jpy', locale: 'en', words: '¥2,900' },
    { amount: 12_500, currency: 'kwd', locale: 'en', words: 'KWD 12.500' },
    { amount: 1800, currency: 'EUR', locale: 'de', words: '18 €' },
    { amount: 150_000, currency: 'huf', locale: 'en', words: 'Ft 1,500' },
    { amount: 0, currency: 'usd', locale: 'en', words: '$0' },
  ]) {
    it(`writes ${amount} ${currency} as ${words}`, () => {
      assert.equal(formatPrice(amount, currency, locale).replaceAll(/[\u00a0\u202f]/g, ' '), words);
    });
  }

  it('counts in Stripe’s minor units, not in CLDR’s', () => {
    assert.deepEqual(['usd', 'jpy', 'kwd', 'all', 'isk', 'ugx'].map(minorDigits), [2, 0, 3, 2, 2, 2]);
  });
});
