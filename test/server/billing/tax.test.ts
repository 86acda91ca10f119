/** Automatic tax (R14.1): by the address that the buyer types, for who was never here before and for who was. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startLife, type Life } from '../support/life.ts';

let life: Life;
before(async () => {
  life = await startLife({ project: { checkout: { automaticTax: true } } });
});
after(() => life.close());

/** Fills in the checkout page as somebody in Germany, and comes back. */
async function buy(userId: string): Promise<string> {
  const session = await life.checkout(userId);
  const typed = {
    email: 'ada@acme.test',
    card_number: '4242 4242 4242 4242',
    card_expiry: '12 / 34',
    card_cvc: '123',
    name: 'Ada Lovelace',
    country: 'DE',
  };
  const paid = await fetch(session.url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(typed) });
  assert.equal(paid.status, 303, await paid.text());
  assert.equal((await life.call(`/checkout/return?session_id=${session.id}`)).status, 303);
  return session.id;
}

describe('a checkout with automatic tax', () => {
  it('is taxed where the buyer is, the first one as well as the next', async () => {
    for (const _purchase of ['first', 'second']) {
      const bought = await life.stripe.checkout.sessions.retrieve(await buy('u_1'));
      assert.ok((bought.total_details?.amount_tax ?? 0) > 0);
      assert.equal(bought.amount_total, 1900 + (bought.total_details?.amount_tax ?? 0));
      assert.equal((await life.planOf('u_1')).status, 'active');
      const customer = await life.stripe.customers.retrieve(String(bought.customer));
      assert.ok(!customer.deleted);
      assert.deepEqual([customer.address?.country, customer.name], ['DE', 'Ada Lovelace']);
      await life.stripe.subscriptions.cancel(String(bought.subscription));
    }
  });

  it('starts from a plain link as well', async () => {
    const query = new URLSearchParams({
      project_id: 'acme',
      plan: 'pro',
      billing_cycle: 'monthly',
      user_id: 'u_2',
      success_url: 'https://app.acme.test/welcome',
      cancel_url: 'https://app.acme.test/pricing',
    });
    assert.equal((await life.call(`/checkout?${query}`)).status, 303);
  });

  it('leads to changes that cost what was shown, tax included (R17.1)', async () => {
    await buy('u_3');
    const { preview, agreed } = await life.agree('u_3', { plan: 'team', billing_cycle: 'monthly', quantity: 2 });
    assert.equal((await life.as('u_3', 'POST', '/v1/subscription/change', agreed)).status, 200);
    const [invoice] = (await life.as('u_3', 'GET', '/v1/invoices?limit=1')).json['data'] as { amount: number }[];
    assert.equal(invoice?.amount, preview['due_now']);
    assert.ok(Number(preview['due_now']) > 7800 - 1900, 'with tax');
  });
});
