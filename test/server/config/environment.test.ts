import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { keptSecret, type EnvironmentVariables } from '../../../server/config/environment.ts';
import { exampleConfig, exampleEnvironment, exampleWith, mistakesOf, resolveExample } from './fixture.ts';

const withEnv = (env: EnvironmentVariables): string[] => mistakesOf(exampleConfig(), { ...exampleEnvironment, ...env });

function assertMistake(env: EnvironmentVariables, expected: RegExp): void {
  const mistakes = withEnv(env);
  assert.equal(mistakes.length, 1, mistakes.join('\n'));
  assert.match(mistakes[0] ?? '', expected);
}

describe('the environment', () => {
  it("has the contract's defaults", () => {
    const config = resolveExample(exampleConfig());
    assert.equal(config.port, 8787);
    assert.equal(config.host, '127.0.0.1');
    assert.equal(config.publicUrl, 'http://localhost:8787');
    assert.equal(config.databaseUrl, 'file:/srv/app/.planclaim/planclaim.db');
    assert.equal(config.stripeApiBase, null);
    assert.equal(config.logLevel, 'info');
  });

  it('makes PUBLIC_URL from PORT, and takes it as it is without a trailing slash', () => {
    assert.equal(
      resolveExample(exampleConfig(), { ...exampleEnvironment, PORT: '9000' }).publicUrl,
      'http://localhost:9000',
    );
    assert.equal(
      resolveExample(exampleConfig(), { ...exampleEnvironment, PUBLIC_URL: 'https://acme.test/billing/' }).publicUrl,
      'https://acme.test/billing',
    );
  });

  it('treats an empty variable as one that is not set', () => {
    assert.equal(
      resolveExample(exampleConfig(), { ...exampleEnvironment, PORT: '', HOST: ' ', LOG_LEVEL: '' }).port,
      8787,
    );
  });

  it('refuses what it cannot use', () => {
    for (const PORT of ['eighty', '-1', '65536', '80.5']) assertMistake({ PORT }, /^PORT: /);
    for (const PUBLIC_URL of [
      'acme.test',
      'ftp://acme.test',
      'https://acme.test/?x=1',
      'https://u:p@acme.test',
      'https://acme.test/#x',
    ]) {
      assertMistake({ PUBLIC_URL }, /^PUBLIC_URL: /);
    }
    for (const DATABASE_URL of ['planclaim.db', 'mysql://x', 'file:'])
      assertMistake({ DATABASE_URL }, /^DATABASE_URL: /);
    for (const STRIPE_API_BASE of ['localhost:8788', 'http://localhost:8788/v1']) {
      assertMistake({ STRIPE_API_BASE }, /^STRIPE_API_BASE: /);
    }
    assertMistake({ LOG_LEVEL: 'debg' }, /^LOG_LEVEL: .*Did you mean "debug"/);
    assertMistake({ PLANCLAIM_SECRET: 'short' }, /^PLANCLAIM_SECRET: has 5 characters/);
  });

  it('wants its own secret with PostgreSQL, where every instance needs the same one', () => {
    assertMistake(
      { DATABASE_URL: 'postgres://localhost/x', PLANCLAIM_SECRET: undefined },
      /^PLANCLAIM_SECRET: is not set/,
    );
  });
});

describe("payments: 'stripe'", () => {
  it('refuses to start without a key, and never falls back to free selection (R25.2)', () => {
    assertMistake(
      { STRIPE_SECRET_KEY: undefined, STRIPE_WEBHOOK_SECRET: undefined },
      /^STRIPE_SECRET_KEY: is not set, and project "acme" says payments: 'stripe'/,
    );
  });

  it('refuses to start without a webhook secret, even when no project is paid (R4.1)', () => {
    assertMistake(
      { STRIPE_WEBHOOK_SECRET: undefined },
      /^STRIPE_WEBHOOK_SECRET: is not set, and is required as soon as there is a Stripe key/,
    );
    const mistakes = mistakesOf(exampleWith({ payments: 'none' }), {
      ...exampleEnvironment,
      STRIPE_WEBHOOK_SECRET: '',
    });
    assert.match(mistakes.join('\n'), /^STRIPE_WEBHOOK_SECRET: is not set/);
  });

  it('refuses a publishable key, a mixed-up secret and an empty entry', () => {
    assertMistake({ STRIPE_SECRET_KEY: 'pk_test_x' }, /^STRIPE_SECRET_KEY: is a publishable key/);
    assertMistake({ STRIPE_SECRET_KEY: 'secret' }, /^STRIPE_SECRET_KEY: is not a Stripe secret key/);
    assertMistake({ STRIPE_WEBHOOK_SECRET: 'sk_test_x' }, /^STRIPE_WEBHOOK_SECRET: holds an API key/);
    assertMistake({ STRIPE_WEBHOOK_SECRET: 'whsec_a,,whsec_b' }, /^STRIPE_WEBHOOK_SECRET: has an empty entry/);
  });

  it('knows test keys from live ones, restricted ones too', () => {
    const live = { ...exampleEnvironment, PUBLIC_URL: 'https://billing.acme.test' };
    for (const [key, mode] of [
      ['sk_test_x', 'test'],
      ['rk_test_x', 'test'],
      ['sk_live_x', 'live'],
      ['rk_live_x', 'live'],
    ] as const) {
      const config = resolveExample(exampleConfig(), { ...live, STRIPE_SECRET_KEY: key });
      assert.equal(config.projects.get('acme')?.stripe?.mode, mode);
    }
  });

  it('sends a live key and its browsers nowhere over plain http', () => {
    assertMistake({ STRIPE_SECRET_KEY: 'sk_live_x' }, /^PUBLIC_URL: .* https/);
    const env = {
      STRIPE_SECRET_KEY: 'sk_live_x',
      PUBLIC_URL: 'https://b.acme.test',
      STRIPE_API_BASE: 'http://stripe.internal',
    };
    assertMistake(env, /^STRIPE_API_BASE: is plain http/);
  });

  it('reads an account of its own, and needs no common one then', () => {
    const input = exampleWith({ stripe: { secretKeyEnv: 'ACME_STRIPE_KEY', webhookSecretEnv: 'ACME_STRIPE_HOOK' } });
    const env = { ...exampleEnvironment, STRIPE_SECRET_KEY: undefined, STRIPE_WEBHOOK_SECRET: undefined };
    const config = resolveExample(input, { ...env, ACME_STRIPE_KEY: 'sk_test_own', ACME_STRIPE_HOOK: 'whsec_own' });
    assert.equal(config.projects.get('acme')?.ownStripeAccount, true);
    assert.equal(config.projects.get('acme')?.stripe?.secretKey, 'sk_test_own');
    assert.match(mistakesOf(input, env).join('\n'), /^ACME_STRIPE_KEY: is not set/);
    assert.match(
      mistakesOf(input, { ...env, ACME_STRIPE_KEY: 'sk_test_own' }).join('\n'),
      /^ACME_STRIPE_HOOK: is not set/,
    );
  });
});

describe('the kept secret', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'planclaim-secret-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is made once, kept with mode 0600, and read again', async () => {
    const secret = keptSecret(folder);
    assert.equal(Buffer.from(secret, 'base64url').length, 32);
    assert.equal(keptSecret(folder), secret);
    const file = join(folder, '.planclaim', 'secret');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await readFile(file, 'utf8')).trim(), secret);
  });

  it('is taken out of reach of others when somebody put it there', async () => {
    const file = join(folder, '.planclaim', 'secret');
    await chmod(file, 0o644);
    keptSecret(folder);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('refuses a file that was cut short', async () => {
    await writeFile(join(folder, '.planclaim', 'secret'), 'cut');
    assert.throws(() => keptSecret(folder), { code: 'config_invalid' });
  });
});
