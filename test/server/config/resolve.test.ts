import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exampleConfig, exampleEnvironment, exampleWith, mistakesOf, resolveExample } from './fixture.ts';

/** Exactly one mistake, and it says this. */
function assertMistake(input: unknown, expected: RegExp, env = exampleEnvironment): void {
  const mistakes = mistakesOf(input, env);
  assert.equal(mistakes.length, 1, `expected one mistake:\n${mistakes.join('\n')}`);
  assert.match(mistakes[0] ?? '', expected);
}

const plan = (extra: Record<string, unknown>): Record<string, unknown> => ({ id: 'pro', name: 'Pro', ...extra });
const withPlan = (extra: Record<string, unknown>): unknown => exampleWith({ defaultPlan: null, plans: [plan(extra)] });

describe("the contract's example", () => {
  const acme = resolveExample(exampleConfig()).projects.get('acme');

  it('is valid', () => {
    assert.equal(acme?.name, 'Acme');
    assert.deepEqual(
      acme?.plans.map(({ id, kind, rank }) => [id, kind, rank]),
      [
        ['free', 'free', 0],
        ['pro', 'paid', 1],
        ['team', 'paid', 2],
        ['enterprise', 'contact', 3],
      ],
    );
  });

  it('has its secrets read and its times in seconds', () => {
    assert.equal(acme?.token.ttl, 600);
    assert.deepEqual(acme?.apiKeys, [exampleEnvironment['ACME_API_KEY']]);
    assert.equal(acme?.issuers[1]?.secret, exampleEnvironment['ACME_JWT_SECRET']);
    assert.deepEqual(acme?.webhooks[0]?.secret, exampleEnvironment['ACME_HOOK_SECRET']);
    assert.deepEqual(acme?.stripe, {
      secretKey: 'sk_test_acme',
      webhookSecrets: ['whsec_one', 'whsec_two'],
      mode: 'test',
    });
  });

  it('gives a plan without seats none and a seat plan its bounds', () => {
    assert.deepEqual(
      acme?.plans.map(({ seats }) => seats),
      [null, null, { min: 2, max: 500 }, null],
    );
  });
});

describe('a small config', () => {
  const config = resolveExample(
    { projects: { beta: { name: 'Beta', payments: 'none', plans: [{ id: 'free', name: 'Free' }] } } },
    { PLANCLAIM_SECRET: exampleEnvironment['PLANCLAIM_SECRET'] },
  );
  const beta = config.projects.get('beta');

  it('needs no Stripe and gets every default', () => {
    assert.equal(beta?.stripe, null);
    assert.equal(beta?.defaultPlan, null);
    assert.equal(beta?.pastDueGraceDays, 7);
    assert.deepEqual(beta?.changes, { upgrade: 'now', downgrade: 'period_end', seats: 'next_invoice' });
    assert.equal(beta?.checkout.unsignedLinks, true);
    assert.equal(beta?.checkout.duplicates, 'refund');
    assert.deepEqual(beta?.token, {
      ttl: 600,
      algorithm: 'ES256',
      audience: 'beta',
      namespace: null,
      keep: null,
      maxBytes: 512,
    });
  });

  it('names no secret outside of where it belongs', () => {
    assert.deepEqual(Object.keys(config).toSorted(), [
      'databaseUrl',
      'host',
      'logLevel',
      'metricsToken',
      'port',
      'projects',
      'publicUrl',
      'secret',
      'stripeApiBase',
      'stripeReadsPerSecond',
    ]);
  });
});

describe('mistakes', () => {
  it('are all in one message, each with its path', () => {
    const mistakes = mistakesOf(
      {
        projects: {
          acme: {
            nam: 'Acme',
            payments: 'strip',
            defaultPlan: 'fre',
            plans: [
              { id: 'free', name: 'Free', prizes: {} },
              { id: 'Pro', name: 7, prices: { monthly: { usd: 19.5 } } },
              { id: 'free', name: 'Again', prices: { yearly: { zzz: -1 } } },
            ],
            origins: ['https://app.acme.test/'],
            redirects: ['https://*.acme.test/*'],
            issuers: [{ issuer: 'x', jwksUri: 'https://x.test/jwks', algorithms: ['none'] }],
            apiKeys: [{ env: 'NOT_SET' }],
            token: { ttl: '1d' },
          },
        },
      },
      { PORT: 'eighty' },
    );
    const paths = mistakes.map((line) => line.slice(0, line.indexOf(': '))).toSorted();
    assert.deepEqual(
      paths,
      [
        'PORT',
        'projects.acme.apiKeys[0].env',
        'projects.acme.defaultPlan',
        'projects.acme.issuers[0].algorithms[0]',
        'projects.acme.nam',
        'projects.acme.name',
        'projects.acme.origins[0]',
        'projects.acme.payments',
        'projects.acme.plans[0].prizes',
        'projects.acme.plans[1].id',
        'projects.acme.plans[1].name',
        'projects.acme.plans[1].prices.monthly.usd',
        'projects.acme.plans[2].id',
        'projects.acme.plans[2].prices.yearly.zzz',
        'projects.acme.plans[2].prices.yearly.zzz',
        'projects.acme.redirects[0]',
        'projects.acme.token.ttl',
      ].toSorted(),
    );
  });

  it('in one entry of a list hide none in the others', () => {
    const mistakes = mistakesOf(
      exampleWith({ apiKeys: [{ env: 7 }, { env: 'NOT_SET' }], origins: [1, 'https://a.test/'] }),
    );
    assert.deepEqual(mistakes.map((line) => line.slice(0, line.indexOf(': '))).toSorted(), [
      'projects.acme.apiKeys[0].env',
      'projects.acme.apiKeys[1].env',
      'projects.acme.origins[0]',
      'projects.acme.origins[1]',
    ]);
  });

  it('suggest the key that was meant', () => {
    assertMistake(
      exampleWith({ checkout: { promotioncodes: true } }),
      /promotioncodes: .*Did you mean "promotionCodes"\?$/,
    );
  });

  it('name the plan that was meant as default', () => {
    assertMistake(exampleWith({ defaultPlan: 'fre' }), /defaultPlan: "fre" is none .*Did you mean "free"\?$/);
  });

  it('never show a secret', () => {
    const secrets = {
      ACME_JWT_SECRET: 'short-jwt-secret',
      ACME_API_KEY: 'ak_wrong_start_of_key',
      ACME_HOOK_SECRET: 'hook-secret',
      PLANCLAIM_SECRET: 'short-secret',
      STRIPE_SECRET_KEY: 'pk_test_published',
      STRIPE_WEBHOOK_SECRET: 'sk_test_mixed_up',
    };
    const text = mistakesOf(exampleConfig(), secrets).join('\n');
    for (const [name, secret] of Object.entries(secrets)) {
      assert.match(text, new RegExp(name));
      assert.ok(!text.includes(secret), `${name} is shown`);
    }
  });

  it('of a config that is no object at all are said too', () => {
    for (const input of [
      undefined,
      null,
      7,
      [],
      'x',
      { projects: [] },
      { projects: {} },
      { projects: { acme: null } },
    ]) {
      assert.notDeepEqual(mistakesOf(input), []);
    }
  });
});

describe('plans', () => {
  it('refuse two with one id', () => {
    assertMistake(
      exampleWith({ defaultPlan: null, plans: [plan({}), plan({ name: 'Other' })] }),
      /plans\[1\]\.id: "pro" is the id of an earlier plan/,
    );
  });

  it('refuse ids that would not fit into a lookup key', () => {
    for (const id of ['Pro', '-pro', 'pro plan', 'prö', '', 'a'.repeat(65)]) {
      assert.notDeepEqual(mistakesOf(exampleWith({ defaultPlan: null, plans: [plan({ id })] })), [], id);
    }
  });

  it('refuse amounts that are not whole minor units', () => {
    for (const usd of [19.5, -1, Number.NaN, '1900', null]) {
      assert.notDeepEqual(mistakesOf(withPlan({ prices: { monthly: { usd } } })), [], String(usd));
    }
  });

  it('refuse currencies that there are not, or not in lower case', () => {
    assertMistake(withPlan({ prices: { monthly: { usx: 1900 } } }), /monthly\.usx: is not a currency/);
    assertMistake(withPlan({ prices: { monthly: { USD: 1900 } } }), /monthly\.USD: must be in lower case/);
  });

  it('refuse amounts that Stripe would not take', () => {
    assertMistake(withPlan({ prices: { monthly: { kwd: 1234 } } }), /multiples of 10/);
    assert.deepEqual(mistakesOf(withPlan({ prices: { monthly: { jpy: 2801, kwd: 1230 } } })), []);
  });

  it('need one currency that every price has; others may be missing here and there', () => {
    assert.deepEqual(
      mistakesOf(withPlan({ prices: { monthly: { usd: 1900, eur: 1800 }, yearly: { usd: 19000 } } })),
      [],
    );
    assertMistake(
      exampleWith({
        defaultPlan: null,
        plans: [
          plan({ prices: { monthly: { usd: 1, gbp: 1 } } }),
          plan({ id: 'team', prices: { monthly: { eur: 2 } } }),
        ],
      }),
      /plans\[1\]\.prices\.monthly: has no amount in usd or gbp/,
    );
  });

  it('refuse an unknown cycle', () => {
    const mistakes = mistakesOf(withPlan({ prices: { month: { usd: 1900 } } }));
    assert.match(mistakes.join('\n'), /prices\.month: is not known here/);
  });

  it('refuse seats without perSeat, perSeat without a price, and bounds the wrong way round', () => {
    const prices = { monthly: { usd: 1 } };
    assertMistake(withPlan({ prices, seats: { min: 2 } }), /seats: only counts with perSeat/);
    assertMistake(withPlan({ perSeat: true }), /perSeat: needs prices/);
    assertMistake(withPlan({ prices, perSeat: true, seats: { min: 5, max: 4 } }), /min above its max/);
    assertMistake(withPlan({ prices, perSeat: true, seats: { min: 0 } }), /seats\.min: must be 1 or more/);
  });

  it('refuse a trial of a plan that does not renew, and a card question without a trial', () => {
    assertMistake(withPlan({ prices: { one_time: { usd: 1 } }, trialDays: 7 }), /trialDays: needs a monthly or yearly/);
    assertMistake(withPlan({ trialDays: 7 }), /trialDays: needs a monthly or yearly/);
    assertMistake(withPlan({ prices: { monthly: { usd: 1 } }, trialCard: 'optional' }), /trialCard: only counts/);
    assert.notDeepEqual(mistakesOf(withPlan({ prices: { monthly: { usd: 1 } }, trialDays: 0 })), []);
  });

  it('refuse a legacy price that means two plans, or one that nobody pays for', () => {
    const prices = { monthly: { usd: 1 } };
    assertMistake(
      exampleWith({
        defaultPlan: null,
        plans: [
          plan({ prices, legacyPrices: ['price_1'] }),
          plan({ id: 'team', prices, legacyPrices: ['price_2', 'price_1'] }),
        ],
      }),
      /plans\[1\]\.legacyPrices\[1\]: already means the plan "pro"/,
    );
    assertMistake(withPlan({ legacyPrices: ['price_1'] }), /legacyPrices: needs prices/);
    assertMistake(withPlan({ prices, legacyPrices: ['prod_1'] }), /must be a Stripe price id/);
  });

  it('refuse to give everyone a plan that has to be bought', () => {
    assertMistake(exampleWith({ defaultPlan: 'pro' }), /defaultPlan: "pro" has to be bought/);
    assert.deepEqual(mistakesOf(exampleWith({ defaultPlan: 'pro', payments: 'none' })), []);
  });

  it('refuse entitlements that are neither on, off nor a number', () => {
    assertMistake(
      withPlan({ entitlements: { export: 'yes' } }),
      /entitlements\.export: must be true, false or a number/,
    );
    assertMistake(withPlan({ entitlements: { projects: -0.5 } }), /entitlements\.projects: must be 0 or more; -1/);
    assertMistake(withPlan({ entitlements: { 'two words': true } }), /\["two words"\]: may have letters/);
  });

  it('refuse claims that cannot fit into a token, and accept them with more room', () => {
    const entitlements = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`feature_number_${index}`, true]),
    );
    assertMistake(
      withPlan({ entitlements }),
      /plans\[0\]\.entitlements: make up to \d+ bytes of claims, and token\.maxBytes is 512/,
    );
    assert.deepEqual(
      mistakesOf(exampleWith({ defaultPlan: null, plans: [plan({ entitlements })], token: { maxBytes: 1200 } })),
      [],
    );
  });
});

describe('access', () => {
  it('takes origins only as origins', () => {
    for (const origin of [
      'https://app.acme.test/',
      'https://app.acme.test:443',
      'https://APP.acme.test',
      'app.acme.test',
      '*',
      'null',
      'https://*.acme.test',
      'ftp://acme.test',
      'https://u@acme.test',
    ]) {
      assert.notDeepEqual(mistakesOf(exampleWith({ origins: [origin] })), [], origin);
    }
    assert.deepEqual(mistakesOf(exampleWith({ origins: ['https://app.acme.test', 'http://localhost:3000'] })), []);
    assertMistake(exampleWith({ origins: ['https://a.test', 'https://a.test'] }), /origins\[1\]: .* twice/);
  });

  it('takes redirects only as pages or folders of an origin', () => {
    for (const pattern of [
      '*',
      'https://*',
      'https://*.acme.test/*',
      'https://app.acme.test*',
      'https://app.acme.test/*/x',
      '/welcome',
      '//app.acme.test/*',
      'javascript:alert(1)',
      'acme://back',
      'https://app.acme.test/?a=1',
      'https://u:p@app.acme.test/*',
      'https://app.acme.test/a/../*',
    ]) {
      assert.notDeepEqual(mistakesOf(exampleWith({ redirects: [pattern] })), [], pattern);
    }
  });

  const withIssuer = (issuer: Record<string, unknown>): unknown =>
    exampleWith({ issuers: [{ issuer: 'x', ...issuer }] });

  it('wants jwksUri or secretEnv of an issuer, not both and not neither', () => {
    assertMistake(withIssuer({}), /issuers\[0\]: needs jwksUri, or secretEnv/);
    assertMistake(withIssuer({ jwksUri: 'https://x.test/jwks', secretEnv: 'ACME_JWT_SECRET' }), /has both/);
  });

  it('keeps secrets and public keys apart', () => {
    const jwksUri = 'https://x.test/jwks';
    assertMistake(withIssuer({ jwksUri, algorithms: ['HS256'] }), /the public key would be the secret/);
    assertMistake(withIssuer({ secretEnv: 'ACME_JWT_SECRET', algorithms: ['RS256'] }), /needs jwksUri/);
    for (const none of ['none', 'None', 'NONE'])
      assertMistake(withIssuer({ jwksUri, algorithms: [none] }), /is no signature/);
    assertMistake(withIssuer({ jwksUri, algorithms: ['ES265'] }), /Did you mean "ES256"/);
  });

  it('refuses a shared secret that is empty, or shorter than its hash (RFC 7518 §3.2)', () => {
    const issuers = [{ issuer: 'x', secretEnv: 'ACME_JWT_SECRET', algorithms: ['HS256'] }];
    const env = (secret: string) => ({ ...exampleEnvironment, ACME_JWT_SECRET: secret });
    assertMistake(exampleWith({ issuers }), /is not set/, env(''));
    assertMistake(exampleWith({ issuers }), /is not set/, env('   '));
    assertMistake(exampleWith({ issuers }), /shorter than 32 bytes/, env('a'.repeat(31)));
    assert.deepEqual(mistakesOf(exampleWith({ issuers }), env('a'.repeat(32))), []);
  });

  it('refuses keys from a private network, but not from this machine', () => {
    for (const jwksUri of [
      'http://idp.acme.test/jwks',
      'https://10.0.0.7/jwks',
      'https://169.254.169.254/jwks',
      'https://[fd00::1]/jwks',
      'https://idp/jwks',
      'https://metadata.google.internal/jwks',
    ]) {
      assertMistake(withIssuer({ jwksUri }), /private network/);
      assert.deepEqual(mistakesOf(withIssuer({ jwksUri, allowPrivateJwks: true })), []);
    }
    for (const jwksUri of [
      'http://localhost:8789/jwks',
      'http://127.0.0.1:4000/jwks',
      'http://[::1]/jwks',
      'https://idp.acme.test/jwks',
    ]) {
      assert.deepEqual(mistakesOf(withIssuer({ jwksUri })), [], jwksUri);
    }
  });

  it('refuses one issuer twice for one audience', () => {
    const entry = (audience?: unknown) => ({
      issuer: 'x',
      jwksUri: 'https://x.test/jwks',
      ...(audience === undefined ? {} : { audience }),
    });
    assertMistake(exampleWith({ issuers: [entry('a'), entry(['b', 'a'])] }), /issuers\[1\]: "x" is listed twice/);
    assertMistake(exampleWith({ issuers: [entry(), entry('a')] }), /listed twice/);
    assert.deepEqual(mistakesOf(exampleWith({ issuers: [entry('a'), entry('b')] })), []);
  });

  it('refuses ourselves as an issuer', () => {
    assertMistake(
      exampleWith({ issuers: [{ issuer: 'http://localhost:8787/', jwksUri: 'https://x.test/jwks' }] }),
      /is PUBLIC_URL, our own/,
    );
  });

  it('wants secret keys that can be told from others and not be guessed', () => {
    for (const key of ['acme-key-0123456789abcdef', 'sk_shrt', 'sk_with spaces 0123456789']) {
      assertMistake(exampleConfig(), /ACME_API_KEY must start with sk_/, { ...exampleEnvironment, ACME_API_KEY: key });
    }
  });

  it('refuses one secret key for two projects', () => {
    const project = { name: 'P', payments: 'none', plans: [plan({})], apiKeys: [{ env: 'ACME_API_KEY' }] };
    assertMistake(
      { projects: { one: project, two: project } },
      /two\.apiKeys\[0\]\.env: is the same key as one of project "one"/,
    );
  });

  it('refuses projects whose prices would share a lookup key', () => {
    const project = (id: string) => ({
      name: 'P',
      payments: 'stripe',
      plans: [plan({ id, prices: { monthly: { usd: 1 } } })],
    });
    assertMistake(
      { projects: { a: project('b_c'), a_b: project('c') } },
      /a_b\.plans\[0\]\.id: "c" makes the lookup key a_b_c_monthly, which project "a" makes too/,
    );
  });

  it('wants outgoing webhooks over https with a Standard Webhooks secret', () => {
    assertMistake(
      exampleWith({ webhooks: [{ url: 'http://api.acme.test/x', secretEnv: 'ACME_HOOK_SECRET' }] }),
      /webhooks\[0\]\.url: must be an https/,
    );
    for (const secret of ['whsec_short', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', `whsec_${'A'.repeat(100)}`]) {
      assertMistake(exampleConfig(), /ACME_HOOK_SECRET must be whsec_/, {
        ...exampleEnvironment,
        ACME_HOOK_SECRET: secret,
      });
    }
  });

  it('reads hook secrets as their providers write them', () => {
    const input = exampleWith({ hooks: { supabase: { secretEnv: 'SUPABASE_HOOK' } } });
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const config = resolveExample(input, { ...exampleEnvironment, SUPABASE_HOOK: `v1,${secret}|v1,${secret}` });
    assert.deepEqual(config.projects.get('acme')?.hooks.supabase?.secrets, [secret, secret]);
    assertMistake(input, /SUPABASE_HOOK must be as Supabase shows it/, {
      ...exampleEnvironment,
      SUPABASE_HOOK: 'v1,nothing',
    });
  });

  it('refuses CSS that is more than a value', () => {
    for (const branding of [
      { accent: 'red; background: url(//x)' },
      { radius: 'calc(1px)' },
      { font: 'Inter; }' },
      { logo: '//x.test/l.svg' },
      { logo: 'javascript:1' },
    ]) {
      assert.notDeepEqual(mistakesOf(exampleWith({ branding })), [], JSON.stringify(branding));
    }
  });
});

describe('tokens', () => {
  it('live as long as the config says, in any unit', () => {
    for (const [ttl, seconds] of [
      ['90s', 90],
      ['10m', 600],
      ['1h', 3600],
      [300, 300],
      ['45', 45],
    ] as const) {
      assert.equal(resolveExample(exampleWith({ token: { ttl } })).projects.get('acme')?.token.ttl, seconds);
    }
    for (const ttl of ['', '10 minutes', '1d', 0, -5, 1.5, '25h', Number.NaN]) {
      assert.notDeepEqual(mistakesOf(exampleWith({ token: { ttl } })), [], String(ttl));
    }
  });

  it('are never signed with a symmetric key or not at all', () => {
    for (const algorithm of ['HS256', 'none'])
      assertMistake(exampleWith({ token: { algorithm } }), /must be 'ES256' or/);
  });

  it('take a namespace with or without its slash', () => {
    for (const namespace of ['https://app.example', 'https://app.example/']) {
      assert.equal(
        resolveExample(exampleWith({ token: { namespace } })).projects.get('acme')?.token.namespace,
        'https://app.example/',
      );
    }
  });
});

describe('free selections', () => {
  it('are kept, ended, or kept until a date', () => {
    for (const freeSelections of ['keep', 'end', { until: '2027-01-31' }, { until: '2027-01-31T12:00:00Z' }]) {
      assert.deepEqual(
        resolveExample(exampleWith({ freeSelections })).projects.get('acme')?.freeSelections,
        freeSelections,
      );
    }
    for (const freeSelections of ['forever', { until: 'soon' }, { until: '2027-02-31' }, {}]) {
      assertMistake(exampleWith({ freeSelections }), /freeSelections: must be 'keep', 'end' or/);
    }
  });
});
