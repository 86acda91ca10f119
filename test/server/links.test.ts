/** `signLink`: the customer's own backend signs links by itself, as `POST /v1/links` does. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { signLink } from '@planclaim/server';
import { startBackend, type Backend } from './support/backend.ts';
import { testSecretKey } from './support/project.ts';

describe('a link that the customer’s backend signs', () => {
  let backend: Backend;
  before(async () => {
    backend = await startBackend({ project: { payments: 'none' } });
  });
  after(() => backend.close());

  const sign = (expiresAt: number, userId = 'u_1') =>
    signLink({
      secretKey: testSecretKey,
      publicUrl: backend.publicUrl,
      type: 'checkout',
      expiresAt,
      params: {
        project_id: 'acme',
        user_id: userId,
        plan: 'pro',
        billing_cycle: 'yearly',
        success_url: 'https://app.acme.test/welcome',
        cancel_url: 'https://app.acme.test/pricing',
      },
    });
  const soon = () => Date.now() / 1000 + 60;

  it('proves whom it was made for', async () => {
    const answer = await backend.call(await sign(soon()));
    assert.deepEqual([answer.status, answer.headers.get('location')], [303, 'https://app.acme.test/welcome']);
    const { plan, billing_cycle: cycle, source } = await backend.planOf('u_1');
    assert.deepEqual([plan, cycle, source], ['pro', 'yearly', 'selection']);
  });

  it('is nothing for anybody else, nor for later', async () => {
    const stolen = (await sign(soon(), 'u_2')).replace('user_id=u_2', 'user_id=u_3');
    assert.equal((await backend.call(stolen)).json['code'], 'signature_invalid');
    const late = await backend.call(await sign(Date.now() / 1000 - 1, 'u_2'));
    assert.equal(late.status, 403, late.text);
    for (const userId of ['u_2', 'u_3']) assert.equal((await backend.planOf(userId)).plan, 'free');
  });
});
