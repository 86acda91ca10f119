import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';

import { reportIncident } from '../../server/billing/incidents.ts';
import { openStore } from '../../server/store/store.ts';

const bin = join(import.meta.dirname, '..', '..', 'server', 'bin', 'planclaim.mjs');
const freeProject = `{ name: 'Beta', payments: 'none', plans: [{ id: 'free', name: 'Free' }, { id: 'pro', name: 'Pro' }] }`;

let folder = '';
const running = new Set<ChildProcess>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planclaim-cli-'));
});
afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  await rm(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the real command in the test's folder, with nothing in its environment but what is given. */
function start(parameters: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [bin, ...parameters], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

async function run(parameters: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = start(parameters, env);
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
  ]);
  const [code] = (await closed) as [number | null];
  return { code, stdout, stderr };
}

const writeConfig = (project = freeProject): Promise<void> =>
  writeFile(join(folder, 'planclaim.config.mjs'), `export default { projects: { beta: ${project} } };`);

/** Starts a command and resolves to what it has written once that says `ready`. */
async function startUntil(
  parameters: readonly string[],
  ready: RegExp,
): Promise<{ child: ChildProcess; written: string }> {
  const child = start(parameters);
  let written = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      written += String(chunk);
      if (ready.test(written)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('close', (code) => reject(new Error(`exit ${code}: ${written}`)));
  });
  return { child, written };
}

async function stop(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  assert.deepEqual(await closed, [0, null]);
}

/** Starts a server and resolves to its address once its log says that it listens. */
async function serve(
  parameters: readonly string[],
): Promise<{ child: ChildProcess; url: string; port: number; lines: string[] }> {
  const child = start(['serve', '--port', '0', ...parameters]);
  const lines: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += String(chunk)));
    child.once('close', (code) => reject(new Error(`exit ${code}: ${errors}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      lines.push(
        ...String(chunk)
          .split('\n')
          .filter((line) => line !== ''),
      );
      const listening = lines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .find(({ event }) => event === 'listening');
      if (listening) resolve(String(listening['url']));
    });
  });
  return { child, url, port: Number(new URL(url).port), lines };
}

describe('planclaim', () => {
  it('without a command, or with help, lists the commands that there are', async () => {
    const help = await run(['help']);
    assert.equal(help.code, 0);
    for (const name of ['init', 'dev', 'serve', 'sandbox', 'plans push', 'users', 'keys'])
      assert.match(help.stdout, new RegExp(`^  ${name} `, 'm'));
    assert.equal((await run([])).code, 2);
  });

  it('exits with 2 and the command that was meant', async () => {
    const { code, stderr } = await run(['srve']);
    assert.equal(code, 2);
    assert.match(stderr, /There is no command "srve"\. Did you mean "serve"\?/);
  });

  it('exits with 2 for options that a command does not have', async () => {
    const { code, stderr } = await run(['serve', '--prot', '1']);
    assert.equal(code, 2);
    assert.match(stderr, /Unknown option '--prot'\. Did you mean "port"\?\nUsage: planclaim serve/);
    assert.equal((await run(['serve', '--port', 'x'])).code, 2);
    assert.equal((await run(['plans'])).code, 2);
    assert.equal((await run(['users', 'promote', 'u_1'])).code, 2);
  });
});

describe('planclaim init', () => {
  it('writes a config with three plans that the backend accepts', async () => {
    const { code, stdout } = await run(['init']);
    assert.equal(code, 0);
    assert.match(stdout, /Next:[^]*planclaim dev[^]*\.gitignore/);
    const written = await readFile(join(folder, 'planclaim.config.ts'), 'utf8');
    assert.equal(written.match(/^ {10}id: '/gm)?.length, 3);
    const refused = await run(['serve', '--port', '0']);
    assert.equal(refused.code, 2, 'paid plans need a Stripe key');
    assert.match(
      refused.stderr,
      /^planclaim\.config\.ts has a mistake:\n {2}STRIPE_SECRET_KEY: is not set[^\n]*planclaim dev/,
    );
  });

  it('never overwrites', async () => {
    await writeConfig();
    const { code, stderr } = await run(['init']);
    assert.notEqual(code, 0);
    assert.match(stderr, /planclaim\.config\.mjs is here already/);
    assert.ok(!existsSync(join(folder, 'planclaim.config.ts')));
  });

  it('does not speak of .gitignore when it is right', async () => {
    await writeFile(join(folder, '.gitignore'), 'node_modules\n/.planclaim/\n');
    assert.doesNotMatch((await run(['init'])).stdout, /gitignore/);
  });
});

describe('planclaim serve', () => {
  it('exits with 2 and every mistake of config and environment at once', async () => {
    await writeConfig(
      `{ name: '', payments: 'stripe', defaultPlan: 'fre', plans: [{ id: 'free', name: 'Free', prize: 1 }] }`,
    );
    const { code, stderr, stdout } = await run(['serve'], { PORT: 'eighty' });
    assert.equal(code, 2);
    assert.equal(stdout, '');
    for (const path of [
      'PORT',
      'STRIPE_SECRET_KEY',
      'projects\\.beta\\.name',
      'projects\\.beta\\.defaultPlan',
      'projects\\.beta\\.plans\\[0\\]\\.prize',
    ]) {
      assert.match(stderr, new RegExp(`^  ${path}: `, 'm'));
    }
    assert.ok(!existsSync(join(folder, '.planclaim')), 'nothing is made while there are mistakes');
  });

  it('exits with 2 when there is no config, or not the one that was named', async () => {
    assert.match((await run(['serve'])).stderr, /There is no config file in/);
    const { code, stderr } = await run(['serve', '--config', 'nowhere.ts']);
    assert.equal(code, 2);
    assert.match(stderr, /There is no config file at .*nowhere\.ts/);
  });

  it('serves, logs one JSON line an event, keeps its secret to its owner, and stops at SIGTERM', async () => {
    await writeConfig();
    const { child, url, lines } = await serve([]);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    const catalogue = (await (await fetch(`${url}/v1/projects/beta/plans`)).json()) as { project_id: string };
    assert.equal(catalogue.project_id, 'beta');
    assert.equal((await stat(join(folder, '.planclaim', 'secret'))).mode & 0o777, 0o600);
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    assert.deepEqual(await closed, [0, null]);
    const events = lines.map((line) => (JSON.parse(line) as { event?: string }).event);
    assert.ok(events.includes('listening') && events.includes('stopped'), events.join());
  });

  it('says who has its port, and exits with 1', async () => {
    await writeConfig();
    const { port } = await serve([]);
    const { code, stderr } = await run(['serve', '--port', String(port)]);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is in use\\. .*--port`));
  });

  it('says why the database does not open', async () => {
    await writeConfig();
    const closed = await run(['serve', '--port', '0'], { DATABASE_URL: 'file:planclaim.config.mjs/x.db' });
    assert.equal(closed.code, 1);
    assert.match(closed.stderr, /^Cannot open file:.*x\.db: (EEXIST|ENOTDIR).*Check DATABASE_URL/);
    await writeFile(join(folder, 'not-a-database'), 'x'.repeat(5000));
    assert.match(
      (await run(['users', 'get', 'u_1'], { DATABASE_URL: 'file:not-a-database' })).stderr,
      /^Cannot open .*not a database/,
    );
  });

  it('ends with the shell that npm started it in, which passes no signal on', async () => {
    await writeConfig();
    const command = `"${process.execPath}" "${bin}" serve --port 0; exit $?`;
    const shell = spawn('/bin/sh', ['-c', command], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.add(shell);
    await once(shell.stdout, 'data');
    shell.kill('SIGTERM');
    // The pipe ends when the last process that holds it has ended.
    assert.match(await text(shell.stdout), /"event":"stopped"/);
    running.delete(shell);
  });

  it('finishes what is in hand when it is stopped, and refuses the rest', async () => {
    await writeConfig();
    const { child, port } = await serve([]);
    const body = 'grant_type=refresh_token';
    const slow = connect(port, '127.0.0.1');
    await once(slow, 'connect');
    slow.write(
      `POST /v1/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    // "100 Continue" says that the request is in hand.
    assert.match(String((await once(slow, 'data'))[0]), /^HTTP\/1\.1 100/);
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    const late = await waitForRefusal(`http://127.0.0.1:${port}/v1/projects/beta/plans`);
    assert.equal(late.status, 503);
    assert.equal(late.headers.get('connection'), 'close');
    slow.write(body);
    const answer = await text(slow);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /\r\nConnection: close\r\n/i);
    assert.deepEqual(await closed, [0, null]);
  });
});

/** Asks until the answer is no longer a success: the signal takes a moment to arrive. */
async function waitForRefusal(url: string): Promise<Response> {
  for (;;) {
    const response = await fetch(url);
    await response.arrayBuffer();
    if (!response.ok) return response;
  }
}

describe('planclaim sandbox', () => {
  it('speaks to the SDK on the address that it prints, and stops at SIGTERM', async () => {
    const { child, written } = await startUntil(['sandbox', '--port', '0', '--memory'], /STRIPE_API_BASE/);
    const url = /http:\/\/localhost:\d+/.exec(written)?.[0] ?? '';
    const response = await fetch(`${url}/v1/customers`, { headers: { authorization: 'Bearer sk_test_any' } });
    assert.equal(response.status, 200);
    assert.ok(!existsSync(join(folder, '.planclaim')), '--memory keeps nothing');
    const taken = await run(['sandbox', '--port', new URL(url).port]);
    assert.equal(taken.code, 1);
    assert.match(taken.stderr, /Port \d+, the sandbox's, is in use/);
    await stop(child);
  });
});

describe('planclaim dev', () => {
  const parameters = ['dev', '--port', '0', '--sandbox-port', '0'];
  const ready = /Ctrl\+C/;

  it('starts the config that init writes without any key, with its plans in the sandbox', async () => {
    await run(['init']);
    const { child, written } = await startUntil(parameters, ready);
    assert.match(written, /\+ price [\w-]+_pro_monthly: 19\.00 USD/);
    const [backend = '', sandbox = ''] = written.match(/http:\/\/localhost:\d+/g)?.slice(-2) ?? [];
    const [project = ''] = /planclaim-cli-\w+/.exec(folder.toLowerCase()) ?? [];
    const catalogue = (await (await fetch(`${backend}/v1/projects/${project}/plans`)).json()) as { payments: string };
    assert.equal(catalogue.payments, 'stripe');
    const endpoints = await fetch(`${sandbox}/v1/webhook_endpoints`, {
      headers: { authorization: 'Bearer sk_test_any' },
    });
    const { data } = (await endpoints.json()) as { data: { url: string; api_version: string | null }[] };
    assert.deepEqual(
      data.map(({ url }) => url),
      [`${backend}/webhooks/stripe`],
    );
    await stop(child);
  });

  it('finds everything as it was when it is started again, and leaves no old endpoint behind', async () => {
    await writeConfig(`{ name: 'Beta', payments: 'stripe', plans: [{ id: 'pro', name: 'Pro', prices: { monthly: { usd: 1900 } } }],
      stripe: { secretKeyEnv: 'OWN_KEY', webhookSecretEnv: 'OWN_HOOK' } }`);
    const first = await startUntil(parameters, ready);
    assert.match(first.written, /beta_pro_monthly/);
    await stop(first.child);
    const second = await startUntil(parameters, ready);
    assert.doesNotMatch(second.written, /beta_pro_monthly/);
    const sandbox = second.written.match(/http:\/\/localhost:\d+/g)?.at(-1) ?? '';
    const endpoints = await fetch(`${sandbox}/v1/webhook_endpoints`, {
      headers: { authorization: 'Bearer sk_test_any' },
    });
    const { data } = (await endpoints.json()) as { data: { url: string }[] };
    assert.deepEqual(data.map(({ url }) => new URL(url).pathname).toSorted(), [
      '/webhooks/stripe',
      '/webhooks/stripe/beta',
    ]);
    await stop(second.child);
  });

  it('starts no sandbox when no project takes money', async () => {
    await writeConfig();
    const { child, written } = await startUntil(parameters, ready);
    assert.match(written, /Sandbox +not started/);
    await stop(child);
  });
});

describe('planclaim plans push', () => {
  it('shows what it would do, does it, and then has nothing to do', async () => {
    await writeConfig(
      `{ name: 'Beta', payments: 'stripe', plans: [{ id: 'pro', name: 'Pro', prices: { monthly: { usd: 1900 } } }] }`,
    );
    const sandbox = await startUntil(['sandbox', '--port', '0', '--memory'], /STRIPE_API_BASE/);
    const env = {
      STRIPE_API_BASE: /http:\/\/localhost:\d+/.exec(sandbox.written)?.[0] ?? '',
      STRIPE_SECRET_KEY: 'sk_test_any',
      STRIPE_WEBHOOK_SECRET: 'whsec_any',
    };
    const dry = await run(['plans', 'push', '--dry-run'], env);
    assert.equal(dry.code, 0, dry.stderr);
    assert.match(
      dry.stdout,
      /beta \(Stripe test mode\): 2 to change[^]*\+ price beta_pro_monthly: 19\.00 USD[^]*dry run/,
    );
    assert.match((await run(['plans', 'push'], env)).stdout, /2 to change[^]*done/);
    assert.match((await run(['plans', 'push'], env)).stdout, /nothing to do/);
    await stop(sandbox.child);
  });
});

describe('planclaim incidents', () => {
  it('prints what a person should look at, of all users or of one', async () => {
    await writeConfig();
    const none = await run(['incidents']);
    assert.deepEqual([none.code, none.stdout], [0, 'No incidents.\n']);
    const store = await openStore(`file:${join(folder, '.planclaim', 'planclaim.db')}`);
    for (const userId of ['u_1', 'u_2']) {
      const incident = { kind: 'price_unknown', subject: `price_of_${userId}`, detail: `Add price_of_${userId}.` };
      await store.write((tx) => reportIncident(tx, { projectId: 'beta', userId, ...incident }, 0));
    }
    await store.close();
    const one = await run(['incidents', '--user', 'u_2']);
    assert.equal(one.stdout, '1970-01-01T00:00:00Z  price_unknown  u_2  once\n  Add price_of_u_2.\n');
    assert.equal((await run(['incidents', '--limit', '0'])).code, 2);
  });
});

describe('planclaim users', () => {
  it('sets, reads and clears a plan', async () => {
    await writeConfig();
    const state = async (...parameters: string[]): Promise<Record<string, unknown>> => {
      const { code, stdout, stderr } = await run(['users', ...parameters]);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const set = await state('set', 'u_1', '--project', 'beta', '--plan', 'pro');
    assert.deepEqual([set['plan'], set['status'], set['source']], ['pro', 'free', 'api']);
    assert.equal((await state('get', 'u_1', '--project', 'beta'))['plan'], 'pro');
    assert.equal((await state('clear', 'u_1'))['plan'], null);
  });

  it('names the plans and projects that there are', async () => {
    await writeConfig();
    const plan = await run(['users', 'set', 'u_1', '--plan', 'gold']);
    assert.equal(plan.code, 1);
    assert.match(plan.stderr, /There is no plan "gold" in Beta\. Plans: free, pro\./);
    const project = await run(['users', 'get', 'u_1', '--project', 'bet']);
    assert.equal(project.code, 2);
    assert.match(project.stderr, /There is no project "bet"\. Projects: beta\. Did you mean "beta"\?/);
    assert.equal((await run(['users', 'set', 'u_1'])).code, 2);
  });
});

describe('planclaim keys', () => {
  it('lists none before the first start, then makes and rotates them', async () => {
    await writeConfig();
    assert.match((await run(['keys', 'list'])).stdout, /No keys yet/);
    assert.match((await run(['keys', 'rotate'])).stdout, /^signing +ES256 [\w-]{43} /);
    const rotated = (await run(['keys', 'rotate'])).stdout.trim().split('\n');
    assert.deepEqual(rotated.map((line) => line.split(' ')[0]).toSorted(), ['next', 'signing']);
  });
});
