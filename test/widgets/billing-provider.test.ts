/** `<billing-provider>` and the page's own settings: who says where to ask, and for whom. */

import { expect, fixture, oneEvent, waitUntil } from '@open-wc/testing';
import '../../widgets/index.ts';
import { configure, refresh, signOut } from '../../widgets/client/config.ts';
import type { BillingProvider } from '../../widgets/billing-provider/define.ts';
import type { PlanPicker } from '../../widgets/plan-picker/define.ts';
import { buttonSaying, says } from './support/elements.ts';
import { issuerToken, newProject, peerUrl } from './support/peer.ts';
import { onPro } from './support/users.ts';

describe('billing-provider', () => {
  it('says it once for all elements inside, however deep', async () => {
    const project = await newProject(onPro());
    const provider = await fixture<BillingProvider>(
      `<billing-provider ${project.attributes} token="${issuerToken()}">
        <div><plan-picker></plan-picker><upgrade-button plan="team"></upgrade-button></div>
      </billing-provider>`,
    );
    await says(provider.querySelector('plan-picker') as Element, 'Current plan');
    await says(provider.querySelector('upgrade-button') as Element, 'Upgrade to Team');
    expect(await project.count('/refresh')).to.equal(1);
  });

  it('hands a change of user on', async () => {
    const project = await newProject(onPro());
    const provider = await fixture<BillingProvider>(
      `<billing-provider ${project.attributes}><plan-picker></plan-picker></billing-provider>`,
    );
    const picker = provider.querySelector('plan-picker') as PlanPicker;
    await says(picker, 'Subscribe');
    provider.token = issuerToken();
    await says(picker, 'Current plan');
    provider.token = null;
    await says(picker, 'Subscribe');
  });

  it('gives way to what an element says itself', async () => {
    const project = await newProject(onPro());
    const provider = await fixture<BillingProvider>(
      `<billing-provider ${project.attributes} token="${issuerToken('bob')}">
        <plan-picker token="${issuerToken('ada')}"></plan-picker>
      </billing-provider>`,
    );
    await says(provider.querySelector('plan-picker') as Element, 'Current plan');
  });

  it('asks its own token endpoint', async () => {
    const project = await newProject({ ...onPro(), endpoint: issuerToken() });
    const provider = await fixture<BillingProvider>(
      `<billing-provider ${project.attributes} token-endpoint="${peerUrl}/token?project_id=${project.id}">
        <plan-picker></plan-picker>
      </billing-provider>`,
    );
    await says(provider.querySelector('plan-picker') as Element, 'Current plan');
  });

  it('hears of a change of plan inside', async () => {
    const project = await newProject({ users: { ada: { plan: null, status: 'none' } } });
    const provider = await fixture<BillingProvider>(
      `<billing-provider ${project.attributes} token="${issuerToken()}"><plan-picker></plan-picker></billing-provider>`,
    );
    const picker = provider.querySelector('plan-picker') as PlanPicker;
    await says(picker, 'Get started');
    const changed = oneEvent(provider, 'plan-change');
    buttonSaying(picker, 'Get started').click();
    expect((await changed).detail).to.include({ plan: 'free', billingCycle: null });
  });
});

describe('the page’s settings', () => {
  afterEach(() => configure({ projectId: null, apiUrl: null, getToken: null, tokenEndpoint: null }));

  it('hold for elements that say nothing themselves, also when they come late', async () => {
    const project = await newProject(onPro());
    const picker = await fixture<PlanPicker>('<plan-picker></plan-picker>');
    await says(picker, 'needs the attribute project-id');
    configure({ projectId: project.id, apiUrl: peerUrl });
    await says(picker, 'Subscribe');
    configure({ getToken: () => issuerToken() });
    await says(picker, 'Current plan');
  });

  it('follow a user who signs out and one who signs in, without a reload', async () => {
    const project = await newProject(onPro());
    let user: string | null = 'ada';
    configure({ projectId: project.id, apiUrl: peerUrl, getToken: () => (user ? issuerToken(user) : null) });
    const picker = await fixture<PlanPicker>('<plan-picker></plan-picker>');
    await says(picker, 'Current plan');
    signOut();
    await says(picker, 'Subscribe');
    user = 'bob';
    refresh();
    await waitUntil(() => picker.billing.snapshot?.claims?.sub === 'bob');
    expect(picker.billing.snapshot?.claims?.plan).to.equal('free');
  });
});
