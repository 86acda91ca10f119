/** The hosted pages: what they escape, which button says what, and how they behave in a real browser with and without script. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { pageAssets, pageSecurityPolicy } from '../../server/pages/assets.ts';
import { renderBrandStylesheet } from '../../server/pages/branding.ts';
import { renderErrorPage } from '../../server/pages/error.ts';
import type { ErrorView } from '../../server/pages/error.ts';
import { speechFor } from '../../server/pages/lib/messages.ts';
import { formatPrice } from '../../server/pages/lib/money.ts';
import { savings } from '../../server/pages/lib/savings.ts';
import { safeUrl } from '../../server/pages/lib/url.ts';
import { renderSelectPage } from '../../server/pages/select.ts';
import type { CurrentPlan, SelectView } from '../../server/pages/select.ts';
import type { PlanView } from '../../server/pages/select-catalogue.ts';
import { chromiumPath } from '../sandbox/support/browser.ts';

const bare = {
  description: null,
  highlight: null,
  features: ['Boards'],
  per_seat: false,
  seats: null,
  trial_days: null,
  trial_card: null,
  contact_url: null,
} as const;

const free: PlanView = { ...bare, id: 'free', name: 'Free', rank: 0, kind: 'free', prices: {} };
const pro: PlanView = {
  ...bare,
  id: 'pro',
  name: 'Pro',
  rank: 1,
  kind: 'paid',
  highlight: 'Most popular',
  trial_days: 14,
  trial_card: 'required',
  prices: { monthly: { unit_amount: 1900, currency: 'usd' }, yearly: { unit_amount: 19000, currency: 'usd' } },
};
const team: PlanView = {
  ...bare,
  id: 'team',
  name: 'Team',
  rank: 2,
  kind: 'paid',
  per_seat: true,
  seats: { min: 2, max: 500 },
  prices: { monthly: { unit_amount: 2900, currency: 'usd' }, yearly: { unit_amount: 29000, currency: 'usd' } },
};
const enterprise: PlanView = {
  ...bare,
  id: 'enterprise',
  name: 'Enterprise',
  rank: 3,
  kind: 'contact',
  contact_url: 'https://driftboard.test/contact',
  prices: {},
};

const frame = {
  locale: 'en',
  brand: { name: 'Driftboard', logo: null, stylesheetUrl: '/brand.css' },
  assetsUrl: '/assets',
};
const nobody: CurrentPlan = { plan: null, billing_cycle: null, status: 'none', trial_available: true };
const view: SelectView = {
  ...frame,
  catalogue: {
    name: 'Driftboard',
    payments: 'stripe',
    billing_cycles: ['monthly', 'yearly'],
    plans: [free, pro, team, enterprise],
  },
  current: nobody,
  billingCycle: 'monthly',
  submitUrl: '/select',
  hidden: { ticket: 't_1' },
  skippable: true,
  error: null,
  boot: null,
};
const onPro: CurrentPlan = { plan: 'pro', billing_cycle: 'monthly', status: 'active', trial_available: false };

const error: ErrorView = {
  ...frame,
  status: 400,
  code: 'redirect_not_allowed',
  title: null,
  detail: null,
  money: 'nothing_charged',
  action: null,
};

describe('what the pages let in', () => {
  const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script>'`;

  it('shows hostile names and values as text, everywhere they appear', async () => {
    const plan = { ...pro, id: hostile, name: hostile, description: hostile, highlight: hostile, features: [hostile] };
    const brand = { name: hostile, logo: hostile, stylesheetUrl: hostile };
    const pages = [
      renderSelectPage({
        ...view,
        brand,
        catalogue: { ...view.catalogue, name: hostile, plans: [plan] },
        hidden: { [hostile]: hostile },
        error: { title: hostile, detail: hostile },
      }),
      renderErrorPage({
        ...error,
        brand,
        code: hostile,
        title: hostile,
        detail: hostile,
        action: { url: '/', label: hostile },
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
      'data:text/html,x',
      '//evil.test/',
      String.raw`/\evil.test`,
      '/\t/evil.test',
    ];
    for (const url of evil) {
      assert.equal(safeUrl(url), null, url);
      const plans = [{ ...enterprise, contact_url: url }];
      const pages = [
        renderSelectPage({
          ...view,
          brand: { name: 'x', logo: url, stylesheetUrl: url },
          submitUrl: url,
          catalogue: { ...view.catalogue, plans },
          boot: { url, returnUrl: url },
        }),
        renderErrorPage({ ...error, brand: null, action: { url, label: null } }),
      ];
      for (const page of pages) {
        for (const [, address] of String(await page).matchAll(/(?:href|action|src|data-url)="([^"]*)"/g)) {
          assert.match(address!, /^(\/assets\/[a-z.-]+\?v=[0-9a-f]{16})?$/);
        }
      }
    }
  });

  it('holds no inline script, style or handler, so that the strict policy loses nothing', async () => {
    for (const page of [renderSelectPage(view), renderErrorPage(error)]) {
      assert.doesNotMatch(String(await page), /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
    }
    assert.doesNotMatch(pageSecurityPolicy({ redirects: [], logo: null }), /unsafe|'nonce/);
  });

  it('lets a form end at checkout and at the app, and a logo come from where it is', () => {
    const policy = pageSecurityPolicy({
      redirects: ['https://checkout.stripe.com/c/pay', 'https://app.test/x', 'javascript:alert(1)'],
      logo: 'https://cdn.test/logo.svg',
    });
    assert.match(policy, /form-action 'self' https:\/\/checkout\.stripe\.com https:\/\/app\.test;/);
    assert.match(policy, /img-src 'self' https:\/\/cdn\.test;/);
  });
});

describe("a project's own look", () => {
  it('becomes properties of a stylesheet', () => {
    assert.equal(
      renderBrandStylesheet({ logo: null, accent: '#0a7', radius: '0', font: 'Inter' }),
      ':root {\n  --planclaim-accent: #0a7;\n  --planclaim-radius: 0px;\n  --planclaim-font: Inter, system-ui, sans-serif;\n}\n',
    );
    assert.equal(renderBrandStylesheet({ logo: null, accent: null, radius: null, font: null }), '');
  });

  it('cannot end its declaration, load anything or leave the sheet', () => {
    for (const value of [
      'red;} body{display:none',
      'url(//evil.test)',
      '</style><script>',
      'expression(alert(1))!',
      '\\69mport',
    ]) {
      assert.equal(renderBrandStylesheet({ logo: null, accent: value, radius: value, font: `${value};` }), '');
    }
  });
});

describe('what each button says (contract §5)', () => {
  /** Text of each plan's buttons, by plan: one for each cycle where they do different things. */
  async function labels(state: Partial<SelectView>): Promise<Record<string, string[]>> {
    const markup = String(await renderSelectPage({ ...view, ...state }));
    return Object.fromEntries(
      [...markup.matchAll(/<article[^]*?<\/article>/g)].map(([card]) => [
        /id="plan-(\w+)"/.exec(card)?.[1] ?? '',
        [...card.matchAll(/<(?:button|a)\s+class="button[^>]*>([^]*?)<\/(?:button|a)>/g)].map((match) =>
          match[1]!.replaceAll(/<svg[^]*?<\/svg>|<[^>]+>/g, '').trim(),
        ),
      ]),
    );
  }

  it('to somebody without a plan', async () => {
    assert.deepEqual(await labels({}), {
      free: ['Get started'],
      pro: ['Start 14-day trial', 'Start 14-day trial'],
      team: ['Subscribe', 'Subscribe'],
      enterprise: ['Contact us'],
    });
  });

  it('to somebody who has had a trial', async () => {
    assert.deepEqual((await labels({ current: { ...nobody, trial_available: false } }))['pro'], [
      'Subscribe',
      'Subscribe',
    ]);
  });

  it('to a subscriber: current here, the other cycle there, up and down', async () => {
    assert.deepEqual(await labels({ current: onPro }), {
      free: ['Downgrade'],
      pro: ['Current plan', 'Switch to yearly'],
      team: ['Upgrade', 'Upgrade'],
      enterprise: ['Contact us'],
    });
  });

  it('to somebody on the free plan', async () => {
    const current = { plan: 'free', billing_cycle: null, status: 'free', trial_available: true };
    assert.deepEqual((await labels({ current }))['free'], ['Current plan']);
    assert.deepEqual((await labels({ current }))['pro'], ['Start 14-day trial', 'Start 14-day trial']);
  });

  it('where nothing is paid', async () => {
    const catalogue = { ...view.catalogue, payments: 'none' as const };
    assert.deepEqual((await labels({ catalogue }))['team'], ['Choose plan', 'Choose plan']);
  });

  it('for what is bought once', async () => {
    const plan = { ...pro, prices: { one_time: { unit_amount: 9900, currency: 'usd' } } };
    assert.deepEqual(await labels({ catalogue: { ...view.catalogue, plans: [plan] } }), { pro: ['Buy'] });
  });

  it('fills one button only: the suggested plan, or for a subscriber the next one up', async () => {
    for (const [current, expected] of [
      [nobody, 'pro'],
      [onPro, 'team'],
    ] as const) {
      const markup = String(await renderSelectPage({ ...view, current }));
      const filled = [...markup.matchAll(/<button class="button wide "[^>]*describedby="plan-(\w+)"/g)].map(
        (match) => match[1],
      );
      assert.deepEqual([...new Set(filled)], [expected]);
    }
  });
});

describe('prices and savings', () => {
  it('drops needless zeros, and counts minor units as Stripe does', () => {
    assert.equal(formatPrice(1900, 'usd', 'en'), '$19');
    assert.equal(formatPrice(19000 / 12, 'usd', 'en'), '$15.83');
    assert.equal(formatPrice(2900, 'jpy', 'en'), '¥2,900');
  });

  it('promises what the year saves, and "up to" only where plans differ', () => {
    assert.deepEqual(savings([free, pro, team]), { percent: 17, same: true });
    const dear = { ...team, prices: { ...team.prices, yearly: { unit_amount: 34800, currency: 'usd' } } };
    assert.deepEqual(savings([pro, dear]), { percent: 17, same: false });
    assert.deepEqual(savings([free, enterprise]), { percent: 0, same: true });
  });
});

describe('errors', () => {
  it('say what happened, what did not, and the next step', async () => {
    const markup = String(
      await renderErrorPage({ ...error, status: 503, code: 'unavailable', action: { url: '/retry', label: null } }),
    );
    for (const words of ['The billing service did not answer', 'Nothing was charged.', 'Try again']) {
      assert.ok(markup.includes(words), words);
    }
  });

  it('have words for codes that nobody has written any for', async () => {
    const client = String(await renderErrorPage({ ...error, code: 'constructor', money: null }));
    assert.match(client, /This link does not work/);
    assert.doesNotMatch(client, /Nothing was charged/);
    assert.match(
      String(await renderErrorPage({ ...error, status: 500, code: 'internal' })),
      /Something on our side failed/,
    );
  });
});

describe('languages', () => {
  for (const locale of ['de', 'fr', 'es', 'ja', 'ar']) {
    it(`speaks ${locale} on every page, with no English left over`, async () => {
      assert.deepEqual(untranslated(speechFor(locale).text, speechFor('en').text), []);
      const markup = String(await renderSelectPage({ ...view, locale }));
      assert.match(markup, new RegExp(`<html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}">`));
    });
  }

  it('speaks English for nonsense and for languages it does not know', () => {
    for (const locale of ['', 'xx', 'de_DE', '"><script>', 'constructor']) assert.equal(speechFor(locale).lang, 'en');
    assert.equal(speechFor('de-AT').lang, 'de-AT');
  });
});

describe('in a browser', () => {
  let browser: Browser;
  let server: ReturnType<typeof createAdaptorServer>;
  let origin: string;
  let shown: SelectView = view;
  let posts: Record<string, string>[] = [];
  let tokens: (string | undefined)[] = [];
  let release = Promise.withResolvers<void>();
  let tokenAnswer: () => Response;

  before(async () => {
    const app = new Hono();
    app.use(async (c, next) => {
      await next();
      c.header('Content-Security-Policy', pageSecurityPolicy({ redirects: [], logo: null }));
    });
    app.get('/assets/:name', (c) => {
      const asset = Object.entries(pageAssets).find(([name]) => name === c.req.param('name'))?.[1];
      return asset ? c.body(asset.body, 200, { 'Content-Type': asset.type, ETag: asset.etag }) : c.notFound();
    });
    app.get('/brand.css', (c) => c.body('', 200, { 'Content-Type': 'text/css' }));
    app.get('/select', (c) => c.html(renderSelectPage(shown)));
    app.post('/select', async (c) => {
      posts.push(Object.fromEntries([...(await c.req.formData())].map(([name, value]) => [name, String(value)])));
      await release.promise;
      return c.redirect('/app', 303);
    });
    app.post('/select/session', (c) => {
      tokens.push(c.req.header('authorization'));
      return tokenAnswer();
    });
    app.get('/app', (c) => c.html('<!doctype html><title>App</title>'));
    app.get('/error', (c) => c.html(renderErrorPage({ ...error, action: { url: '/app', label: null } })));
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

  async function visit(path: string, state: Partial<SelectView> = {}, how: BrowserContextOptions = {}) {
    shown = { ...view, ...state };
    posts = [];
    tokens = [];
    release = Promise.withResolvers<void>();
    const context = await browser.newContext(how);
    const page = await context.newPage();
    const violations: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted/i.test(message.text())) violations.push(message.text());
    });
    page.on('pageerror', (fault) => violations.push(fault.message));
    await page.goto(origin + path);
    return { page, violations, [Symbol.asyncDispose]: () => context.close() };
  }

  it('chooses a plan in the switched-on cycle without JavaScript, and moves nothing when switching', async () => {
    await using tab = await visit('/select', {}, { javaScriptEnabled: false });
    const button = tab.page.getByRole('button', { name: 'Subscribe' });
    const before = await button.boundingBox();
    await tab.page.getByText('$19', { exact: true }).waitFor();
    await tab.page.getByRole('radio', { name: /Yearly/ }).check();
    await tab.page.getByText('$15.83').waitFor();
    assert.equal(await tab.page.getByText('$19', { exact: true }).isVisible(), false);
    assert.deepEqual(await button.boundingBox(), before);
    release.resolve();
    await button.click();
    await tab.page.waitForURL(`${origin}/app`);
    assert.deepEqual(posts, [{ ticket: 't_1', billing_cycle: 'yearly', plan: 'team' }]);
  });

  it('does not choose anything when Enter is pressed in the switch', async () => {
    await using tab = await visit('/select');
    release.resolve();
    await tab.page.getByRole('radio', { name: /Yearly/ }).focus();
    await tab.page.keyboard.press('Enter');
    await tab.page.keyboard.press('ArrowLeft');
    await tab.page.getByRole('button', { name: 'Skip for now' }).click();
    await tab.page.waitForURL(`${origin}/app`);
    assert.deepEqual(posts, [{ ticket: 't_1', skip: '1' }]);
  });

  it('sends one choice for two clicks in one tick, busy at the same width, and is idle after Back (R41.1, R41.2)', async () => {
    await using tab = await visit('/select');
    // In one step of the page: once the form is on its way, Playwright waits for where it leads.
    const seen = await tab.page
      .locator('[aria-describedby="plan-pro"]:visible')
      .evaluate((button: HTMLButtonElement) => {
        const idle = button.getBoundingClientRect().width;
        let sent = 0;
        addEventListener('submit', (event) => (sent += event.defaultPrevented ? 0 : 1));
        button.click();
        button.click();
        const busy = button.getAttribute('aria-busy');
        const says = button.innerText.trim();
        const grown = button.getBoundingClientRect().width - idle;
        dispatchEvent(new PageTransitionEvent('pageshow'));
        return { sent, busy, says, grown, after: button.getAttribute('aria-busy') };
      });
    assert.deepEqual(seen, { sent: 1, busy: 'true', says: 'One moment', grown: 0, after: 'false' });
    release.resolve();
    await tab.page.waitForURL(`${origin}/app`);
    assert.equal(posts.length, 1);
    await tab.page.goBack();
    await tab.page.locator('[aria-describedby="plan-pro"]:visible:not([aria-busy="true"])').waitFor();
  });

  it('shows prices to somebody who bought once, where the switch knows only months and years', async () => {
    const catalogue = { ...view.catalogue, billing_cycles: ['monthly', 'yearly', 'one_time'] as const };
    await using tab = await visit('/select', { catalogue, billingCycle: 'one_time' });
    await tab.page.getByText('$19', { exact: true }).waitFor();
  });

  it('offers the other cycle of the current plan only where that is switched on', async () => {
    await using tab = await visit('/select', { current: onPro });
    assert.ok(await tab.page.getByRole('button', { name: 'Current plan' }).isDisabled());
    assert.equal(await tab.page.getByRole('button', { name: 'Switch to yearly' }).count(), 0);
    await tab.page.getByRole('radio', { name: /Yearly/ }).check();
    await tab.page.getByRole('button', { name: 'Switch to yearly' }).waitFor();
  });

  const boot = { url: '/select/session', returnUrl: 'https://app.test/' };

  it('takes a token out of the fragment, shows it to the backend once, and replaces the page', async () => {
    tokenAnswer = () => Response.json({ redirect: '/app' });
    await using tab = await visit('/select?project_id=acme#token=abc.def.ghi', { current: null, boot });
    await tab.page.waitForURL(`${origin}/app`);
    assert.deepEqual(tokens, ['Bearer abc.def.ghi']);
    assert.equal(await tab.page.evaluate(() => history.length), 2, 'the address with the token is in no history entry');
  });

  it('leaves no token in the address, and offers to try again when nobody answers', async () => {
    tokenAnswer = () => new Response('down', { status: 502 });
    await using tab = await visit('/select?project_id=acme#token=abc', { current: null, boot });
    await tab.page.getByText('The billing service did not answer. Nothing was changed.').waitFor();
    assert.equal(tab.page.url(), `${origin}/select?project_id=acme`);
    tokenAnswer = () => Response.json({ redirect: '/app' });
    await tab.page.getByRole('button', { name: 'Try again' }).click();
    await tab.page.waitForURL(`${origin}/app`);
    assert.equal(tokens.length, 2);
  });

  it('sends whoever has no good token back to sign in', async () => {
    tokenAnswer = () => Response.json({ code: 'unauthorized' }, { status: 401 });
    for (const path of ['/select#token=expired', '/select']) {
      await using tab = await visit(path, { current: null, boot });
      await tab.page.getByText('Sign in first').waitFor();
      assert.equal(
        await tab.page.getByRole('link', { name: 'Back to the app' }).getAttribute('href'),
        'https://app.test/',
      );
    }
  });

  it('does not follow an answer that leads out of the web', async () => {
    tokenAnswer = () => Response.json({ redirect: 'javascript:document.title="owned"' });
    await using tab = await visit('/select#token=abc', { current: null, boot });
    await tab.page.getByRole('button', { name: 'Try again' }).waitFor();
    assert.notEqual(await tab.page.title(), 'owned');
  });

  it('keeps 4.5 : 1 for text, whatever the accent is, in both schemes and under the pointer', async () => {
    await using tab = await visit('/select');
    const accents = ['#000', '#fff', '#ff0', '#0f0', '#00f', '#f0f', '#808080', ...randomColours(50)];
    for (const colorScheme of ['light', 'dark'] as const) {
      await tab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const poor = await tab.page.evaluate((list) => {
        const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
        const probe = document.body.appendChild(document.createElement('i'));
        const luminance = (value: string) => {
          probe.style.color = value;
          pen.fillStyle = getComputedStyle(probe).color;
          pen.fillRect(0, 0, 1, 1);
          const [red, green, blue] = [...pen.getImageData(0, 0, 1, 1).data].map((byte) => {
            const part = byte / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
        };
        return list.flatMap((accent) => {
          document.documentElement.style.setProperty('--planclaim-accent', accent);
          return [
            ['--on-accent', '--accent'],
            ['--on-accent', '--accent-hover'],
            ['--accent-text', '--surface'],
            ['--accent-text', '--accent-soft'],
          ].flatMap(([front, back]) => {
            const [one, other] = [luminance(`var(${front})`), luminance(`var(${back})`)];
            const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
            return contrast < 4.5 ? [`${accent}: ${front} on ${back} ${contrast.toFixed(2)}`] : [];
          });
        });
      }, accents);
      assert.deepEqual(poor, [], colorScheme);
    }
  });

  const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
  const states: readonly (readonly [string, string, Partial<SelectView>])[] = [
    ['signed in', '/select', {}],
    ['on Pro', '/select', { current: onPro, billingCycle: 'yearly' }],
    ['an error', '/select', { error: { title: 'Pro could not be chosen', detail: 'Nothing was changed.' } }],
    ['no plans', '/select', { catalogue: { ...view.catalogue, plans: [], billing_cycles: [] } }],
    ['no token', '/select', { current: null, boot }],
    ['right to left', '/select', { locale: 'ar' }],
    ['error page', '/error', {}],
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

/** The same every run, so that a failure can be looked at again. */
function randomColours(count: number): string[] {
  let seed = 20261123;
  return Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return `#${(seed >>> 8).toString(16).padStart(6, '0')}`;
  });
}

/** Paths of plain strings that say the same in both languages, words that are the same there aside. */
function untranslated(words: object, english: object, path = ''): string[] {
  const same = new Set(['select.upgrade', 'select.downgrade']);
  return Object.entries(english).flatMap(([key, value]) => {
    const at = path ? `${path}.${key}` : key;
    const own: unknown = Reflect.get(words, key);
    if (typeof value === 'object' && value !== null) return untranslated(own as object, value as object, at);
    return typeof value === 'string' && own === value && !same.has(at) ? [at] : [];
  });
}
