/** axe in every state of every element, in light and dark, left to right and right to left (R39.1). */

import { expect, fixture, waitUntil } from '@open-wc/testing';
import '../../widgets/index.ts';
import { states } from './gallery/states.ts';
import { inside, textOf } from './support/elements.ts';
import { issuerToken, newProject } from './support/peer.ts';

/** What says that a state is reached. */
const reached: Readonly<Record<string, (element: Element) => boolean>> = {
  loading: (element) => inside(element, '.skeleton') !== null,
  'manager-loading': (element) => inside(element, '.skeleton') !== null,
  half: (element) => inside(element, 'h3') !== null && inside(element, '.skeleton') !== null,
};

const isSettled = (element: Element): boolean =>
  inside(element, '.skeleton') === null &&
  (textOf(element.shadowRoot) !== '' || (element.querySelector('p')?.getClientRects().length ?? 0) > 0);

const tags = 'plan-picker, plan-gate, upgrade-button, subscription-manager, billing-banner';

/** The way to a state behind buttons. */
async function press(element: Element, selectors: readonly string[]): Promise<void> {
  for (const selector of selectors) {
    await waitUntil(() => inside(element, selector), selector, { timeout: 5000 });
    inside(element, selector)?.click();
    await waitUntil(() => inside(element, 'dialog[open]'), `a dialog after ${selector}`, { timeout: 5000 });
  }
  await waitUntil(() => inside(element, 'dialog[aria-busy="true"]') === null, 'an answer', { timeout: 5000 });
  // Half faded in, or between two colours, nothing has its contrast yet; what turns for ever has no end to wait for.
  const moving = inside(element, 'dialog')?.getAnimations({ subtree: true }) ?? [];
  const ending = moving.filter(({ effect }) => Number(effect?.getComputedTiming().endTime) < Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
}

for (const { locale, scheme } of [
  { locale: 'en', scheme: 'light' },
  { locale: 'ar', scheme: 'dark' },
]) {
  describe(`axe, ${locale}, ${scheme}`, () => {
    before(() => {
      document.documentElement.lang = locale;
      document.documentElement.dir = locale === 'ar' ? 'rtl' : 'ltr';
      document.documentElement.style.colorScheme = scheme;
      document.documentElement.style.background = 'Canvas';
    });
    after(() => {
      document.documentElement.lang = 'en';
      document.documentElement.removeAttribute('dir');
      document.documentElement.removeAttribute('style');
    });

    for (const { title, id, peer, markup, isSignedIn, press: steps } of states) {
      it(`finds nothing in “${title}”`, async () => {
        const project = await newProject(peer);
        const attributes = `${project.attributes} ${isSignedIn ? `token="${issuerToken()}"` : ''}`;
        const holder = await fixture<HTMLElement>(`<main>${markup.replaceAll('@', attributes)}</main>`);
        const elements = [...holder.querySelectorAll(tags)];
        await waitUntil(() => elements.every(reached[id] ?? isSettled), title, { timeout: 5000 });
        if (steps && id !== 'dialog-working') await press(elements[0] as Element, steps);
        await expect(holder).to.be.accessible();
        await project.release();
      });
    }
  });
}
