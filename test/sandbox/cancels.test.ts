/** Cancelling: at a time, at the end of a period, at once; taken back; and what an ended subscription still takes. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { endOf, openMovingSandbox, typesOf } from './support/lives.ts';
import type { MovingSandbox } from './support/lives.ts';
import { customerWithCard, makePlan, subscribe } from './support/sandbox.ts';

const day = 86_400;

let sandbox: MovingSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openMovingSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

const cancelled = ({ cancel_at, cancel_at_period_end, canceled_at }: Stripe.Subscription) => [
  cancel_at,
  cancel_at_period_end,
  canceled_at !== null,
];

describe('a cancellation to come (R19.1)', () => {
  for (const type of ['classic', 'flexible'] as const) {
    it(`by the flag names its time, and is taken back by the flag (${type})`, async () => {
      const begun = await subscribe(stripe, { billing_mode: { type } });
      const set = await stripe.subscriptions.update(begun.id, {
        cancel_at_period_end: true,
        cancellation_details: { comment: 'Too dear', feedback: 'too_expensive' },
      });
      assert.deepEqual(cancelled(set), [endOf(begun), true, true]);
      assert.partialDeepStrictEqual(set.cancellation_details, {
        comment: 'Too dear',
        feedback: 'too_expensive',
        reason: 'cancellation_requested',
      });
      const undone = await stripe.subscriptions.update(begun.id, { cancel_at_period_end: false });
      assert.deepEqual(cancelled(undone), [null, false, false]);
      assert.equal(undone.cancellation_details?.reason, null);
    });
  }

  for (const word of ['min_period_end', 'max_period_end', 'max_billed_until'] as const) {
    it(`by the word ${word} sets the time and not the flag, and is taken back by clearing it`, async () => {
      const begun = await subscribe(stripe);
      const set = await stripe.subscriptions.update(begun.id, { cancel_at: word });
      assert.deepEqual(cancelled(set), [endOf(begun), false, true]);
      // The flag was never set: lowering it takes nothing back (R19.2).
      const still = await stripe.subscriptions.update(begun.id, { cancel_at_period_end: false });
      assert.equal(still.cancel_at, endOf(begun));
      const undone = await stripe.subscriptions.update(begun.id, { cancel_at: '' });
      assert.deepEqual(cancelled(undone), [null, false, false]);
    });
  }

  it('by a word may come with the subscription itself', async () => {
    const begun = await subscribe(stripe, { cancel_at: 'min_period_end' });
    assert.deepEqual(cancelled(begun), [endOf(begun), false, true]);
  });

  it('comes at its time, with nothing billed', async () => {
    const begun = await subscribe(stripe);
    const at = begun.start_date + 10 * day;
    await stripe.subscriptions.update(begun.id, { cancel_at: at });
    const from = await sandbox.lastEvent();
    await sandbox.jumpTo(at + day);
    const ended = await stripe.subscriptions.retrieve(begun.id);
    assert.deepEqual([ended.status, ended.ended_at], ['canceled', at]);
    assert.deepEqual(typesOf(await sandbox.eventsSince(from, String(begun.customer))), [
      'customer.subscription.deleted',
    ]);
  });

  it('is refused in the past, and with the flag beside it', async () => {
    const begun = await subscribe(stripe);
    const update = (params: Stripe.SubscriptionUpdateParams) => stripe.subscriptions.update(begun.id, params);
    await assert.rejects(update({ cancel_at: begun.start_date - day }), { statusCode: 400, param: 'cancel_at' });
    await assert.rejects(update({ cancel_at: 'min_period_end', cancel_at_period_end: true }), { statusCode: 400 });
  });

  it('bills what is still pending when it comes', async () => {
    const begun = await subscribe(stripe, { cancel_at_period_end: true });
    await stripe.subscriptions.update(begun.id, {
      items: [{ id: begun.items.data[0]?.id ?? '', quantity: 2 }],
      proration_behavior: 'create_prorations',
    });
    await sandbox.jumpTo(endOf(begun) + 2 * 3600);
    const ended = await stripe.subscriptions.retrieve(begun.id, { expand: ['latest_invoice'] });
    const last = ended.latest_invoice as Stripe.Invoice;
    assert.deepEqual([ended.status, last.status, last.lines.data.length], ['canceled', 'paid', 2]);
    assert.ok(last.amount_paid >= 1890 && last.amount_paid <= 1900);
  });

  it('of a past due subscription ends it, and nothing is collected any more', async () => {
    const begun = await subscribe(stripe);
    const customer = String(begun.customer);
    await sandbox.control('settings', { retry_days: [40], after_retries: 'past_due' });
    await sandbox.useCard(customer, 'pm_card_chargeCustomerFail');
    await sandbox.jumpTo(endOf(begun) + 2 * 3600);
    const owing = await stripe.subscriptions.update(begun.id, { cancel_at_period_end: true });
    assert.equal(owing.status, 'past_due');
    await sandbox.useCard(customer, 'pm_card_visa');
    await sandbox.jumpTo(endOf(owing) + 30 * day);
    const ended = await stripe.subscriptions.retrieve(begun.id, { expand: ['latest_invoice'] });
    const open = ended.latest_invoice as Stripe.Invoice;
    assert.deepEqual([ended.status, open.status, open.next_payment_attempt], ['canceled', 'open', null]);
    await stripe.invoices.pay(open.id ?? '');
    assert.equal((await stripe.subscriptions.retrieve(begun.id)).status, 'canceled');
    await sandbox.control('settings', {});
  });
});

describe('a cancellation at once', () => {
  it('drops what was prorated, unless a last invoice or a credit is asked for', async () => {
    const changed = async () => {
      const begun = await subscribe(stripe);
      await stripe.subscriptions.update(begun.id, { items: [{ id: begun.items.data[0]?.id ?? '', quantity: 3 }] });
      return begun;
    };
    const pending = async ({ customer }: Stripe.Subscription) =>
      (await stripe.invoiceItems.list({ customer: String(customer), pending: true })).data.length;
    const dropped = await changed();
    await stripe.subscriptions.cancel(dropped.id);
    assert.equal(await pending(dropped), 0);
    const credited = await changed();
    await stripe.subscriptions.cancel(credited.id, { prorate: true });
    assert.equal(await pending(credited), 3);
    assert.ok((await sandbox.eventTypes()).includes('invoiceitem.deleted'));
  });

  it('of a first payment that never came leaves nothing to pay', async () => {
    const customer = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
    const begun = await subscribe(stripe, { customer: customer.id });
    assert.equal(begun.status, 'incomplete');
    await stripe.subscriptions.cancel(begun.id);
    assert.equal((await stripe.invoices.retrieve(String(begun.latest_invoice))).status, 'void');
  });
});

describe('an ended subscription', () => {
  it('takes metadata and the reasons, and nothing else', async () => {
    const begun = await subscribe(stripe);
    await stripe.subscriptions.cancel(begun.id, { cancellation_details: { feedback: 'unused' } });
    const noted = await stripe.subscriptions.update(begun.id, {
      metadata: { seen: 'yes' },
      cancellation_details: { comment: 'Later' },
    });
    assert.deepEqual([noted.metadata['seen'], noted.cancellation_details?.comment], ['yes', 'Later']);
    const { price } = await makePlan(stripe);
    const refused: readonly Stripe.SubscriptionUpdateParams[] = [
      { cancel_at_period_end: false },
      { items: [{ price: price.id }] },
      { pause_collection: { behavior: 'void' } },
      { trial_end: 'now' },
    ];
    for (const params of refused) {
      await assert.rejects(stripe.subscriptions.update(begun.id, params), {
        statusCode: 400,
        code: 'invalid_canceled_subscription_fields',
      });
    }
    await assert.rejects(stripe.subscriptions.cancel(begun.id), { statusCode: 404, code: 'resource_missing' });
  });
});
