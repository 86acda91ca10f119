/** Pausing: a subscription that stands still and comes back, and one that goes on while nothing is collected. */

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

/** Nothing is given back for what is left of the period. */
const keepsPaid = { bill_for: { unused_time_from: { type: 'none' } } } as const;

const pending = async (customer: string) =>
  (await stripe.invoiceItems.list({ customer, pending: true })).data.map(({ amount }) => amount);

describe('a subscription that is paused', () => {
  it('says why and since when, and gives the rest of the period back', async () => {
    const begun = await subscribe(stripe);
    const from = await sandbox.lastEvent();
    const halfway = begun.start_date + Math.round((endOf(begun) - begun.start_date) / 2);
    await sandbox.jumpTo(halfway);
    const paused = await stripe.subscriptions.pause(begun.id);
    assert.deepEqual([paused.status, paused.status_details?.paused.subscription.type], ['paused', 'pause_requested']);
    const since = Number(paused.status_details?.paused.transitioned_at);
    assert.ok(since - halfway < 5);
    const [credit] = await pending(String(begun.customer));
    assert.ok(Number(credit) <= -948 && Number(credit) >= -950, String(credit));
    const types = typesOf(await sandbox.eventsSince(from, String(begun.customer)));
    assert.deepEqual(types.toSorted(), [
      'customer.subscription.paused',
      'customer.subscription.updated',
      'invoiceitem.created',
    ]);
  });

  it('can keep what is paid, or give it back on an invoice', async () => {
    const kept = await subscribe(stripe);
    await stripe.subscriptions.pause(kept.id, keepsPaid);
    assert.deepEqual(await pending(String(kept.customer)), []);
    const whole = await subscribe(stripe);
    const paused = await stripe.subscriptions.pause(whole.id, {
      bill_for: { unused_time_from: { type: 'item_current_period_start' } },
      invoicing_behavior: 'invoice',
    });
    const invoice = await stripe.invoices.retrieve(String(paused.latest_invoice));
    assert.deepEqual([invoice.total, invoice.status, invoice.ending_balance], [-1900, 'paid', -1900]);
  });

  it('neither renews nor bills, and still ends at the time that was set', async () => {
    const begun = await subscribe(stripe);
    await stripe.subscriptions.pause(begun.id, keepsPaid);
    await sandbox.jumpTo(endOf(begun) + 40 * day);
    const still = await stripe.subscriptions.retrieve(begun.id);
    assert.deepEqual([still.status, endOf(still)], ['paused', endOf(begun)]);
    assert.equal((await stripe.invoices.list({ subscription: begun.id })).data.length, 1);
    const at = (await sandbox.now()) + day;
    await stripe.subscriptions.update(begun.id, { cancel_at: at });
    await sandbox.jumpTo(at + 10);
    assert.equal((await stripe.subscriptions.retrieve(begun.id)).status, 'canceled');
  });

  it('is refused where a schedule governs it, where it is paused already, and where it has ended', async () => {
    const scheduled = await subscribe(stripe);
    await stripe.subscriptionSchedules.create({ from_subscription: scheduled.id });
    await assert.rejects(stripe.subscriptions.pause(scheduled.id), { statusCode: 400, message: /schedule/ });
    const begun = await subscribe(stripe);
    await assert.rejects(stripe.subscriptions.resume(begun.id), { statusCode: 400, message: /paused/ });
    await stripe.subscriptions.pause(begun.id);
    await assert.rejects(stripe.subscriptions.pause(begun.id), { statusCode: 400 });
    await stripe.subscriptions.cancel(begun.id);
    await assert.rejects(stripe.subscriptions.pause(begun.id), { statusCode: 404, code: 'resource_missing' });
    await assert.rejects(stripe.subscriptions.resume(begun.id), { statusCode: 404, code: 'resource_missing' });
  });
});

describe('resuming', () => {
  async function pausedFor(days: number, params: Stripe.SubscriptionPauseParams = {}) {
    const begun = await subscribe(stripe);
    await stripe.subscriptions.pause(begun.id, params);
    await sandbox.jumpTo((await sandbox.now()) + days * day);
    return { begun, customer: String(begun.customer), from: await sandbox.lastEvent() };
  }

  it('begins a new period now, with an invoice that is paid at once', async () => {
    const { begun, customer, from } = await pausedFor(50, keepsPaid);
    const resumed = await stripe.subscriptions.resume(begun.id);
    const now = await sandbox.now();
    assert.equal(resumed.status, 'active');
    assert.equal(resumed.status_details, undefined);
    assert.ok(now - resumed.billing_cycle_anchor < 5);
    assert.equal(resumed.items.data[0]?.current_period_start, resumed.billing_cycle_anchor);
    const invoice = await stripe.invoices.retrieve(String(resumed.latest_invoice));
    assert.deepEqual([invoice.status, invoice.amount_paid], ['paid', 1900]);
    const types = typesOf(await sandbox.eventsSince(from, customer));
    for (const type of ['customer.subscription.resumed', 'customer.subscription.updated', 'invoice.paid'])
      assert.ok(types.includes(type), `${type} in ${types.join(', ')}`);
  });

  it('takes what the pause gave back into account', async () => {
    const { begun } = await pausedFor(50, { bill_for: { unused_time_from: { type: 'item_current_period_start' } } });
    const resumed = await stripe.subscriptions.resume(begun.id);
    const invoice = await stripe.invoices.retrieve(String(resumed.latest_invoice));
    assert.deepEqual([invoice.total, invoice.status], [0, 'paid']);
  });

  it('may keep the rhythm: the rest of the running period is billed later, now, or not at all', async () => {
    for (const [behavior, later, now] of [
      ['create_prorations', 1, 0],
      ['always_invoice', 0, 1],
      ['none', 0, 0],
    ] as const) {
      const { begun, customer } = await pausedFor(50, keepsPaid);
      const resumed = await stripe.subscriptions.resume(begun.id, {
        billing_cycle_anchor: { type: 'unchanged' },
        proration_behavior: behavior,
      });
      assert.deepEqual([resumed.status, resumed.billing_cycle_anchor], ['active', begun.billing_cycle_anchor]);
      assert.ok(endOf(resumed) > (await sandbox.now()));
      assert.equal((await pending(customer)).length, later, behavior);
      assert.equal((await stripe.invoices.list({ subscription: begun.id })).data.length, 1 + now, behavior);
    }
  });

  it('within the same period bills only what the pause gave back', async () => {
    const kept = await pausedFor(5, keepsPaid);
    await stripe.subscriptions.resume(kept.begun.id, { billing_cycle_anchor: { type: 'unchanged' } });
    assert.deepEqual(await pending(kept.customer), []);
    const given = await pausedFor(5);
    await stripe.subscriptions.resume(given.begun.id, { billing_cycle_anchor: { type: 'unchanged' } });
    assert.equal((await pending(given.customer)).length, 2);
  });

  it('with a card that fails falls past due, or stays paused where payment is what resumes', async () => {
    const attempted = await pausedFor(40, keepsPaid);
    await sandbox.useCard(attempted.customer, 'pm_card_chargeCustomerFail');
    const owing = await stripe.subscriptions.resume(attempted.begun.id);
    const invoice = await stripe.invoices.retrieve(String(owing.latest_invoice));
    assert.deepEqual([owing.status, invoice.status], ['past_due', 'open']);
    assert.ok(invoice.next_payment_attempt);

    const strict = await pausedFor(40, keepsPaid);
    await sandbox.useCard(strict.customer, 'pm_card_chargeCustomerFail');
    const waiting = await stripe.subscriptions.resume(strict.begun.id, {
      payment_behavior: 'resume_on_payment_success',
    });
    assert.equal(waiting.status, 'paused');
    await stripe.invoices.pay(String(waiting.latest_invoice), { payment_method: 'pm_card_visa' });
    const resumed = await stripe.subscriptions.retrieve(strict.begun.id);
    assert.deepEqual([resumed.status, resumed.status_details], ['active', undefined]);
  });

  it('without a card waits 23 hours for its invoice, which is then voided', async () => {
    const customer = await customerWithCard(stripe);
    const begun = await subscribe(stripe, { customer: customer.id });
    await stripe.subscriptions.pause(begun.id, keepsPaid);
    await stripe.paymentMethods.detach(String(customer.invoice_settings.default_payment_method));
    const waiting = await stripe.subscriptions.resume(begun.id);
    const open = await stripe.invoices.retrieve(String(waiting.latest_invoice));
    assert.deepEqual([waiting.status, open.status], ['paused', 'open']);
    await sandbox.jumpTo(open.created + 23 * 3600 + 5);
    assert.equal((await stripe.invoices.retrieve(String(open.id))).status, 'void');
    assert.equal((await stripe.subscriptions.retrieve(begun.id)).status, 'paused');
    const again = await stripe.subscriptions.resume(begun.id);
    await stripe.invoices.markUncollectible(String(again.latest_invoice));
    assert.equal((await stripe.subscriptions.retrieve(begun.id)).status, 'active');
  });
});

describe('collection that is paused', () => {
  for (const [behavior, status] of [
    ['keep_as_draft', 'draft'],
    ['mark_uncollectible', 'uncollectible'],
    ['void', 'void'],
  ] as const) {
    it(`leaves the subscription active and the invoice ${status} with ${behavior} (R22.1)`, async () => {
      const begun = await subscribe(stripe);
      const resumesAt = endOf(begun) + 20 * day;
      const paused = await stripe.subscriptions.update(begun.id, {
        pause_collection: { behavior, resumes_at: resumesAt },
      });
      assert.deepEqual(paused.pause_collection, { behavior, resumes_at: resumesAt });
      await sandbox.jumpTo(endOf(begun) + 2 * day);
      const renewed = await stripe.subscriptions.retrieve(begun.id, { expand: ['latest_invoice'] });
      assert.deepEqual([renewed.status, (renewed.latest_invoice as Stripe.Invoice).status], ['active', status]);
      const from = await sandbox.lastEvent();
      await sandbox.jumpTo(resumesAt + 5);
      assert.equal((await stripe.subscriptions.retrieve(begun.id)).pause_collection, null);
      const [resumed] = await sandbox.eventsSince(from, String(begun.customer));
      assert.deepEqual([resumed?.type, resumed?.created], ['customer.subscription.updated', resumesAt]);
    });
  }

  it('ends when it is cleared, and does not begin in the past', async () => {
    const begun = await subscribe(stripe);
    await stripe.subscriptions.update(begun.id, { pause_collection: { behavior: 'void' } });
    const cleared = await stripe.subscriptions.update(begun.id, { pause_collection: '' });
    assert.equal(cleared.pause_collection, null);
    const past = { behavior: 'void', resumes_at: begun.start_date - day } as const;
    await assert.rejects(stripe.subscriptions.update(begun.id, { pause_collection: past }), {
      param: 'pause_collection[resumes_at]',
    });
  });

  it('does not stop the retries of what was finalized before it', async () => {
    const begun = await subscribe(stripe);
    await sandbox.useCard(String(begun.customer), 'pm_card_chargeCustomerFail');
    await sandbox.jumpTo(endOf(begun) + 3700);
    await stripe.subscriptions.update(begun.id, { pause_collection: { behavior: 'void' } });
    await sandbox.useCard(String(begun.customer), 'pm_card_visa');
    await sandbox.jumpTo(endOf(begun) + 2 * day);
    const recovered = await stripe.subscriptions.retrieve(begun.id, { expand: ['latest_invoice'] });
    assert.deepEqual([recovered.status, (recovered.latest_invoice as Stripe.Invoice).status], ['active', 'paid']);
  });
});

describe('an automatic pause', () => {
  for (const [settings, reason, wait] of [
    [{ after_first_failure: 'paused' }, 'first_payment_failure', 3700],
    [{ retry_days: [1], after_retries: 'paused' }, 'final_payment_failure', 3700 + day],
  ] as const) {
    it(`at the ${reason.replaceAll('_', ' ')} ends when the invoice is paid`, async () => {
      await sandbox.control('settings', settings);
      const begun = await subscribe(stripe);
      await sandbox.useCard(String(begun.customer), 'pm_card_chargeCustomerFail');
      await sandbox.jumpTo(endOf(begun) + wait);
      const paused = await stripe.subscriptions.retrieve(begun.id, { expand: ['latest_invoice'] });
      const invoice = paused.latest_invoice as Stripe.Invoice;
      assert.deepEqual([paused.status, paused.status_details?.paused.subscription.type], ['paused', reason]);
      assert.deepEqual([invoice.status, invoice.next_payment_attempt], ['open', null]);
      await sandbox.jumpTo(endOf(begun) + 70 * day);
      await stripe.invoices.pay(invoice.id ?? '', { payment_method: 'pm_card_visa' });
      const resumed = await stripe.subscriptions.retrieve(begun.id);
      assert.equal(resumed.status, 'active');
      assert.ok(endOf(resumed) > (await sandbox.now()));
      await sandbox.control('settings', {});
    });
  }

  it('at the end of a trial without a card says so', async () => {
    const { price } = await makePlan(stripe);
    const customer = await stripe.customers.create();
    const trial = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
    });
    await sandbox.jumpTo(Number(trial.trial_end) + 60);
    const paused = await stripe.subscriptions.retrieve(trial.id);
    assert.deepEqual(
      [paused.status, paused.status_details?.paused.subscription.type, paused.status_details?.paused.transitioned_at],
      ['paused', 'trial_end_without_payment_method', trial.trial_end],
    );
    await sandbox.useCard(customer.id, 'pm_card_visa');
    assert.equal((await stripe.subscriptions.resume(trial.id)).status, 'active');
  });
});

describe('a preview', () => {
  it('of a pause and of a resumption shows what each would bill', async () => {
    const begun = await subscribe(stripe);
    const pause = await stripe.invoices.createPreview({
      subscription: begun.id,
      subscription_details: { pause: { bill_for: { unused_time_from: { type: 'item_current_period_start' } } } },
    });
    assert.equal(pause.total, -1900);
    await assert.rejects(
      stripe.invoices.createPreview({ subscription: begun.id, subscription_details: { resume_at: 'now' } }),
      { statusCode: 400 },
    );
    await stripe.subscriptions.pause(begun.id, keepsPaid);
    await assert.rejects(stripe.invoices.createPreview({ subscription: begun.id }), { code: 'invoice_upcoming_none' });
    await sandbox.jumpTo(endOf(begun) + 10 * day);
    const resume = await stripe.invoices.createPreview({
      subscription: begun.id,
      subscription_details: { resume_at: 'now' },
    });
    const resumed = await stripe.subscriptions.resume(begun.id);
    const invoice = await stripe.invoices.retrieve(String(resumed.latest_invoice));
    assert.deepEqual([invoice.total, resume.total], [1900, 1900]);
  });
});
