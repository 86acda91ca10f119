/** A month passes, the invoice appears, the card fails, the banner shows, the card is replaced in the portal, all is well. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { banner, invoices, manager, managerSays, outlook, saveCard } from './support/billing.ts';
import { happened, openClock, passTime } from './support/clock.ts';
import { subscribeByHttp } from './support/person.ts';
import { cards, newEmail, signIn, tokenSays } from './support/shopper.ts';
import { expectText } from './support/wait.ts';
import { startWorld, type World } from './support/world.ts';

describe('a billing life, by the clock of the demo', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.close());

  it('a month passes, the invoice appears, the card fails, the banner shows, the card is replaced in the portal, all is well', async () => {
    const email = newEmail();
    await subscribeByHttp(world, email);
    const page = await world.newPage();
    await signIn(page, world.demo.url, { email, to: '/account' });
    await managerSays(page, /^Pro\s+Active/);
    await expectText(invoices(page).first(), /\$19\.00\s+Paid/);
    assert.equal(await invoices(page).count(), 1);

    // A month passes, the invoice appears: by itself, on the page that is open.
    await passTime(page, /^To the renewal/);
    await expectText(happened(page).first(), /Renewed and paid \$19\.00\./);
    await invoices(page).nth(1).waitFor();
    await expectText(invoices(page).first(), /\$19\.00\s+Paid/);

    // The card fails: another one is saved in the portal, and never pays.
    const panel = await openClock(page);
    await panel.getByRole('button', { name: 'Make the next renewal fail' }).click();
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await page.getByRole('link', { name: 'Driftboard' }).waitFor();
    await saveCard(page, cards.savedThenFails);
    await page.waitForURL(`${world.demo.url}/account**`);
    await expectText(manager(page).locator('[part~="payment-method"]'), /0341/);
    await page.goto(`${world.demo.url}/app`);
    await tokenSays(page, { plan: 'pro', plan_status: 'active' });
    assert.equal(await banner(page).count(), 0);
    await passTime(page, /^To the renewal/);
    await expectText(happened(page).first(), /Payment of \$19\.00 failed\. Next try on /);

    // The banner shows; the plan stays for the days of grace.
    await expectText(banner(page), /Your last payment failed/);
    await tokenSays(page, { plan: 'pro', plan_status: 'past_due' });
    await page.getByRole('button', { name: 'Export board' }).waitFor();

    // The card is replaced in the portal.
    await banner(page).getByRole('button', { name: 'Fix payment' }).click();
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await saveCard(page, cards.good);
    await page.waitForURL(`${world.demo.url}/app**`);

    // All is well: what was owed is paid, without anybody asking for it.
    await tokenSays(page, { plan: 'pro', plan_status: 'active' });
    await banner(page).waitFor({ state: 'detached' });
    // The panel tells what was paid without the clock, too.
    await expectText(happened(page).first(), /Subscription is active\./);
    await page.goto(`${world.demo.url}/account`);
    await managerSays(page, /^Pro\s+Active/);
    await outlook(page, /^Renews on /);
    await expectText(manager(page).locator('[part~="payment-method"]'), /4242/);
    assert.equal(await invoices(page).count(), 3);
    await expectText(invoices(page).first(), /\$19\.00\s+Paid/);
    await page.context().close();
  });

  it('takes the plan away when nobody pays within the days of grace, and gives it back when somebody does (R21.1, R21.2, R21.3)', async () => {
    const email = newEmail();
    await subscribeByHttp(world, email);
    const page = await world.newPage();
    await signIn(page, world.demo.url, { email, to: '/account' });
    await manager(page).getByRole('button', { name: 'Update payment method' }).click();
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await saveCard(page, cards.savedThenFails);
    await page.waitForURL(`${world.demo.url}/account**`);
    await page.goto(`${world.demo.url}/app`);
    await passTime(page, /^To the renewal/);
    await tokenSays(page, { plan: 'pro', plan_status: 'past_due' });
    await passTime(page, '1 week');
    await passTime(page, '1 day');
    await tokenSays(page, { plan: 'free' });
    await page.getByRole('button', { name: 'Ask the server all the same' }).waitFor();
    await page.goto(`${world.demo.url}/account`);
    await manager(page).getByRole('button', { name: 'Fix payment' }).click();
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await saveCard(page, cards.good);
    await page.waitForURL(`${world.demo.url}/account**`);
    await managerSays(page, /^Pro\s+Active/);
    await tokenSays(page, { plan: 'pro', plan_status: 'active' });
    await page.context().close();
  });
});
