/** Why a user has this plan, in words that a support person understands, and whether Stripe agrees. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { testSecretKey } from '../support/project.ts';
import { startLife, type Life } from '../support/life.ts';

interface Explained {
  rule: string;
  summary: string[];
  subscriptions: { id: string; decides: boolean; entitles: boolean }[];
  events: unknown[];
  incidents: { kind: string }[];
  stripe: { reachable: boolean; agrees: boolean | null; plan: string | null };
}

describe('an explanation', () => {
  let life: Life;
  before(async () => {
    life = await startLife();
  });
  after(() => life.close());

  const explain = async (userId: string): Promise<Explained> => {
    const answer = await life.call(`/v1/users/${userId}/explain`, { token: testSecretKey });
    assert.equal(answer.status, 200, answer.text);
    return answer.json as unknown as Explained;
  };

  it('says that nothing was bought, and that the default counts', async () => {
    const { rule, summary } = await explain('u_nobody');
    assert.equal(rule, 'default');
    assert.match(summary[0] ?? '', /^The plan is Free, the project's default/);
  });

  it('names the subscription that decides, and that Stripe says the same', async () => {
    const id = await life.subscribe('u_pays');
    const { rule, summary, subscriptions, stripe } = await explain('u_pays');
    assert.equal(rule, 'subscription');
    assert.equal(summary[0], `The plan is Pro, because the subscription ${id} is active.`);
    assert.ok(summary.includes('Stripe says the same now.'));
    assert.deepEqual(
      subscriptions.map((each) => [each.id, each.decides, each.entitles]),
      [[id, true, true]],
    );
    assert.deepEqual([stripe.reachable, stripe.agrees], [true, true]);
  });

  it('says what Stripe says otherwise, and changes nothing', async () => {
    const id = await life.subscribe('u_ended');
    await life.stripe.subscriptions.cancel(id);
    const { version } = await life.planOf('u_ended');
    const { stripe, summary } = await explain('u_ended');
    assert.deepEqual([stripe.agrees, stripe.plan], [false, 'free']);
    assert.ok(
      summary.some((sentence) => sentence.startsWith('Stripe says otherwise now: the plan would be free, not pro.')),
    );
    assert.equal((await life.planOf('u_ended')).version, version);
  });

  it('says who set a plan, and until when', async () => {
    await life.call('/v1/users/u_given/plan', {
      method: 'PUT',
      token: testSecretKey,
      body: { plan: 'team', expires_at: '2099-01-31T00:00:00Z' },
    });
    const { rule, summary } = await explain('u_given');
    assert.equal(rule, 'assignment');
    assert.equal(
      summary[0],
      'The plan is Team, set through the API until 2099-01-31T00:00:00Z, and no subscription gives one.',
    );
  });

  it('works while Stripe does not answer, and says so', async () => {
    await life.subscribe('u_down');
    await life.control('faults', { route: 'GET /v1/subscriptions', status: 500, count: 3 });
    const { rule, stripe, summary } = await explain('u_down');
    assert.deepEqual([rule, stripe.reachable, stripe.agrees], ['subscription', false, null]);
    assert.ok(summary.some((sentence) => sentence.startsWith('Stripe could not be asked just now')));
  });
});
