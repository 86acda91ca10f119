/** What only a whole browser shows: leaving a frame, and coming back from checkout. Drives Chromium from Node. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { startPages } from './peer/pages.ts';
import { type PeerProject, type PeerRequest, startPeer } from './peer/peer.ts';
import type { StreamsReport } from './peer/streams.ts';
import { buildWidgets } from './support/build.ts';
import { chromiumFlags, findChromium } from './support/chromium.ts';

const pro = { plan: 'pro', billing_cycle: 'monthly', status: 'active', trial_available: false } as const;
const token = `e30.${Buffer.from(JSON.stringify({ sub: 'ada', exp: 4e9 })).toString('base64url')}.`;

let peer: Awaited<ReturnType<typeof startPeer>>;
let pages: Awaited<ReturnType<typeof startPages>>;
let browser: Browser;

before(async () => {
  peer = await startPeer();
  pages = await startPages({ dist: await buildWidgets(), peerUrl: peer.url });
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: [...chromiumFlags],
    // The cache is what one of these tests is about.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
});

after(async () => {
  await browser.close();
  for (const { server } of [peer, pages]) {
    server.close();
    server.closeAllConnections();
  }
});

const steer = (project: string, settings: PeerProject): Promise<Response> =>
  fetch(`${peer.url}/_control/${project}`, { method: 'PUT', body: JSON.stringify(settings) });

const streams = async (project: string): Promise<StreamsReport> =>
  (await (await fetch(`${peer.url}/_control/${project}/streams`)).json()) as StreamsReport;

/** Asks again until it is so. */
async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 5000;
  while (!(await isSo())) {
    assert.ok(Date.now() < end, String(isSo));
    await setTimeout(25);
  }
}

const log = async (project: string): Promise<PeerRequest[]> =>
  (await (await fetch(`${peer.url}/_control/${project}/log`)).json()) as PeerRequest[];

const exchanges = async (project: string): Promise<number> =>
  (await log(project)).filter(({ path }) => path === '/v1/token/refresh').length;

/** A customer's page with a picker, for a user who is signed in. */
function pageUrl(project: string, more = ''): string {
  const head = `<script src="{cdn}/widgets.js" data-project-id="${project}" data-api-url="{peer}"></script>`;
  const body = `<plan-picker token="${token}"></plan-picker>${more}`;
  return `${pages.url}/page?${new URLSearchParams({ head, body })}`;
}

/** Tabs of one browser, signed in and on Pro; the first one listens for all. */
async function openTabs(project: string, count: number): Promise<{ context: BrowserContext; tabs: Page[] }> {
  await steer(project, { users: { ada: pro } });
  const context = await browser.newContext();
  const tabs: Page[] = [];
  for (let each = 0; each < count; each += 1) {
    const page = await context.newPage();
    tabs.push(page);
    await page.goto(pageUrl(project));
    await page.getByRole('button', { name: 'Upgrade' }).waitFor();
    await waitFor(async () => (await streams(project)).open === 1);
  }
  return { context, tabs };
}

const showsTeam = (page: Page): Promise<void> =>
  page.getByRole('article', { name: 'Team' }).getByRole('button', { name: 'Current plan' }).waitFor({ timeout: 5000 });

const team = { ...pro, plan: 'team' } as const;

const subscribe = (page: Page): ReturnType<Page['getByRole']> =>
  page.getByRole('button', { name: 'Subscribe' }).first();

describe('in a whole browser', () => {
  it('opens checkout at the top level when the picker is in a frame (R35.2)', async () => {
    const page = await browser.newPage();
    await page.setContent(`<iframe width="1000" height="700" src="${pageUrl('frame')}"></iframe>`);
    const button = page.frameLocator('iframe').getByRole('button', { name: 'Subscribe' }).first();
    await Promise.all([page.waitForURL(/\/pay\/cs_test_1/), button.click()]);
    assert.equal(page.frames().length, 1);
    await page.close();
  });

  it('is not busy after Back from checkout, and knows what was paid meanwhile (R41.1)', async () => {
    const page = await browser.newPage();
    const watch = `<script>addEventListener('pageshow', ({ persisted }) => (document.title = 'persisted ' + persisted))</script>`;
    await page.goto(pageUrl('back', watch));
    await Promise.all([page.waitForURL(/\/pay\//), subscribe(page).click()]);
    await steer('back', { users: { ada: pro } });
    await page.goBack({ waitUntil: 'commit' });
    await page.getByRole('button', { name: 'Current plan' }).waitFor();
    assert.equal(await page.title(), 'persisted true', 'out of the back-forward cache, as it was left');
    assert.equal(await page.locator('[aria-busy="true"]').count(), 0);
    await page.close();
  });

  it('tells of the new plan on the page that checkout leads to (R29.4)', async () => {
    const page = await browser.newPage();
    await page.goto(pageUrl('return'));
    await Promise.all([page.waitForURL(/\/pay\//), subscribe(page).click()]);
    await steer('return', { users: { ada: pro } });
    const listen = `<script>document.addEventListener('plan-change', ({ detail }) => (document.title = detail.plan + ' ' + detail.billingCycle))</script>`;
    await page.goto(pageUrl('return', listen));
    await page.waitForFunction(() => document.title === 'pro monthly');
    await page.close();
  });

  it('shows a change that was made in another tab within a second, and tells it once (R29.1)', async () => {
    await steer('tabs', { users: { ada: pro } });
    const context = await browser.newContext();
    const listen = `<script>globalThis.told = []; document.addEventListener('plan-change', ({ detail }) => told.push(detail.plan))</script>`;
    const [here, there] = [await context.newPage(), await context.newPage()];
    for (const page of [here, there]) {
      await page.goto(pageUrl('tabs', listen));
      await page.getByRole('button', { name: 'Upgrade' }).waitFor();
    }
    await waitFor(async () => (await streams('tabs')).open === 1);
    await there.getByRole('button', { name: 'Upgrade' }).click();
    await there.getByRole('button', { name: /^Pay / }).click();
    const start = performance.now();
    await Promise.all([showsTeam(there), showsTeam(here)]);
    assert.ok(performance.now() - start < 1000, `it took ${performance.now() - start} ms`);
    for (const page of [here, there])
      assert.deepEqual(await page.evaluate(() => (globalThis as unknown as { told: string[] }).told), ['team']);
    await context.close();
  });

  it('listens once for eight tabs, where a browser has six connections, and a change is in all within a second', async () => {
    const { context, tabs } = await openTabs('eight', 8);
    const start = performance.now();
    await steer('eight', { users: { ada: team } });
    await Promise.all(tabs.map(showsTeam));
    assert.ok(performance.now() - start < 1000, `it took ${performance.now() - start} ms`);
    assert.equal((await streams('eight')).ids.length, 1);
    await context.close();
  });

  it('goes on listening in another tab when the one that listens is closed, and misses nothing in between', async () => {
    const { context, tabs } = await openTabs('closes', 3);
    const [first, ...others] = tabs as [Page, Page, Page];
    await Promise.all([first.close(), steer('closes', { users: { ada: team } })]);
    await Promise.all(others.map(showsTeam));
    await steer('closes', { users: { ada: pro } });
    await Promise.all(others.map((page) => page.getByRole('button', { name: 'Upgrade' }).waitFor({ timeout: 5000 })));
    await waitFor(async () => (await streams('closes')).open === 1);
    assert.equal((await streams('closes')).ids.length, 2);
    await context.close();
  });

  it('hands the connection on when the tab that listens is out of sight', async () => {
    const { context, tabs } = await openTabs('hidden', 2);
    const [first, second] = tabs as [Page, Page];
    await first.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await waitFor(async () => (await streams('hidden')).ids.length === 2);
    await waitFor(async () => (await streams('hidden')).open === 1);
    await steer('hidden', { users: { ada: team } });
    await showsTeam(second);
    await context.close();
  });

  it('tells a tab that comes late what was changed before it could hear of it', async () => {
    const { context } = await openTabs('late', 1);
    await steer('late', { users: { ada: { ...pro, version: 7 } } });
    await waitFor(async () => (await exchanges('late')) === 2);
    const late = await context.newPage();
    // As if its token had been asked for before the change.
    await late.route('**/v1/token/refresh**', async (route) => {
      const response = await route.fetch();
      const answer = (await response.json()) as { access_token: string };
      const [head, claims = ''] = answer.access_token.split('.');
      const old = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), plan_version: 1 };
      const token = `${head}.${Buffer.from(JSON.stringify(old)).toString('base64url')}.`;
      await route.fulfill({ response, json: { ...answer, access_token: token } });
      await late.unroute('**/v1/token/refresh**');
    });
    await late.goto(pageUrl('late'));
    await waitFor(async () => (await exchanges('late')) === 4);
    await context.close();
  });

  it('does not let the tabs of two users hear each other', async () => {
    const { context } = await openTabs('two', 1);
    const other = `e30.${Buffer.from(JSON.stringify({ sub: 'bob', exp: 4e9 })).toString('base64url')}.`;
    const page = await context.newPage();
    await page.goto(pageUrl('two').replace(encodeURIComponent(token), encodeURIComponent(other)));
    await waitFor(async () => (await streams('two')).open === 2);
    const before = (await log('two')).length;
    await steer('two', { users: { bob: { ...pro, version: 50 } } });
    await page.getByRole('button', { name: 'Upgrade' }).waitFor();
    const asked = (await log('two')).slice(before).map(({ authorization }) => authorization);
    assert.ok(asked.length > 0);
    assert.ok(!asked.includes(`Bearer ${token}`), 'Ada’s tab asks nothing');
    await context.close();
  });

  it('listens in a frame with an origin of its own, where locks are refused', async () => {
    await steer('opaque', { users: { ada: pro } });
    const page = await browser.newPage();
    await page.setContent(
      `<iframe sandbox="allow-scripts" width="1000" height="700" src="${pageUrl('opaque').replaceAll('"', '&quot;')}"></iframe>`,
    );
    await waitFor(async () => (await streams('opaque')).open === 1);
    await steer('opaque', { users: { ada: team } });
    const card = page.frameLocator('iframe').getByRole('article', { name: 'Team' });
    await card.getByRole('button', { name: 'Current plan' }).waitFor({ timeout: 5000 });
    await page.close();
  });

  for (const lacking of ['locks', 'channel'] as const) {
    it(`listens in each tab where a browser shares no ${lacking}`, async () => {
      const project = `no-${lacking}`;
      await steer(project, { users: { ada: pro } });
      const context = await browser.newContext();
      await context.addInitScript((what) => {
        const refuse = (): never => {
          throw new DOMException('Not here.', 'SecurityError');
        };
        if (what === 'locks') Object.defineProperty(navigator, 'locks', { value: undefined });
        else Object.defineProperty(globalThis, 'BroadcastChannel', { value: refuse });
      }, lacking);
      const tabs = [await context.newPage(), await context.newPage()];
      for (const page of tabs) await page.goto(pageUrl(project));
      await waitFor(async () => (await streams(project)).open === 2);
      await steer(project, { users: { ada: team } });
      await Promise.all(tabs.map(showsTeam));
      await context.close();
    });
  }

  it('is not busy after Back from the portal, and out of the back-forward cache though it listened live (R41.1)', async () => {
    await steer('portal', { users: { ada: { ...pro, status: 'past_due', offer: 'fix_payment' } } });
    const page = await browser.newPage();
    const more = `<billing-banner token="${token}"></billing-banner><script>addEventListener('pageshow', ({ persisted }) => (document.title = 'persisted ' + persisted))</script>`;
    await page.goto(pageUrl('portal', more));
    const fix = page.locator('billing-banner').getByRole('button', { name: 'Fix payment' });
    await waitFor(async () => (await streams('portal')).open === 1);
    await Promise.all([page.waitForURL(/\/portal\//), fix.click()]);
    await steer('portal', { users: { ada: pro } });
    await page.goBack({ waitUntil: 'commit' });
    await fix.waitFor({ state: 'hidden' });
    assert.equal(await page.title(), 'persisted true');
    assert.equal(await page.locator('[aria-busy="true"]').count(), 0);
    await page.close();
  });

  it('opens one checkout for a double click (R41.2)', async () => {
    const page = await browser.newPage();
    await page.goto(pageUrl('double'));
    await Promise.all([page.waitForURL(/\/pay\//), subscribe(page).dblclick()]);
    assert.equal((await log('double')).filter(({ path }) => path === '/v1/checkout').length, 1);
    await page.close();
  });

  it('can be used with the keyboard alone', async () => {
    const page = await browser.newPage();
    await page.goto(pageUrl('keys'));
    await subscribe(page).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await page.getByText('$190 billed yearly').waitFor();
    await page.keyboard.press('Tab');
    await Promise.all([page.waitForURL(/\/pay\//), page.keyboard.press('Enter')]);
    const order = (await log('keys')).find(({ path }) => path === '/v1/checkout')?.body as Record<string, unknown>;
    assert.equal(order['plan'], 'pro');
    assert.equal(order['billing_cycle'], 'yearly');
    await page.close();
  });

  it('shows in the reader’s own colours what is chosen, and what is put forward', async () => {
    const page = await browser.newPage({ forcedColors: 'active' });
    await page.goto(pageUrl('forced'));
    await subscribe(page).waitFor();
    const colours = (selector: string): Promise<string[]> =>
      page.locator(selector).evaluateAll((found) => found.map((each) => getComputedStyle(each).backgroundColor));
    const [monthly, yearly] = await colours('plan-picker .segments label');
    assert.notEqual(monthly, yearly);
    const [filled] = await colours('plan-picker .button.filled');
    const [quiet] = await colours('plan-picker .button.quiet');
    assert.notEqual(filled, quiet);
    await page.close();
  });

  for (const width of [360, 700, 1000]) {
    it(`shifts what is beneath it by less than a tenth while it loads, in ${width} px (R37.1)`, async () => {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      await page.addInitScript(() => {
        const scope = globalThis as { shift?: number };
        scope.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            scope.shift = (scope.shift ?? 0) + (entry as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await page.goto(pageUrl(`shift-${width}`, '<p>Beneath</p>'));
      await subscribe(page).waitFor();
      const shift = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            requestAnimationFrame(() =>
              requestAnimationFrame(() => resolve((globalThis as { shift?: number }).shift ?? 1)),
            );
          }),
      );
      assert.ok(shift < 0.1, `the layout shifted by ${shift}`);
      await page.close();
    });
  }
});
