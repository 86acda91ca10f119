/** What a person does in the browser, step by step. */

import { expectText } from './wait.ts';
import type { Locator, Page } from 'playwright-core';

let count = 0;
/** Somebody who was never here before. */
export const newEmail = (): string => `guest${++count}@example.com`;

/** Signs in with an e-mail address and lands on `path`. */
export async function signIn(page: Page, siteUrl: string, options: { email: string; to?: string }): Promise<void> {
  const { email, to = '/' } = options;
  await page.goto(`${siteUrl}/sign-in?${new URLSearchParams({ return_to: to })}`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(`${siteUrl}${to}`);
}

/** What the token in the dock says; waits until it says it. */
export const tokenSays = (page: Page, claims: Readonly<Record<string, string>>): Promise<unknown> =>
  Promise.all(Object.entries(claims).map(([name, value]) => expectText(claim(page, name), value)));

/** The dock's line for one claim. */
export const claim = (page: Page, name: string): Locator => page.locator(`[data-claim="${name}"] dd`);

/** A card of `<plan-picker>`, by the plan's name. */
export const planCard = (page: Page, plan: string): Locator =>
  page
    .locator('plan-picker')
    .locator('[part~="plan"]')
    .filter({ has: page.getByRole('heading', { name: plan, exact: true }) });

/** Presses the one button of a plan. */
export async function choose(page: Page, plan: string, cycle: 'Monthly' | 'Yearly'): Promise<void> {
  await page.locator('plan-picker').getByRole('radio', { name: cycle }).check();
  await planCard(page, plan).getByRole('button').click();
}

/** Fills in the sandbox's checkout page and presses Pay. */
export async function payWith(page: Page, card: string): Promise<void> {
  const email = page.locator('#email');
  if (await email.isEditable()) await email.fill('payer@example.com');
  await fillCard(page, card);
  await page.getByRole('button', { name: /^(Pay|Start) / }).click();
}

/** The card's fields, on whichever page of the sandbox. */
export async function fillCard(page: Page, card: string): Promise<void> {
  await page.locator('#card_number').fill(card);
  await page.locator('#card_expiry').fill('12 / 34');
  await page.locator('#card_cvc').fill('123');
  await page.locator('#name').fill('Ada Lovelace');
}

/** Test cards by what becomes of them. */
export const cards = {
  good: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  savedThenFails: '4000 0000 0000 0341',
} as const;
