/** The billing elements on the demo's pages, and the sandbox's portal, as a person finds them. */

import type { Locator, Page } from 'playwright-core';
import { fillCard } from './shopper.ts';
import { expectText } from './wait.ts';

/** `<subscription-manager>` on the account page. */
export const manager = (page: Page): Locator => page.locator('subscription-manager');

/** `<billing-banner>`, while it has something to say. */
export const banner = (page: Page): Locator => page.locator('billing-banner [part~="notice"]');

/** The open dialog of whichever element opened it. */
export const dialog = (page: Page): Locator => page.getByRole('dialog');

/** Plan and status, as the manager has them: `Pro Active`. Waits until it says so. */
export const managerSays = (page: Page, words: string | RegExp): Promise<void> =>
  expectText(manager(page).locator('[part~="plan"]'), words);

/** What will happen, as the manager says it. */
export const outlook = (page: Page, words: string | RegExp): Promise<void> =>
  expectText(manager(page).locator('[part~="outlook"]'), words);

/** What the manager says above the plan: what comes, or what needs the user. */
export const notice = (page: Page, words: string | RegExp): Promise<void> =>
  expectText(manager(page).locator('[part~="notice"]'), words);

/** Rows of the manager's invoices, newest first. */
export const invoices = (page: Page): Locator => manager(page).locator('[part~="invoice"]');

/** In the manager: `Change plan`, the plan, its cycle and seats, up to the dialog that says what it costs. */
export async function startChange(
  page: Page,
  to: { plan: string; cycle?: 'Monthly' | 'Yearly'; seats?: number },
): Promise<void> {
  await manager(page).getByRole('button', { name: 'Change plan' }).click();
  if (to.cycle) await dialog(page).getByRole('radio', { name: to.cycle }).check();
  await dialog(page)
    .getByRole('radio', { name: new RegExp(`^${to.plan}`) })
    .check();
  if (to.seats !== undefined) {
    const seats = dialog(page).getByLabel(/^Seats/);
    await seats.fill(String(to.seats));
    await seats.blur();
  }
  await dialog(page).getByRole('button', { name: 'Continue' }).click();
}

/** On a page of the sandbox that takes a card: fills it in and saves it. */
export async function saveCard(page: Page, card: string): Promise<void> {
  await fillCard(page, card);
  await page.getByRole('button', { name: 'Save card' }).click();
}
