/** A second subscription that is taken back while its bank debit is still on the way: the money goes back when it has come, whoever tells of it. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pino from 'pino';
import { reconcile } from '../../../server/billing/reconcile.ts';
import { Sync } from '../../../server/billing/sync.ts';
import { UserLocks } from '../../../server/billing/user-lock.ts';
import { createGateways } from '../../../server/stripe/gateway.ts';
import { receiverSecret, startReceiver, type Receiver } from '../outgoing/support/receiver.ts';
import { startLife, type Life } from '../support/life.ts';

const days = 86_400;
const succeeds = 'pm_usBankAccount_success';
const fails = 'pm_usBankAccount_insufficientFunds';
let user = 0;
const newUser = (): string => `twice_${++user}`;

async function startDebits(webhooks: 'on' | 'off', receiver: Receiver | null = null): Promise<Life> {
  const life = await startLife({
    webhooks,
    ...(receiver && { project: { webhooks: [{ url: receiver.url, secret: receiverSecret }] } }),
  });
  await life.control('settings', { bank_debit_seconds: 3 * days, payment_method_types: ['card', 'us_bank_account'] });
  return life;
}

/** Two tabs, paid by card and then by debit; the id of the one that is on its way. */
async function buyTwice(life: Life, userId: string, method: string): Promise<string> {
  const first = await life.checkout(userId);
  const second = await life.openBeside(userId, first.id);
  assert.equal((await life.pay(first.id)).status, 200);
  assert.equal((await life.pay(second, method)).status, 200);
  assert.equal((await life.call(`/checkout/return?session_id=${first.id}`)).status, 303);
  return (await life.stripe.checkout.sessions.retrieve(second)).subscription as string;
}

async function booksOf(life: Life, subscription: string) {
  const { data } = await life.stripe.invoices.list({ subscription, expand: ['data.payments'] });
  const intents = data.flatMap(({ payments }) => payments?.data ?? []).map(({ payment }) => payment.payment_intent);
  const refunds = await Promise.all(
    intents.map((intent) => life.stripe.refunds.list({ payment_intent: intent as string })),
  );
  return {
    status: (await life.stripe.subscriptions.retrieve(subscription)).status,
    invoices: data.map((invoice) => invoice.status),
    refunded: refunds.flatMap((list) => list.data).map(({ amount }) => amount),
  };
}
const pass = (life: Life, seconds: number) => life.control('clock', { advance_seconds: seconds });

describe('a second subscription whose debit is on its way', () => {
  let life: Life;
  let receiver: Receiver;
  before(async () => {
    receiver = await startReceiver();
    life = await startDebits('on', receiver);
  });
  after(async () => {
    await life.close();
    await receiver.close();
  });
  const told = (userId: string): number =>
    receiver.received.filter(
      ({ body }) => body.data.user_id === userId && body.type === 'subscription.duplicate_refunded',
    ).length;

  it('is cancelled at once, and refunded in full and told of when the money has come, once (R7.5)', async () => {
    const userId = newUser();
    const second = await buyTwice(life, userId, succeeds);
    await life.until(async () => (await booksOf(life, second)).status === 'canceled', 'it is cancelled');
    await life.restart();
    assert.deepEqual([(await booksOf(life, second)).refunded, told(userId)], [[], 0]);
    await pass(life, 3 * days);
    await life.until(async () => told(userId) > 0, 'it is told of');
    assert.deepEqual(await booksOf(life, second), { status: 'canceled', invoices: ['paid'], refunded: [7800] });
    await life.reread(userId);
    assert.deepEqual([told(userId), (await booksOf(life, second)).refunded.length], [1, 1]);
    assert.equal((await life.planOf(userId)).plan, 'pro');
  });

  it('leaves nothing to pay or to refund where the money does not come', async () => {
    const userId = newUser();
    const second = await buyTwice(life, userId, fails);
    await life.until(async () => (await booksOf(life, second)).status === 'canceled', 'it is cancelled');
    await pass(life, 3 * days);
    await life.until(async () => (await booksOf(life, second)).invoices[0] === 'void', 'its bill is off the books');
    assert.deepEqual([(await booksOf(life, second)).refunded, told(userId)], [[], 0]);
  });

  it('is the reason why a deletion waits: what is still to come goes back first (R27.1)', async () => {
    const userId = newUser();
    const second = await buyTwice(life, userId, succeeds);
    await life.until(async () => (await booksOf(life, second)).status === 'canceled', 'it is cancelled');
    const remove = () =>
      life.call(`/v1/users/${userId}`, { method: 'DELETE', token: life.project.apiKeys[0] as string });
    assert.equal((await remove()).status, 202);
    await pass(life, 3 * days);
    await life.until(async () => (await remove()).status === 204, 'the user is forgotten');
    assert.deepEqual((await booksOf(life, second)).refunded, [7800]);
  });
});

describe('the same, where no event ever comes', () => {
  it('is refunded by looking again, without anybody asking (R3.3)', async (context) => {
    const life = await startDebits('off');
    context.after(() => life.close());
    const second = await buyTwice(life, newUser(), succeeds);
    assert.equal((await booksOf(life, second)).status, 'canceled');
    await pass(life, 3 * days);
    await life.until(async () => (await booksOf(life, second)).refunded.length === 1, 'it is refunded');
  });

  it('is refunded by reconcile (R3.3)', async (context) => {
    const life = await startDebits('off');
    context.after(() => life.close());
    const second = await buyTwice(life, newUser(), succeeds);
    await life.app.stop();
    await pass(life, 3 * days);
    const { config, store, project } = life;
    const clock = () => Date.now();
    const base = { config, store, clock, log: pino({ level: 'silent' }), stripe: createGateways(config, clock) };
    const locks = new UserLocks(store, clock);
    const deps = { ...base, locks, sync: new Sync(base, locks) };
    await reconcile(deps, project);
    await reconcile(deps, project);
    assert.deepEqual((await booksOf(life, second)).refunded, [7800]);
  });
});
