/** Two subscriptions that were paid all the same: one stays, the other is cancelled and refunded in full, and the plan does not flicker. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { bestSubscription, duplicatesOf } from '../../../server/billing/best-subscription.ts';
import { testProject } from '../support/project.ts';
import { testSubscription } from '../support/tokens.ts';
import { startLife, type Life } from '../support/life.ts';
import { receiverSecret, startReceiver, type Receiver } from '../outgoing/support/receiver.ts';

let user = 0;
const newUser = (): string => `u_${++user}`;

describe('a second subscription', () => {
  let life: Life;
  let receiver: Receiver;
  before(async () => {
    receiver = await startReceiver();
    life = await startLife({
      webhooks: 'on',
      project: { webhooks: [{ url: receiver.url, secret: receiverSecret }] },
    });
  });
  after(async () => {
    await life.close();
    await receiver.close();
  });

  /** Two tabs of which both are paid. */
  const payInTwoTabs = async (userId: string) => {
    const first = await life.checkout(userId);
    const second = await life.openBeside(userId, first.id);
    await life.pay(first.id);
    await life.pay(second);
    const subscriptionOf = async (id: string) =>
      (await life.stripe.checkout.sessions.retrieve(id)).subscription as string;
    return { first: await subscriptionOf(first.id), second: await subscriptionOf(second) };
  };
  /** A session of a customer of its own, opened with a plain link. */
  const openByLink = async (userId: string): Promise<string> => {
    const query = new URLSearchParams({
      project_id: 'acme',
      plan: 'team',
      billing_cycle: 'monthly',
      user_id: userId,
      success_url: 'https://app.acme.test/welcome',
      cancel_url: 'https://app.acme.test/pricing',
    });
    const { headers } = await life.call(`/checkout?${query}`);
    return /cs_test_\w+/.exec(String(headers.get('location')))?.[0] as string;
  };
  const amountsOf = async (subscription: string) => {
    const invoices = await life.stripe.invoices.list({ subscription, expand: ['data.payments'] });
    const intents = invoices.data.flatMap(({ payments }) => payments?.data ?? []);
    const refunds = await Promise.all(
      intents.map(({ payment }) =>
        life.stripe.refunds.list({ payment_intent: payment.payment_intent as string }).then(({ data }) => data),
      ),
    );
    return {
      paid: invoices.data.reduce((sum, { amount_paid: paid }) => sum + paid, 0),
      refunded: refunds.flat().reduce((sum, { amount }) => sum + amount, 0),
    };
  };
  const ended = (subscription: string) => async () =>
    (await life.stripe.subscriptions.retrieve(subscription)).status === 'canceled';
  const eventsOf = (userId: string) =>
    receiver.received.filter(({ body }) => body.data.user_id === userId).map(({ body }) => body.type);

  it('of two paid tabs is the later one: cancelled, refunded in full and told of, once', async () => {
    const userId = newUser();
    const { first, second } = await payInTwoTabs(userId);
    await life.until(ended(second), 'the later one is cancelled');
    await life.until(async () => eventsOf(userId).includes('subscription.duplicate_refunded'), 'it is told of');
    assert.deepEqual(await amountsOf(second), { paid: 7800, refunded: 7800 });
    assert.deepEqual(await amountsOf(first), { paid: 1900, refunded: 0 });
    const state = await life.planOf(userId);
    assert.deepEqual([state.plan, state.status, state.version], ['pro', 'active', state.version]);
    assert.equal(eventsOf(userId).filter((type) => type === 'subscription.duplicate_refunded').length, 1);
    const mine = (await life.incidents()).filter((incident) => incident.user_id === userId);
    assert.deepEqual(
      mine.map(({ kind, subject }) => [kind, subject]),
      [['duplicate_subscription', second]],
    );
  });

  it('never shows in the plan: not before it is cancelled, and not after (R7.5)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const { version } = await life.planOf(userId);
    const double = await life.makeAtStripe(await life.customerOf(id), 'acme_team_monthly');
    await life.until(ended(double.id), 'the one from the dashboard is cancelled');
    await life.until(async () => eventsOf(userId).includes('subscription.duplicate_refunded'), 'it is told of');
    const state = await life.planOf(userId);
    assert.deepEqual([state.plan, state.version], ['pro', version]);
    assert.deepEqual(eventsOf(userId).toSorted(), [
      'plan.changed',
      'subscription.created',
      'subscription.duplicate_refunded',
    ]);
  });

  it('is found over all customers that the user ever had: a plain link paid beside the own checkout', async () => {
    const userId = newUser();
    const foreign = await openByLink(userId);
    // The link's own page was open already and is paid in the second in which the other one is: nobody could expire it.
    const { customer } = await life.stripe.checkout.sessions.retrieve(foreign);
    const id = await life.subscribe(userId);
    const [price] = (await life.stripe.prices.list({ lookup_keys: ['acme_team_monthly'] })).data;
    const card = await life.stripe.paymentMethods.attach('pm_card_visa', { customer: customer as string });
    await life.nextSecond();
    const double = await life.stripe.subscriptions.create({
      customer: customer as string,
      items: [{ price: String(price?.id), quantity: 2 }],
      default_payment_method: card.id,
    });
    await life.until(ended(double.id), 'the one of the other customer is cancelled');
    assert.equal((await life.planOf(userId)).plan, 'pro');
    assert.equal((await life.stripe.subscriptions.retrieve(id)).status, 'active');
  });

  it('is closed before it is paid where that can be: one that completes expires the others', async () => {
    const userId = newUser();
    const other = await openByLink(userId);
    await life.subscribe(userId);
    await life.until(
      async () => (await life.stripe.checkout.sessions.retrieve(other)).status === 'expired',
      'the other session is expired',
    );
  });

  it('is taken back after a crash between its cancellation and its refund, and only once', async () => {
    const userId = newUser();
    // Nothing is refunded for a while: Stripe answers the refund with an error, as long as this lasts.
    await life.control('faults', { route: 'POST /v1/refunds', status: 500, count: 6 });
    const { second } = await payInTwoTabs(userId);
    await life.until(ended(second), 'the later one is cancelled');
    await life.restart();
    await life.until(async () => (await amountsOf(second)).refunded === 7800, 'it is refunded by the next process');
    await life.until(async () => eventsOf(userId).includes('subscription.duplicate_refunded'), 'it is told of');
    assert.deepEqual(await amountsOf(second), { paid: 7800, refunded: 7800 });
  });
});

describe("a second subscription, where the project says duplicates: 'record'", () => {
  it('is left alone and recorded as one incident, and the higher plan counts', async () => {
    const life = await startLife({ project: { checkout: { duplicates: 'record' } } });
    const id = await life.subscribe('u_record');
    const double = await life.makeAtStripe(await life.customerOf(id), 'acme_team_monthly');
    await life.reread('u_record');
    await life.reread('u_record');
    assert.equal((await life.stripe.subscriptions.retrieve(double.id)).status, 'active');
    assert.equal((await life.planOf('u_record')).plan, 'team');
    assert.deepEqual(
      (await life.incidents()).map(({ kind, occurrences }) => [kind, occurrences]),
      [['duplicate_subscription', 1]],
    );
    await life.close();
  });
});

describe('which of two stays', () => {
  const now = Date.UTC(2026, 10, 24, 10);
  const day = 86_400_000;
  const project = testProject();
  const bought = (id: string, daysAgo: number, overrides = {}) =>
    testSubscription(now, {
      subscriptionId: id,
      createdAt: now - daysAgo * day,
      currentPeriodStart: now - daysAgo * day,
      ...overrides,
    });

  it('is the one that was there first, in the order in which Stripe lists them where both came in the same second', () => {
    const pair = [bought('sub_b', 1), bought('sub_a', 1, { position: 1 }), bought('sub_c', 2, { plan: 'team' })];
    assert.equal(duplicatesOf(project, pair, now)?.kept.subscriptionId, 'sub_c');
    assert.equal(duplicatesOf(project, pair.slice(0, 2), now)?.kept.subscriptionId, 'sub_b');
  });

  it('is the one that gives a plan, where the other is not paid', () => {
    const pair = [bought('sub_a', 9, { status: 'unpaid' }), bought('sub_b', 1)];
    const found = duplicatesOf(project, pair, now);
    assert.equal(found?.kept.subscriptionId, 'sub_b');
    assert.equal(bestSubscription(project, pair, now)?.subscriptionId, 'sub_b');
  });

  it('is decided by a person where the other has renewed: what was used is not undone', () => {
    const renewed = bought('sub_a', 90, { currentPeriodStart: now - day });
    const other = bought('sub_b', 70, { currentPeriodStart: now - 2 * day, plan: 'team' });
    const found = duplicatesOf(project, [renewed, other], now);
    assert.deepEqual([found?.undone, found?.recorded.map(({ subscriptionId }) => subscriptionId)], [[], ['sub_a']]);
  });

  it('is not a question where the other is to no plan of the project', () => {
    assert.equal(duplicatesOf(project, [bought('sub_a', 2), bought('sub_b', 1, { plan: null })], now), null);
  });
});
