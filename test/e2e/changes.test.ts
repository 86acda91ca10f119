/** A subscription is changed in the browser: upgraded, refused, confirmed with the bank, lowered, cancelled, and taken back. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import type Stripe from 'stripe';
import { dialog, invoices, manager, managerSays, notice, outlook, saveCard, startChange } from './support/billing.ts';
import { planOf, subscribeByHttp, type Person } from './support/person.ts';
import { cards, newEmail, planCard, signIn, tokenSays } from './support/shopper.ts';
import { chargeInFuture, customersOf, sandboxSdk } from './support/stripe-events.ts';
import { expectText } from './support/wait.ts';
import { startWorld, type World } from './support/world.ts';

describe('a subscriber changes the plan in the browser', () => {
  let world: World;
  let stripe: Stripe;
  before(async () => {
    world = await startWorld();
    stripe = sandboxSdk(world.sandboxUrl);
  });
  after(() => world?.close());

  /** Somebody who pays already, on a page of the demo. */
  const subscriberAt = async (
    path: string,
    order: Record<string, unknown> = {},
  ): Promise<{ page: Page; person: Person; customer: string }> => {
    const email = newEmail();
    const person = await subscribeByHttp(world, email, order);
    const [customer = ''] = await customersOf(stripe, person.id);
    const page = await world.newPage();
    await signIn(page, world.demo.url, { email, to: path });
    return { page, person, customer };
  };
  const lastInvoice = async (customer: string): Promise<Stripe.Invoice> => {
    const { data } = await stripe.invoices.list({ customer, limit: 1 });
    const [invoice] = data;
    assert.ok(invoice);
    return invoice;
  };
  const team = { plan: 'team', quantity: 2 };

  it('upgrades for exactly the amount that the dialog and its button named (R17.1, R17.3)', async () => {
    const { page, customer } = await subscriberAt('/');
    await planCard(page, 'Team').getByRole('button', { name: 'Upgrade' }).click();
    const pay = dialog(page).getByRole('button', { name: /^Pay \$/ });
    await pay.waitFor();
    const amount = (await pay.textContent())?.match(/\$[\d.,]+/)?.[0];
    await expectText(dialog(page).locator('[part~="due"]'), String(amount));
    await pay.click();
    await tokenSays(page, { plan: 'team', plan_status: 'active' });
    await dialog(page).waitFor({ state: 'detached' });
    const { amount_paid: paid, account_name: seller } = await lastInvoice(customer);
    assert.equal(`$${(paid / 100).toFixed(2)}`, amount);
    assert.equal(seller, 'Driftboard');
    await page.context().close();
  });

  it('keeps the plan where the card is declined, says so, and upgrades when another card pays (R16.1, R16.2)', async () => {
    const { page, person, customer } = await subscriberAt('/account');
    await chargeInFuture(stripe, customer, 'pm_card_chargeCustomerFail');
    await startChange(page, { plan: 'Team' });
    await dialog(page)
      .getByRole('button', { name: /^Pay \$/ })
      .click();
    await dialog(page).getByText('The payment was declined').waitFor();
    await tokenSays(page, { plan: 'pro', plan_status: 'active' });
    assert.equal((await planOf(world.backendUrl, person.id))['plan'], 'pro');

    // The card is replaced in the portal. What waits to be paid says so, and is paid on Stripe's page in a tab of its own.
    await dialog(page).getByRole('button', { name: 'Update card' }).click();
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await saveCard(page, cards.good);
    await page.waitForURL(`${world.demo.url}/account**`);
    await manager(page).getByText('Team is not paid yet').waitFor();
    const opened = page.waitForEvent('popup');
    await manager(page)
      .getByRole('link', { name: /^Pay now/ })
      .click();
    await (await opened).getByRole('button', { name: /^Pay / }).click();
    await tokenSays(page, { plan: 'team', plan_status: 'active' });
    await managerSays(page, /^Team\s+Active/);
    await page.context().close();
  });

  it('waits for the bank where it wants to see its customer, and upgrades as soon as it has (R16.1, R16.2)', async () => {
    const { page, customer } = await subscriberAt('/account');
    await chargeInFuture(stripe, customer, 'pm_card_authenticationRequired');
    await startChange(page, { plan: 'Team' });
    await dialog(page)
      .getByRole('button', { name: /^Pay \$/ })
      .click();
    await dialog(page).getByText('Your bank asks you to confirm the payment').waitFor();
    await tokenSays(page, { plan: 'pro', plan_status: 'active' });
    const opened = page.waitForEvent('popup');
    await dialog(page)
      .getByRole('link', { name: /^Go on to your bank/ })
      .click();
    const bank = await opened;
    await bank
      .getByRole('button', { name: /^(Pay|Confirm)/ })
      .first()
      .click();
    await bank.getByRole('button', { name: 'Complete' }).click();
    await tokenSays(page, { plan: 'team', plan_status: 'active' });
    // What waited for the bank is over by itself.
    await dialog(page).waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('goes down at the end of the period, says what is lost, and takes it back (R18.1)', async () => {
    const { page, person } = await subscriberAt('/account', team);
    await page.getByRole('link', { name: 'Plans' }).click();
    await planCard(page, 'Pro').getByRole('button', { name: 'Downgrade' }).click();
    await dialog(page).getByText('Shared boards').waitFor();
    await dialog(page)
      .getByRole('button', { name: /^Downgrade on / })
      .click();
    await page.goto(`${world.demo.url}/account`);
    await notice(page, /^You move to Pro on /);
    await tokenSays(page, { plan: 'team' });
    assert.equal(((await planOf(world.backendUrl, person.id))['scheduled'] as { plan: string }).plan, 'pro');

    await manager(page).getByRole('button', { name: 'Undo' }).click();
    await outlook(page, /^(Renews on|Free until)/);
    assert.equal((await planOf(world.backendUrl, person.id))['scheduled'], null);
    await page.context().close();
  });

  it('cancels at the end of the period with the way out first, and resumes (R19.1, R19.2)', async () => {
    const { page, person } = await subscriberAt('/account');
    await manager(page).getByRole('button', { name: 'Cancel Pro' }).click();
    const keep = dialog(page).getByRole('button', { name: 'Keep Pro' });
    await keep.waitFor();
    assert.equal(await keep.evaluate((button) => button.matches(':focus')), true);
    await dialog(page)
      .getByRole('button', { name: /^Cancel on / })
      .click();
    await notice(page, /^Pro ends on /);
    await outlook(page, /^Then you move to Free\.$/);
    await tokenSays(page, { plan: 'pro', plan_status: 'active' });
    assert.notEqual((await planOf(world.backendUrl, person.id))['cancel_at'], null);

    // On any other page the banner says so, and takes it back.
    await page.goto(`${world.demo.url}/app`);
    await page
      .locator('billing-banner')
      .getByText(/^Pro ends on /)
      .waitFor();
    await page.locator('billing-banner').getByRole('button', { name: 'Resume' }).click();
    await page.locator('billing-banner [part~="notice"]').waitFor({ state: 'detached' });
    assert.equal((await planOf(world.backendUrl, person.id))['cancel_at'], null);
    await page.context().close();
  });

  it('switches to yearly at once, for the difference (R15.1)', async () => {
    const { page, customer } = await subscriberAt('/');
    await page.locator('plan-picker').getByRole('radio', { name: 'Yearly' }).check();
    await planCard(page, 'Pro').getByRole('button', { name: 'Switch to yearly' }).click();
    await dialog(page).getByRole('button', { name: 'Pay $171.00' }).click();
    await tokenSays(page, { plan: 'pro', billing_cycle: 'yearly' });
    assert.equal((await lastInvoice(customer)).amount_paid, 17_100);
    await page.context().close();
  });

  it('adds seats (R15.1)', async () => {
    const { page, person } = await subscriberAt('/account', team);
    await startChange(page, { plan: 'Team', seats: 4 });
    await dialog(page).locator('[part~="dialog-actions"]').getByRole('button').last().click();
    await managerSays(page, /4 seats/);
    assert.equal((await planOf(world.backendUrl, person.id))['quantity'], 4);
    assert.ok((await invoices(page).count()) >= 1);
    await page.context().close();
  });
});
