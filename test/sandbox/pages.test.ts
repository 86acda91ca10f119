/** The sandbox's pages: what they escape, what they ask, and which words they have for it. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contentSecurityPolicy } from '../../server/sandbox/pages/assets.ts';
import { renderChallengePage } from '../../server/sandbox/pages/challenge.ts';
import { renderCheckoutClosedPage } from '../../server/sandbox/pages/checkout-closed.ts';
import { renderCheckoutPage } from '../../server/sandbox/pages/checkout.ts';
import { checkoutFields, declined, readCheckoutForm } from '../../server/sandbox/pages/fields.ts';
import { renderInvoicePage } from '../../server/sandbox/pages/invoice.ts';
import { messagesFor } from '../../server/sandbox/pages/messages.ts';
import { formatMoney } from '../../server/sandbox/pages/money.ts';
import { safeUrl } from '../../server/sandbox/pages/url.ts';
import { challenge, goodForm, invoice, offer, options, trial, view } from './support/views.ts';

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
        promotion: { url: '/x', error: hostile, typed: hostile },
      }),
      renderCheckoutPage({ ...trial, business, lines: [line], lockedEmail: hostile }),
      renderCheckoutPage({ ...view, offer: { ...offer, label: hostile, removeUrl: hostile } }),
      renderCheckoutClosedPage({ ...view, state: 'expired', business, returnUrl: hostile }),
      renderChallengePage({ ...challenge, business, card: { brand: hostile, last4: hostile } }),
      renderInvoicePage({
        ...invoice,
        business,
        number: hostile,
        customer: { name: hostile, email: hostile, address: [hostile] },
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
        postalCode: '',
        card: { number: '4242424242424242', exp_month: 12, exp_year: 2034, cvc: '123' },
        account: null,
      },
    });
  });

  it('names every field that is missing', () => {
    const reading = readCheckoutForm({}, options);
    assert.ok(!reading.ok);
    const always = checkoutFields.filter((field) => field !== 'postal_code' && field !== 'account_number');
    assert.deepEqual(Object.keys(reading.errors).toSorted(), always.toSorted());
  });

  it('asks for an account and its holder instead where a bank is debited', () => {
    const byDebit = { ...options, byDebit: true };
    const nothing = readCheckoutForm({}, byDebit);
    assert.ok(!nothing.ok);
    assert.deepEqual(Object.keys(nothing.errors).toSorted(), ['account_number', 'email', 'name']);
    const form = { email: 'ada@example.com', name: 'Ada Lovelace', account_number: '000123456789' };
    const reading = readCheckoutForm(form, byDebit);
    assert.ok(reading.ok);
    assert.deepEqual([reading.submission.account, reading.submission.card], ['000123456789', null]);
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

  it('asks for a country, and for a ZIP code in the United States, where tax depends on them', () => {
    const taxed = { ...options, cardRequired: false, taxed: true };
    const errorsOf = (form: object) => {
      const reading = readCheckoutForm({ email: 'ada@example.com', ...form }, taxed);
      return reading.ok ? [] : Object.keys(reading.errors);
    };
    assert.deepEqual(errorsOf({}), ['country']);
    assert.deepEqual(errorsOf({ country: 'US' }), ['postal_code']);
    assert.deepEqual(errorsOf({ country: 'US', postal_code: '9410' }), ['postal_code']);
    assert.deepEqual([errorsOf({ country: 'US', postal_code: '94103' }), errorsOf({ country: 'DE' })], [[], []]);
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
