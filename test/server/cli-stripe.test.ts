/** Commands that set Stripe up and look whether all is well, as a person runs them, against the sandbox (R3.5, R5.3, R23.3). */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type Stripe from 'stripe';
import { startSandbox, type RunningSandbox } from '../../server/sandbox/serve.ts';
import { openStore } from '../../server/store/store.ts';
import { relevant } from '../../server/stripe/webhook-event.ts';
import { eventsFor, neededEvents, pinnedVersion } from '../../server/stripe/webhook-endpoint.ts';
import { sdkFor } from './support/backend.ts';

const bin = join(import.meta.dirname, '..', '..', 'server', 'bin', 'planclaim.mjs');
const publicUrl = 'http://localhost:8787';
const endpointUrl = `${publicUrl}/webhooks/stripe`;

let folder = '';
let sandbox: RunningSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await startSandbox({ port: 0, database: ':memory:' });
  stripe = sdkFor(sandbox.url);
});
after(() => sandbox.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planclaim-setup-'));
  await fetch(`${sandbox.url}/_sandbox/reset`, { method: 'POST' });
  await writeConfig();
});

afterEach(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function planclaim(line: string, env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [bin, ...line.split(' ')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      STRIPE_API_BASE: sandbox.url,
      STRIPE_SECRET_KEY: 'sk_test_acme',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [number | null];
  return { code, stdout, stderr };
}

interface Shape {
  readonly monthly?: number;
  readonly name?: string;
  readonly team?: boolean;
  readonly project?: string;
}

const writeConfig = ({ monthly = 1900, name = 'Pro', team = false, project = '' }: Shape = {}): Promise<void> =>
  writeFile(
    join(folder, 'planclaim.config.mjs'),
    `export default { projects: { acme: { name: 'Acme', payments: 'stripe', defaultPlan: 'free', plans: [
      { id: 'free', name: 'Free' },
      { id: 'pro', name: '${name}', prices: { monthly: { usd: ${monthly}, eur: 1800 }, yearly: { usd: 19000, eur: 18000 } } },
      ${team ? "{ id: 'team', name: 'Team', prices: { monthly: { usd: 3900, eur: 3700 } } }," : ''}
    ], origins: ['http://localhost:3000'], redirects: ['http://localhost:3000/*'], ${project} } } };`,
  );

describe('planclaim plans push', () => {
  it('shows what is missing, makes it, and then has nothing to do', async () => {
    const dry = await planclaim('plans push --dry-run');
    assert.deepEqual([dry.code, dry.stderr], [0, '']);
    assert.match(dry.stdout, /^acme \(Stripe test mode\): 3 to change$/m);
    assert.match(dry.stdout, /^ {2}\+ price acme_pro_monthly: 19\.00 USD, 18\.00 EUR$/m);
    assert.match(dry.stdout, /dry run: nothing was changed/);
    assert.equal((await stripe.products.list()).data.length, 0);

    assert.equal((await planclaim('plans push')).code, 0);
    const [price] = (await stripe.prices.list({ lookup_keys: ['acme_pro_yearly'], expand: ['data.currency_options'] }))
      .data;
    assert.deepEqual([price?.unit_amount, price?.currency_options?.['eur']?.unit_amount], [19000, 18000]);
    const again = await planclaim('plans push');
    assert.deepEqual([again.code, again.stdout], [0, 'acme (Stripe test mode): nothing to do\n']);
  });

  it('makes a new price of a changed one, moves the lookup key, and remembers the old as legacy (R23.3)', async () => {
    await planclaim('plans push');
    const [old] = (await stripe.prices.list({ lookup_keys: ['acme_pro_monthly'] })).data;
    await writeConfig({ monthly: 2400, name: 'Professional' });
    const { stdout, code } = await planclaim('plans push');
    assert.equal(code, 0);
    assert.match(stdout, /~ product planclaim_acme_pro: "Acme Pro" → "Acme Professional"/);
    assert.match(stdout, /~ price acme_pro_monthly: 19\.00 USD, 18\.00 EUR → 24\.00 USD, 18\.00 EUR/);
    assert.ok(stdout.includes(`legacyPrices: ['${old?.id}'],`), stdout);

    const [now] = (await stripe.prices.list({ lookup_keys: ['acme_pro_monthly'] })).data;
    const before = await stripe.prices.retrieve(String(old?.id));
    assert.deepEqual([now?.unit_amount, before.lookup_key, before.active], [2400, null, true]);
    const store = await openStore(`file:${join(folder, '.planclaim', 'planclaim.db')}`);
    const remembered = await store.read.selectFrom('price').selectAll().execute();
    await store.close();
    assert.deepEqual(
      remembered.map(({ price_id: id, plan, billing_cycle: cycle }) => [id, plan, cycle]),
      [[old?.id, 'pro', 'monthly']],
    );
    assert.match((await planclaim('plans push')).stdout, /nothing to do/);
  });

  it('takes a product out of sale only when it is told to, and puts it back when its plan returns', async () => {
    await writeConfig({ team: true });
    await planclaim('plans push');
    await writeConfig();
    const left = await planclaim('plans push');
    assert.match(left.stdout, /nothing to do\n.*there is no paid plan "team" any more/);
    assert.equal((await stripe.products.retrieve('planclaim_acme_team')).active, true);
    assert.match(
      (await planclaim('plans push --archive')).stdout,
      /- product planclaim_acme_team \(Acme Team\): archived/,
    );
    assert.equal((await stripe.products.retrieve('planclaim_acme_team')).active, false);
    assert.equal((await planclaim('plans push --archive')).stdout, 'acme (Stripe test mode): nothing to do\n');
    await writeConfig({ team: true });
    assert.match((await planclaim('plans push')).stdout, /planclaim_acme_team \(Team\): archived → on sale/);
    assert.equal((await stripe.products.retrieve('planclaim_acme_team')).active, true);
  });

  it('says of a price whether it includes tax where Stripe computes it', async () => {
    await writeConfig({ project: 'checkout: { automaticTax: true },' });
    await planclaim('plans push');
    const [price] = (await stripe.prices.list({ lookup_keys: ['acme_pro_monthly'], expand: ['data.currency_options'] }))
      .data;
    assert.deepEqual([price?.tax_behavior, price?.currency_options?.['eur']?.tax_behavior], ['exclusive', 'inclusive']);
    assert.match((await planclaim('plans push')).stdout, /nothing to do/);
  });
});

describe('planclaim webhooks push', () => {
  it('makes the endpoint with the pinned version and exactly the events that are needed, and shows the secret once (R5.3)', async () => {
    const made = await planclaim('webhooks push');
    assert.deepEqual([made.code, made.stderr], [0, '']);
    assert.match(made.stdout, /Set it, and restart: STRIPE_WEBHOOK_SECRET=whsec_\w+/);
    const [endpoint, ...others] = (await stripe.webhookEndpoints.list()).data;
    assert.deepEqual([endpoint?.url, endpoint?.api_version, others.length], [endpointUrl, pinnedVersion, 0]);
    assert.deepEqual(endpoint?.enabled_events.toSorted(), eventsFor('test').toSorted());
    const again = await planclaim('webhooks push');
    assert.deepEqual(again.stdout, 'STRIPE_SECRET_KEY (Stripe test mode): nothing to do\n');
  });

  it('mends what was turned off or lacks an event, and keeps its secret', async () => {
    await planclaim('webhooks push');
    const [{ id } = { id: '' }] = (await stripe.webhookEndpoints.list()).data;
    await stripe.webhookEndpoints.update(id, { disabled: true, enabled_events: ['invoice.paid', 'invoice.created'] });
    const mended = await planclaim('webhooks push');
    assert.match(mended.stdout, /turned on; .*customer\.subscription\.deleted.* added; invoice\.created taken off/);
    assert.ok(!mended.stdout.includes('whsec_'));
    const endpoint = await stripe.webhookEndpoints.retrieve(id);
    assert.deepEqual([endpoint.status, endpoint.enabled_events.length], ['enabled', eventsFor('test').length]);
  });

  it('puts a new one beside an endpoint of another version, and removes that only when it is told to', async () => {
    const old = await stripe.webhookEndpoints.create({
      url: endpointUrl,
      enabled_events: ['*'],
      api_version: '2020-08-27',
    });
    const made = await planclaim('webhooks push', { STRIPE_WEBHOOK_SECRET: 'whsec_old' });
    assert.match(made.stdout, /before the one you have, and restart: STRIPE_WEBHOOK_SECRET=whsec_\w+,…/);
    assert.ok(made.stdout.includes(`${old.id} still sends to the same address`));
    assert.equal((await stripe.webhookEndpoints.list()).data.length, 2);
    await planclaim('webhooks push --prune');
    const left = (await stripe.webhookEndpoints.list()).data;
    assert.deepEqual(
      left.map(({ id }) => id === old.id),
      [false],
    );
  });

  it('refuses addresses that Stripe cannot call', async () => {
    const { code, stderr } = await planclaim('webhooks push', { STRIPE_API_BASE: '' });
    assert.equal(code, 2);
    assert.match(stderr, /Stripe cannot call http:\/\/localhost:8787\/webhooks\/stripe\. Set PUBLIC_URL/);
  });

  it('asks for every kind of event that the backend acts on', () => {
    const forgotten = relevant.filter((prefix) => !neededEvents.some((type) => type.startsWith(prefix)));
    assert.deepEqual(forgotten, []);
  });
});

describe('planclaim doctor', () => {
  const lineOf = (stdout: string, check: string): string =>
    stdout.split('\n').find((line) => line.slice(2).startsWith(check)) ?? `no line for ${check} in\n${stdout}`;
  const secret = { STRIPE_WEBHOOK_SECRET: 'whsec_acme' };

  it('says of everything that is missing what to do, and ends with 1 (R3.5)', async () => {
    const { code, stdout } = await planclaim('doctor');
    assert.equal(code, 1);
    assert.match(lineOf(stdout, 'config'), /^✓/);
    assert.match(lineOf(stdout, 'database'), /^✓ .*writable/);
    assert.match(lineOf(stdout, 'STRIPE_WEBHOOK_SECRET'), /^✗ .*→ Run "npx planclaim webhooks push"/);
    assert.match(lineOf(stdout, 'webhook endpoint'), /^✗ .*missing at .*→ Run "npx planclaim webhooks push"/);
    assert.match(lineOf(stdout, 'acme: prices'), /^✗ .*acme_pro_monthly.*→ Run "npx planclaim plans push"/);
    assert.match(lineOf(stdout, 'acme: sign-in'), /^! /);
  });

  it('is content, line by line, once everything is there', async () => {
    const server = createServer((_request, response) => response.end('{"keys":[{"kty":"EC"}]}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    await writeConfig({
      project: `issuers: [{ issuer: 'https://idp.acme.test', jwksUri: '${jwksUri}', audience: 'acme' }],`,
    });
    await planclaim('plans push');
    await planclaim('webhooks push');
    const { code, stdout } = await planclaim('doctor', secret);
    assert.equal(code, 0, stdout);
    assert.ok(
      stdout
        .trimEnd()
        .split('\n')
        .every((line) => line.startsWith('✓ ')),
      stdout,
    );
    assert.match(lineOf(stdout, 'clock'), /within \d s of Stripe's/);
    assert.match(lineOf(stdout, 'acme: issuer'), /1 key at/);
    server.close();
    const gone = await planclaim('doctor', secret);
    assert.equal(gone.code, 1);
    assert.match(lineOf(gone.stdout, 'acme: issuer'), /^✗ .*did not answer with a key set → Check jwksUri/);
  });

  it('names an endpoint that is disabled, of another version, or lacks an event (R3.5)', async () => {
    await planclaim('webhooks push');
    const [{ id } = { id: '' }] = (await stripe.webhookEndpoints.list()).data;
    await stripe.webhookEndpoints.update(id, { enabled_events: ['invoice.paid'] });
    assert.match(
      lineOf((await planclaim('doctor', secret)).stdout, 'webhook endpoint'),
      /does not send .*customer\.subscription\.deleted/,
    );
    await stripe.webhookEndpoints.update(id, { disabled: true });
    assert.match(lineOf((await planclaim('doctor', secret)).stdout, 'webhook endpoint'), /is disabled/);
    await stripe.webhookEndpoints.del(id);
    await stripe.webhookEndpoints.create({ url: endpointUrl, enabled_events: ['*'], api_version: '2020-08-27' });
    assert.match(lineOf((await planclaim('doctor', secret)).stdout, 'webhook endpoint'), /sends 2020-08-27 instead of/);
  });

  it('knows a secret that is not the one the keys were kept with, and a Stripe that refuses the key', async () => {
    await planclaim('plans push');
    const database = `file:${join(folder, '.planclaim', 'planclaim.db')}`;
    const store = await openStore(database);
    await store.write((tx) =>
      tx
        .insertInto('signing_key')
        .values({
          kid: 'k1',
          algorithm: 'ES256',
          public_jwk: '{}',
          sealed_private_jwk: 'v1.AAAAAAAAAAAAAAAA.AAAA',
          created_at: 0,
          signs_from: 0,
          removed_at: null,
        })
        .execute(),
    );
    await store.close();
    const { code, stdout } = await planclaim('doctor', secret);
    assert.equal(code, 1);
    assert.match(lineOf(stdout, 'secret'), /^✗ .*sealed with another PLANCLAIM_SECRET → Start with the one/);

    const faults = await fetch(`${sandbox.url}/_sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ route: 'GET /v1/products', status: 401 }),
    });
    assert.equal(faults.status, 200, await faults.text());
    assert.match(
      lineOf((await planclaim('doctor', secret)).stdout, 'STRIPE_SECRET_KEY'),
      /^✗ Stripe refused|^✗ .*refused the secret key/,
    );
    await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' });
  });

  it('ends with 2 on a config that is wrong', async () => {
    await writeFile(join(folder, 'planclaim.config.mjs'), 'export default { projects: {} };');
    const { code, stdout, stderr } = await planclaim('doctor');
    assert.equal(code, 2);
    assert.match(stdout, /^✗ config/);
    assert.match(stderr, /projects/);
  });
});

it('lists its commands', async () => {
  const { stdout } = await planclaim('help');
  for (const command of ['webhooks push', 'doctor', 'plans push']) assert.ok(stdout.includes(`  ${command}`), command);
});
