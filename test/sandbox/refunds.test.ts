/** Refunds: in parts and as a whole, of a charge or a payment, bounded by what was paid. */

import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Stripe } from 'stripe';
import { openSandbox, subscribe } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  stripe = sandbox.stripe;
});
after(() => sandbox.close());

/** A payment of 50.00 USD that went through. */
async function pay(paymentMethod = 'pm_card_visa'): Promise<{ intent: Stripe.PaymentIntent; charge: string }> {
  const intent = await stripe.paymentIntents.create({
    amount: 5000,
    currency: 'usd',
    payment_method: paymentMethod,
    confirm: true,
    return_url: 'https://shop.test/done',
  });
  return { intent, charge: String(intent.latest_charge) };
}

it('refunds a payment in parts until nothing is left, and says so in events', async () => {
  const { intent, charge } = await pay();
  const before = (await sandbox.eventTypes()).length;
  const first = await stripe.refunds.create({
    payment_intent: intent.id,
    amount: 2000,
    reason: 'requested_by_customer',
    metadata: { ticket: '7' },
  });
  assert.deepEqual([first.amount, first.status, first.charge], [2000, 'succeeded', charge]);
  assert.deepEqual((await sandbox.eventTypes()).slice(before), [
    'refund.created',
    'charge.refunded',
    'charge.refund.updated',
    'refund.updated',
  ]);
  const partly = await stripe.charges.retrieve(charge, { expand: ['refunds'] });
  assert.deepEqual([partly.amount_refunded, partly.refunded, partly.refunds?.data.length], [2000, false, 1]);
  await assert.rejects(stripe.refunds.create({ charge, amount: 3001 }), {
    message: 'Refund amount ($30.01) is greater than unrefunded amount on charge ($30.00)',
    param: 'amount',
  });
  const rest = await stripe.refunds.create({ charge });
  assert.equal(rest.amount, 3000);
  assert.equal((await stripe.charges.retrieve(charge)).refunded, true);
  await assert.rejects(stripe.refunds.create({ charge }), { code: 'charge_already_refunded' });
  const { data } = await stripe.refunds.list({ payment_intent: intent.id });
  assert.deepEqual(
    data.map(({ id }) => id),
    [rest.id, first.id],
  );
  const updated = await stripe.refunds.update(first.id, { metadata: { ticket: '8' } });
  assert.equal(updated.metadata?.['ticket'], '8');
  await assert.rejects(stripe.refunds.cancel(first.id), { type: 'StripeInvalidRequestError' });
  const entry = await stripe.refunds.retrieve(first.id, { expand: ['balance_transaction', 'charge.customer'] });
  assert.ok(typeof entry.balance_transaction === 'object');
  assert.deepEqual([entry.balance_transaction?.amount, entry.balance_transaction?.type], [-2000, 'refund']);
  assert.equal(
    (await stripe.balanceTransactions.list({ source: first.id })).data[0]?.id,
    entry.balance_transaction?.id,
  );
});

it('refuses what was never paid, and a payment and a charge that are not of each other', async () => {
  const one = await pay();
  const other = await pay();
  await assert.rejects(stripe.refunds.create({ charge: one.charge, payment_intent: other.intent.id }), {
    param: 'charge',
  });
  const unpaid = await stripe.paymentIntents.create({ amount: 5000, currency: 'usd' });
  await assert.rejects(stripe.refunds.create({ payment_intent: unpaid.id }), { param: 'payment_intent' });
  await assert.rejects(stripe.refunds.create({}), { code: 'parameter_missing' });
  await assert.rejects(stripe.refunds.create({ charge: one.charge, amount: 0 }), { param: 'amount' });
  await assert.rejects(stripe.refunds.retrieve('re_none'), { code: 'resource_missing' });
});

it('a refund may take its time, or come back an hour later and leave the charge as it was', async () => {
  const slow = await pay('pm_card_pendingRefund');
  const failing = await pay('pm_card_refundFail');
  const pending = await stripe.refunds.create({ charge: slow.charge });
  assert.deepEqual([pending.status, pending.pending_reason], ['pending', 'processing']);
  const doomed = await stripe.refunds.create({ charge: failing.charge });
  assert.equal(doomed.status, 'succeeded');
  await sandbox.control('clock', { advance_seconds: 3601 });
  const arrived = await stripe.refunds.retrieve(pending.id);
  assert.deepEqual([arrived.status, arrived.pending_reason], ['succeeded', undefined]);
  const failed = await stripe.refunds.retrieve(doomed.id, { expand: ['failure_balance_transaction'] });
  assert.deepEqual([failed.status, failed.failure_reason], ['failed', 'expired_or_canceled_card']);
  assert.equal((await stripe.charges.retrieve(failing.charge)).amount_refunded, 0);
  assert.ok((await sandbox.eventTypes()).includes('refund.failed'));
});

it('leaves the subscription that was paid for alone (R26.2)', async () => {
  const subscription = await subscribe(stripe, { expand: ['latest_invoice.payments'] });
  const invoice = subscription.latest_invoice as Stripe.Invoice;
  const intent = String(invoice.payments?.data[0]?.payment.payment_intent);
  await stripe.refunds.create({ payment_intent: intent, amount: 100 });
  await stripe.refunds.create({ payment_intent: intent });
  assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'active');
});
