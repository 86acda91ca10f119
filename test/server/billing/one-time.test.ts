/** A price that is paid once: shown and chosen freely where nothing is paid, and not sold, since no subscription comes of it. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startLife, type Life } from '../support/life.ts';
import { testPlan, testPlans } from '../support/project.ts';

const order = { success_url: 'https://app.acme.test/welcome', cancel_url: 'https://app.acme.test/pricing' };

describe('a price that is paid once', () => {
  let life: Life;
  before(async () => {
    const lifetime = testPlan('lifetime', { prices: { one_time: { usd: 9900 } }, rank: 9 });
    life = await startLife({ project: { plans: [...testPlans, lifetime] } });
  });
  after(() => life.close());

  it('is refused by name before Stripe is asked, in a checkout and in a change', async () => {
    const userId = 'u_1';
    const requests = async () => {
      const answer = await fetch(`${life.sandboxUrl}/_sandbox/requests`);
      return ((await answer.json()) as { data: unknown[] }).data.length;
    };
    const before = await requests();
    for (const cycle of [{}, { billing_cycle: 'one_time' }]) {
      const answer = await life.as(userId, 'POST', '/v1/checkout', { plan: 'lifetime', ...cycle, ...order });
      assert.deepEqual([answer.status, answer.json['code']], [400, 'plan_not_for_sale'], answer.text);
    }
    assert.equal(await requests(), before);
    await life.subscribe(userId);
    const preview = await life.as(userId, 'POST', '/v1/subscription/preview', { plan: 'lifetime' });
    assert.deepEqual([preview.status, preview.json['code']], [400, 'plan_not_for_sale'], preview.text);
    assert.equal((await life.planOf(userId)).plan, 'pro');
  });
});
