/** The built script tag on customers' pages: under a strict policy, twice, in two versions, from any address. */

import { expect, waitUntil } from '@open-wc/testing';
import { issuerToken, newProject, pagesUrl, type TestProject } from './support/peer.ts';
import { onPro } from './support/users.ts';

interface Told {
  readonly kind: string;
  readonly text: string | null;
  readonly id?: number;
}

interface PageOptions {
  readonly head?: string;
  readonly body: string;
  readonly csp?: string;
  readonly sandbox?: string;
}

interface Page {
  readonly told: Told[];
  /** Kinds and words of what went wrong. */
  readonly troubles: () => string[];
  /** What an element says inside; null where it is not there. */
  text(selector: string, inside?: string): Promise<string | null>;
  click(selector: string, inside: string): Promise<void>;
}

const strict =
  "default-src 'none'; script-src 'self' {cdn}/; style-src 'self'; connect-src {peer}; require-trusted-types-for 'script'";
const tag = (project: TestProject, more = 'async'): string =>
  `<script src="{cdn}/widgets.js" data-project-id="${project.id}" data-api-url="{peer}" ${more}></script>`;

const frames: HTMLIFrameElement[] = [];
let asked = 0;

async function openPage({ head = '', body, csp = '', sandbox }: PageOptions): Promise<Page> {
  const frame = document.createElement('iframe');
  frame.width = '1000';
  frame.height = '600';
  if (sandbox !== undefined) frame.setAttribute('sandbox', sandbox);
  const told: Told[] = [];
  window.addEventListener('message', ({ source, data }) => {
    if (source === frame.contentWindow) told.push(data as Told);
  });
  const query = new URLSearchParams({ head, body, csp });
  frame.src = `${pagesUrl}/page?${query}`;
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  document.body.append(frame);
  frames.push(frame);
  await loaded;
  const evaluate = async (message: object): Promise<string | null> => {
    asked += 1;
    const id = asked;
    frame.contentWindow?.postMessage({ kind: 'evaluate', id, ...message }, '*');
    await waitUntil(() => told.some((each) => each.id === id));
    return told.find((each) => each.id === id)?.text ?? null;
  };
  return {
    told,
    troubles: () =>
      told.filter(({ kind }) => /violation|error$|warning/.test(kind)).map(({ kind, text }) => `${kind}: ${text}`),
    text: (selector, inside) => evaluate({ selector, inside }),
    click: async (selector, inside) => void (await evaluate({ selector, inside, action: 'click' })),
  };
}

const until = (page: Page, selector: string, words: string): Promise<unknown> =>
  waitUntil(async () => (await page.text(selector, '.root'))?.includes(words), `${selector} says ${words}`, {
    timeout: 5000,
    interval: 50,
  });

describe('the script tag', () => {
  afterEach(() => {
    for (const frame of frames.splice(0)) frame.remove();
  });

  it('works under a strict policy, with trusted types and no violation (R35.1)', async () => {
    const project = await newProject(
      onPro({ next_invoice: { amount_due: 1900, currency: 'usd', date: '2026-12-23T10:00:00Z' } }),
    );
    const page = await openPage({
      csp: strict,
      head: tag(project),
      body: `<plan-picker token="${issuerToken()}"></plan-picker><plan-gate plan="team"></plan-gate>
        <upgrade-button plan="pro" locale="de"></upgrade-button>
        <subscription-manager token="${issuerToken()}"></subscription-manager>
        <billing-banner token="${issuerToken()}"></billing-banner>`,
    });
    await until(page, 'plan-picker', 'Current plan');
    await until(page, 'plan-gate', 'This is part of Team');
    await until(page, 'upgrade-button', 'Upgrade auf Pro');
    await page.click('plan-picker', 'input[value="yearly"]');
    await until(page, 'plan-picker', 'Switch to yearly');
    await until(page, 'subscription-manager', 'Renews on');
    await page.click('subscription-manager', '.actions .bare');
    await until(page, 'subscription-manager', 'Keep Pro');
    await page.click('subscription-manager', 'dialog .first');
    await page.click('plan-picker', '.plan:nth-of-type(3) .choice .button');
    await until(page, 'plan-picker', 'Due now');
    expect(page.troubles()).to.deep.equal([]);
  });

  it('would be told of a violation', async () => {
    const page = await openPage({ csp: strict, body: '<p style="color: red">Inline</p>' });
    await waitUntil(() => page.troubles().length > 0);
    expect(page.troubles()[0]).to.match(/^violation: style-src/);
  });

  for (const more of ['', 'async', 'defer', 'type="module"']) {
    it(`works as <script ${more}>`, async () => {
      const page = await openPage({ head: tag(await newProject(), more), body: '<plan-picker></plan-picker>' });
      await until(page, 'plan-picker', 'Subscribe');
      expect(page.troubles()).to.deep.equal([]);
    });
  }

  it('asks for the user’s token at the page’s own endpoint', async () => {
    const project = await newProject({ ...onPro(), endpoint: issuerToken() });
    const endpoint = `data-token-endpoint="{peer}/token?project_id=${project.id}"`;
    const page = await openPage({ head: tag(project, endpoint), body: '<plan-picker></plan-picker>' });
    await until(page, 'plan-picker', 'Current plan');
  });

  it('takes settings that were there before it', async () => {
    const project = await newProject();
    const head = `<script>window.Planclaim = { projectId: '${project.id}' }</script><script src="{cdn}/widgets.js" data-api-url="{peer}" async></script>`;
    const page = await openPage({ head, body: '<plan-picker></plan-picker>' });
    await until(page, 'plan-picker', 'Subscribe');
  });

  it('fetches only the elements on the page, and later ones when they come', async () => {
    const project = await newProject();
    const page = await openPage({
      head: tag(project),
      body: `<div id="late"></div><plan-gate plan="pro"></plan-gate>
        <script>setTimeout(() => {
          const names = performance.getEntriesByType('resource').map(({ name }) => name);
          tell('early', String(names.some((name) => name.includes('plan-picker'))));
          document.getElementById('late').innerHTML = '<p><plan-picker></plan-picker></p>';
        }, 400)</script>`,
    });
    await until(page, 'plan-gate', 'This is part of Pro');
    await until(page, 'plan-picker', 'Subscribe');
    expect(page.told.find(({ kind }) => kind === 'early')?.text).to.equal('false');
  });

  it('does no harm when it is there twice (R36.1)', async () => {
    const project = await newProject();
    const page = await openPage({ head: tag(project) + tag(project, ''), body: '<plan-picker></plan-picker>' });
    await until(page, 'plan-picker', 'Subscribe');
    expect(page.troubles()).to.deep.equal([]);
  });

  it('warns once, and works, when it is there in two versions (R36.1)', async () => {
    const project = await newProject();
    const other = `<script src="{cdn}/widgets.js?version=0.0.9"></script>`;
    const page = await openPage({
      head: tag(project, '') + other + other,
      body: '<plan-picker></plan-picker><plan-gate plan="pro"></plan-gate>',
    });
    await until(page, 'plan-picker', 'Subscribe');
    await until(page, 'plan-gate', 'This is part of Pro');
    expect(page.troubles().length).to.equal(1);
    expect(page.troubles()[0]).to.include('warning: Planclaim is loaded twice');
  });

  it('works where the frame has no origin, no storage and no cookies, and may go nowhere (R34.1, R35.2)', async () => {
    const project = await newProject(onPro({ status: 'canceled', plan: 'free' }));
    const page = await openPage({
      head: tag(project),
      body: `<plan-picker token="${issuerToken()}"></plan-picker>`,
      sandbox: 'allow-scripts',
    });
    await until(page, 'plan-picker', 'Subscribe');
    await page.click('plan-picker', '.button.filled');
    await until(page, 'plan-picker', 'Go on');
    expect(page.told.filter(({ kind }) => kind === 'billing-error').length).to.equal(1);
    expect(page.told.find(({ kind }) => kind === 'billing-error')?.text).to.include('navigation_blocked');
  });
});
