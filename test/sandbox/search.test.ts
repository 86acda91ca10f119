/** Search: Stripe's query language, and results that are a minute behind. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { makePlan, openSandbox, subscribe } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

const wait = (seconds: number) => sandbox.control('clock', { advance_seconds: seconds });

async function emails(query: string): Promise<(string | null)[]> {
  return (await stripe.customers.search({ query })).data.map(({ email }) => email);
}

describe('search is behind', () => {
  it('by a minute: what was just written is not found, and what was changed is found as it was', async () => {
    const query = 'email:"late@example.com"';
    const { id } = await stripe.customers.create({ email: 'late@example.com' });
    assert.deepEqual(await emails(query), []);
    await wait(61);
    assert.deepEqual(await emails(query), ['late@example.com']);
    await stripe.customers.update(id, { email: 'changed@example.com' });
    await stripe.customers.update(id, { name: 'Twice in a second' });
    assert.deepEqual(await emails(query), ['late@example.com']);
    await wait(61);
    assert.deepEqual([await emails(query), await emails('email:"changed@example.com"')], [[], ['changed@example.com']]);
    await stripe.customers.del(id);
    assert.deepEqual(await emails('email:"changed@example.com"'), ['changed@example.com']);
    await wait(61);
    assert.deepEqual(await emails('email:"changed@example.com"'), []);
  });

  it('by as much as the settings say', async () => {
    await sandbox.control('settings', { search_lag_seconds: 0 });
    await stripe.customers.create({ email: 'at-once@example.com' });
    assert.equal((await emails('email:"at-once@example.com"')).length, 1);
    await sandbox.control('settings', { search_lag_seconds: 3600 });
    await wait(600);
    assert.equal((await emails('email:"at-once@example.com"')).length, 0);
    await sandbox.control('settings', {});
  });

  it('in the time of the sandbox for what lives on a test clock', async () => {
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1_900_000_000 });
    const { id } = await stripe.customers.create({ test_clock: clock.id, email: 'clocked@example.com' });
    assert.deepEqual(await emails('email:"clocked@example.com"'), []);
    await wait(61);
    assert.equal((await emails('email:"clocked@example.com"')).length, 1);
    await stripe.customers.update(id, { email: 'other@example.com' });
    assert.equal((await emails('email:"clocked@example.com"')).length, 1);
  });
});

describe('a query', () => {
  before(async () => {
    await stripe.customers.create({ email: 'Ada@Query.test', name: 'Ada Lovelace', metadata: { team: 'red', n: '1' } });
    await stripe.customers.create({ email: 'bob@query.test', name: 'Bob "B" Stone', metadata: { team: 'blue' } });
    await wait(61);
  });

  const findings: readonly [string, string[]][] = [
    ['email:"ada@query.test"', ['Ada']],
    ["email~'QUERY.test' AND metadata['team']:'red'", ['Ada']],
    ['email~"query.test" metadata["team"]:"red"', ['Ada']],
    ['metadata["team"]:"red" OR metadata["team"]:"blue"', ['Bob', 'Ada']],
    ['email~"query.test" AND -metadata["team"]:"red"', ['Bob']],
    ['email~"query.test" AND metadata["n"]:null', ['Bob']],
    ['email~"query.test" AND -metadata["n"]:null', ['Ada']],
    ['name:"bob \\"B\\" stone"', ['Bob']],
    ['email~"query.test" AND created>1000000000', ['Bob', 'Ada']],
    ['email~"query.test" AND created<=1000000000', []],
  ];
  for (const [query, names] of findings) {
    it(`finds by ${query}`, async () => {
      const { data } = await stripe.customers.search({ query });
      assert.deepEqual(
        data.map(({ name }) => name?.split(' ')[0]),
        names,
      );
    });
  }

  for (const query of [
    '',
    'ada',
    'email:ada',
    'colour:"red"',
    'email:"a" AND name:"b" OR phone:"c"',
    'email:"a" AND',
    'email>"a"',
    'email~"ab"',
    'created~"100"',
    Array.from({ length: 11 }, () => 'name:"a"').join(' AND '),
  ]) {
    it(`is refused where it cannot be read: ${query.slice(0, 40)}`, async () => {
      await assert.rejects(stripe.customers.search({ query }), { statusCode: 400, param: 'query' });
    });
  }
});

it('goes page by page, and tells the count where it is asked for', async () => {
  for (const number of [1, 2, 3, 4, 5]) await stripe.customers.create({ name: `Page ${number} of five` });
  await wait(61);
  const query = 'name~"of five"';
  const first = await stripe.customers.search({ query, limit: 2, expand: ['total_count'] });
  assert.deepEqual([first.data.length, first.has_more, first.total_count], [2, true, 5]);
  const second = await stripe.customers.search({ query, limit: 2, page: String(first.next_page) });
  assert.deepEqual(
    [...first.data, ...second.data].map(({ name }) => name?.slice(5, 6)),
    ['5', '4', '3', '2'],
  );
  const all = await stripe.customers.search({ query, limit: 2 }).autoPagingToArray({ limit: 100 });
  assert.equal(all.length, 5);
  await assert.rejects(stripe.customers.search({ query, page: 'none' }), { statusCode: 400, param: 'page' });
});

it('knows every resource that Stripe searches', async () => {
  const { product, price } = await makePlan(stripe, { lookup_key: 'searched_monthly' });
  const subscription = await subscribe(stripe, { items: [{ price: price.id }], metadata: { searched: 'yes' } });
  const customer = String(subscription.customer);
  await wait(61);
  const one = (ids: readonly { id?: string }[]) => ids.map(({ id }) => id);
  const products = await stripe.products.search({ query: `active:"true" AND name:"${product.name}"`, limit: 100 });
  assert.ok(one(products.data).includes(product.id));
  assert.deepEqual(one((await stripe.prices.search({ query: 'lookup_key:"searched_monthly"' })).data), [price.id]);
  const found = await stripe.subscriptions.search({
    query: 'status:"active" AND metadata["searched"]:"yes"',
    expand: ['data.latest_invoice'],
  });
  assert.deepEqual(one(found.data), [subscription.id]);
  assert.partialDeepStrictEqual(found.data[0]?.latest_invoice, { status: 'paid' });
  const invoices = await stripe.invoices.search({ query: `subscription:"${subscription.id}" AND total>=1900` });
  assert.deepEqual(one(invoices.data), [subscription.latest_invoice]);
  const charges = await stripe.charges.search({
    query: `customer:"${customer}" AND payment_method_details.card.last4:"4242" AND refunded:"false"`,
  });
  assert.equal(charges.data.length, 1);
  const intents = await stripe.paymentIntents.search({ query: `customer:"${customer}" AND amount:1900` });
  assert.deepEqual(one(intents.data), [charges.data[0]?.payment_intent]);
});
