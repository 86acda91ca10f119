/** `<upgrade-button>`: says what it will do, and does it. */

import { expect, fixture, oneEvent, waitUntil } from '@open-wc/testing';
import '../../widgets/upgrade-button/define.ts';
import type { UpgradeButton } from '../../widgets/upgrade-button/define.ts';
import * as catalogues from './peer/catalogues.ts';
import { allInside, buttonSaying, says, shown } from './support/elements.ts';
import { holdNavigation } from './support/navigation.ts';
import { issuerToken, newProject, type TestProject } from './support/peer.ts';
import { onPro } from './support/users.ts';

const button = (project: TestProject, more: string, user: string | null = 'ada'): string =>
  `<upgrade-button ${project.attributes} ${user ? `token="${issuerToken(user)}"` : ''} ${more}></upgrade-button>`;

describe('upgrade-button', () => {
  for (const { attributes, words } of [
    { attributes: 'plan="team"', words: 'Upgrade to Team' },
    { attributes: 'plan="pro"', words: 'Current plan' },
    { attributes: 'plan="pro" billing-cycle="yearly"', words: 'Switch to yearly' },
    { attributes: 'plan="free"', words: 'Downgrade to Free' },
  ]) {
    it(`says "${words}" to a subscriber of Pro for ${attributes}`, async () => {
      await shown(button(await newProject(onPro()), attributes), words);
    });
  }

  it('starts a trial where there is one left', async () => {
    const project = await newProject({ catalogue: catalogues.withTrial, users: { eve: { trial_available: false } } });
    await shown(button(project, 'plan="pro"'), 'Start 14-day trial');
    await shown(button(project, 'plan="pro"', 'eve'), 'Upgrade to Pro');
  });

  it('buys seats', async () => {
    const project = await newProject();
    const held = holdNavigation();
    const element = await shown<UpgradeButton>(
      button(project, 'plan="team" billing-cycle="yearly" quantity="7" success-url="/done"'),
      'Upgrade to Team',
    );
    element.click();
    await says(element, 'Opening checkout');
    await waitUntil(() => held.urls.length > 0);
    held.end();
    const order = (await project.log()).find(({ path }) => path === '/v1/checkout')?.body;
    expect(order).to.include({
      plan: 'team',
      billing_cycle: 'yearly',
      quantity: 7,
      success_url: `${location.origin}/done`,
    });
  });

  it('keeps its width while it is busy', async () => {
    const project = await newProject({ hold: ['/v1/checkout'] });
    const held = holdNavigation();
    const element = await shown<UpgradeButton>(button(project, 'plan="pro"'), 'Upgrade to Pro');
    const width = element.getBoundingClientRect().width;
    element.click();
    await says(element, 'Opening checkout');
    expect(element.getBoundingClientRect().width).to.equal(width);
    await project.release();
    await waitUntil(() => held.urls.length > 0);
    held.end();
  });

  it('asks to sign in', async () => {
    const element = await shown<UpgradeButton>(button(await newProject(), 'plan="pro"', null), 'Upgrade to Pro');
    const asked = oneEvent(document, 'sign-in-required');
    element.click();
    expect((await asked).detail).to.deep.equal({ plan: 'pro', billingCycle: 'monthly', quantity: null });
  });

  it('cannot be pressed while it is disabled', async () => {
    const project = await newProject();
    const element = await shown<UpgradeButton>(button(project, 'plan="pro" disabled'), 'Upgrade to Pro');
    element.click();
    expect(await project.count('/v1/checkout')).to.equal(0);
    expect(buttonSaying(element, 'Upgrade to Pro').hasAttribute('disabled')).to.equal(true);
  });

  it('says what went wrong beneath itself, and can be pressed again', async () => {
    const project = await newProject({ faults: [{ path: '/v1/checkout', status: 503, times: 1 }] });
    const held = holdNavigation();
    const element = await shown<UpgradeButton>(button(project, 'plan="pro"'), 'Upgrade to Pro');
    element.click();
    await says(element, 'Your plan was not changed.');
    await waitUntil(() => allInside(element, '.button[aria-busy]').length === 0);
    buttonSaying(element, 'Upgrade to Pro').click();
    await waitUntil(() => held.urls.length > 0);
    held.end();
  });

  it('shows which attribute cannot work', async () => {
    const project = await newProject();
    await shown(button(project, ''), 'needs the attribute plan');
    await shown(button(project, 'plan="gold"'), 'It can be free, pro, or team.');
    await shown(button(project, 'plan="pro" quantity="many"'), 'quantity="many"');
  });

  it('shares one catalogue, one token and one look at the subscription with its neighbours', async () => {
    const project = await newProject(onPro());
    const token = issuerToken();
    const markup = ['free', 'pro', 'team']
      .map((plan) => `<upgrade-button ${project.attributes} token="${token}" plan="${plan}"></upgrade-button>`)
      .join('');
    const holder = await fixture<HTMLElement>(`<div>${markup}</div>`);
    await says(holder.lastElementChild as Element, 'Upgrade to Team');
    const paths = (await project.log()).map(({ path }) => path).toSorted();
    expect(paths).to.deep.equal([`/v1/projects/${project.id}/plans`, '/v1/subscription', '/v1/token/refresh']);
  });
});
