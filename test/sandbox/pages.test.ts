/** The sandbox's pages: what they escape, what they ask, and how they behave in a real browser with and without script. */

import assert from 'node:assert/strict';
import { accessSync, constants, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { contentSecurityPolicy, pageAssets } from '../../server/sandbox/pages/assets.ts';
import { renderChallengePage } from '../../server/sandbox/pages/challenge.ts';
import { renderCheckoutClosedPage } from '../../server/sandbox/pages/checkout-closed.ts';
import { renderCheckoutPage } from '../../server/sandbox/pages/checkout.ts';
import type { CheckoutView } from '../../server/sandbox/pages/checkout.ts';
import { checkoutFields, declined, readCheckoutForm } from '../../server/sandbox/pages/fields.ts';
import { renderInvoicePage } from '../../server/sandbox/pages/invoice.ts';
import type { InvoiceView } from '../../server/sandbox/pages/invoice.ts';
import { messagesFor } from '../../server/sandbox/pages/messages.ts';
import { formatMoney } from '../../server/sandbox/pages/money.ts';
import { safeUrl } from '../../server/sandbox/pages/url.ts';

const view: CheckoutView = {
  business: { name: 'Driftboard' },
  mode: 'subscription',
  locale: 'en',
  currency: 'usd',
  lines: [
    {
      name: 'Driftboard Pro',
      description: null,
      quantity: 1,
      unitAmount: 19000,
      amount: 19000,
      recurring: { interval: 'year', intervalCount: 1 },
    },
  ],
  subtotal: 19000,
  tax: 0,
  dueToday: 19000,
  recurring: { amount: 19000, interval: 'year', intervalCount: 1 },
  trial: null,
  cardRequired: true,
  lockedEmail: null,
  values: {},
  errors: {},
  submitUrl: '/c/pay/cs_test_1',
  assetsUrl: '/assets',
  cancelUrl: 'https://driftboard.test/pricing',
  promotion: { url: '/c/pay/cs_test_1/promotion', error: null },
};

const trial: CheckoutView = {
  ...view,
  subtotal: 0,
  dueToday: 0,
  tax: null,
  trial: { days: 14, endsAt: '2026-12-07T10:00:00Z' },
  recurring: { amount: 1900, interval: 'month', intervalCount: 1 },
};

const invoice: InvoiceView = {
  business: { name: 'Driftboard' },
  number: 'DRIFT-0003',
  status: 'paid',
  currency: 'usd',
  issuedAt: '2026-11-23T10:00:00Z',
  dueAt: null,
  paidAt: '2026-11-23T10:00:00Z',
  customer: { name: 'Ada Lovelace', email: 'ada@example.com' },
  paidWith: { brand: 'visa', last4: '4242' },
  lines: [{ description: 'Driftboard Pro', quantity: 1, amount: 1900, period: null }],
  subtotal: 1900,
  discount: 0,
  tax: null,
  total: 1900,
  amountPaid: 1900,
  amountDue: 0,
  pdfUrl: '/invoice.pdf',
  payUrl: null,
  locale: 'en',
  assetsUrl: '/assets',
};

const challenge = {
  business: { name: 'Driftboard' },
  amount: 19000,
  currency: 'usd',
  card: { brand: 'visa', last4: '3184' },
  locale: 'en',
  assetsUrl: '/assets',
  submitUrl: '/c/pay/cs_test_1/challenge',
};

const now = new Date('2026-11-23T10:00:00Z');
const goodForm = {
  email: 'ada@example.com',
  card_number: '4242 4242 4242 4242',
  card_expiry: '12 / 34',
  card_cvc: '123',
  name: 'Ada Lovelace',
  country: 'DE',
};
const options = { now, locale: 'en', cardRequired: true };

describe('what the pages let in', () => {
  const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script>'`;

  it('shows hostile names and values as text, everywhere they appear', async () => {
    const business = { name: hostile, logoUrl: hostile };
    const line = { ...view.lines[0]!, name: hostile, description: hostile };
    const values = Object.fromEntries(checkoutFields.map((field) => [field, hostile]));
    const errors = { email: hostile, card: hostile, form: hostile };
    const pages = [
      renderCheckoutPage({
        ...view,
        business,
        lines: [line],
        values,
        errors,
        promotion: { url: '/x', error: hostile },
      }),
      renderCheckoutPage({ ...trial, business, lines: [line], lockedEmail: hostile }),
      renderCheckoutClosedPage({ ...view, state: 'expired', business, returnUrl: hostile }),
      renderChallengePage({ ...challenge, business, card: { brand: hostile, last4: hostile } }),
      renderInvoicePage({
        ...invoice,
        business,
        number: hostile,
        customer: { name: hostile, email: hostile },
        lines: [{ ...invoice.lines[0]!, description: hostile }],
      }),
    ];
    for (const page of pages) {
      const markup = String(await page);
      assert.match(markup, /&lt;img src=x onerror=alert\(1\)&gt;/);
      assert.doesNotMatch(markup, /<img src=x|<script>|"><img/);
    }
  });

  it('never puts anything but http(s) and paths of this server into a link or a form', async () => {
    const evil = [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'java\nscript:alert(1)',
      'JAVASCRIPT:alert(1)',
      'data:text/html,<script>alert(1)</script>',
      'vbscript:x',
      'blob:https://driftboard.test/1',
      '//evil.test/',
      String.raw`/\evil.test`,
      '/\t/evil.test',
      'pricing',
      '',
    ];
    for (const url of evil) {
      assert.equal(safeUrl(url), null, url);
      const pages = [
        renderCheckoutPage({ ...view, cancelUrl: url, submitUrl: url, promotion: { url, error: null } }),
        renderCheckoutClosedPage({ ...view, state: 'complete', returnUrl: url }),
        renderInvoicePage({ ...invoice, pdfUrl: url, status: 'open', amountDue: 1900, payUrl: url }),
      ];
      for (const page of pages) {
        const addresses = [...String(await page).matchAll(/(?:href|action|src)="([^"]*)"/g)].map((match) => match[1]!);
        for (const address of addresses) assert.match(address, /^(\/assets\/[a-z.]+\?v=[\w-]+)?$/, address);
      }
    }
    assert.equal(safeUrl('https://driftboard.test/a?b=c'), 'https://driftboard.test/a?b=c');
    assert.equal(safeUrl('/pricing?x=1'), '/pricing?x=1');
  });

  it('holds no inline script, style or handler, so that the strict policy loses nothing', async () => {
    const pages = [renderCheckoutPage(view), renderChallengePage(challenge), renderInvoicePage(invoice)];
    for (const page of pages) {
      assert.doesNotMatch(String(await page), /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
    }
    assert.doesNotMatch(contentSecurityPolicy([]), /unsafe|'nonce/);
  });

  it('allows a form to end at the site that checkout returns to, and at no other', () => {
    const policy = contentSecurityPolicy(['https://driftboard.test/welcome', 'javascript:alert(1)', null]);
    assert.match(policy, /form-action 'self' https:\/\/driftboard\.test;/);
  });
});

describe('reading the form', () => {
  it('takes a good card apart as Stripe has it', () => {
    assert.deepEqual(readCheckoutForm(goodForm, options), {
      ok: true,
      values: goodForm,
      submission: {
        email: 'ada@example.com',
        name: 'Ada Lovelace',
        country: 'DE',
        card: { number: '4242424242424242', exp_month: 12, exp_year: 2034, cvc: '123' },
      },
    });
  });

  it('names every field that is missing', () => {
    const reading = readCheckoutForm({}, options);
    assert.ok(!reading.ok);
    assert.deepEqual(Object.keys(reading.errors).toSorted(), [...checkoutFields].toSorted());
  });

  for (const [field, value] of [
    ['email', 'ada@example'],
    ['card_number', '4242 4242 4242 4241'],
    ['card_number', '4242'],
    ['card_expiry', '13 / 34'],
    ['card_expiry', '10 / 26'],
    ['card_expiry', 'soon'],
    ['card_cvc', '12'],
    ['country', 'Germany'],
  ] as const) {
    it(`refuses ${field} "${value}" and nothing else`, () => {
      const reading = readCheckoutForm({ ...goodForm, [field]: value }, options);
      assert.ok(!reading.ok);
      assert.deepEqual(Object.keys(reading.errors), [field]);
    });
  }

  it('takes a card in its last month, and four digits of code for American Express', () => {
    assert.ok(readCheckoutForm({ ...goodForm, card_expiry: '11/2026' }, options).ok);
    assert.ok(readCheckoutForm({ ...goodForm, card_number: '378282246310005', card_cvc: '1234' }, options).ok);
    assert.ok(!readCheckoutForm({ ...goodForm, card_number: '378282246310005' }, options).ok);
  });

  it('asks only for an e-mail where no card is collected', () => {
    const reading = readCheckoutForm({ email: 'ada@example.com' }, { ...options, cardRequired: false });
    assert.ok(reading.ok);
    assert.equal(reading.submission.card, null);
  });

  it('reads FormData as it reads an object', () => {
    const form = new FormData();
    for (const [name, value] of Object.entries(goodForm)) form.set(name, value);
    assert.ok(readCheckoutForm(form, options).ok);
  });

  it('puts a refusal where it can be mended, and says that nothing was charged', () => {
    assert.deepEqual(Object.keys(declined('incorrect_cvc', 'en').errors), ['card_cvc']);
    for (const code of ['generic_decline', 'insufficient_funds', 'processing_error', 'constructor', null]) {
      const { errors, message } = declined(code, 'en');
      assert.deepEqual(errors, { card: message });
      assert.match(message, /nothing was charged/);
    }
  });
});

describe('words and money', () => {
  it('counts minor units as Stripe does', () => {
    assert.equal(formatMoney(1900, 'usd', 'en'), '$19.00');
    assert.equal(formatMoney(1900, 'jpy', 'en'), '¥1,900');
    assert.equal(formatMoney(1900, 'isk', 'en').replaceAll(/\D/g, ''), '1900');
    assert.equal(formatMoney(19000, 'kwd', 'en').replaceAll(/[^\d.]/g, ''), '19.000');
  });

  it('speaks English for `auto`, nonsense and languages it does not know', async () => {
    for (const locale of ['auto', 'xx', '"><script>', 'en_US', '']) {
      assert.match(String(await renderCheckoutPage({ ...view, locale })), /<html lang="en" dir="ltr">/);
    }
  });

  for (const locale of ['de', 'fr', 'es', 'ja', 'ar']) {
    it(`speaks ${locale} on every page, with no English left over`, async () => {
      const words = messagesFor(locale);
      const english = messagesFor('en');
      const left = untranslated(words, english);
      assert.deepEqual(left, []);
      const markup = String(await renderCheckoutPage({ ...trial, locale }));
      assert.match(markup, new RegExp(`<html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}">`));
      assert.ok(markup.includes(words.nameOnCard));
    });
  }
});

describe('in a browser', () => {
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
    browser = await chromium.launch({
      executablePath: chromiumPath(),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
    });
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
    const violations: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted/i.test(message.text())) violations.push(message.text());
    });
    page.on('pageerror', (error) => violations.push(error.message));
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

  const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
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
    ['right to left', '/c/pay/cs_test_1', { locale: 'ar' }],
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

  async function axeViolations(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const { axe: runner } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await runner.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
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

/** Paths of plain strings that say the same in both languages, names and marks that are the same everywhere aside. */
function untranslated(words: object, english: object, path = ''): string[] {
  const same = new Set([
    'cvcHint',
    'challenge.secure',
    'outcomes.challenge',
    'invoice.total',
    'email',
    'expiryHint',
    'invoice.description',
  ]);
  return Object.entries(english).flatMap(([key, value]) => {
    const at = path ? `${path}.${key}` : key;
    const own: unknown = Reflect.get(words, key);
    if (typeof value === 'object' && value !== null) return untranslated(own as object, value as object, at);
    return typeof value === 'string' && own === value && !same.has(at) ? [at] : [];
  });
}

function chromiumPath(): string {
  const found = process.env['CHROME_PATH'];
  if (found) return found;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'chrome']) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error;
      }
    }
  }
  throw new Error('No browser: set CHROME_PATH, or put chromium on the PATH.');
}
