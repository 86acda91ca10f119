/** The session: one request at a time, renewed in time, and never the wrong user's. */

import { expect, waitUntil } from '@open-wc/testing';
import { BillingApi } from '../../widgets/client/api.ts';
import { leaveMark } from '../../widgets/client/checkout-mark.ts';
import type { BillingError } from '../../widgets/client/errors.ts';
import { readClaims } from '../../widgets/client/jwt.ts';
import { Session } from '../../widgets/client/session.ts';
import type { PlanChange } from '../../widgets/client/session-snapshot.ts';
import { tokenSource } from '../../widgets/client/token-source.ts';
import type { GetToken } from '../../widgets/client/config.ts';
import { issuerToken, newProject, peerUrl, type TestProject } from './support/peer.ts';
import { onPro } from './support/users.ts';

interface Heard {
  readonly session: Session;
  readonly changes: PlanChange[];
  readonly errors: BillingError[];
  stop(): void;
}

const open: Heard[] = [];

function listen(project: TestProject, getToken: GetToken, details = false): Heard {
  const api = new BillingApi({ apiUrl: peerUrl, projectId: project.id });
  const source = tokenSource({ token: null, provider: null, tokenEndpoint: null, getToken });
  const session = new Session(api, source);
  const changes: PlanChange[] = [];
  const errors: BillingError[] = [];
  const listener = {
    update: () => undefined,
    planChanged: (change: PlanChange) => void changes.push(change),
    failed: (error: BillingError) => void errors.push(error),
  };
  const heard = { session, changes, errors, stop: session.listen(listener, { details }) };
  open.push(heard);
  return heard;
}

const settled = ({ session }: Heard): Promise<unknown> => waitUntil(() => session.snapshot.status !== 'loading');
const planOf = ({ session }: Heard): unknown => session.snapshot.claims?.plan;

describe('session', () => {
  afterEach(() => {
    for (const heard of open.splice(0)) heard.stop();
    sessionStorage.clear();
  });

  it('exchanges the user’s own token for one that states the plan', async () => {
    const project = await newProject(onPro());
    const own = issuerToken();
    const heard = listen(project, () => own);
    await settled(heard);
    expect(heard.session.snapshot).to.include({ status: 'ready', details: 'none' });
    expect(readClaims(heard.session.snapshot.token ?? '')).to.include({ plan: 'pro', billing_cycle: 'monthly' });
    const [request] = await project.log();
    expect(request).to.include({ path: '/v1/token/refresh', method: 'POST', authorization: `Bearer ${own}` });
    expect(request?.query).to.deep.equal({ project_id: project.id });
  });

  it('sends no cookie, though there is one for the host (R34.1)', async () => {
    document.cookie = 'theirs=secret; path=/';
    const project = await newProject(onPro());
    await settled(listen(project, () => issuerToken(), true));
    await waitUntil(async () => (await project.log()).length === 2);
    expect((await project.log()).map(({ cookie }) => cookie)).to.deep.equal([null, null]);
  });

  it('makes one request for many who ask at once (R31.1)', async () => {
    const project = await newProject(onPro());
    let asked = 0;
    const { session } = listen(project, () => {
      asked += 1;
      return issuerToken();
    });
    const tokens = await Promise.all(Array.from({ length: 10 }, () => session.token()));
    expect(new Set(tokens).size).to.equal(1);
    expect(asked).to.equal(1);
    expect(await project.count('/refresh')).to.equal(1);
  });

  it('asks again only when the token nears its end', async () => {
    const project = await newProject({ ...onPro(), ttl: 2 });
    const heard = listen(project, () => issuerToken());
    await settled(heard);
    const first = await heard.session.token();
    expect(await heard.session.token()).to.equal(first);
    expect(await project.count('/refresh')).to.equal(1);
    await waitUntil(() => heard.session.snapshot.token !== first, 'renewed by itself', { timeout: 3000 });
    expect(heard.session.snapshot.status).to.equal('ready');
  });

  it('is signed out where there is no token, and asks nobody', async () => {
    const project = await newProject();
    const heard = listen(project, () => null);
    await waitUntil(() => heard.session.snapshot.status === 'signed-out');
    expect(await heard.session.token()).to.equal(null);
    expect(await project.log()).to.deep.equal([]);
  });

  it('keeps an unexpired token when a refresh fails (R29.4)', async () => {
    const project = await newProject(onPro());
    const heard = listen(project, () => issuerToken());
    await settled(heard);
    const token = await heard.session.token();
    await project.set({ faults: [{ path: '/refresh', status: 503, headers: { 'retry-after': '60' } }] });
    await heard.session.refresh({ fresh: true });
    expect(await heard.session.token()).to.equal(token);
    expect(heard.session.snapshot.status).to.equal('ready');
    expect(heard.errors.map(({ code, retryAfter }) => ({ code, retryAfter }))).to.deep.equal([
      { code: 'unavailable', retryAfter: 60 },
    ]);
  });

  it('has no token any more once it is past its end and cannot be renewed', async () => {
    const project = await newProject({ ...onPro(), ttl: 1 });
    const heard = listen(project, () => issuerToken());
    await settled(heard);
    await project.set({ faults: [{ path: '/refresh', status: 503 }] });
    await waitUntil(() => heard.session.snapshot.status === 'error', 'closed', { timeout: 4000 });
    expect(heard.session.snapshot.token).to.equal(null);
  });

  it('throws an answer away that comes after signing out (R29.4)', async () => {
    const project = await newProject({ ...onPro(), hold: ['/refresh'] });
    const heard = listen(project, () => issuerToken());
    await waitUntil(async () => (await project.count('/refresh')) === 1);
    const answer = heard.session.refresh();
    heard.session.signOut();
    await project.release();
    await answer;
    expect(heard.session.snapshot).to.include({ status: 'signed-out', token: null });
  });

  it('throws the first user’s answer away when it comes after the second one signed in (R29.4)', async () => {
    const project = await newProject({ ...onPro(), hold: ['/refresh'] });
    let user = 'ada';
    const heard = listen(project, () => issuerToken(user));
    await waitUntil(async () => (await project.count('/refresh')) === 1);
    const first = heard.session.refresh();
    user = 'bob';
    const second = heard.session.userChanged();
    await waitUntil(async () => (await project.count('/refresh')) === 2);
    await project.release({ only: 'last' });
    await second;
    await project.release();
    await first;
    expect(heard.session.snapshot.claims?.sub).to.equal('bob');
    expect(planOf(heard)).to.equal('free');
    expect(heard.changes, 'another user’s plan is not a change of plan').to.deep.equal([]);
  });

  it('tells when plan or cycle changed, with the token that states it', async () => {
    const project = await newProject();
    const heard = listen(project, () => issuerToken());
    await settled(heard);
    await project.set(onPro());
    await heard.session.refresh({ fresh: true });
    await project.set(onPro({ billing_cycle: 'yearly' }));
    await heard.session.refresh({ fresh: true });
    await heard.session.refresh({ fresh: true });
    expect(heard.changes.map(({ plan, billingCycle }) => [plan, billingCycle])).to.deep.equal([
      ['pro', 'monthly'],
      ['pro', 'yearly'],
    ]);
    expect(readClaims(heard.changes[1]?.token ?? '')?.billing_cycle).to.equal('yearly');
  });

  it('waits for an answer that was asked for after the call when it has to be fresh', async () => {
    const project = await newProject({ hold: ['/refresh'] });
    const heard = listen(project, () => issuerToken());
    await waitUntil(async () => (await project.count('/refresh')) === 1);
    const fresh = heard.session.refresh({ fresh: true });
    await project.set(onPro());
    await project.release();
    await fresh;
    expect(await project.count('/refresh')).to.equal(2);
    expect(planOf(heard)).to.equal('pro');
  });

  it('asks once more where what is asked already may have been answered before the call', async () => {
    const project = await newProject();
    const heard = listen(project, () => issuerToken());
    await settled(heard);
    await project.set({ hold: ['/refresh'] });
    const first = heard.session.refresh({ fresh: true });
    await waitUntil(async () => (await project.count('/refresh')) === 2);
    const second = heard.session.refresh({ fresh: true });
    const third = heard.session.refresh({ fresh: true });
    await project.release();
    await Promise.all([first, second, third]);
    expect(await project.count('/refresh'), 'one for the two that waited').to.equal(3);
  });

  it('tells of the change on the page that comes back from checkout, once (R29.4)', async () => {
    const project = await newProject();
    const before = listen(project, () => issuerToken());
    await settled(before);
    before.session.markCheckout();
    before.stop();
    await project.set(onPro());
    const back = listen(project, () => issuerToken());
    await settled(back);
    expect(back.changes.map(({ plan }) => plan)).to.deep.equal(['pro']);
    const later = listen(project, () => issuerToken());
    await settled(later);
    expect(later.changes).to.deep.equal([]);
  });

  it('tells nothing on the way back where nothing was paid, or where somebody else came back', async () => {
    const project = await newProject();
    const before = listen(project, () => issuerToken());
    await settled(before);
    before.session.markCheckout();
    const other = listen(project, () => issuerToken('bob'));
    await settled(other);
    const same = listen(project, () => issuerToken());
    await settled(same);
    expect([...other.changes, ...same.changes]).to.deep.equal([]);
  });

  it('lives without storage', () => {
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
    try {
      expect(() => leaveMark({ about: 'x', plan: null, billingCycle: null })).not.to.throw();
    } finally {
      Storage.prototype.setItem = setItem;
    }
  });

  it('looks again when the page comes out of the back-forward cache (R41.1)', async () => {
    const project = await newProject();
    const heard = listen(project, () => issuerToken());
    await settled(heard);
    await project.set(onPro());
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await waitUntil(() => planOf(heard) === 'pro');
  });

  it('says which end failed when the page’s own getToken does', async () => {
    const heard = listen(await newProject(), () => Promise.reject(new Error('theirs')));
    await waitUntil(() => heard.session.snapshot.status === 'error');
    expect(heard.errors[0]?.code).to.equal('token_source');
    let thrown: unknown;
    await heard.session.token().catch((error: unknown) => (thrown = error));
    expect((thrown as BillingError).code).to.equal('token_source');
  });

  it('asks for a fresh token where a fresh answer is wanted', async () => {
    const asked: boolean[] = [];
    const heard = listen(await newProject(), ({ fresh }) => {
      asked.push(fresh);
      return issuerToken();
    });
    await settled(heard);
    await heard.session.refresh({ fresh: true });
    expect(asked).to.deep.equal([false, true]);
  });

  it('is no longer anybody’s when the issuer’s token is refused', async () => {
    const project = await newProject();
    const heard = listen(project, () => issuerToken('ada', -10));
    await settled(heard);
    expect(heard.session.snapshot).to.include({ status: 'signed-out' });
    expect(heard.errors[0]?.status).to.equal(401);
  });
});

describe('where the user’s token comes from (contract §5)', () => {
  const settings = {
    token: 'element',
    provider: { token: 'provider', tokenEndpoint: '/provider' },
    tokenEndpoint: '/script',
    getToken: (): string => 'configured',
  };
  const read = (more: object): unknown => tokenSource({ ...settings, ...more }).read({ fresh: false });

  it('is the element, then the provider', () => {
    expect(read({})).to.equal('element');
    expect(read({ token: null })).to.equal('provider');
  });

  it('is an endpoint before a function, and the provider’s before the script’s', () => {
    const key = (more: object): string => tokenSource({ ...settings, token: null, ...more }).key;
    expect(key({ provider: { token: null, tokenEndpoint: '/provider' } })).to.equal(
      `endpoint:${location.origin}/provider`,
    );
    expect(key({ provider: null })).to.equal(`endpoint:${location.origin}/script`);
    expect(key({ provider: null, tokenEndpoint: null })).to.match(/^function:/);
    expect(key({ provider: null, tokenEndpoint: null, getToken: null })).to.equal('none');
  });

  it('takes null and 401 from an endpoint for somebody who is not signed in, anything else for a failure', async () => {
    const ask = async (project: TestProject): Promise<unknown> =>
      tokenSource({
        token: null,
        provider: null,
        tokenEndpoint: `${peerUrl}/token?project_id=${project.id}`,
        getToken: null,
      }).read({ fresh: false });
    expect(await ask(await newProject({ endpoint: 'theirs' }))).to.equal('theirs');
    expect(await ask(await newProject({ endpoint: null }))).to.equal(null);
    expect(await ask(await newProject({ faults: [{ path: '/token', status: 401 }] }))).to.equal(null);
    const broken = await newProject({ faults: [{ path: '/token', status: 500 }] });
    let code = '';
    await ask(broken).catch((error: BillingError) => (code = error.code));
    expect(code).to.equal('token_source');
  });
});
