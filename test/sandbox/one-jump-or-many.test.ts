/** How time passes does not matter: one jump and many small ones leave the same books, whatever was done between them. */

import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import fc from 'fast-check';
import type { Stripe } from 'stripe';
import { openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

const hour = 3600;
const day = 24 * hour;
const start = Date.UTC(2027, 0, 31, 10) / 1000;

let sandbox: TestSandbox;
let stripe: Stripe;
let monthly: Stripe.Price;
let dearer: Stripe.Price;
let yearly: Stripe.Price;
before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
  const product = await stripe.products.create({ name: 'Pro' });
  const price = (unit_amount: number, interval: 'month' | 'year') =>
    stripe.prices.create({ product: product.id, currency: 'usd', unit_amount, recurring: { interval } });
  monthly = await price(1900, 'month');
  dearer = await price(4900, 'month');
  yearly = await price(19_000, 'year');
});
after(() => sandbox.close());

/** Something that is done to a subscription. Refusals are part of a life. */
interface Deed {
  readonly name: string;
  readonly run: (subscription: Stripe.Subscription, customer: string) => Promise<unknown>;
}

const item = (subscription: Stripe.Subscription) => subscription.items.data[0]?.id ?? '';
const toPrice = (price: () => Stripe.Price, params: Stripe.SubscriptionUpdateParams = {}) =>
  (async (subscription) =>
    stripe.subscriptions.update(subscription.id, {
      items: [{ id: item(subscription), price: price().id }],
      ...params,
    })) satisfies Deed['run'];
const update =
  (params: Stripe.SubscriptionUpdateParams): Deed['run'] =>
  ({ id }) =>
    stripe.subscriptions.update(id, params);
const useCard =
  (card: string): Deed['run'] =>
  async (_subscription, customer) => {
    const { id } = await stripe.paymentMethods.attach(card, { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
  };

const deeds: readonly Deed[] = [
  { name: 'dearer', run: toPrice(() => dearer) },
  { name: 'dearer now', run: toPrice(() => dearer, { proration_behavior: 'always_invoice' }) },
  {
    name: 'dearer if paid',
    run: toPrice(() => dearer, { proration_behavior: 'always_invoice', payment_behavior: 'pending_if_incomplete' }),
  },
  { name: 'yearly', run: toPrice(() => yearly) },
  { name: 'bad card', run: useCard('pm_card_chargeCustomerFail') },
  { name: 'good card', run: useCard('pm_card_visa') },
  { name: 'cancel at period end', run: update({ cancel_at_period_end: true }) },
  { name: 'go on', run: update({ cancel_at: '' }) },
  { name: 'pause', run: ({ id }) => stripe.subscriptions.pause(id) },
  { name: 'resume', run: ({ id }) => stripe.subscriptions.resume(id) },
  { name: 'do not collect', run: update({ pause_collection: { behavior: 'void' } }) },
  { name: 'collect', run: update({ pause_collection: '' }) },
  {
    name: 'cheaper later',
    run: async ({ id }) => {
      const made = await stripe.subscriptionSchedules.create({ from_subscription: id });
      const [current] = made.phases;
      if (!current) return;
      await stripe.subscriptionSchedules.update(made.id, {
        phases: [
          {
            start_date: current.start_date,
            end_date: current.end_date,
            items: current.items.map(({ price, quantity }) => ({ price: String(price), quantity: quantity ?? 1 })),
          },
          { items: [{ price: monthly.id }], proration_behavior: 'none' },
        ],
      });
    },
  },
];

interface Step {
  readonly deed: Deed;
  /** Seconds until the next step, and where that way is broken up. */
  readonly wait: number;
  readonly stops: readonly number[];
}

const step: fc.Arbitrary<Step> = fc.record({
  deed: fc.constantFrom(...deeds),
  wait: fc.integer({ min: hour, max: 45 * day }),
  stops: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
});

/** Lives the steps on a test clock of their own, and answers with the books. */
async function live(steps: readonly Step[], trialDays: number, way: 'one jump' | 'many'): Promise<unknown> {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start });
  const customer = await stripe.customers.create({
    test_clock: clock.id,
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  const { id } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: monthly.id }],
    ...(trialDays > 0 && { trial_period_days: trialDays }),
  });
  let now = start;
  const outcomes: string[] = [];
  for (const { deed, wait, stops } of steps) {
    const subscription = await stripe.subscriptions.retrieve(id);
    outcomes.push(
      await deed.run(subscription, customer.id).then(
        () => `${deed.name}: done`,
        (error: Error) => `${deed.name}: ${error.message.replaceAll(/[a-z_]+_\w{14,}/g, 'id')}`,
      ),
    );
    const ways = way === 'many' ? stops.map((part) => now + Math.floor(part * wait)) : [];
    for (const at of [...new Set([...ways, now + wait])].filter((one) => one > now).toSorted((a, b) => a - b)) {
      await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: at });
    }
    now += wait;
  }
  const ofCustomer = { customer: customer.id, limit: 100 };
  const books = {
    outcomes,
    customer: await stripe.customers.retrieve(customer.id),
    subscription: await stripe.subscriptions.retrieve(id),
    schedules: (await stripe.subscriptionSchedules.list(ofCustomer)).data,
    invoices: (await stripe.invoices.list(ofCustomer)).data,
    items: (await stripe.invoiceItems.list(ofCustomer)).data,
    charges: (await stripe.charges.list(ofCustomer)).data,
    events: (await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 2000 }))
      .filter(({ data }) => (data.object as { customer?: string }).customer === customer.id)
      .map(({ type, created }) => `${type} ${created - start}`)
      .toReversed(),
  };
  await stripe.testHelpers.testClocks.del(clock.id);
  return withoutIds(books);
}

/** Ids, and what is made of them or by lot, become their places in the order of their first appearance. */
function withoutIds(books: unknown): unknown {
  const names = new Map<string, string>();
  const text = JSON.stringify(books)
    .replaceAll(/"(invoice_prefix|network_transaction_id|client_secret)":"[^"]*"/g, '"$1":"?"')
    .replaceAll(/"number":"[A-Z0-9]+-/g, '"number":"?-');
  const renamed = text.replaceAll(/\b[a-z]+(?:_[a-z]+)*_[A-Za-z0-9]{14,}/g, (id) => {
    const name = names.get(id) ?? `${id.replace(/_[A-Za-z0-9]{14,}$/, '')}#${names.size}`;
    names.set(id, name);
    return name;
  });
  return JSON.parse(renamed);
}

it('one jump and many small ones leave the same books', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 0, max: 20 }),
      async (steps, trialDays) => {
        assert.deepEqual(await live(steps, trialDays, 'many'), await live(steps, trialDays, 'one jump'));
      },
    ),
    { numRuns: Number(process.env['RUNS'] ?? 15) },
  );
});
