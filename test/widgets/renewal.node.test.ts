/** When a token is asked for again; pure, so without a browser. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BillingError } from '../../widgets/client/errors.ts';
import { renewalDelay, retryDelay } from '../../widgets/client/renewal.ts';

const minutes = 60_000;
const gone = new BillingError('Away.', 'unavailable', { status: 503 });
const refused = new BillingError('No.', 'invalid_grant', { status: 400 });

describe('a token is asked for again', () => {
  for (const { life, delay } of [
    { life: 10 * minutes, delay: 8.5 * minutes },
    { life: minutes, delay: 40_000 },
    { life: 10_000, delay: 5000 },
  ])
    it(`after ${delay} ms of a life of ${life} ms`, () => assert.equal(renewalDelay(life), delay));

  it('later and later while it fails, up to five minutes', () => {
    const delays = [1, 2, 3, 8, 30].map((failures) => retryDelay(gone, failures, null));
    assert.deepEqual(delays, [4000, 8000, 16_000, 300_000, 300_000]);
  });

  it('not before it was told to, and not after the end of one that is still good (R29.4)', () => {
    const told = new BillingError('Later.', 'rate_limited', { status: 429, retryAfter: 60 });
    assert.equal(retryDelay(told, 1, null), 60_000);
    assert.equal(retryDelay(told, 1, 30_000), 30_000);
    assert.equal(retryDelay(gone, 1, 10), 1000);
  });

  it('not at all where asking again could not help, unless one is still good', () => {
    assert.equal(retryDelay(refused, 1, null), null);
    assert.equal(retryDelay(refused, 1, minutes), 4000);
  });
});
