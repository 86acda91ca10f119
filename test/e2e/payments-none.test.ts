/** `payments: 'none'`: plans are chosen freely and nothing leaves the process; then the same app, not a line changed, with payments on. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SignJWT } from 'jose';
import type { Demo } from '../../demo/serve.ts';
import { startSandbox } from '../../server/sandbox/serve.ts';
import { runCommand, startChild, type ChildBackend } from './support/child.ts';
import { callBackend, claimsOf, signInByHttp } from './support/person.ts';
import { cards, choose, newEmail, payWith, planCard, signIn, tokenSays } from './support/shopper.ts';
import { sandboxSdk } from './support/stripe-events.ts';
import { apiKey, configFile, freePort, openBrowser, setEnvironment, startDemoSite } from './support/world.ts';

const recorder = join(import.meta.dirname, 'support', 'record-connections.mjs');

interface Connection {
  readonly kind: 'tcp' | 'udp' | 'dns';
  readonly host?: string;
  readonly port?: number;
}

describe('payments: none', () => {
  let folder: string;
  let recorded: string;
  let port: number;
  let demoPort: number;
  let backend: ChildBackend;
  let demo: Demo;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let driftboard: Record<string, string>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'planclaim-e2e-'));
    recorded = join(folder, 'connections.jsonl');
    await writeFile(recorded, '');
    [port, demoPort] = [await freePort(), await freePort()];
    setEnvironment({ demoPort });
    driftboard = { DRIFTBOARD_URL: `http://localhost:${demoPort}`, DRIFTBOARD_API_KEY: apiKey };
    backend = await startChild({
      port,
      folder,
      preload: recorder,
      env: { ...driftboard, PAYMENTS: 'none', RECORD_CONNECTIONS_TO: recorded },
    });
    demo = await startDemoSite({ port: demoPort, backendUrl: backend.url, folder });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await backend?.stop();
    await demo?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const connections = async (file = recorded): Promise<Connection[]> =>
    (await readFile(file, 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Connection);

  const [fromElement, fromPage] = [newEmail(), newEmail()];

  it('takes a choice in <plan-picker> at once, and the next token has it (R25.1)', async () => {
    const page = await browser.newPage();
    await signIn(page, demo.url, { email: fromElement });
    await tokenSays(page, { plan: 'free' });
    await choose(page, 'Pro', 'Monthly');
    await tokenSays(page, { plan: 'pro', billing_cycle: 'monthly', plan_status: 'assigned' });
    await page.goto(`${demo.url}/app`);
    await page.getByRole('button', { name: 'Export board' }).click();
    await page.getByText('Saved as harbour-house.svg.').waitFor();
    await page.context().close();
  });

  it('shows no clock to move where there is no sandbox', async () => {
    const page = await browser.newPage();
    await page.goto(`${demo.url}/`);
    await page.getByRole('button', { name: 'Access token' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Clock of the sandbox' }).count(), 0);
    assert.equal((await fetch(`${demo.url}/api/clock`)).status, 404);
    await page.context().close();
  });

  it('takes a choice on /select, and the app gets a token that has it (R25.1)', async () => {
    const person = await signInByHttp({ demo, backendUrl: backend.url }, fromPage);
    const page = await browser.newPage();
    await signIn(page, demo.url, { email: fromPage });
    const query = new URLSearchParams({ project_id: 'driftboard', redirect_uri: `${demo.url}/account`, state: 'a1' });
    await page.goto(`${backend.url}/select?${query}#token=${person.token}`);
    const team = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'Team' }) });
    await team.locator('button:visible:enabled').click();
    await page.waitForURL(`${demo.url}/account**`);
    const token = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('access_token') ?? '';
    assert.equal(claimsOf(token)['plan'], 'team');
    await tokenSays(page, { plan: 'team' });
    await page.context().close();
  });

  it('has sent no request to anybody, but for the public keys of the login that its config names', async () => {
    const opened = await connections();
    const elsewhere = opened.filter(
      ({ kind, host, port: to }) => !(kind === 'tcp' ? to === demoPort : kind === 'dns' && host === 'localhost'),
    );
    assert.deepEqual(elsewhere, []);
    // The recorder does record: the keys were fetched.
    assert.ok(opened.some(({ kind, port: to }) => kind === 'tcp' && to === demoPort));
  });

  it('opens no connection at all where tokens are signed with a shared secret', async () => {
    const own = await mkdtemp(join(tmpdir(), 'planclaim-e2e-'));
    const file = join(own, 'connections.jsonl');
    const config = join(own, 'planclaim.config.json');
    await writeFile(file, '');
    await writeFile(
      config,
      JSON.stringify({
        projects: {
          driftboard: {
            name: 'Driftboard',
            payments: 'none',
            defaultPlan: 'free',
            plans: [
              { id: 'free', name: 'Free' },
              { id: 'pro', name: 'Pro', prices: { monthly: { usd: 1900 } } },
            ],
            issuers: [{ issuer: 'legacy', secretEnv: 'LOGIN_SECRET', audience: 'driftboard' }],
          },
        },
      }),
    );
    const secret = 'a shared secret, long enough to sign HS256';
    const quiet = await startChild({
      port: await freePort(),
      folder: own,
      config,
      preload: recorder,
      env: { LOGIN_SECRET: secret, RECORD_CONNECTIONS_TO: file },
    });
    try {
      const token = await new SignJWT({ role: 'editor' })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('legacy')
        .setAudience('driftboard')
        .setSubject('u_1')
        .setIssuedAt()
        .setExpirationTime('10 minutes')
        .sign(new TextEncoder().encode(secret));
      const chosen = await callBackend(quiet.url, '/v1/plan', {
        token,
        method: 'PUT',
        body: { plan: 'pro', billing_cycle: 'monthly' },
      });
      const renewed = await callBackend(quiet.url, '/v1/token/refresh', { token, method: 'POST' });
      assert.deepEqual([chosen.status, renewed.status], [200, 200]);
      assert.equal(claimsOf(String(renewed.json['access_token']))['plan'], 'pro');
      assert.deepEqual(await connections(file), []);
    } finally {
      await quiet.stop();
      await rm(own, { recursive: true, force: true });
    }
  });

  it('runs the very same app with payments on: what was chosen freely is kept, the next one pays', async () => {
    await backend.stop();
    const sandbox = await startSandbox({ port: 0, database: ':memory:' });
    try {
      const endpoint = await sandboxSdk(sandbox.url).webhookEndpoints.create({
        url: `${backend.url}/webhooks/stripe`,
        enabled_events: ['*'],
      });
      const env = {
        ...driftboard,
        STRIPE_SECRET_KEY: 'sk_test_sandbox',
        STRIPE_WEBHOOK_SECRET: String(endpoint.secret),
        STRIPE_API_BASE: sandbox.url,
      };
      await runCommand(['plans', 'push', '--config', configFile], { folder, env });
      backend = await startChild({ port, folder, env });

      const kept = await browser.newPage();
      await signIn(kept, demo.url, { email: fromElement });
      await tokenSays(kept, { plan: 'pro', plan_status: 'assigned' });
      await kept.context().close();

      const page = await browser.newPage();
      await signIn(page, demo.url, { email: newEmail() });
      await planCard(page, 'Pro').getByRole('button').waitFor();
      await choose(page, 'Pro', 'Monthly');
      await page.waitForURL(`${sandbox.url}/**`);
      await payWith(page, cards.good);
      await page.waitForURL(`${demo.url}/app?checkout=done`);
      await tokenSays(page, { plan: 'pro', billing_cycle: 'monthly', plan_status: 'active' });
      await page.context().close();
    } finally {
      await backend.stop();
      await sandbox.close();
    }
  });
});
