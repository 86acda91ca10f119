/** The checkout page in a real browser, with and without script; and that every page is accessible there. */

import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { contentSecurityPolicy, pageAssets } from '../../server/sandbox/pages/assets.ts';
import { renderChallengePage } from '../../server/sandbox/pages/challenge.ts';
import { renderCheckoutClosedPage } from '../../server/sandbox/pages/checkout-closed.ts';
import { renderCheckoutPage } from '../../server/sandbox/pages/checkout.ts';
import type { CheckoutView } from '../../server/sandbox/pages/checkout.ts';
import { declined, readCheckoutForm } from '../../server/sandbox/pages/fields.ts';
import { renderInvoicePage } from '../../server/sandbox/pages/invoice.ts';
import { axeViolations, complaintsOf, launchBrowser } from './support/browser.ts';
import { challenge, invoice, offer, options, trial, view } from './support/views.ts';

describe('the checkout page in a browser', () => {
  let browser: Browser;
  let server: ReturnType<typeof createAdaptorServer>;
  let origin: string;
  let shown: CheckoutView = view;
  let posts: Record<string, string>[] = [];
  let answer: (posted: Record<string, string>) => Response | Promise<Response>;

  before(async () => {
    const app = new Hono();
    app.use(async (c, next) => {
      await next();
      c.header('Content-Security-Policy', contentSecurityPolicy([origin]));
    });
    app.get('/assets/:name', (c) => {
      const asset = Object.entries(pageAssets).find(([name]) => name === c.req.param('name'))?.[1];
      return asset ? c.body(asset.body, 200, { 'Content-Type': asset.type, ETag: asset.etag }) : c.notFound();
    });
    app.get('/c/pay/:id', (c) => c.html(renderCheckoutPage(shown)));
    app.post('/c/pay/:id', async (c) => {
      const posted = Object.fromEntries([...(await c.req.formData())].map(([name, value]) => [name, String(value)]));
      posts.push(posted);
      return answer(posted);
    });
    app.get('/invoice', (c) => c.html(renderInvoicePage(invoice)));
    app.get('/challenge', (c) => c.html(renderChallengePage(challenge)));
    app.get('/closed', (c) => c.html(renderCheckoutClosedPage({ ...view, state: 'complete', returnUrl: origin })));
    app.get('/welcome', (c) => c.html('<!doctype html><title>Welcome</title>'));
    server = createAdaptorServer({ fetch: app.fetch });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  async function visit(path: string, state: Partial<CheckoutView> = {}, how: BrowserContextOptions = {}) {
    shown = { ...view, ...state };
    posts = [];
    const context = await browser.newContext(how);
    const page = await context.newPage();
    const violations = complaintsOf(page);
    await page.goto(origin + path);
    return { page, violations, [Symbol.asyncDispose]: () => context.close() };
  }

  async function fillIn(page: Page, number = '4242424242424242') {
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('Card number').pressSequentially(number);
    await page.getByLabel('Expiry').pressSequentially('1234');
    await page.getByLabel('Security code').pressSequentially('123');
    await page.getByLabel('Name on card').fill('Ada Lovelace');
    await page.getByLabel('Country').selectOption('DE');
  }

  it('takes a payment without JavaScript, and shows a refusal on the same page', async () => {
    await using tab = await visit('/c/pay/cs_test_1', {}, { javaScriptEnabled: false });
    answer = (posted) => {
      const refused = { ...view, values: posted, errors: declined('card_declined', 'en').errors };
      return posts.length === 1 ? htmlResponse(renderCheckoutPage(refused), 402) : redirect(`${origin}/welcome`);
    };
    await fillIn(tab.page);
    await tab.page.getByRole('button', { name: 'Pay $190.00' }).click();
    await tab.page.getByText('Your card was declined and nothing was charged').waitFor();
    assert.equal(await tab.page.getByLabel('Email').inputValue(), 'ada@example.com');
    assert.equal(await tab.page.getByLabel('Security code').inputValue(), '', 'a security code is never sent back');

    await tab.page.getByLabel('Security code').fill('123');
    await tab.page.getByRole('button', { name: 'Pay $190.00' }).click();
    await tab.page.waitForURL(`${origin}/welcome`);
    const { country, expected_amount, email } = posts[1]!;
    assert.deepEqual(
      { country, expected_amount, email },
      { country: 'DE', expected_amount: '19000', email: 'ada@example.com' },
    );
  });

  it('groups digits, keeps the caret, and knows the brand while typing', async () => {
    await using tab = await visit('/c/pay/cs_test_1');
    const number = tab.page.getByLabel('Card number');
    await number.pressSequentially('4242424242424242');
    assert.equal(await number.inputValue(), '4242 4242 4242 4242');
    await tab.page.locator('.brands[data-brand="visa"]').waitFor();
    await number.evaluate((input: HTMLInputElement) => input.setSelectionRange(6, 6));
    await tab.page.keyboard.press('Backspace');
    await tab.page.keyboard.type('9');
    assert.equal(await number.inputValue(), '4242 9242 4242 4242');
    await number.fill('');
    await number.pressSequentially('378282246310005');
    assert.equal(await number.inputValue(), '3782 822463 10005');
    assert.equal(await tab.page.getByLabel('Security code').getAttribute('maxlength'), '4');

    const expiry = tab.page.getByLabel('Expiry');
    for (const [typed, becomes] of [
      ['1234', '12 / 34'],
      ['534', '05 / 34'],
      ['122034', '12 / 34'],
    ] as const) {
      await expiry.fill(typed);
      assert.equal(await expiry.inputValue(), becomes);
    }
    await expiry.fill('12');
    await expiry.press('End');
    for (let times = 0; times < 6; times++) await expiry.press('Backspace');
    assert.equal(await expiry.inputValue(), '');
  });

  it('names what is missing beneath each field, sends nothing, and goes to the first', async () => {
    await using tab = await visit('/c/pay/cs_test_1');
    await tab.page.getByRole('button', { name: 'Pay $190.00' }).click();
    const email = tab.page.getByLabel('Email');
    assert.equal(await email.getAttribute('aria-invalid'), 'true');
    assert.ok(await email.evaluate((input) => input === document.activeElement));
    await tab.page.getByText('Enter the security code.').waitFor();
    assert.equal(posts.length, 0);
    await email.fill('ada@example.com');
    assert.equal(await email.getAttribute('aria-invalid'), null);
  });

  it('shows a refusal in place and leaves everything as it was typed', async () => {
    await using tab = await visit('/c/pay/cs_test_1');
    answer = () => Response.json(declined('insufficient_funds', 'en'), { status: 402 });
    await fillIn(tab.page, '4000000000009995');
    await tab.page.getByRole('button', { name: 'Pay $190.00' }).click();
    await tab.page.getByText('Your card has insufficient funds and nothing was charged').waitFor();
    const number = tab.page.getByLabel('Card number');
    assert.equal(await number.inputValue(), '4000 0000 0000 9995');
    assert.ok(await number.evaluate((input) => input === document.activeElement));
    assert.equal(await tab.page.locator('.submit').getAttribute('aria-busy'), 'false');
  });

  it('says so when no answer can be read, and can be tried again', async () => {
    await using tab = await visit('/c/pay/cs_test_1');
    answer = () => new Response('upstream is down', { status: 502 });
    await fillIn(tab.page);
    const pay = tab.page.locator('.submit');
    await pay.click();
    await tab.page.getByRole('alert').getByText('No answer came back').waitFor();
    answer = () => Response.json({ redirect: `${origin}/welcome` });
    await pay.click();
    await tab.page.waitForURL(`${origin}/welcome`);
  });

  it('sends once for two clicks in one tick, and keeps the button in its place while it is busy (R41.2)', async () => {
    await using tab = await visit('/c/pay/cs_test_1');
    const release = Promise.withResolvers<void>();
    answer = async () => {
      await release.promise;
      return Response.json({ redirect: `${origin}/welcome` });
    };
    await fillIn(tab.page);
    const pay = tab.page.locator('.submit');
    const idle = await pay.boundingBox();
    await pay.evaluate((button: HTMLButtonElement) => {
      button.click();
      button.click();
    });
    await tab.page.locator('.submit[aria-busy="true"]').getByText('Processing').waitFor();
    assert.deepEqual(await pay.boundingBox(), idle);
    release.resolve();
    await tab.page.waitForURL(`${origin}/welcome`);
    assert.equal(posts.length, 1);
  });

  it('is not busy when the browser brings a kept page back (R41.1)', async () => {
    await using tab = await visit('/c/pay/cs_test_1');
    const never = Promise.withResolvers<Response>();
    answer = () => never.promise;
    await fillIn(tab.page);
    await tab.page.locator('.submit').click();
    await tab.page.locator('.submit[aria-busy="true"]').waitFor();
    await tab.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    assert.equal(await tab.page.locator('.submit').getAttribute('aria-busy'), 'false');
    assert.ok(await tab.page.getByText('Pay $190.00').isVisible());
    never.resolve(redirect('/welcome'));
  });

  it('asks again for the state of the session after Back from where it led', async () => {
    await using tab = await visit('/c/pay/cs_test_1');
    answer = () => Response.json({ redirect: `${origin}/welcome` });
    await fillIn(tab.page);
    await tab.page.locator('.submit').click();
    await tab.page.waitForURL(`${origin}/welcome`);
    shown = { ...view, business: { name: 'Paid' } };
    await tab.page.goBack();
    await tab.page.getByText('Paid', { exact: true }).waitFor();
  });

  it('does not follow an answer that leads out of the web', async () => {
    await using tab = await visit('/c/pay/cs_test_1');
    answer = () => Response.json({ redirect: 'javascript:document.title="owned"' });
    await fillIn(tab.page);
    await tab.page.locator('.submit').click();
    await tab.page.getByText('No answer came back').waitFor();
    assert.notEqual(await tab.page.title(), 'owned');
  });

  it('fills the form from the list of test cards, keeping what was typed', async () => {
    await using tab = await visit('/c/pay/cs_test_1');
    await tab.page.getByLabel('Email').fill('grace@example.com');
    await tab.page.getByRole('button', { name: /4000 0000 0000 9995/ }).click();
    answer = () => Response.json({ redirect: `${origin}/welcome` });
    await tab.page.keyboard.press('Enter');
    await tab.page.waitForURL(`${origin}/welcome`);
    const reading = readCheckoutForm(posts[0]!, { ...options, now: new Date() });
    assert.ok(reading.ok);
    assert.equal(reading.submission.card?.number, '4000000000009995');
    assert.equal(reading.submission.email, 'grace@example.com');
  });

  it('shows a known e-mail that cannot be edited', async () => {
    await using tab = await visit('/c/pay/cs_test_1', { lockedEmail: 'ada@example.com' });
    assert.ok(!(await tab.page.getByLabel('Email').isEditable()));
  });

  const states: readonly (readonly [string, string, Partial<CheckoutView>])[] = [
    ['open', '/c/pay/cs_test_1', {}],
    ['trial', '/c/pay/cs_test_1', trial],
    ['no card', '/c/pay/cs_test_1', { ...trial, cardRequired: false }],
    [
      'declined',
      '/c/pay/cs_test_1',
      { errors: declined('card_declined', 'en').errors, lockedEmail: 'ada@example.com' },
    ],
    [
      'errors',
      '/c/pay/cs_test_1',
      { errors: emptyFormErrors(), promotion: { url: '/p', error: 'This code has expired.' } },
    ],
    [
      'discounted and taxed',
      '/c/pay/cs_test_1',
      { offer, discount: 4750, promotion: null, tax: 1265, taxed: 'added', values: { country: 'US' } },
    ],
    ['right to left', '/c/pay/cs_test_1', { locale: 'ar' }],
    ['right to left and discounted', '/c/pay/cs_test_1', { locale: 'ar', offer, discount: 4750, taxed: 'pending' }],
    ['closed', '/closed', {}],
    ['challenge', '/challenge', {}],
    ['invoice', '/invoice', {}],
  ];
  for (const [name, path, state] of states) {
    it(`is accessible in light and dark, fits 360 px and breaks no policy: ${name}`, async () => {
      await using tab = await visit(path, state, { colorScheme: 'light', viewport: { width: 360, height: 800 } });
      assert.equal(await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
      assert.deepEqual(await axeViolations(tab.page), []);
      await tab.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      await tab.page.setViewportSize({ width: 1280, height: 900 });
      assert.deepEqual(await axeViolations(tab.page), []);
      assert.deepEqual(tab.violations, []);
    });
  }
});

function emptyFormErrors() {
  const reading = readCheckoutForm({}, options);
  return reading.ok ? {} : reading.errors;
}

function redirect(url: string): Response {
  return new Response(null, { status: 303, headers: { Location: url } });
}

async function htmlResponse(page: unknown, status: number): Promise<Response> {
  return new Response(String(await page), { status, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}
