/** Waiting for what a page shows: an assertion that is right as soon as the page is. */

import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';

/** Milliseconds. */
const longest = 15_000;

/** The element's text is, or matches, `expected`. Fails with the text that it had. */
export async function expectText(locator: Locator, expected: string | RegExp): Promise<void> {
  const giveUp = performance.now() + longest;
  let text = '';
  for (;;) {
    text = ((await locator.first().textContent({ timeout: longest })) ?? '').trim();
    if (typeof expected === 'string' ? text === expected : expected.test(text)) return;
    if (performance.now() > giveUp) break;
    await locator.page().waitForTimeout(20);
  }
  if (typeof expected === 'string') assert.equal(text, expected);
  else assert.match(text, expected);
}
