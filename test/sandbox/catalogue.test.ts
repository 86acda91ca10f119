/** Products and prices. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { customerWithCard, makePlan, openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
before(async () => {
  sandbox = await openSandbox();
});
after(() => sandbox.close());

describe('products', () => {
  it('are made, changed, read and deleted', async () => {
    const { products } = sandbox.stripe;
    const product = await products.create({ name: 'Pro', metadata: { plan: 'pro', tier: '2' } });
    assert.match(product.id, /^prod_\w{14}$/);
    assert.equal(product.active, true);
    const changed = await products.update(product.id, { description: 'All of it', metadata: { tier: '', seats: '3' } });
    assert.deepEqual(changed.metadata, { plan: 'pro', seats: '3' });
    assert.equal((await products.retrieve(product.id)).description, 'All of it');
    assert.equal((await products.update(product.id, { description: '' })).description, null);
    assert.equal((await products.del(product.id)).deleted, true);
    await assert.rejects(products.retrieve(product.id), { code: 'resource_missing', statusCode: 404 });
  });

  it('may be made with an id and a first price', async () => {
    const { products } = sandbox.stripe;
    const product = await products.create({
      id: 'team',
      name: 'Team',
      default_price_data: { currency: 'usd', unit_amount: 4900, recurring: { interval: 'month' } },
    });
    const read = await products.retrieve('team', { expand: ['default_price'] });
    assert.equal(typeof read.default_price === 'object' && read.default_price?.unit_amount, 4900);
    await assert.rejects(products.create({ id: product.id, name: 'Twice' }), { code: 'resource_already_exists' });
    await assert.rejects(products.del(product.id), { statusCode: 400 });
  });
});

describe('prices', () => {
  it('carry amount, cycle, and amounts in other currencies for those who ask', async () => {
    const { prices } = sandbox.stripe;
    const { price } = await makePlan(sandbox.stripe, { currency_options: { eur: { unit_amount: 1800 } } });
    assert.match(price.id, /^price_\w{24}$/);
    assert.equal(price.unit_amount, 1900);
    assert.equal(price.recurring?.interval, 'month');
    assert.equal(price.currency_options, undefined);
    const read = await prices.retrieve(price.id, { expand: ['currency_options'] });
    assert.equal(read.currency_options?.['eur']?.unit_amount, 1800);
    assert.equal(read.currency_options?.['usd']?.unit_amount, 1900);
    await prices.update(price.id, { currency_options: { gbp: { unit_amount: 1600 } } });
    const more = await prices.retrieve(price.id, { expand: ['currency_options'] });
    assert.deepEqual(Object.keys(more.currency_options ?? {}).toSorted(), ['eur', 'gbp', 'usd']);
  });

  it('are found by lookup key, which moves to another price only on request', async () => {
    const { prices } = sandbox.stripe;
    const { price, product } = await makePlan(sandbox.stripe, { lookup_key: 'acme_pro_monthly' });
    const again = { product: product.id, currency: 'usd', unit_amount: 2100, lookup_key: 'acme_pro_monthly' };
    await assert.rejects(prices.create(again), { statusCode: 400, param: 'lookup_key' });
    const next = await prices.create({ ...again, transfer_lookup_key: true });
    const found = await prices.list({ lookup_keys: ['acme_pro_monthly', 'acme_none'], expand: ['data.product'] });
    assert.deepEqual(
      found.data.map(({ id }) => id),
      [next.id],
    );
    assert.equal(typeof found.data[0]?.product === 'object' && found.data[0].product.id, product.id);
    assert.equal((await prices.retrieve(price.id)).lookup_key, null);
  });

  it('are listed by product, activity, kind and currency', async () => {
    const { prices } = sandbox.stripe;
    const { price, product } = await makePlan(sandbox.stripe);
    const once = await prices.create({ product: product.id, currency: 'eur', unit_amount: 5000 });
    await prices.update(once.id, { active: false });
    const ids = async (params: Parameters<typeof prices.list>[0]) =>
      (await prices.list({ product: product.id, ...params })).data.map(({ id }) => id);
    assert.deepEqual(await ids({}), [once.id, price.id]);
    assert.deepEqual(await ids({ active: true }), [price.id]);
    assert.deepEqual(await ids({ type: 'one_time' }), [once.id]);
    assert.deepEqual(await ids({ currency: 'eur' }), [once.id]);
    assert.deepEqual(await ids({ recurring: { interval: 'year' } }), []);
  });

  it('need an amount and a product that exists', async () => {
    const { prices } = sandbox.stripe;
    await assert.rejects(prices.create({ currency: 'usd', unit_amount: 1 }), {
      code: 'parameter_missing',
      param: 'product',
    });
    await assert.rejects(prices.create({ currency: 'usd', unit_amount: 1, product: 'prod_no' }), {
      code: 'resource_missing',
      param: 'product',
      statusCode: 400,
    });
  });
});

describe('plans', () => {
  it('are prices by time in their older form, made and changed in either', async () => {
    const { plans, prices, subscriptions } = sandbox.stripe;
    const before = (await sandbox.eventTypes()).length;
    const plan = await plans.create({ currency: 'usd', interval: 'month', amount: 2000, product: { name: 'Old' } });
    assert.deepEqual([plan.object, plan.amount, plan.interval], ['plan', 2000, 'month']);
    assert.equal((await prices.retrieve(plan.id)).unit_amount, 2000);
    assert.equal((await plans.update(plan.id, { nickname: 'old' })).nickname, 'old');
    assert.ok((await plans.list({ product: String(plan.product) })).data.some(({ id }) => id === plan.id));
    assert.deepEqual(await plans.del(plan.id), { id: plan.id, object: 'plan', deleted: true });
    await assert.rejects(plans.retrieve(plan.id), { code: 'resource_missing', statusCode: 404 });
    const types = (await sandbox.eventTypes()).slice(before).filter((type) => !type.startsWith('product'));
    assert.deepEqual(types, [
      'price.created',
      'plan.created',
      'price.updated',
      'plan.updated',
      'price.deleted',
      'plan.deleted',
    ]);

    const { price } = await makePlan(sandbox.stripe);
    const customer = await customerWithCard(sandbox.stripe);
    await subscriptions.create({ customer: customer.id, items: [{ plan: price.id }] });
    await assert.rejects(plans.del(price.id), { code: 'sandbox_unsupported' });
  });
});

describe('tax rates', () => {
  it('are kept, found and changed, and tax nothing: what takes one says so', async () => {
    const { taxRates, subscriptions } = sandbox.stripe;
    const rate = await taxRates.create({ display_name: 'VAT', inclusive: true, percentage: 19, country: 'DE' });
    assert.deepEqual([rate.active, rate.percentage, rate.rate_type], [true, 19, 'percentage']);
    assert.equal((await taxRates.update(rate.id, { active: false })).active, false);
    assert.equal((await taxRates.retrieve(rate.id)).active, false);
    assert.equal((await taxRates.list({ active: true })).data.length, 0);
    await assert.rejects(taxRates.create({ display_name: 'VAT', inclusive: true, percentage: 119 }), {
      param: 'percentage',
    });
    const { price } = await makePlan(sandbox.stripe);
    const customer = await customerWithCard(sandbox.stripe);
    await assert.rejects(
      subscriptions.create({ customer: customer.id, items: [{ price: price.id }], default_tax_rates: [rate.id] }),
      { code: 'sandbox_unsupported', param: 'default_tax_rates' },
    );
  });
});
