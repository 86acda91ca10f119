/** What is changed elsewhere shows on an open page within a second: by the app's own backend, at Stripe, in another tab. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { dialog, manager, managerSays, notice, outlook, startChange } from './support/billing.ts';
import { callBackend, signInByHttp, subscribeByHttp } from './support/person.ts';
import { newEmail, signIn, tokenSays } from './support/shopper.ts';
import { customersOf, payUnseen, sandboxSdk } from './support/stripe-events.ts';
import { apiKey, startWorld, until, type World } from './support/world.ts';

/** Milliseconds. */
const aSecond = 1000;

describe('a change made elsewhere', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.close());

  const assign = (userId: string, plan: string): Promise<unknown> =>
    callBackend(world.backendUrl, `/v1/users/${userId}/plan`, { token: apiKey, method: 'PUT', body: { plan } });

  it('shows within a second: the app’s own backend gives a plan, the gate opens, and shuts when it is taken back', async () => {
    const email = newEmail();
    const { id } = await signInByHttp(world, email);
    const page = await world.newPage();
    await openAs(page, world.demo.url, { email, to: '/app' });
    await tokenSays(page, { plan: 'free' });
    // The middle one of three: a machine that is busy with something else may be late once.
    const times: number[] = [];
    for (const plan of ['pro', 'free', 'team']) {
      await assign(id, plan);
      const from = performance.now();
      await tokenSays(page, { plan });
      times.push(performance.now() - from);
    }
    assert.ok(
      Number(times.toSorted((one, other) => one - other)[1]) < aSecond,
      `${times.map(Math.round).join(', ')} ms`,
    );
    await page.getByRole('button', { name: 'Export board' }).waitFor();
    await assign(id, 'free');
    await page.getByRole('button', { name: 'Ask the server all the same' }).waitFor();
    await page.context().close();
  });

  it('shows when it was made in another tab', async () => {
    const email = newEmail();
    await subscribeByHttp(world, email);
    const one = await world.newPage();
    await openAs(one, world.demo.url, { email, to: '/app' });
    const other = await one.context().newPage();
    await other.goto(`${world.demo.url}/account`);
    await managerSays(other, /^Pro\s+Active/);
    await startChange(other, { plan: 'Team' });
    await dialog(other)
      .getByRole('button', { name: /^Pay \$/ })
      .click();
    await tokenSays(other, { plan: 'team' });
    await tokenSays(one, { plan: 'team' });
    await one.context().close();
  });

  it('shows when it was made at Stripe, by hand', async () => {
    const email = newEmail();
    const { id } = await subscribeByHttp(world, email);
    const page = await world.newPage();
    await openAs(page, world.demo.url, { email, to: '/account' });
    await outlook(page, /^Renews on /);
    const stripe = sandboxSdk(world.sandboxUrl);
    const [customer = ''] = await customersOf(stripe, id);
    const { data } = await stripe.subscriptions.list({ customer });
    await stripe.subscriptions.update(String(data[0]?.id), { cancel_at_period_end: true });
    await notice(page, /^Pro ends on /);
    await stripe.subscriptions.cancel(String(data[0]?.id));
    await managerSays(page, 'Free');
    await tokenSays(page, { plan: 'free' });
    assert.equal(
      await manager(page)
        .getByRole('button', { name: /^Cancel/ })
        .count(),
      0,
    );
    await page.context().close();
  });

  it('leaves one subscription where two tabs paid, and gives the money of the later one back (R7.5)', async () => {
    const email = newEmail();
    const person = await signInByHttp(world, email);
    const page = await world.newPage();
    await openAs(page, world.demo.url, { email, to: '/app' });
    // A plain link starts a customer of its own: both pages are open, and both are paid.
    const { sessionId } = await person.checkout();
    const plain = await fetch(
      `${world.backendUrl}/checkout?${new URLSearchParams({
        project_id: 'driftboard',
        plan: 'pro',
        billing_cycle: 'monthly',
        user_id: person.id,
        success_url: `${world.demo.url}/app`,
        cancel_url: `${world.demo.url}/`,
      })}`,
      { redirect: 'manual' },
    );
    const second = /cs_test_\w+/.exec(plain.headers.get('location') ?? '')?.[0] ?? '';
    await payUnseen(world.sandboxUrl, sessionId);
    await payUnseen(world.sandboxUrl, second);
    const stripe = sandboxSdk(world.sandboxUrl);
    const customers = await customersOf(stripe, person.id);
    assert.equal(customers.length, 2);
    await until('one of two subscriptions is ended, and its payment given back', async () => {
      const lists = await Promise.all(customers.map((customer) => stripe.subscriptions.list({ customer })));
      const charges = await Promise.all(customers.map((customer) => stripe.charges.list({ customer })));
      const refunded = charges.flatMap(({ data }) => data).filter((charge) => charge.refunded);
      return lists.flatMap(({ data }) => data).length === 1 && refunded.length === 1;
    });
    await tokenSays(page, { plan: 'pro', plan_status: 'active' });
    await page.context().close();
  });
});

/** Opens a page as somebody, and waits until it has its connection for news. */
async function openAs(page: Page, siteUrl: string, who: { email: string; to: string }): Promise<void> {
  const listens = page.waitForResponse((answer) => answer.url().includes('/v1/events'));
  await signIn(page, siteUrl, who);
  assert.equal((await listens).status(), 200);
}
