/** What a test run says to sandboxes is written down wherever it is said, and what does not fit is found. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import { checkTraffic } from './check-traffic.ts';

const tap = new URL('tap.mjs', import.meta.url).href;
const serve = new URL('../../server/sandbox/serve.ts', import.meta.url).href;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'planclaim-traffic-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a module as the test run starts a test. */
function run(script: string): void {
  const { status, stderr } = spawnSync(process.execPath, ['--import', tap, '--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', PLANCLAIM_TRAFFIC: folder, PLANCLAIM_TEST_FILE: 'test/of/this.test.ts' },
  });
  assert.equal(status, 0, stderr);
}

it('in a process that a test starts, too, whatever environment the test gives it', () => {
  const child = `const { openSandbox } = await import(${JSON.stringify(serve)});
const sandbox = openSandbox({}, () => 'http://sandbox.test');
const headers = { authorization: 'Bearer sk_test_x', 'content-type': 'application/x-www-form-urlencoded' };
const init = { method: 'POST', headers, body: 'name=Pro' };
const answer = await sandbox.fetch(new Request('http://sandbox.test/v1/products', init));
if (answer.status !== 200) throw new Error(await answer.text());
await sandbox.close();`;
  run(`import { spawnSync } from 'node:child_process';
const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(child)}], { encoding: 'utf8', env: {} });
if (status !== 0) throw new Error(stderr);`);
  const { requests, events, violations } = checkTraffic(folder);
  assert.deepEqual([requests, events, [...violations]], [1, 1, [['test/of/this.test.ts', []]]]);
});

it('an answer and an event that do not fit are found, and a request of ours that Stripe has no name for', () => {
  run(`import { channel } from 'node:diagnostics_channel';
const answer = JSON.stringify({ id: 'cus_1', object: 'customer' });
const said = { method: 'POST', path: '/v1/customers', sent: 'nickname=x', status: 200, answer, version: '2020-08-27' };
channel('planclaim:sandbox:exchange').publish({ ...said, userAgent: 'Stripe/v1 NodeBindings planclaim' });
channel('planclaim:sandbox:event').publish(JSON.stringify({ object: 'event', type: 'customer.invented' }));`);
  const found = checkTraffic(folder).violations.get('test/of/this.test.ts') ?? [];
  for (const expected of [
    /^POST \/v1\/customers : unknown field nickname/,
    /Stripe-Version 2020-08-27/,
    /^POST \/v1\/customers → 200 .*missing/,
    /^event customer\.invented/,
  ]) {
    assert.ok(
      found.some((violation) => expected.test(violation)),
      `${expected} in ${found.join('\n')}`,
    );
  }
});
