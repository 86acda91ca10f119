/** Standard Webhooks 1.0.0, to the letter. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { signedHeaders } from '../../../server/outgoing/sign.ts';
import { receiverSecret } from './support/receiver.ts';

const vector = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', secrets: [receiverSecret] };

describe('an outgoing event', () => {
  it('is signed as the published vector is', () => {
    assert.deepEqual(signedHeaders(vector, 1_614_265_330_000), {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('signs the second that it states, whatever the milliseconds', () => {
    assert.deepEqual(signedHeaders(vector, 1_614_265_330_999), signedHeaders(vector, 1_614_265_330_000));
  });

  it('is believed by a receiver that has the old or the new secret while one is being rolled', () => {
    const newSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const headers = { ...signedHeaders({ ...vector, secrets: [receiverSecret, newSecret] }, Date.now()) };
    for (const secret of [receiverSecret, newSecret])
      assert.deepEqual(new Webhook(secret).verify(vector.body, headers), { test: 2_432_232_314 });
    const foreign = new Webhook(`whsec_${Buffer.alloc(32, 8).toString('base64')}`);
    assert.throws(() => foreign.verify(vector.body, headers), /No matching signature/);
  });
});
