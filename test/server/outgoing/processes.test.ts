/** Real processes: killed between commit and delivery, two on one database, and the command line that lists and sends again. */

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { OutgoingDelivery } from '../../../server/billing/deliver-outgoing.ts';
import { openStore } from '../../../server/store/store.ts';
import { testConfig, testLog, testProject, testSecretKey } from '../support/project.ts';
import { receiverSecret, startReceiver, type Receiver } from './support/receiver.ts';
import { until } from './support/world.ts';

const bin = join(import.meta.dirname, '..', '..', '..', 'server', 'bin', 'planclaim.mjs');

let folder = '';
let receiver: Receiver;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planclaim-outgoing-'));
  receiver = await startReceiver();
  const project = {
    name: 'Acme',
    payments: 'none',
    defaultPlan: 'free',
    plans: ['free', 'pro', 'team'].map((id) => ({ id, name: id })),
    apiKeys: [{ env: 'API_KEY' }],
    webhooks: [{ url: receiver.url, secretEnv: 'HOOK_SECRET' }],
  };
  await writeFile(join(folder, 'planclaim.config.json'), JSON.stringify({ projects: { acme: project } }));
});
afterEach(async () => {
  for (const child of running) await kill(child);
  await receiver.close();
  await rm(folder, { recursive: true });
});

function start(...parameters: string[]): ChildProcess {
  const child = spawn(process.execPath, [bin, ...parameters], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, API_KEY: testSecretKey, HOOK_SECRET: receiverSecret },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

/** Starts a backend; resolves to its address once it listens. */
async function serve(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = start('serve', '--port', '0');
  let written = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      written += String(chunk);
      const listening = /"event":"listening","url":"([^"]+)"/.exec(written)?.[1];
      if (listening !== undefined) resolve(listening);
    });
    child.once('close', (code) => reject(new Error(`exit ${code}: ${written}`)));
  });
  return { child, url };
}

async function run(...parameters: string[]): Promise<{ readonly code: number; readonly stdout: string }> {
  const child = start(...parameters);
  const closed = once(child, 'close');
  const stdout = await text(child.stdout as NodeJS.ReadableStream);
  const [code] = (await closed) as [number];
  return { code, stdout };
}

async function setPlan(url: string, userId: string, plan: string): Promise<void> {
  const response = await fetch(`${url}/v1/users/${userId}/plan`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${testSecretKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ plan }),
  });
  assert.equal(response.status, 200, await response.text());
}

const database = (): string => `file:${join(folder, '.planclaim', 'planclaim.db')}`;

describe('a running backend', () => {
  it('tells the customer of a change, in a form that their library verifies', async () => {
    const { url } = await serve();
    await setPlan(url, 'u_1', 'pro');
    await receiver.came(1);
    const [event] = receiver.received;
    const headers = event?.headers as Record<string, string>;
    const body = new Webhook(receiverSecret).verify(event?.raw ?? '', headers) as {
      type: string;
      data: { plan: string };
    };
    assert.deepEqual([body.type, body.data.plan], ['plan.changed', 'pro']);
  });

  it('that is killed while an event is in hand leaves it to the next one, with the same id', async () => {
    receiver.answer = () => 'never';
    const { child, url } = await serve();
    await setPlan(url, 'u_1', 'pro');
    await receiver.came(1);
    await kill(child);
    receiver.answer = () => 200;
    const project = testProject({
      payments: 'none',
      webhooks: [{ url: receiver.url, secret: receiverSecret }],
    });
    const store = await openStore(database());
    const later = (): number => Date.now() + 61_000;
    const config = testConfig([project], { publicUrl: url });
    await new OutgoingDelivery({ config, store, clock: later, log: testLog() }).deliverDue();
    await store.close();
    const [first, second] = receiver.received;
    assert.equal(receiver.received.length, 2);
    assert.deepEqual([second?.id, second?.raw], [first?.id, first?.raw]);
  });

  it('sends at its start what was committed by a process that ended before it could', async () => {
    // The command writes the change and sends nothing.
    assert.equal((await run('users', 'set', 'u_1', '--plan', 'pro')).code, 0);
    assert.equal(receiver.received.length, 0);
    await serve();
    await receiver.came(1);
    assert.equal(receiver.received[0]?.body.data.plan, 'pro');
  });

  it('shares the work with another on the same database: each event goes out once, in order for each user', async () => {
    const [first, second] = await Promise.all([serve(), serve()]);
    const users = Array.from({ length: 15 }, (_, index) => `u_${index}`);
    for (const plan of ['pro', 'team', 'free'])
      await Promise.all(users.map((user, index) => setPlan((index % 2 === 0 ? first : second).url, user, plan)));
    const store = await openStore(database());
    await until(async () => {
      const open = await store.read
        .selectFrom('outgoing_delivery')
        .select('state')
        .where('state', '!=', 'delivered')
        .execute();
      return open.length === 0;
    }, 'all events are delivered');
    await store.close();
    assert.equal(receiver.received.length, 45);
    assert.equal(new Set(receiver.received.map(({ id }) => id)).size, 45);
    for (const user of users) {
      const versions = receiver.received.flatMap(({ body }) => (body.data.user_id === user ? [body.data.version] : []));
      assert.deepEqual(versions, [1, 2, 3]);
    }
  });
});

describe('planclaim events', () => {
  it('lists what was sent and what failed, and sends one again through the backend that runs', async () => {
    assert.match((await run('events')).stdout, /^No events yet\.$/m);
    receiver.answer = () => 410;
    const { url } = await serve();
    await setPlan(url, 'u_1', 'pro');
    await receiver.came(1);
    const id = receiver.received[0]?.id ?? '';
    await until(
      async () => (await run('events', 'list', '--failed')).stdout.includes(id),
      'the event is listed as failed',
    );
    assert.match(
      (await run('events', '--project', 'acme')).stdout,
      new RegExp(
        `^failed +${id}  \\S+Z  plan\\.changed  u_1 version 1  ${receiver.url}  1 attempt, The endpoint is disabled`,
      ),
    );
    receiver.answer = () => 200;
    const again = await run('events', 'redeliver', id);
    assert.deepEqual(
      [again.code, again.stdout.trim()],
      [0, `${id} goes to ${receiver.url} again, as soon as the backend runs.`],
    );
    await receiver.came(2);
    assert.equal(receiver.received[1]?.id, id);
    await until(
      async () => (await run('events', '--failed')).stdout.includes('No event has failed.'),
      'nothing has failed',
    );
  });

  it('refuses what it does not understand', async () => {
    const codes = await Promise.all(
      [
        ['events', 'forget'],
        ['events', 'redeliver'],
        ['events', 'redeliver', 'msg_1', '--failed'],
        ['events', '--limit', '0'],
        ['events', 'list', 'more'],
      ].map(async (parameters) => (await run(...parameters)).code),
    );
    assert.deepEqual(codes, [2, 2, 2, 2, 2]);
    assert.equal((await run('events', 'redeliver', 'msg_1')).code, 1);
  });
});
