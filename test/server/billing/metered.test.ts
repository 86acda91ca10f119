/** What is billed by use: kept beside the plan, and never sent a quantity (R24.2). */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type Stripe from 'stripe';
import { startLife, type Life } from '../support/life.ts';

let user = 0;
const newUser = (): string => `u_${++user}`;

let life: Life;
before(async () => {
  life = await startLife();
});
after(() => life.close());

const change = async (userId: string, order: Record<string, unknown>) =>
  life.as(userId, 'POST', '/v1/subscription/change', (await life.agree(userId, order)).agreed);

let meters = 0;
async function byUse(params: Partial<Stripe.PriceCreateParams> = {}): Promise<Stripe.Price> {
  const meter = await life.stripe.billing.meters.create({
    display_name: 'API calls',
    event_name: `calls_${++meters}`,
    default_aggregation: { formula: 'sum' },
  });
  const product = params.product ?? (await life.stripe.products.create({ name: 'API calls' })).id;
  return life.stripe.prices.create({
    product,
    currency: 'usd',
    unit_amount: 1,
    recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    ...params,
  });
}

describe('an item by use beside the plan', () => {
  it('stays, without a quantity, when the plan changes now and later (R24.2, R15.1)', async () => {
    const userId = newUser();
    const id = await life.subscribe(userId);
    const use = await byUse();
    await life.stripe.subscriptions.update(id, { items: [{ price: use.id }] });
    await life.reread(userId);
    const { preview } = await life.agree(userId, { plan: 'team', quantity: 2 });
    assert.equal(preview['next_amount'], 7800);
    assert.equal((await change(userId, { plan: 'team', quantity: 2 })).status, 200);
    const itemsOf = async () => {
      const { items } = await life.stripe.subscriptions.retrieve(id);
      return items.data.map(({ price, quantity }) => [price.id === use.id ? 'use' : 'plan', quantity]);
    };
    const sorted = (items: unknown[][]) => items.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    assert.deepEqual(sorted(await itemsOf()), [
      ['plan', 2],
      ['use', undefined],
    ]);
    const later = await change(userId, { plan: 'pro' });
    assert.equal(later.status, 200, later.text);
    await life.travel(userId, 32);
    assert.deepEqual(sorted(await itemsOf()), [
      ['plan', 1],
      ['use', undefined],
    ]);
    assert.equal((await life.planOf(userId)).plan, 'pro');
    const [latest] = (await life.stripe.invoices.list({ subscription: id })).data;
    assert.equal(latest?.total, 1900);
  });
});

describe('a plan whose own price is by use', () => {
  it('is bought without a quantity (R24.2)', async () => {
    const sold = (await life.stripe.prices.list({ limit: 100 })).data.find(({ lookup_key: key }) =>
      key?.includes('pro'),
    );
    assert.ok(sold?.lookup_key);
    const use = await byUse({
      product: sold.product as string,
      lookup_key: sold.lookup_key,
      transfer_lookup_key: true,
      unit_amount: sold.unit_amount ?? 0,
      recurring: {
        interval: sold.recurring?.interval as 'month',
        usage_type: 'metered',
        meter: (await byUse()).recurring?.meter as string,
      },
    });
    const userId = newUser();
    const cycle = sold.recurring?.interval === 'year' ? 'yearly' : 'monthly';
    const id = await life.subscribe(userId, { billing_cycle: cycle });
    const [item] = (await life.stripe.subscriptions.retrieve(id)).items.data;
    assert.deepEqual([item?.price.id, item?.quantity], [use.id, undefined]);
    assert.equal((await life.planOf(userId)).plan, 'pro');
  });
});
