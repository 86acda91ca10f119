/** Refunds and disputes follow the project's rules, and are found though a dispute names only a charge (R26). */

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { ProjectOverrides } from '../support/project.ts';
import { startLife, type Life } from '../support/life.ts';

let life: Life;
afterEach(() => life.close());

const start = async (project: ProjectOverrides = {}): Promise<string> => {
  life = await startLife({ webhooks: 'on', project });
  const id = await life.subscribe('u_1');
  await life.until(async () => (await life.planOf('u_1')).plan === 'pro', 'the plan is there');
  return id;
};
const chargeOf = async (subscription: string): Promise<string> => {
  const customer = await life.customerOf(subscription);
  return (await life.stripe.charges.list({ customer })).data[0]?.id as string;
};
const recorded = (kind: string): Promise<void> =>
  life.until(async () => (await life.incidents()).some((incident) => incident.kind === kind), `${kind} is recorded`);
const kinds = async (): Promise<string[]> => (await life.incidents()).map(({ kind }) => kind).toSorted();

describe('a full refund', () => {
  it('keeps the plan and is recorded once for the user, unless the project says otherwise (R26.1)', async () => {
    const id = await start();
    await life.stripe.refunds.create({ charge: await chargeOf(id) });
    await recorded('refunded');
    await life.stripe.customers.update(await life.customerOf(id), { name: 'Ada' });
    await life.reread('u_1');
    assert.deepEqual(
      (await life.incidents()).map(({ kind, user_id: userId, occurrences }) => [kind, userId, occurrences]),
      [['refunded', 'u_1', 1]],
    );
    assert.equal((await life.planOf('u_1')).plan, 'pro');
  });

  it("ends the subscription where the project says onRefund: 'cancel' (R26.1)", async () => {
    const id = await start({ onRefund: 'cancel' });
    await life.stripe.refunds.create({ charge: await chargeOf(id) });
    await life.until(async () => (await life.planOf('u_1')).plan === 'free', 'the plan ends');
    assert.equal((await life.stripe.subscriptions.retrieve(id)).status, 'canceled');
    assert.deepEqual(await kinds(), ['refunded']);
  });

  it('of the running period counts, a partial one never does (R26.2)', async () => {
    const id = await start({ onRefund: 'cancel' });
    const charge = await chargeOf(id);
    await life.stripe.refunds.create({ charge, amount: 500 });
    await life.control('disputes', { charge, outcome: 'won' });
    // The dispute came after the partial refund: once it is recorded, both have been looked at.
    await recorded('dispute_won');
    assert.deepEqual(await kinds(), ['dispute_won']);
    assert.deepEqual(
      [(await life.planOf('u_1')).plan, (await life.stripe.subscriptions.retrieve(id)).status],
      ['pro', 'active'],
    );
  });
});

describe('a dispute', () => {
  it('keeps the plan and is recorded, though it names nothing but a charge (R26.1)', async () => {
    const id = await start();
    await life.control('disputes', { charge: await chargeOf(id) });
    await recorded('dispute_opened');
    assert.equal((await life.planOf('u_1')).plan, 'pro');
    await life.control('disputes', { charge: await chargeOf(id), outcome: 'lost' });
    await recorded('dispute_lost');
    assert.equal((await life.planOf('u_1')).plan, 'pro');
  });

  it("takes the plan while it is open, and gives it back when it is won, where the project says 'suspend' (R26.1)", async () => {
    const id = await start({ onDispute: 'suspend' });
    await life.control('disputes', { charge: await chargeOf(id) });
    await life.until(async () => (await life.planOf('u_1')).plan === 'free', 'the plan is suspended');
    // Nothing is sold beside it meanwhile.
    const view = await life.as('u_1', 'GET', '/v1/subscription');
    assert.deepEqual([view.json['may_checkout'], view.json['offer']], [false, 'manage']);
    await life.control('disputes', { charge: await chargeOf(id), outcome: 'won' });
    await life.until(async () => (await life.planOf('u_1')).plan === 'pro', 'the plan is back');
  });

  it("keeps the plan suspended when it is lost, where the project says 'suspend' (R26.1)", async () => {
    const id = await start({ onDispute: 'suspend' });
    await life.control('disputes', { charge: await chargeOf(id), outcome: 'lost' });
    await recorded('dispute_lost');
    await life.until(async () => (await life.planOf('u_1')).plan === 'free', 'the plan is suspended');
  });

  it("ends the subscription where the project says 'cancel', also when Stripe fails at first (R26.1)", async () => {
    const id = await start({ onDispute: 'cancel' });
    await life.control('faults', { route: 'DELETE /v1/subscriptions', status: 500, count: 4 });
    await life.control('disputes', { charge: await chargeOf(id) });
    await life.until(async () => (await life.planOf('u_1')).plan === 'free', 'the plan ends');
    assert.equal((await life.stripe.subscriptions.retrieve(id)).status, 'canceled');
  });
});
