/** Signing keys: one is made however many start, nobody reads them without the secret, and rotation leaves no gap. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import type { Config } from '../../../server/config/project.ts';
import type { Store } from '../../../server/store/store.ts';
import type { KeyDeps } from '../../../server/tokens/deps.ts';
import { issueToken } from '../../../server/tokens/issue.ts';
import { keyringOf } from '../../../server/tokens/keyring.ts';
import { listKeys, rotateKeys } from '../../../server/tokens/keys.ts';
import {
  openTestStore,
  testClock,
  testConfig,
  testLog,
  testProject,
  type TestClock,
  type TestStore,
} from '../support/project.ts';
import { openTokenWorld } from '../support/tokens.ts';

const minute = 60_000;
const start = testClock()();

describe('signing keys', () => {
  let database: TestStore;
  let clock: TestClock;
  /** As one process sees them: its own config object and, where it is given, its own connection. */
  const process = ({
    config = testConfig(),
    store = database.store,
  }: { config?: Config; store?: Store } = {}): KeyDeps => ({
    config,
    store,
    clock,
    log: testLog(),
  });
  const states = async () => (await listKeys({ store: database.store, clock })).map(({ state }) => state);

  beforeEach(async () => {
    database = await openTestStore();
    clock = testClock();
  });
  afterEach(() => database.close());

  it('are made when one is first needed, and sign at once', async () => {
    const { header } = await keyringOf(process()).signer('ES256');
    assert.equal(header.alg, 'ES256');
    assert.equal(header.typ, 'at+jwt');
    const { keys } = await keyringOf(process()).publicKeys();
    assert.deepEqual(
      keys.map(({ kid, alg, use, kty }) => ({ kid, alg, use, kty })),
      [{ kid: header.kid, alg: 'ES256', use: 'sig', kty: 'EC' }],
    );
    assert.ok(
      keys.every((key) => !('d' in key)),
      'A private part is published.',
    );
  });

  it('are one, when several processes start together on an empty database', async () => {
    const at = (path: string) => JSON.stringify(new URL(`../../../server/${path}`, import.meta.url).href);
    const program = `
      const { openStore } = await import(${at('store/store.ts')});
      const { Keyring } = await import(${at('tokens/keyring.ts')});
      const projects = new Map([['acme', { token: { algorithm: 'ES256' } }]]);
      const config = { projects, secret: ${JSON.stringify(testConfig().secret)} };
      const store = await openStore(${JSON.stringify(database.databaseUrl)});
      const log = { info() {}, warn() {}, error() {} };
      const { header } = await new Keyring({ config, store, log, clock: Date.now }).signer('ES256');
      console.log(header.kid);
      await store.close();`;
    const run = promisify(execFile);
    const starts = await Promise.all(
      [1, 2, 3].map(() => run(globalThis.process.execPath, ['--input-type=module', '--eval', program])),
    );
    assert.equal(new Set(starts.map(({ stdout }) => stdout)).size, 1);
    assert.equal((await listKeys({ store: database.store, clock })).length, 1);
  });

  it('are one for each algorithm that a project asks for', async () => {
    const config = testConfig([
      testProject(),
      testProject({ id: 'beta', token: { algorithm: 'EdDSA' } }),
      testProject({ id: 'gamma', token: { algorithm: 'RS256' } }),
    ]);
    const { keys } = await keyringOf(process({ config })).publicKeys();
    assert.deepEqual(keys.map(({ alg }) => alg).toSorted(), ['ES256', 'EdDSA', 'RS256']);
  });

  it('are in the database sealed', async () => {
    await keyringOf(process()).prepare();
    const [row] = await database.store.read.selectFrom('signing_key').selectAll().execute();
    assert.match(row?.sealed_private_jwk ?? '', /^v1\.[\w-]+\.[\w-]+$/);
    assert.ok(!JSON.stringify(row).includes('"d"'));
  });

  it('do not open with another secret, which the start says', async () => {
    await keyringOf(process()).prepare();
    const config = testConfig([testProject()], { secret: 'another secret, of thirty-two bytes and more' });
    await assert.rejects(keyringOf(process({ config })).prepare(), {
      code: 'secret_mismatch',
      message: /PLANCLAIM_SECRET/,
    });
  });

  it('do not open as another key: a row cannot be put in another’s place', async () => {
    await keyringOf(process()).prepare();
    await rotateKeys(process());
    const rows = await database.store.read
      .selectFrom('signing_key')
      .select(['kid', 'sealed_private_jwk', 'signs_from'])
      .execute();
    const [first, second] = rows.toSorted((a, b) => a.signs_from - b.signs_from);
    await database.store.write((tx) =>
      tx
        .updateTable('signing_key')
        .set({ sealed_private_jwk: second?.sealed_private_jwk ?? '' })
        .where('kid', '=', first?.kid ?? '')
        .execute(),
    );
    await assert.rejects(keyringOf(process({ config: testConfig() })).prepare(), { code: 'secret_mismatch' });
  });

  it('are not replaced when they cannot be read: the answer is 503', async () => {
    const closed = await openTestStore();
    await closed.close();
    await assert.rejects(keyringOf(process({ store: closed.store })).publicKeys(), {
      code: 'unavailable',
      status: 503,
    });
  });

  it('rotate: published for half an hour, then signing, and the old one gone when its last token is', async () => {
    const deps = process();
    const first = (await keyringOf(deps).signer('ES256')).header.kid;
    const rotated = await rotateKeys(deps);
    assert.deepEqual(
      rotated.map(({ state }) => state),
      ['next', 'signing'],
    );
    clock.advance(30 * minute - 1);
    assert.equal((await keyringOf(deps).signer('ES256')).header.kid, first);
    assert.equal((await keyringOf(deps).publicKeys()).keys.length, 2);
    clock.advance(1);
    assert.notEqual((await keyringOf(deps).signer('ES256')).header.kid, first);
    assert.deepEqual(await states(), ['signing', 'retiring']);
    // Ten minutes of life and fifteen for clocks (R32.2).
    clock.advance(25 * minute - 1);
    assert.equal((await keyringOf(deps).publicKeys()).keys.length, 2);
    clock.advance(1);
    assert.equal((await keyringOf(deps).publicKeys()).keys.length, 1);
    assert.equal(await keyringOf(deps).has(first), false);
    assert.deepEqual(await states(), ['signing', 'removed']);
    await rotateKeys(deps);
    assert.deepEqual(await states(), ['next', 'signing'], 'What was removed is forgotten at the next rotation.');
  });

  it('of an algorithm that no project uses any more leave with the next rotation', async () => {
    await keyringOf(process({ config: testConfig([testProject({ token: { algorithm: 'RS256' } })]) })).prepare();
    const deps = process();
    await keyringOf(deps).prepare();
    await rotateKeys(deps);
    clock.advance(25 * minute);
    const { keys } = await keyringOf(deps).publicKeys();
    assert.deepEqual([...new Set(keys.map(({ alg }) => alg))], ['ES256']);
  });

  it('that another process rotated are seen within a minute', async () => {
    const deps = process();
    await keyringOf(deps).prepare();
    await rotateKeys(process({ config: testConfig() }));
    clock.advance(minute);
    assert.equal((await keyringOf(deps).publicKeys()).keys.length, 2);
  });

  it('that another process made just now are found by a token that names one', async () => {
    const deps = process();
    await keyringOf(deps).prepare();
    const other = process({ config: testConfig([testProject({ token: { algorithm: 'EdDSA' } })]) });
    const { header } = await keyringOf(other).signer('EdDSA');
    clock.advance(1000);
    assert.ok(await keyringOf(deps).has(header.kid));
  });
});

describe('rotation', () => {
  it('never leaves a verifier that caches for ten minutes with a token it cannot check, at any moment (R32.1, R32.2)', async () => {
    const world = await openTokenWorld();
    const { deps, clock, project } = world;
    const request = { userId: 'u_1', subject: 'u_1', keptClaims: {}, notAfter: start / 1000 + 86_400 };
    // Steps of up to seven minutes; at each a token is made, and all that still live are checked with keys up to ten minutes old.
    const steps = fc.array(fc.record({ wait: fc.integer({ min: 1, max: 7 * minute }), rotate: fc.boolean() }), {
      minLength: 30,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const cached: { at: number; set: JSONWebKeySet }[] = [];
        const tokens: string[] = [];
        for (const { wait, rotate } of sequence) {
          clock.advance(wait);
          const lastRotation = (await listKeys(deps))[0]?.createdAt ?? 0;
          if (rotate && clock() - lastRotation > 60 * minute) await rotateKeys(deps);
          cached.push({ at: clock(), set: await keyringOf(deps).publicKeys() });
          tokens.push((await issueToken(deps, project, { ...request, notAfter: clock() / 1000 + 86_400 })).token);
          const oldest = cached.find(({ at }) => at >= clock() - 10 * minute);
          for (const token of tokens) {
            const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
              exp: number;
            };
            if (exp * 1000 <= clock()) continue;
            await jwtVerify(token, createLocalJWKSet(oldest?.set ?? { keys: [] }), { currentDate: new Date(clock()) });
          }
        }
      }),
      { numRuns: 15 },
    );
    await world.close();
  });
});
