/** Every page of the demo, signed out and in, in both schemes: no accessibility violation, no policy violation, nothing wider than the window. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { managerSays } from './support/billing.ts';
import { newEmail, signIn, tokenSays } from './support/shopper.ts';
import { startWorld, type World } from './support/world.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('pages of the demo', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.close());

  const looks = [
    { colorScheme: 'light', width: 1280, text: 16 },
    { colorScheme: 'dark', width: 360, text: 16 },
    // What the browser's settings call large: as wide as with any font that a machine may have.
    { colorScheme: 'light', width: 320, text: 20 },
  ] as const;
  for (const { colorScheme, width, text } of looks) {
    it(`are accessible, within their policy and within ${width} px, ${colorScheme}, text of ${text} px`, async () => {
      const page = await world.newPage();
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Page.setFontSizes', { fontSizes: { standard: text } });
      const violations: string[] = [];
      page.on('console', (message) => {
        if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) violations.push(message.text());
      });
      page.on('pageerror', (error) => violations.push(error.message));
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });

      await page.goto(`${world.demo.url}/`);
      await page.locator('plan-picker').getByRole('heading', { name: 'Pro' }).waitFor();
      await check(page, '/ signed out');
      await page.goto(`${world.demo.url}/sign-in`);
      await check(page, '/sign-in');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('That is not an e-mail address').waitFor();
      await check(page, '/sign-in with a mistake');
      await page.goto(`${world.demo.url}/nowhere`);
      await check(page, '/nowhere');

      await signIn(page, world.demo.url, { email: newEmail() });
      await tokenSays(page, { plan: 'free' });
      await page
        .locator('plan-picker')
        .getByRole('button', { name: /current plan/i })
        .waitFor();
      await check(page, '/ signed in');
      await page.goto(`${world.demo.url}/app`);
      await page.getByRole('button', { name: /Upgrade to Pro/ }).waitFor();
      await check(page, '/app');
      await page.getByRole('button', { name: 'Access token' }).click();
      await check(page, '/app with the token open');
      await page.getByRole('button', { name: 'Clock of the sandbox' }).click();
      await page.locator('[data-clock-time]:not(:empty)').waitFor();
      await check(page, '/app with the clock open');
      await page.goto(`${world.demo.url}/account`);
      await managerSays(page, 'Free');
      await tokenSays(page, { plan: 'free' });
      await check(page, '/account');

      assert.deepEqual(violations, []);
      await page.context().close();
    });
  }

  it('show every element in every state, right to left in the dark on a phone too', async () => {
    const page = await world.newPage();
    const mistakes: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) mistakes.push(message.text());
    });
    page.on('pageerror', (error) => mistakes.push(error.message));
    await page.setViewportSize({ width: 360, height: 800 });
    await page.goto(`${world.demo.url}/`);
    await page.getByRole('link', { name: 'Every element in every state' }).click();
    const tags = await page.getByRole('navigation', { name: 'Element' }).getByRole('link').allTextContents();
    assert.ok(tags.length >= 3, tags.join());
    for (const tag of tags) {
      await page.goto(
        `${world.demo.url}/elements?${new URLSearchParams({ element: tag, locale: 'ar', scheme: 'dark' })}`,
      );
      const drawn = page.locator(`.state ${tag} [dir="rtl"]`);
      await drawn.first().waitFor({ state: 'attached' });
      assert.equal(await within(page), true, `${tag} is wider than the window`);
    }
    assert.deepEqual(mistakes, []);
    await page.context().close();
  });
});

const within = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

async function check(page: Page, where: string): Promise<void> {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wider <= 0, `${where} is ${wider} px wider than the window`);
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await (
      window as unknown as {
        axe: {
          run(): Promise<{ violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] }>;
        };
      }
    ).axe.run();
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).join('; ')}`,
    );
  });
  assert.deepEqual(found, [], where);
}
