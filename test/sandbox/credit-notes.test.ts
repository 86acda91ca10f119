/** Credit notes: a paid invoice given back by refund or as credit, an open one lowered, and what they refuse. */

import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Stripe } from 'stripe';
import { customerWithCard, makePlan, openSandbox, subscribe } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  stripe = sandbox.stripe;
});
after(() => sandbox.close());

const eventsSince = async (count: number) => (await sandbox.eventTypes()).slice(count);
const eventCount = async () => (await sandbox.eventTypes()).length;

async function paidInvoice(params: Partial<Stripe.SubscriptionCreateParams> = {}): Promise<Stripe.Invoice> {
  return stripe.invoices.retrieve(String((await subscribe(stripe, params)).latest_invoice));
}

/** The first invoice of a subscription that waits to be paid. */
async function openInvoice(): Promise<{ invoice: Stripe.Invoice; subscription: string }> {
  const begun = await subscribe(stripe, { payment_behavior: 'default_incomplete' });
  return { invoice: await stripe.invoices.retrieve(String(begun.latest_invoice)), subscription: begun.id };
}

it('refunds a paid invoice, and puts the rest on the balance, for the next one to use', async () => {
  const invoice = await paidInvoice();
  const before = await eventCount();
  const tried = await stripe.creditNotes.preview({ invoice: invoice.id ?? '', amount: 900, refund_amount: 900 });
  assert.deepEqual([tried.type, tried.amount, await eventCount()], ['post_payment', 900, before]);
  const refunded = await stripe.creditNotes.create({
    invoice: invoice.id ?? '',
    amount: 900,
    refund_amount: 900,
    reason: 'order_change',
    memo: 'Half a month',
    expand: ['refunds.refund', 'invoice'],
  });
  const refund = refunded.refunds[0]?.refund as Stripe.Refund;
  assert.deepEqual(
    [refund.amount, refunded.post_payment_amount, refunded.number],
    [900, 900, `${invoice.number}-CN-01`],
  );
  assert.deepEqual(await eventsSince(before), [
    'refund.created',
    'charge.refunded',
    'charge.refund.updated',
    'refund.updated',
    'credit_note.created',
    'invoice.updated',
  ]);
  const credited = await stripe.creditNotes.create({
    invoice: invoice.id ?? '',
    amount: 500,
    credit_amount: 500,
    expand: ['customer_balance_transaction'],
  });
  const entry = credited.customer_balance_transaction as Stripe.CustomerBalanceTransaction;
  assert.deepEqual([entry.amount, entry.type, entry.credit_note], [-500, 'credit_note', credited.id]);
  assert.equal((await stripe.invoices.retrieve(invoice.id ?? '')).post_payment_credit_notes_amount, 1400);
  const next = await stripe.invoices.createPreview({ customer: String(invoice.customer) });
  assert.deepEqual([next.total, next.amount_due], [1900, 1400]);
  await assert.rejects(stripe.creditNotes.create({ invoice: invoice.id ?? '', amount: 501, refund_amount: 501 }), {
    message: /greater than what is left/,
  });
  await assert.rejects(stripe.creditNotes.create({ invoice: invoice.id ?? '', amount: 400, refund_amount: 300 }), {
    message: /must equal the credit note amount/,
  });
  await stripe.creditNotes.update(credited.id, { memo: 'Sorry', metadata: { ticket: '7' } });
  const { data } = await stripe.creditNotes.list({ invoice: invoice.id ?? '' });
  assert.deepEqual(
    data.map(({ id }) => id),
    [credited.id, refunded.id],
  );
  await assert.rejects(stripe.creditNotes.voidCreditNote(credited.id), { type: 'StripeInvalidRequestError' });
});

it('credits a line with its part of discount and tax', async () => {
  const half = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
  const customer = await customerWithCard(stripe);
  await stripe.customers.update(customer.id, { address: { country: 'DE' } });
  const { price } = await makePlan(stripe, { unit_amount: 1000 });
  const invoice = await paidInvoice({
    customer: customer.id,
    items: [{ price: price.id, quantity: 4 }],
    discounts: [{ coupon: half.id }],
    automatic_tax: { enabled: true },
  });
  assert.equal(invoice.total, 2380);
  const lines = [
    { type: 'invoice_line_item' as const, invoice_line_item: invoice.lines.data[0]?.id ?? '', quantity: 1 },
  ];
  const note = await stripe.creditNotes.create({ invoice: invoice.id ?? '', lines, refund_amount: 595 });
  assert.deepEqual(
    [note.subtotal, note.discount_amount, note.total_taxes?.[0]?.amount, note.total],
    [1000, 500, 95, 595],
  );
  const own = await stripe.creditNotes.listLineItems(note.id);
  assert.deepEqual([own.data[0]?.type, own.data[0]?.quantity], ['invoice_line_item', 1]);
  const custom = [{ type: 'custom_line_item' as const, description: 'Goodwill', unit_amount: 100, quantity: 2 }];
  const shown = await stripe.creditNotes.listPreviewLineItems({
    invoice: invoice.id ?? '',
    lines: custom,
    credit_amount: 200,
  });
  assert.equal(shown.data[0]?.amount, 200);
});

it('takes up a refund that was made before', async () => {
  const invoice = await paidInvoice();
  const [payment] = (await stripe.invoicePayments.list({ invoice: invoice.id ?? '' })).data;
  const refund = await stripe.refunds.create({ payment_intent: String(payment?.payment.payment_intent) });
  const note = await stripe.creditNotes.create({
    invoice: invoice.id ?? '',
    amount: 1900,
    refunds: [{ refund: refund.id, amount_refunded: 1900 }],
  });
  assert.equal(note.refunds[0]?.refund, refund.id);
  const other = await paidInvoice();
  await assert.rejects(
    stripe.creditNotes.create({ invoice: other.id ?? '', amount: 1900, refunds: [{ refund: refund.id }] }),
    { param: 'refunds[0][refund]' },
  );
});

it('lowers an open invoice, gives that up again when it is voided, and pays what asks for nothing any more', async () => {
  const { invoice, subscription } = await openInvoice();
  const id = invoice.id ?? '';
  const note = await stripe.creditNotes.create({ invoice: id, amount: 400 });
  assert.deepEqual([note.type, note.pre_payment_amount], ['pre_payment', 400]);
  const lowered = await stripe.invoices.retrieve(id, { expand: ['payments.data.payment.payment_intent'] });
  const intent = lowered.payments?.data[0]?.payment.payment_intent as Stripe.PaymentIntent;
  assert.deepEqual(
    [lowered.amount_due, lowered.amount_remaining, lowered.pre_payment_credit_notes_amount, intent.amount],
    [1500, 1500, 400, 1500],
  );
  await assert.rejects(stripe.creditNotes.create({ invoice: id, amount: 100, refund_amount: 100 }), {
    param: 'refund_amount',
  });
  await assert.rejects(stripe.creditNotes.create({ invoice: id, amount: 1501 }), { param: 'amount' });
  const voided = await stripe.creditNotes.voidCreditNote(note.id);
  assert.deepEqual([voided.status, (await stripe.invoices.retrieve(id)).amount_due], ['void', 1900]);
  const before = await eventCount();
  await stripe.creditNotes.create({ invoice: id, amount: 1900 });
  const settled = await stripe.invoices.retrieve(id);
  assert.deepEqual([settled.status, settled.amount_paid], ['paid', 0]);
  assert.equal((await stripe.subscriptions.retrieve(subscription)).status, 'active');
  assert.ok((await eventsSince(before)).includes('payment_intent.canceled'));
});
