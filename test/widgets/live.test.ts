/** What changes elsewhere shows here, within a second and over one connection (`GET /v1/events`). */

import { expect, fixture, waitUntil } from '@open-wc/testing';
import { readEvents } from '../../widgets/client/event-stream.ts';
import '../../widgets/index.ts';
import { eventsOf, says } from './support/elements.ts';
import { issuerToken, newProject, type TestProject } from './support/peer.ts';
import { onPro } from './support/users.ts';

/** A page with every element on it, all of one user. */
async function page(project: TestProject, token = issuerToken()): Promise<HTMLElement> {
  const own = `${project.attributes} token="${token}"`;
  return fixture<HTMLElement>(`<div>
    <subscription-manager ${own}></subscription-manager><plan-picker ${own}></plan-picker>
    <upgrade-button ${own} plan="team"></upgrade-button><plan-gate ${own} plan="team"><p>Inside</p></plan-gate>
  </div>`);
}

const isListening = (project: TestProject): Promise<unknown> =>
  waitUntil(async () => (await project.streams()).open === 1, 'one connection', { timeout: 4000 });

const toTeam = onPro({ plan: 'team', version: 9, features: ['export', 'sso'] });

describe('a plan that changes elsewhere', () => {
  it('shows in every element within a second, and is told once an element, with the new token', async () => {
    const project = await newProject(onPro());
    const holder = await page(project);
    const [manager, picker, button, gate] = [...holder.children] as [
      HTMLElement,
      HTMLElement,
      HTMLElement,
      HTMLElement,
    ];
    await says(button, 'Upgrade to Team');
    await isListening(project);
    const told = eventsOf('plan-change');
    const start = performance.now();
    await project.set(toTeam);
    await Promise.all([says(manager, 'Team'), says(picker, 'Current plan'), says(button, 'Current plan')]);
    await waitUntil(() => (gate as HTMLElement & { access: string }).access === 'open');
    expect(performance.now() - start).to.be.lessThan(1000);
    const ours = told.filter(({ target }) => holder.contains(target as Node));
    expect(ours.map(({ target }) => (target as Element).localName).toSorted()).to.deep.equal([
      'plan-gate',
      'plan-picker',
      'subscription-manager',
      'upgrade-button',
    ]);
    const states = ours.map(
      ({ detail }) => `${detail.plan} ${JSON.parse(atob(detail.token.split('.')[1] ?? '')).plan_version}`,
    );
    expect(new Set(states)).to.deep.equal(new Set(['team 9']));
    // One connection for the four of them, and one renewal.
    expect((await project.streams()).ids).to.deep.equal([1]);
    expect(await project.count('/refresh')).to.equal(2);
  });

  it('is taken up where it broke off, also what happened in between', async () => {
    const project = await newProject(onPro());
    const holder = await page(project);
    const button = holder.querySelector('upgrade-button') as HTMLElement;
    await says(button, 'Upgrade to Team');
    await isListening(project);
    await project.break();
    await project.set(toTeam);
    await says(button, 'Current plan');
    expect((await project.streams()).ids).to.deep.equal([1, 1]);
  });

  it('is no longer listened for when the last element has gone, and again when one comes', async () => {
    const project = await newProject(onPro());
    const token = issuerToken();
    const holder = await page(project, token);
    await isListening(project);
    holder.replaceChildren();
    await waitUntil(async () => (await project.streams()).open === 0, 'closed', { timeout: 4000 });
    await page(project, token);
    await isListening(project);
  });

  it('is not listened for by nobody', async () => {
    const project = await newProject();
    const picker = await fixture<HTMLElement>(`<plan-picker ${project.attributes}></plan-picker>`);
    await says(picker, 'Subscribe');
    expect((await project.streams()).ids).to.deep.equal([]);
  });

  it('changes nothing and asks once where the backend has no such thing', async () => {
    const project = await newProject({ ...onPro(), faults: [{ path: '/v1/events', status: 404 }] });
    const errors = eventsOf('billing-error');
    const holder = await page(project);
    await says(holder.querySelector('upgrade-button') as HTMLElement, 'Upgrade to Team');
    await waitUntil(async () => (await project.log()).some(({ path }) => path === '/v1/invoices'));
    expect(errors.filter(({ target }) => holder.contains(target as Node))).to.deep.equal([]);
    expect((await project.streams()).ids).to.deep.equal([]);
  });

  it('is listened for again when the backend was away', async () => {
    const project = await newProject({ ...onPro(), faults: [{ path: '/v1/events', status: 503, times: 1 }] });
    await page(project);
    await isListening(project);
  });

  it('is closed while the page is put away, for it would not come back out of the cache (R41.1)', async () => {
    const project = await newProject(onPro());
    await page(project);
    await isListening(project);
    window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    await waitUntil(async () => (await project.streams()).open === 0, 'closed', { timeout: 4000 });
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await isListening(project);
  });
});

describe('server-sent events', () => {
  /** Reads a text that comes in pieces. */
  async function read(...pieces: string[]): Promise<string[]> {
    const told: string[] = [];
    const bytes = pieces.map((piece) => new TextEncoder().encode(piece));
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const each of bytes) controller.enqueue(each);
        controller.close();
      },
    });
    await readEvents(body, {
      event: ({ type, data }) => told.push(`${type}: ${data}`),
      retry: (delay) => told.push(`retry ${delay}`),
      heard: () => undefined,
    });
    return told;
  }

  it('come apart anywhere, with any line ends, and with comments between', async () => {
    const text = ': hello\r\nretry: 1500\r\n\r\nevent: plan\ndata: {"a":1}\n\nevent: plan\rdata:two\rdata: lines\r\r';
    const whole = ['retry 1500', 'plan: {"a":1}', 'plan: two\nlines'];
    // The last line end may still become another one.
    expect(await read(text, '\n')).to.deep.equal(whole);
    expect(await read(...text, '\n')).to.deep.equal(whole);
  });

  it('are nothing until they are whole', async () => {
    expect(await read('event: plan\ndata: half')).to.deep.equal([]);
  });
});
