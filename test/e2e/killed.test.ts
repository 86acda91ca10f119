/** A backend that dies between a webhook and its application: what it has answered for is applied by the next one. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Demo } from '../../demo/serve.ts';
import { startSandbox } from '../../server/sandbox/serve.ts';
import { runCommand, startChild, type ChildBackend } from './support/child.ts';
import { startGatekeeper, type Gatekeeper } from './support/gatekeeper.ts';
import { planOf, signInByHttp } from './support/person.ts';
import { customerOf, deliver, eventsOf, payUnseen, sandboxSdk } from './support/stripe-events.ts';
import { apiKey, configFile, freePort, setChaos, setEnvironment, startDemoSite, until } from './support/world.ts';

describe('SIGKILL between webhook and apply', () => {
  let sandbox: Awaited<ReturnType<typeof startSandbox>>;
  let gatekeeper: Gatekeeper;
  let backend: ChildBackend;
  let demo: Demo;
  let folder: string;
  let secret: string;
  let start: () => Promise<ChildBackend>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'planclaim-e2e-'));
    sandbox = await startSandbox({ port: 0, database: ':memory:' });
    gatekeeper = await startGatekeeper(sandbox.url);
    const [port, demoPort] = [await freePort(), await freePort()];
    setEnvironment({ demoPort });
    const endpoint = await sandboxSdk(sandbox.url).webhookEndpoints.create({
      url: `http://localhost:${port}/webhooks/stripe`,
      enabled_events: ['*'],
    });
    secret = String(endpoint.secret);
    // Nothing is delivered by the sandbox, so that nothing can be delivered again.
    await setChaos(sandbox.url, { drop: 1 });
    const env = {
      STRIPE_SECRET_KEY: 'sk_test_sandbox',
      STRIPE_WEBHOOK_SECRET: secret,
      STRIPE_API_BASE: gatekeeper.url,
      DRIFTBOARD_URL: `http://localhost:${demoPort}`,
      DRIFTBOARD_API_KEY: apiKey,
    };
    await runCommand(['plans', 'push', '--config', configFile], { folder, env });
    start = () => startChild({ port, folder, env });
    backend = await start();
    demo = await startDemoSite({ port: demoPort, backendUrl: backend.url, folder });
  });
  after(async () => {
    await backend?.stop();
    await demo?.close();
    await gatekeeper?.close();
    await sandbox?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('applies what was marked after a restart, with no redelivery', async () => {
    const person = await signInByHttp({ demo, backendUrl: backend.url }, 'killed@example.com');
    const { sessionId } = await person.checkout();
    await payUnseen(sandbox.url, sessionId);
    const stripe = sandboxSdk(sandbox.url);
    const events = await eventsOf(stripe, await customerOf(stripe, sessionId));
    const completed = events.find(({ type }) => type === 'checkout.session.completed');
    assert.ok(completed, 'the sandbox has no checkout.session.completed');

    const reading = gatekeeper.hold('GET /v1/subscriptions');
    assert.equal(await deliver(backend.url, completed, secret), 200);
    await reading;
    await backend.kill();
    gatekeeper.open();

    backend = await start();
    const state = await until('the plan is pro', async () => {
      const now = await planOf(backend.url, person.id);
      return now['plan'] === 'pro' && now;
    });
    assert.deepEqual([state['billing_cycle'], state['status'], state['source']], ['monthly', 'active', 'subscription']);
  });

  it('stops when asked to, with code 0', async () => {
    assert.equal(await backend.stop(), 0);
    backend = await start();
  });
});
