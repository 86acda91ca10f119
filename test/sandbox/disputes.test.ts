/** Disputes: opened by a test card or on demand, answered, won, lost, and what they do to refunds and subscriptions. */

import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Stripe } from 'stripe';
import { customerWithCard, openSandbox, subscribe } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  stripe = sandbox.stripe;
});
after(() => sandbox.close());

async function pay(paymentMethod: string): Promise<string> {
  const intent = await stripe.paymentIntents.create({
    amount: 5000,
    currency: 'usd',
    payment_method: paymentMethod,
    confirm: true,
    return_url: 'https://shop.test/done',
  });
  return String(intent.latest_charge);
}

async function disputeOf(charge: string): Promise<Stripe.Dispute> {
  const [dispute] = (await stripe.disputes.list({ charge })).data;
  assert.ok(dispute);
  return dispute;
}

const eventsSince = async (count: number) => (await sandbox.eventTypes()).slice(count);

it('a card is disputed as soon as its payment is through; the charge cannot be refunded, and evidence wins', async () => {
  const charge = await pay('pm_card_createDispute');
  const dispute = await disputeOf(charge);
  assert.deepEqual([dispute.reason, dispute.status, dispute.amount], ['fraudulent', 'needs_response', 5000]);
  assert.deepEqual(
    dispute.balance_transactions.map(({ amount, fee }) => [amount, fee]),
    [[-5000, 1500]],
  );
  const types = await sandbox.eventTypes();
  assert.deepEqual(types.slice(-2), ['charge.dispute.created', 'charge.dispute.funds_withdrawn']);
  assert.equal((await stripe.charges.retrieve(charge)).disputed, true);
  await assert.rejects(stripe.refunds.create({ charge }), { code: 'charge_disputed' });
  const staged = await stripe.disputes.update(dispute.id, {
    evidence: { product_description: 'Pro' },
    submit: false,
  });
  assert.deepEqual([staged.status, staged.evidence_details.has_evidence], ['needs_response', true]);
  const before = types.length;
  const won = await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' } });
  assert.deepEqual([won.status, won.evidence_details.submission_count], ['won', 1]);
  assert.deepEqual(await eventsSince(before + 1), [
    'charge.dispute.updated',
    'charge.dispute.closed',
    'charge.dispute.funds_reinstated',
  ]);
  assert.deepEqual(
    won.balance_transactions.map(({ amount }) => amount),
    [-5000, 5000],
  );
  await assert.rejects(stripe.disputes.close(dispute.id), { type: 'StripeInvalidRequestError' });
  assert.equal((await stripe.refunds.create({ charge })).amount, 5000);
});

it('an inquiry takes no money and lets refunds through', async () => {
  const charge = await pay('pm_card_createDisputeInquiry');
  const inquiry = await disputeOf(charge);
  assert.deepEqual([inquiry.status, inquiry.is_charge_refundable], ['warning_needs_response', true]);
  assert.deepEqual(inquiry.balance_transactions, []);
  assert.equal((await stripe.refunds.create({ charge, amount: 1000 })).status, 'succeeded');
});

it('is lost when it is accepted, and when nobody answers in time', async () => {
  const accepted = await disputeOf(await pay('pm_card_createDisputeProductNotReceived'));
  assert.equal(accepted.reason, 'product_not_received');
  const before = (await sandbox.eventTypes()).length;
  assert.equal((await stripe.disputes.close(accepted.id)).status, 'lost');
  assert.deepEqual(await eventsSince(before), ['charge.dispute.closed']);
  const forgotten = await disputeOf(await pay('pm_card_createDispute'));
  await sandbox.control('clock', { now: forgotten.evidence_details.due_by ?? 0 });
  const lost = await stripe.disputes.retrieve(forgotten.id, { expand: ['charge', 'payment_intent'] });
  assert.deepEqual([lost.status, lost.evidence_details.past_due], ['lost', true]);
});

it('is opened and closed on demand, and cancels the subscription where the settings say so (R26.1)', async () => {
  const chargeOf = async (subscription: Stripe.Subscription) => {
    const [payment] = (await stripe.invoicePayments.list({ invoice: String(subscription.latest_invoice) })).data;
    return String((await stripe.paymentIntents.retrieve(String(payment?.payment.payment_intent))).latest_charge);
  };
  const kept = await subscribe(stripe);
  const charge = await chargeOf(kept);
  const opened = await sandbox.control('disputes', { charge, reason: 'subscription_canceled' });
  assert.deepEqual([opened['status'], opened['reason']], ['needs_response', 'subscription_canceled']);
  assert.equal((await stripe.subscriptions.retrieve(kept.id)).status, 'active');
  const closed = await sandbox.control('disputes', { charge, outcome: 'lost' });
  assert.deepEqual([closed['id'], closed['status']], [opened['id'], 'lost']);

  assert.equal((await sandbox.control('settings', { on_dispute: 'cancel' }))['on_dispute'], 'cancel');
  const ended = await subscribe(stripe);
  await sandbox.control('disputes', { charge: await chargeOf(ended) });
  const canceled = await stripe.subscriptions.retrieve(ended.id);
  assert.deepEqual([canceled.status, canceled.cancellation_details?.reason], ['canceled', 'payment_disputed']);

  // The dispute follows the payment, when the subscription is there to be cancelled.
  const customer = await customerWithCard(stripe, 'pm_card_createDispute');
  const doomed = await subscribe(stripe, { customer: customer.id });
  assert.equal((await stripe.subscriptions.retrieve(doomed.id)).status, 'canceled');
  await sandbox.control('settings', {});
});
