/** The main job: sign in, pick Pro, pay, and the token says so. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { managerSays } from './support/billing.ts';
import { signInByHttp } from './support/person.ts';
import { cards, choose, newEmail, payWith, planCard, signIn, tokenSays } from './support/shopper.ts';
import { sandboxSdk } from './support/stripe-events.ts';
import { expectText } from './support/wait.ts';
import { startWorld, type World } from './support/world.ts';

describe('a visitor becomes a subscriber', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.close());

  it('signs in, chooses Pro on <plan-picker>, pays, and lands with a token that says pro, monthly', async () => {
    const page = await world.newPage();
    const email = newEmail();
    await signIn(page, world.demo.url, { email, to: '/app' });
    await tokenSays(page, { plan: 'free', billing_cycle: 'null', plan_status: 'free' });

    // Both locks are closed: the element's, and the server's.
    await page.getByRole('button', { name: 'Ask the server all the same' }).click();
    await expectText(page.locator('[data-export-answer]'), '403: Export is part of Pro.');

    await page.getByRole('link', { name: 'Plans' }).click();
    await choose(page, 'Pro', 'Monthly');
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await page.getByRole('button', { name: 'Pay $19.00' }).waitFor();
    await payWith(page, cards.good);

    await page.waitForURL(`${world.demo.url}/app?checkout=done`);
    await tokenSays(page, { plan: 'pro', billing_cycle: 'monthly', plan_status: 'active' });

    // `verifyToken` on the demo's server accepts the very token that the page has.
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export board' }).click();
    assert.equal((await download).suggestedFilename(), 'harbour-house.svg');
    await expectText(page.locator('[data-export-answer]'), 'Saved as harbour-house.svg.');

    await page.goto(`${world.demo.url}/account`);
    await managerSays(page, /^Pro\s+Active/);
    await page.goto(`${world.demo.url}/#plans`);
    const current = planCard(page, 'Pro').getByRole('button', { name: /current plan/i });
    await current.waitFor();
    assert.equal(await current.isDisabled(), true);
    await page.context().close();
  });

  it('has the plan in the next token of another device too', async () => {
    const email = newEmail();
    const phone = await world.newPage();
    await signIn(phone, world.demo.url, { email, to: '/account' });
    await tokenSays(phone, { plan: 'free' });

    const page = await world.newPage();
    await signIn(page, world.demo.url, { email });
    await choose(page, 'Pro', 'Yearly');
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await payWith(page, cards.good);
    await page.waitForURL(`${world.demo.url}/app?checkout=done`);

    await phone.getByRole('button', { name: 'Refresh token' }).click();
    await tokenSays(phone, { plan: 'pro', billing_cycle: 'yearly' });
    await page.context().close();
    await phone.context().close();
  });

  it('asks a visitor who is signed out to sign in, and brings them back to the plans', async () => {
    const page = await world.newPage();
    await page.goto(`${world.demo.url}/`);
    await choose(page, 'Pro', 'Monthly');
    await page.waitForURL(`${world.demo.url}/sign-in?**`);
    await page.getByRole('button', { name: /Theo Okafor/ }).click();
    await page.waitForURL(`${world.demo.url}/#plans`);
    await planCard(page, 'Pro').getByRole('button').waitFor();
    await tokenSays(page, { plan: 'free' });
    await page.context().close();
  });

  it('leads ten checkouts at once to one customer and one open session, and another plan to a new one (R7.1, R7.2)', async () => {
    const person = await signInByHttp(world, newEmail());
    const orders = await Promise.all(Array.from({ length: 10 }, () => person.checkout()));
    const [sessionId] = new Set(orders.map((order) => order.sessionId));
    assert.equal(new Set(orders.map((order) => order.sessionId)).size, 1);
    const team = await person.checkout({ plan: 'team', quantity: 2 });
    assert.notEqual(team.sessionId, sessionId);
    const stripe = sandboxSdk(world.sandboxUrl);
    const customers = (await stripe.customers.list({ limit: 100 })).data.filter(
      ({ metadata }) => metadata['planclaim_user'] === person.id,
    );
    assert.equal(customers.length, 1);
    const sessions = await stripe.checkout.sessions.list({ customer: String(customers[0]?.id) });
    assert.deepEqual(
      sessions.data.filter(({ status }) => status === 'open').map(({ id }) => id),
      [team.sessionId],
    );
  });

  it('has the picker ready after Back from the checkout (R41.1)', async () => {
    const page = await world.newPage();
    await signIn(page, world.demo.url, { email: newEmail() });
    await choose(page, 'Pro', 'Monthly');
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await page.goBack();
    const button = planCard(page, 'Pro').getByRole('button', { name: 'Subscribe' });
    await button.waitFor();
    assert.deepEqual([await button.isEnabled(), await button.getAttribute('aria-busy')], [true, null]);
    await button.click();
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await page.context().close();
  });

  it('keeps the route shut for a forged token and for the login’s own (R33.2)', async () => {
    const person = await signInByHttp(world, newEmail());
    const ask = async (token?: string): Promise<number> => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return (await fetch(`${world.demo.url}/api/export`, { headers })).status;
    };
    const token = await person.accessToken();
    const [header, claims, signature] = token.split('.');
    const forged = Buffer.from(
      Buffer.from(claims ?? '', 'base64url')
        .toString()
        .replace('"free"', '"pro"')
        .replace('"features":[]', '"features":["export"]'),
    ).toString('base64url');
    assert.deepEqual(
      [await ask(), await ask(person.token), await ask(`${header}.${forged}.${signature}`), await ask(token)],
      [401, 401, 401, 403],
    );
  });
});
