/** The console at `/`: finding things, following ids, moving time, making trouble; and who may not. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { Stripe } from 'stripe';
import { axeViolations, complaintsOf, launchBrowser } from './support/browser.ts';
import { openReceiver } from './support/receiver.ts';
import type { Receiver } from './support/receiver.ts';
import { openSandbox, subscribe } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
let browser: Browser;
let receiver: Receiver;
let subscription: Stripe.Subscription;

before(async () => {
  sandbox = await openSandbox({ retrySchedule: [] });
  ({ stripe } = sandbox);
  receiver = await openReceiver();
  await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['invoice.paid'] });
  subscription = await subscribe(stripe);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  receiver.close();
  await sandbox.close();
});

async function visit(path: string, width = 1280) {
  const context = await browser.newContext({ viewport: { width, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  const complaints = complaintsOf(page);
  await page.goto(sandbox.url + path);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

async function now(): Promise<number> {
  return Number((await sandbox.control('clock'))['now']);
}

describe('finding things', () => {
  it('lists customers, subscriptions, invoices, events and deliveries, each with its state', async () => {
    await receiver.until((received) => received.length === 1, 'the first invoice');
    await using tab = await visit('/');
    for (const [section, words] of [
      ['Customers', 'ada@example.com'],
      ['Subscriptions', 'active'],
      ['Invoices', 'paid'],
      ['Deliveries', 'delivered'],
      ['Requests', 'POST /v1/subscriptions'],
      ['Events', 'customer.subscription.created'],
    ] as const) {
      await tab.page.getByRole('navigation').getByRole('link', { name: section }).click();
      await tab.page.getByRole('cell', { name: words }).first().waitFor();
    }
    assert.deepEqual(tab.complaints, []);
  });

  it('searches by e-mail, for what is theirs as well, and goes straight to a whole id', async () => {
    await stripe.customers.create({ email: 'grace_hopper@example.com' });
    await using tab = await visit('/console/customers');
    const search = async (text: string) => {
      await tab.page.getByRole('searchbox').fill(text);
      await tab.page.keyboard.press('Enter');
    };
    await search('grace_h');
    await tab.page.getByRole('cell', { name: 'grace_hopper@example.com' }).waitFor();
    assert.equal(await tab.page.getByRole('row').count(), 2);
    await search('grace%h');
    await tab.page.getByText('Nothing matches.').waitFor();
    await tab.page.goto(`${sandbox.url}/console/subscriptions?q=ada@example.com`);
    await tab.page.getByRole('link', { name: subscription.id }).waitFor();
    await search(subscription.id);
    await tab.page.getByRole('heading', { name: subscription.id }).waitFor();
  });

  it('shows an object with a way to each object that it names, and the events about it', async () => {
    await using tab = await visit(`/console/o/${subscription.id}`);
    await tab.page.getByRole('link', { name: 'customer.subscription.created' }).waitFor();
    await tab.page
      .getByLabel('JSON')
      .getByRole('link', { name: String(subscription.latest_invoice) })
      .click();
    await tab.page.getByRole('heading', { name: String(subscription.latest_invoice) }).waitFor();
    await tab.page.getByRole('link', { name: 'Hosted page' }).click();
    await tab.page.getByText('$19.00 paid on').waitFor();
    assert.equal((await tab.page.goto(`${sandbox.url}/console/o/sub_none0000`))?.status(), 404);
  });

  it('shows hostile names as text', async () => {
    const customer = await stripe.customers.create({ name: `"><img src=x onerror=alert(1)><script>` });
    for (const path of ['/console/customers', `/console/o/${customer.id}`, '/?q=<script>alert(1)</script>']) {
      const page = await (await fetch(sandbox.url + path)).text();
      assert.doesNotMatch(page, /<img src=x|<script>/);
    }
  });

  it('pages through what is more than one page', async () => {
    for (let one = 0; one < 20; one++) await stripe.products.create({ name: `Product ${one}` });
    for (let one = 0; one < 35; one++) await stripe.customers.create({ name: `Customer ${one}` });
    await using tab = await visit('/');
    await tab.page.getByRole('link', { name: 'Older' }).click();
    await tab.page.getByText('Page 2').waitFor();
    await tab.page.getByRole('link', { name: 'Newer' }).click();
    await tab.page.getByText('Page 1').waitFor();
    await tab.page.goto(`${sandbox.url}/console/objects?kind=product&q=Product 7`);
    await tab.page.getByRole('cell', { name: 'Product 7' }).waitFor();
  });

  it('shows what is new without a reload', async () => {
    await using tab = await visit('/console/customers');
    await stripe.customers.create({ email: 'live@example.com' });
    await tab.page.getByRole('cell', { name: 'live@example.com' }).waitFor();
    assert.deepEqual(tab.complaints, []);
  });
});

describe('deliveries', () => {
  it('are listed with their attempts on the page of their event, and made again', async () => {
    const [event] = (await stripe.events.list({ type: 'invoice.paid', limit: 1 })).data;
    await using tab = await visit(`/console/o/${event?.id}`);
    const before = receiver.received.length;
    await tab.page.getByRole('button', { name: 'Deliver again' }).first().click();
    await tab.page.getByText('Delivered: 200.').waitFor();
    assert.equal(receiver.received.length, before + 1);
    receiver.answerWith(500);
    await tab.page.getByRole('button', { name: 'Deliver again' }).first().click();
    await tab.page.getByText('Not taken: 500.').waitFor();
  });
});

describe('time', () => {
  it('moves by steps, to a date, and to what falls due next', async () => {
    await using tab = await visit('/console/subscriptions');
    const start = await now();
    await tab.page.getByRole('button', { name: '+1 day' }).click();
    await tab.page.getByText(/^It is /).waitFor();
    assert.ok((await now()) >= start + 86_400);
    const due = subscription.items.data[0]?.current_period_end ?? 0;
    // Told of beforehand, then renewed, then its invoice finalized.
    for (let step = 0; step < 3; step++) await tab.page.getByRole('button', { name: 'To next due' }).click();
    assert.ok((await now()) >= due, `${await now()} ${due}`);
    const date = new Date(((await now()) + 90 * 86_400) * 1000).toISOString().slice(0, 16);
    await tab.page.getByLabel('Move to (UTC)').fill(date);
    await tab.page.getByRole('button', { name: 'Go' }).click();
    await tab.page.getByText(`It is ${date.replace('T', ' ')}`).waitFor();
    const invoices = await stripe.invoices.list({ subscription: subscription.id });
    assert.ok(invoices.data.length >= 4, String(invoices.data.length));
    await tab.page.getByRole('button', { name: '+1 month' }).click();
    await tab.page.getByText(/^It is /).waitFor();
  });

  it('does not go back', async () => {
    const answer = await post('/console/clock', { to: '2020-01-01T00:00' });
    assert.match(String(answer.headers.get('location')), /bad=Time/);
  });
});

describe('trouble', () => {
  it('is switched on and off', async () => {
    await using tab = await visit('/console/trouble');
    await tab.page.getByLabel('Shuffle their order').check();
    await tab.page.getByLabel('Sent twice').fill('0.5');
    await tab.page.getByRole('button', { name: 'Set' }).click();
    await tab.page.getByText('Chaos is set.').waitFor();
    assert.partialDeepStrictEqual(await sandbox.control('chaos'), { shuffle: true, duplicate: 0.5 });
    await tab.page.getByRole('button', { name: 'Calm' }).click();
    await tab.page.getByText('All is calm.').waitFor();
    await tab.page.getByLabel('Route').fill('GET /v1/products');
    await tab.page.getByLabel('Status').fill('503');
    await tab.page.getByRole('button', { name: 'Add' }).click();
    await tab.page.getByText('answers 503').waitFor();
    await assert.rejects(stripe.products.list(), { statusCode: 503 });
    await tab.page.getByRole('button', { name: 'Clear all' }).click();
    await tab.page.getByText('No faults.').waitFor();
  });
});

describe('a page of another site', () => {
  for (const [who, headers] of [
    ['by its origin', { origin: 'https://evil.test' }],
    ['by what the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['on another port of this machine', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }],
    ['from a sandboxed frame', { origin: 'null' }],
  ] as const) {
    it(`cannot move the clock, make trouble or reset: told ${who}`, async () => {
      const before = await now();
      for (const path of ['/console/clock', '/_sandbox/clock', '/_sandbox/reset', '/console/chaos']) {
        assert.equal((await post(path, { by: '86400' }, headers)).status, 403, path);
      }
      assert.ok((await now()) - before < 60);
    });
  }

  it('that made its own name point here cannot either', async () => {
    const { hostname, port } = new URL(sandbox.url);
    const { request } = await import('node:http');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(
        {
          hostname,
          port,
          path: '/console/clock',
          method: 'POST',
          headers: { host: 'evil.test', origin: 'http://evil.test' },
        },
        (answer) => resolve(answer.resume().statusCode),
      );
      sent.on('error', reject).end('by=86400');
    });
    assert.equal(status, 403);
  });

  it('with a form in a real browser is refused', async () => {
    await using tab = await visit('/');
    const before = await now();
    await tab.page.route('http://evil.test/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${sandbox.url}/console/clock"><button name="by" value="86400">win</button></form>`,
      }),
    );
    await tab.page.goto('http://evil.test/');
    await tab.page.getByRole('button', { name: 'win' }).click();
    await tab.page.getByText('asked for by a page of another site').waitFor();
    assert.ok((await now()) - before < 60);
  });

  it('is no matter to the API, which has its key', async () => {
    const answer = await sandbox.call('/v1/customers', { method: 'POST', headers: { origin: 'https://shop.test' } });
    assert.equal(answer.status, 200);
  });
});

describe('looks', () => {
  for (const path of ['/', '/console/deliveries', '/console/trouble', '/console/objects']) {
    it(`is accessible in light and dark, fits 360 px and breaks no policy: ${path}`, async () => {
      await using tab = await visit(path, 360);
      assert.equal(await overflow(tab.page), 0);
      assert.deepEqual(await axeViolations(tab.page), []);
      await tab.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      await tab.page.setViewportSize({ width: 1280, height: 900 });
      assert.deepEqual(await axeViolations(tab.page), []);
      assert.deepEqual(tab.complaints, []);
    });
  }
});

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(sandbox.url + path, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(form) });
}
