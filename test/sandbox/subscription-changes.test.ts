/** Changes of a subscription: prorations, what is billed and when, and updates that wait for their payment. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { customerWithCard, makePlan, openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

interface Begun {
  readonly subscription: Stripe.Subscription;
  readonly item: Stripe.SubscriptionItem;
  readonly middle: number;
}

/** A subscription of 19.00 USD a month, and the middle of its period. */
async function begin(card = 'pm_card_visa', params: Partial<Stripe.SubscriptionCreateParams> = {}): Promise<Begun> {
  const { price } = await makePlan(stripe);
  const customer = await customerWithCard(stripe, card);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    ...params,
  });
  const [item] = subscription.items.data;
  assert.ok(item);
  return { subscription, item, middle: (item.current_period_start + item.current_period_end) / 2 };
}

async function latestInvoice(subscription: Stripe.Subscription): Promise<Stripe.Invoice> {
  return stripe.invoices.retrieve(String(subscription.latest_invoice));
}

/** Makes the customer pay with another card from now on. */
async function useCard(customer: string, card: string): Promise<void> {
  const method = await stripe.paymentMethods.attach(card, { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
}

const amounts = (invoice: Stripe.Invoice) => invoice.lines.data.map(({ amount }) => amount);

describe('a change that is billed at once', () => {
  it('credits the old price and bills the new one for the rest of the period, each rounded down', async () => {
    const { subscription, item, middle } = await begin();
    const { price } = await makePlan(stripe, { unit_amount: 4999 });
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: price.id }],
      proration_behavior: 'always_invoice',
      proration_date: middle,
    });
    assert.deepEqual([changed.status, changed.items.data[0]?.price.id], ['active', price.id]);
    assert.equal(changed.items.data[0]?.id, item.id);
    assert.equal(changed.items.data[0]?.current_period_end, item.current_period_end);
    const invoice = await latestInvoice(changed);
    assert.deepEqual(amounts(invoice), [-950, 2499]);
    assert.deepEqual(
      [invoice.status, invoice.amount_paid, invoice.billing_reason],
      ['paid', 1549, 'subscription_update'],
    );
    assert.equal(invoice.period_start, item.current_period_start);
    const [credit, debit] = invoice.lines.data;
    assert.match(credit?.description ?? '', /^Unused time on Pro after \d\d \w{3} \d{4}$/);
    assert.match(debit?.description ?? '', /^Remaining time on Pro after \d\d \w{3} \d{4}$/);
    assert.deepEqual(credit?.period, { start: middle, end: item.current_period_end });
    assert.deepEqual([credit?.discountable, credit?.pricing?.unit_amount_decimal], [false, null]);
    const credited = credit?.parent?.subscription_item_details?.proration_details?.credited_items;
    assert.equal(credited?.invoice, subscription.latest_invoice);
    assert.equal(debit?.parent?.subscription_item_details?.proration_details?.credited_items, null);
  });

  it('prorates the whole item again, never the difference', async () => {
    const { subscription, item, middle } = await begin();
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 3 }],
      proration_behavior: 'always_invoice',
      proration_date: middle,
    });
    const invoice = await latestInvoice(changed);
    assert.deepEqual(amounts(invoice), [-950, 2850]);
    assert.match(invoice.lines.data[1]?.description ?? '', /^Remaining time on 3 × Pro after /);
  });

  it('adds and removes items', async () => {
    const { subscription, item, middle } = await begin();
    const addOn = await makePlan(stripe, { unit_amount: 500 });
    const terms = { proration_behavior: 'always_invoice', proration_date: middle } as const;
    const more = await stripe.subscriptions.update(subscription.id, {
      items: [{ price: addOn.price.id, quantity: 2 }],
      ...terms,
    });
    assert.equal(more.items.data.length, 2);
    assert.deepEqual(amounts(await latestInvoice(more)), [500]);
    const added = more.items.data[1]?.id ?? '';
    const fewer = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: added, deleted: true }],
      ...terms,
    });
    assert.deepEqual(
      fewer.items.data.map(({ id }) => id),
      [item.id],
    );
    assert.deepEqual(amounts(await latestInvoice(fewer)), [-500]);
    await assert.rejects(stripe.subscriptions.update(subscription.id, { items: [{ id: item.id, deleted: true }] }), {
      statusCode: 400,
    });
    await assert.rejects(stripe.subscriptions.update(subscription.id, { items: [{ price: item.price.id }] }), {
      statusCode: 400,
    });
  });

  it('begins a new cycle where the interval changes: the old one credited, the new one billed in full', async () => {
    const { subscription, item } = await begin();
    const { price } = await makePlan(stripe, { unit_amount: 19_000, recurring: { interval: 'year' } });
    const changed = await stripe.subscriptions.update(subscription.id, { items: [{ id: item.id, price: price.id }] });
    const now = changed.billing_cycle_anchor;
    assert.deepEqual([changed.items.data[0]?.current_period_start], [now]);
    assert.ok(Number(changed.items.data[0]?.current_period_end) - now >= 365 * 86_400);
    const invoice = await latestInvoice(changed);
    const [credit, full] = invoice.lines.data;
    assert.ok(Number(credit?.amount) <= -1899 && Number(credit?.amount) >= -1900);
    assert.deepEqual([full?.amount, full?.parent?.subscription_item_details?.proration], [19_000, false]);
    assert.equal(invoice.amount_paid, 19_000 + Number(credit?.amount));
  });
});

describe('a change that is billed later, or not', () => {
  it('leaves pending invoice items, which can be read and deleted', async () => {
    const { subscription, item, middle } = await begin();
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 2 }],
      proration_date: middle,
    });
    assert.equal(changed.latest_invoice, subscription.latest_invoice);
    const customer = String(subscription.customer);
    const pending = await stripe.invoiceItems.list({ customer, pending: true });
    assert.deepEqual(pending.data.map(({ amount }) => amount).toReversed(), [-950, 1900]);
    const [newest] = pending.data;
    assert.equal((await stripe.invoiceItems.retrieve(newest?.id ?? '')).proration, true);
    assert.equal((await stripe.invoiceItems.del(newest?.id ?? '')).deleted, true);
    const own = await stripe.invoiceItems.create({ customer, amount: 700, currency: 'usd', description: 'Setup' });
    assert.deepEqual([own.amount, own.invoice], [700, null]);
    assert.equal((await stripe.invoiceItems.list({ customer, pending: true })).data.length, 2);
  });

  it('writes nothing under `none`, and nothing in a trial', async () => {
    for (const params of [{}, { trial_period_days: 14 }]) {
      const { subscription, item } = await begin('pm_card_visa', params);
      const changed = await stripe.subscriptions.update(subscription.id, {
        items: [{ id: item.id, quantity: 2 }],
        proration_behavior: 'trial_period_days' in params ? 'always_invoice' : 'none',
      });
      assert.deepEqual([changed.items.data[0]?.quantity, changed.latest_invoice], [2, subscription.latest_invoice]);
      const items = await stripe.invoiceItems.list({ customer: String(subscription.customer) });
      assert.equal(items.data.length, 0);
    }
  });

  it('ends a trial now, with the whole first period', async () => {
    const { subscription } = await begin('pm_card_visa', { trial_period_days: 14 });
    const changed = await stripe.subscriptions.update(subscription.id, { trial_end: 'now' });
    assert.deepEqual([changed.status, changed.trial_end], ['active', changed.billing_cycle_anchor]);
    assert.equal((await latestInvoice(changed)).amount_paid, 1900);
  });
});

describe("a customer's balance", () => {
  it('takes the credit of a downgrade, and pays the next invoice with it', async () => {
    const { subscription, item, middle } = await begin();
    const { price } = await makePlan(stripe, { unit_amount: 500 });
    const terms = { proration_behavior: 'always_invoice', proration_date: middle } as const;
    const down = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: price.id }],
      ...terms,
    });
    const credit = await latestInvoice(down);
    assert.deepEqual([credit.total, credit.amount_due, credit.ending_balance, credit.status], [-700, 0, -700, 'paid']);
    assert.deepEqual([credit.attempted, credit.attempt_count], [true, 0]);
    const up = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: item.price.id }],
      ...terms,
    });
    const debit = await latestInvoice(up);
    assert.deepEqual([debit.total, debit.amount_due, debit.starting_balance, debit.ending_balance], [700, 0, -700, 0]);
    const entries = await stripe.customers.listBalanceTransactions(String(subscription.customer));
    assert.deepEqual(
      entries.data.map(({ amount, type, ending_balance }) => [amount, type, ending_balance]),
      [
        [700, 'applied_to_invoice', 0],
        [-700, 'applied_to_invoice', -700],
      ],
    );
  });

  it('keeps what is too small to charge until a later invoice', async () => {
    const { subscription, item, middle } = await begin();
    const { price } = await makePlan(stripe, { unit_amount: 1902 });
    const terms = { proration_behavior: 'always_invoice', proration_date: middle } as const;
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: price.id }],
      ...terms,
    });
    const small = await latestInvoice(changed);
    assert.deepEqual([small.total, small.amount_due, small.ending_balance, small.attempt_count], [1, 0, 1, 0]);
    const [entry] = (await stripe.customers.listBalanceTransactions(String(subscription.customer))).data;
    assert.deepEqual([entry?.type, entry?.amount], ['invoice_too_small', 1]);
    const more = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 2 }],
      ...terms,
    });
    assert.deepEqual([(await latestInvoice(more)).total, (await latestInvoice(more)).amount_paid], [951, 952]);
  });
});

describe('a change whose payment fails', () => {
  const upgrade = async (card: string, behavior: Stripe.SubscriptionUpdateParams.PaymentBehavior) => {
    const begun = await begin();
    const { price } = await makePlan(stripe, { unit_amount: 9900 });
    await useCard(String(begun.subscription.customer), card);
    const run = () =>
      stripe.subscriptions.update(begun.subscription.id, {
        items: [{ id: begun.item.id, price: price.id }],
        proration_behavior: 'always_invoice',
        payment_behavior: behavior,
      });
    return { ...begun, price, run };
  };

  it('stands and is owed under allow_incomplete and default_incomplete', async () => {
    for (const behavior of ['allow_incomplete', 'default_incomplete'] as const) {
      const { run, price } = await upgrade('pm_card_chargeCustomerFail', behavior);
      const changed = await run();
      assert.deepEqual([changed.status, changed.items.data[0]?.price.id], ['past_due', price.id]);
      const invoice = await latestInvoice(changed);
      assert.deepEqual([invoice.status, invoice.attempted], ['open', behavior === 'allow_incomplete']);
      await stripe.invoices.pay(invoice.id ?? '', { payment_method: 'pm_card_visa' });
      assert.equal((await stripe.subscriptions.retrieve(changed.id)).status, 'active');
    }
  });

  it('is a 402 under error_if_incomplete, with nothing written', async () => {
    const { run, subscription } = await upgrade('pm_card_chargeCustomerFail', 'error_if_incomplete');
    const events = (await sandbox.eventTypes()).length;
    await assert.rejects(run(), { statusCode: 402 });
    assert.equal((await sandbox.eventTypes()).length, events);
    assert.deepEqual(await stripe.subscriptions.retrieve(subscription.id), { ...subscription });
  });

  it('waits under pending_if_incomplete, and is applied when its invoice is paid (R16.1, R16.2)', async () => {
    const { run, item, price } = await upgrade('pm_card_chargeCustomerFail', 'pending_if_incomplete');
    const changed = await run();
    assert.deepEqual([changed.status, changed.items.data[0]?.price.id], ['active', item.price.id]);
    assert.equal(changed.pending_update?.subscription_items?.[0]?.price.id, price.id);
    const invoice = await latestInvoice(changed);
    assert.equal(invoice.status, 'open');
    await stripe.invoices.pay(invoice.id ?? '', { payment_method: 'pm_card_visa' });
    const paid = await stripe.subscriptions.retrieve(changed.id);
    assert.deepEqual([paid.status, paid.pending_update, paid.items.data[0]?.price.id], ['active', null, price.id]);
    assert.ok((await sandbox.eventTypes()).includes('customer.subscription.pending_update_applied'));
  });

  it('is applied once 3-D Secure is passed on the page that the payment points to (R16.1)', async () => {
    const { run, item, price } = await upgrade('pm_card_threeDSecure2Required', 'pending_if_incomplete');
    const changed = await run();
    assert.equal(changed.items.data[0]?.price.id, item.price.id);
    const invoice = await stripe.invoices.retrieve(String(changed.latest_invoice), { expand: ['payments'] });
    assert.deepEqual([invoice.status, invoice.attempt_count], ['open', 0]);
    const page = String(invoice.hosted_invoice_url);
    const pay = await fetch(`${page}/pay`, { method: 'POST', redirect: 'manual' });
    assert.equal(sandbox.url + pay.headers.get('location'), `${page}/challenge`);
    const body = new URLSearchParams({ challenge: 'complete' });
    assert.equal((await fetch(`${page}/challenge`, { method: 'POST', body })).status, 200);
    const paid = await stripe.subscriptions.retrieve(changed.id);
    assert.deepEqual([paid.pending_update, paid.items.data[0]?.price.id], [null, price.id]);
  });

  it('is dropped with its invoice, by hand or by the next change', async () => {
    const { run } = await upgrade('pm_card_chargeCustomerFail', 'pending_if_incomplete');
    const first = await run();
    const second = await run();
    assert.equal((await latestInvoice(first)).status, 'void');
    assert.equal((await stripe.invoices.voidInvoice(String(second.latest_invoice))).status, 'void');
    const left = await stripe.subscriptions.retrieve(first.id);
    assert.deepEqual([left.pending_update, left.status], [null, 'active']);
  });

  it('refuses beside it what Stripe refuses (R16.3)', async () => {
    const { subscription } = await begin();
    await assert.rejects(
      stripe.subscriptions.update(subscription.id, {
        payment_behavior: 'pending_if_incomplete',
        default_payment_method: 'pm_card_visa',
      }),
      { statusCode: 400, param: 'default_payment_method' },
    );
  });
});

it('drops a pending update after 23 hours, and the old price goes on (R16.2)', async () => {
  const clocked = await openSandbox();
  const plan = await makePlan(clocked.stripe);
  const better = await makePlan(clocked.stripe, { unit_amount: 9900 });
  const customer = await customerWithCard(clocked.stripe);
  const { subscriptions, invoices } = clocked.stripe;
  const begun = await subscriptions.create({ customer: customer.id, items: [{ price: plan.price.id }] });
  const method = await clocked.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
  await clocked.stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
  const waiting = await subscriptions.update(begun.id, {
    items: [{ id: begun.items.data[0]?.id ?? '', price: better.price.id }],
    proration_behavior: 'always_invoice',
    payment_behavior: 'pending_if_incomplete',
  });
  await clocked.control('clock', { advance_seconds: 23 * 3600 + 1 });
  const left = await subscriptions.retrieve(begun.id);
  assert.deepEqual([left.pending_update, left.status], [null, 'active']);
  assert.equal(left.items.data[0]?.price.id, plan.price.id);
  assert.equal((await invoices.retrieve(String(waiting.latest_invoice))).status, 'void');
  assert.ok((await clocked.eventTypes()).includes('customer.subscription.pending_update_expired'));
  await clocked.close();
});
