/** When an event is sent again. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRetryAfter, waitAfter, waits } from '../../../server/outgoing/retries.ts';

const hour = 3_600_000;

describe('the retry schedule', () => {
  it('is that of Standard Webhooks: ten attempts over three days', () => {
    const seconds = waits.map((wait) => wait / 1000);
    assert.deepEqual(seconds, [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    assert.ok(waits.reduce((sum, wait) => sum + wait, 0) >= 72 * hour);
  });

  it('spreads each wait by a tenth, and ends', () => {
    assert.deepEqual([waitAfter(1, 0), waitAfter(1, 1)], [5000, 5500]);
    assert.deepEqual([waitAfter(9, 0), waitAfter(9, 1)], [24 * hour, 26.4 * hour]);
    assert.equal(waitAfter(10, 0), null);
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 24, 10);
  for (const [header, milliseconds] of [
    ['120', 120_000],
    [' 0 ', 0],
    ['Tue, 24 Nov 2026 10:02:00 GMT', 120_000],
    ['Tue, 24 Nov 2026 09:00:00 GMT', 0],
    ['99999999999', 24 * hour],
    ['Tue, 24 Nov 2099 10:00:00 GMT', 24 * hour],
    ['-5', null],
    ['5 minutes', null],
    ['soon', null],
    ['', null],
    [null, null],
  ] as const) {
    it(`reads ${header === null ? 'nothing' : JSON.stringify(header)} as ${milliseconds === null ? 'nothing said' : `${milliseconds} ms`}`, () => {
      assert.equal(readRetryAfter(header, now), milliseconds);
    });
  }
});
