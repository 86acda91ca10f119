/** `<plan-gate>`: who gets in, what the others see, and that it is closed while nobody knows. */

import { expect, fixture, oneEvent, waitUntil } from '@open-wc/testing';
import '../../widgets/plan-gate/define.ts';
import type { PlanGate } from '../../widgets/plan-gate/define.ts';
import * as catalogues from './peer/catalogues.ts';
import { buttonSaying, says, textOf } from './support/elements.ts';
import { holdNavigation } from './support/navigation.ts';
import { issuerToken, newProject, peerUrl, type TestProject } from './support/peer.ts';
import { onPro } from './support/users.ts';

const gate = (project: TestProject, rule: string, inside = '<p>Inside</p>', user: string | null = 'ada'): string =>
  `<plan-gate ${project.attributes} ${user ? `token="${issuerToken(user)}"` : ''} ${rule}>${inside}</plan-gate>`;

const isSeen = (element: Element, selector = 'p'): boolean =>
  (element.querySelector(selector)?.getClientRects().length ?? 0) > 0;

const settled = async (element: PlanGate): Promise<PlanGate> => {
  await waitUntil(() => element.access !== 'unknown');
  await element.updateComplete;
  return element;
};

describe('plan-gate', () => {
  for (const { user, rule, isOpen } of [
    { user: 'pro', rule: 'plan="pro"', isOpen: true },
    { user: 'pro', rule: 'plan="free"', isOpen: true },
    { user: 'pro', rule: 'plan="team"', isOpen: false },
    { user: 'pro', rule: 'feature="export"', isOpen: true },
    { user: 'pro', rule: 'feature="projects"', isOpen: true },
    { user: 'pro', rule: 'feature="sso"', isOpen: false },
    { user: 'pro', rule: 'plan="pro" feature="sso"', isOpen: false },
    { user: 'nobody', rule: 'plan="pro"', isOpen: false },
    { user: 'nobody', rule: 'feature="export"', isOpen: false },
  ]) {
    it(`is ${isOpen ? 'open' : 'closed'} for ${user} with ${rule}`, async () => {
      const project = await newProject(onPro());
      const markup = gate(project, rule, '<p>Inside</p>', user === 'pro' ? 'ada' : null);
      const element = await settled(await fixture<PlanGate>(markup));
      expect(isSeen(element)).to.equal(isOpen);
    });
  }

  it('is closed while it looks, shows nothing of either side, and opens when it knows', async () => {
    const project = await newProject({ ...onPro(), hold: ['/refresh'] });
    const element = await fixture<PlanGate>(gate(project, 'plan="pro"', '<p>Inside</p><i slot="fallback">No</i>'));
    await waitUntil(async () => (await project.count('/refresh')) === 1);
    expect([isSeen(element), isSeen(element, 'i')]).to.deep.equal([false, false]);
    await project.release();
    await settled(element);
    expect([isSeen(element), isSeen(element, 'i')]).to.deep.equal([true, false]);
  });

  it('stays closed when it cannot look, says so, and looks again', async () => {
    const project = await newProject({ ...onPro(), faults: [{ path: '/refresh', status: 503, times: 1 }] });
    const element = await fixture<PlanGate>(gate(project, 'plan="pro"', '<p>Inside</p><i slot="fallback">Upgrade</i>'));
    await says(element, 'Your plan could not be looked up');
    expect([isSeen(element), isSeen(element, 'i')], 'nobody is told to upgrade').to.deep.equal([false, false]);
    buttonSaying(element, 'Try again').click();
    await waitUntil(() => isSeen(element));
  });

  it('shows the page’s own fallback', async () => {
    const element = await settled(
      await fixture<PlanGate>(gate(await newProject(), 'plan="pro"', '<p>Inside</p><i slot="fallback">Upgrade</i>')),
    );
    expect([isSeen(element), isSeen(element, 'i')]).to.deep.equal([false, true]);
    expect(textOf(element.shadowRoot)).to.equal('');
  });

  it('says by itself what plan has it, what that costs, and leads there', async () => {
    const project = await newProject({ catalogue: catalogues.withTrial });
    const held = holdNavigation();
    const element = await fixture<PlanGate>(gate(project, 'feature="export"'));
    await says(element, 'Export is part of Pro');
    await says(element, '14 days free, then $19 a month, cancel any time');
    buttonSaying(element, 'Start 14-day trial').click();
    await waitUntil(() => held.urls.length > 0);
    held.end();
    expect(held.urls).to.deep.equal([`${peerUrl}/pay/cs_test_1`]);
  });

  it('asks to sign in where nobody is signed in', async () => {
    const element = await fixture<PlanGate>(gate(await newProject(), 'plan="team"', '<p>Inside</p>', null));
    await says(element, 'This is part of Team');
    const asked = oneEvent(element, 'sign-in-required');
    buttonSaying(element, 'Upgrade to Team').click();
    expect((await asked).detail).to.include({ plan: 'team' });
  });

  it('opens when the plan changes, and tells it', async () => {
    const project = await newProject();
    const element = await settled(await fixture<PlanGate>(gate(project, 'plan="pro"')));
    await project.set(onPro());
    const changed = oneEvent(document, 'plan-change');
    void element.billing.session?.refresh({ fresh: true });
    expect((await changed).detail).to.include({ plan: 'pro', billingCycle: 'monthly' });
    await waitUntil(() => isSeen(element));
  });

  it('closes at once for another user', async () => {
    const project = await newProject(onPro());
    const element = await settled(await fixture<PlanGate>(gate(project, 'plan="pro"')));
    expect(isSeen(element)).to.equal(true);
    element.token = issuerToken('bob');
    await element.updateComplete;
    expect(isSeen(element)).to.equal(false);
  });

  it('does not flicker when the same user’s token is renewed by the page', async () => {
    const project = await newProject({ ...onPro() });
    const element = await settled(await fixture<PlanGate>(gate(project, 'plan="pro"')));
    await project.set({ hold: ['/refresh'] });
    element.token = issuerToken('ada');
    await element.updateComplete;
    expect(isSeen(element)).to.equal(true);
    await project.release();
  });

  it('leaves the page’s own text as it is', async () => {
    const project = await newProject(onPro());
    const holder = await fixture<HTMLElement>(`<div>${gate(project, 'plan="pro"')}</div>`);
    holder.style.cssText = 'font: italic 21px serif; color: rgb(1, 2, 3); text-align: right';
    const element = holder.querySelector('plan-gate') as PlanGate;
    await settled(element);
    const { fontSize, fontStyle, color, textAlign } = getComputedStyle(element.querySelector('p') as Element);
    expect({ fontSize, fontStyle, color, textAlign }).to.deep.equal({
      fontSize: '21px',
      fontStyle: 'italic',
      color: 'rgb(1, 2, 3)',
      textAlign: 'right',
    });
  });

  it('shows that it needs a plan or a feature, and that a plan is unknown', async () => {
    const project = await newProject();
    const bare = await fixture<PlanGate>(gate(project, ''));
    await says(bare, '<plan-gate> needs the attribute plan.');
    const wrong = await fixture<PlanGate>(gate(project, 'plan="gold"'));
    await says(wrong, 'plan="gold". It can be free, pro, or team.');
    expect([isSeen(bare), isSeen(wrong)]).to.deep.equal([false, false]);
  });
});
