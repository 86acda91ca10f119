/** `<billing-banner>`: there when something needs the user, and nothing at all when not. */

import { expect, fixture, oneEvent, waitUntil } from '@open-wc/testing';
import '../../widgets/billing-banner/define.ts';
import type { BillingBanner } from '../../widgets/billing-banner/define.ts';
import type { Subscription } from '../../widgets/client/types.ts';
import type { PeerProject } from './peer/peer.ts';
import { allInside, buttonSaying, inside, says, shown, textOf } from './support/elements.ts';
import { holdNavigation } from './support/navigation.ts';
import { issuerToken, newProject, type TestProject } from './support/peer.ts';
import {
  beyondGrace,
  downgrading,
  ending,
  pastDue,
  paused,
  subscriptionOf,
  waitsToBePaid,
} from './support/subscriptions.ts';

const ada = (more: Partial<Subscription> = {}): PeerProject => {
  const { project_id: _, user_id: __, version: ___, ...state } = subscriptionOf(more);
  return { users: { ada: state } };
};

const markup = (project: TestProject, more = ''): string =>
  `<billing-banner ${project.attributes} token="${issuerToken()}" ${more}></billing-banner>`;

const isGone = (element: HTMLElement): Promise<unknown> => waitUntil(() => element.offsetHeight === 0, 'no space');

describe('billing-banner', () => {
  before(() => sessionStorage.clear());

  it('takes no space while nothing needs anybody, not even its own margin', async () => {
    for (const state of [{}, downgrading, { ...pastDue, can_manage_billing: false }]) {
      const project = await newProject(ada(state));
      const holder = await fixture<HTMLElement>(`<div>${markup(project)}</div>`);
      const element = holder.firstElementChild as HTMLElement;
      element.style.margin = '20px';
      await waitUntil(async () => (await project.count('/v1/subscription')) === 1);
      await waitUntil(() => (element as BillingBanner).billing.snapshot?.details === 'ready');
      await isGone(element);
      expect(holder.offsetHeight).to.equal(0);
      expect(allInside(element, '.notice')).to.deep.equal([]);
    }
  });

  for (const { when, state, words, icon, look, role } of [
    {
      when: 'past due',
      state: pastDue,
      words: 'Your last payment failed. Update your card by November 30, 2026 to keep Pro. Fix payment',
      icon: 'icon-alert',
      look: 'danger',
      role: 'alert',
    },
    {
      when: 'beyond grace',
      state: beyondGrace,
      words:
        'Your subscription is not paid. Pro is off until it is; you are on Free meanwhile. Update your card to get it back. Fix payment',
      icon: 'icon-alert',
      look: 'danger',
      role: 'alert',
    },
    {
      when: 'paused',
      state: paused,
      words: 'Your subscription is paused. You are on Free, and nothing is charged, until you resume Pro. Resume',
      icon: 'icon-alert',
      look: 'warn',
      role: 'status',
    },
    {
      when: 'a payment waits for the bank',
      state: waitsToBePaid(true),
      words: 'Your bank asks you to confirm a payment. Team begins as soon as you have. Confirm payment',
      icon: 'icon-alert',
      look: 'warn',
      role: 'status',
    },
    {
      when: 'ending',
      state: ending,
      words: 'Pro ends on December 23, 2026. Until then nothing changes. Resume',
      icon: 'icon-clock',
      look: 'warn',
      role: 'status',
    },
  ]) {
    it(`says in one sentence, with one button, an icon and a colour: ${when}`, async () => {
      const element = await shown<BillingBanner>(markup(await newProject(ada(state))), words.slice(0, 12));
      expect(textOf(element.shadowRoot)).to.equal(words);
      const line = inside(element, '.notice');
      expect(line?.matches(`.${look}`)).to.equal(true);
      expect(line?.querySelectorAll(`.${icon}`).length).to.equal(1);
      expect(line?.getAttribute('role')).to.equal(role);
      expect(allInside(element, '.button').length).to.equal(1);
    });
  }

  it('appears and goes by itself, as the payment fails and is made good elsewhere', async () => {
    const project = await newProject(ada());
    const element = await fixture<BillingBanner>(markup(project));
    await waitUntil(async () => (await project.streams()).open === 1);
    await project.set(ada(pastDue));
    await says(element, 'Your last payment failed.');
    await project.set(ada());
    await isGone(element);
  });

  it('tells before it acts, and leaves it to the page where that says no (R38.1)', async () => {
    const project = await newProject(ada(pastDue));
    const element = await shown<BillingBanner>(markup(project), 'Fix payment');
    const hold = (event: Event): void => event.preventDefault();
    document.addEventListener('billing-action', hold);
    const told = oneEvent(document, 'billing-action');
    buttonSaying(element, 'Fix payment').click();
    const event = await told;
    document.removeEventListener('billing-action', hold);
    expect(event.detail).to.deep.equal({ action: 'fix_payment', reason: 'past-due', url: null });
    expect([event.bubbles, event.composed, event.cancelable]).to.deep.equal([true, true, true]);
    expect(await project.count('/v1/portal')).to.equal(0);
  });

  it('tells of the page that it is about to open', async () => {
    const element = await shown<BillingBanner>(markup(await newProject(ada(waitsToBePaid(true)))), 'Confirm payment');
    const link = buttonSaying(element, 'Confirm payment') as HTMLAnchorElement;
    element.addEventListener('billing-action', (event) => event.preventDefault(), { once: true });
    const told = oneEvent(element, 'billing-action');
    link.click();
    expect((await told).detail).to.deep.equal({
      action: 'confirm_payment',
      reason: 'confirm',
      url: 'https://pay.test/in_2',
    });
  });

  it('leads to the portal and back to this page, and is not busy after Back (R41.1)', async () => {
    const project = await newProject(ada(pastDue));
    const held = holdNavigation();
    const element = await shown<BillingBanner>(markup(project), 'Fix payment');
    buttonSaying(element, 'Fix payment').click();
    await waitUntil(() => held.urls.length > 0);
    held.end();
    expect(allInside(element, '[aria-busy="true"]').length).to.equal(1);
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await waitUntil(() => allInside(element, '[aria-busy="true"]').length === 0);
  });

  it('resumes on the spot, and goes', async () => {
    const project = await newProject(ada(ending));
    const element = await shown<BillingBanner>(markup(project), 'Resume');
    buttonSaying(element, 'Resume').click();
    await isGone(element);
    expect(await project.count('/v1/subscription/resume')).to.equal(1);
  });

  it('goes nowhere but to a safe address (R11.4)', async () => {
    const project = await newProject({ ...ada(pastDue), checkoutUrl: 'http://portal.example.com/' });
    const held = holdNavigation();
    const element = await shown<BillingBanner>(markup(project), 'Fix payment');
    buttonSaying(element, 'Fix payment').click();
    await says(element, 'The page was not opened.');
    held.end();
    expect(held.urls).to.deep.equal([]);
  });

  describe('put aside', () => {
    const dismiss = (element: Element): void => inside(element, '[aria-label="Dismiss"]')?.click();

    it('only where the page lets it be', async () => {
      const element = await shown<BillingBanner>(markup(await newProject(ada(ending))), 'Pro ends');
      expect(allInside(element, '[aria-label="Dismiss"]').length).to.equal(0);
    });

    it('stays away for the tab, also on the next page, and comes back when it gets worse', async () => {
      const project = await newProject(ada(pastDue));
      const element = await shown<BillingBanner>(markup(project, 'dismissible'), 'Your last payment failed.');
      dismiss(element);
      await isGone(element);
      const next = await fixture<BillingBanner>(markup(project, 'dismissible'));
      await waitUntil(() => next.billing.snapshot?.details === 'ready');
      await isGone(next);
      await project.set(ada(beyondGrace));
      await says(next, 'Your subscription is not paid.');
    });

    it('is another user’s own business', async () => {
      const { ada: state } = ada(ending).users ?? {};
      const project = await newProject({ users: { ada: state ?? {}, bob: state ?? {} } });
      const element = await shown<BillingBanner>(markup(project, 'dismissible'), 'Pro ends');
      dismiss(element);
      await isGone(element);
      element.token = issuerToken('bob');
      await says(element, 'Pro ends');
    });

    it('works where storage is blocked, for as long as the page is there (R34.1)', async () => {
      const { getItem, setItem } = Storage.prototype;
      const refuse = (): never => {
        throw new DOMException('Blocked.', 'SecurityError');
      };
      Storage.prototype.getItem = refuse;
      Storage.prototype.setItem = refuse;
      try {
        const element = await shown<BillingBanner>(markup(await newProject(ada(ending)), 'dismissible'), 'Pro ends');
        dismiss(element);
        await isGone(element);
      } finally {
        Object.assign(Storage.prototype, { getItem, setItem });
      }
    });
  });
});
