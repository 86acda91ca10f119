/** The clock panel at the foot of the demo's pages. */

import type { Locator, Page } from 'playwright-core';

/** Opens the panel, if it is not open yet. */
export async function openClock(page: Page): Promise<Locator> {
  const toggle = page.getByRole('button', { name: 'Clock of the sandbox' });
  if ((await toggle.getAttribute('aria-expanded')) !== 'true') await toggle.click();
  return page.locator('[data-clock]');
}

/** Presses a button of the panel (`1 month`, or the start of `To the renewal, …`) and waits until time has passed. */
export async function passTime(page: Page, by: string | RegExp): Promise<void> {
  const panel = await openClock(page);
  const moved = page.waitForResponse(
    (answer) => answer.url().endsWith('/api/clock') && answer.request().method() === 'POST',
  );
  await panel.getByRole('button', { name: by }).click();
  const answer = await moved;
  if (answer.status() !== 200) throw new Error(`The clock did not move: ${await answer.text()}`);
  await page.locator('[data-clock]:not([aria-busy])').waitFor();
}

/** What the panel told, newest first. */
export const happened = (page: Page): Locator => page.locator('[data-clock-happened] li');
