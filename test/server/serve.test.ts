import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, describe, it } from 'node:test';
import { createLog } from '../../server/log.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../server/serve.ts';
import { widgetFiles } from '../../server/widget-files.ts';

let folder = '';
const running: RunningServer[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planclaim-serve-'));
  const config = { projects: { beta: { name: 'Beta', payments: 'none', plans: [{ id: 'free', name: 'Free' }] } } };
  await writeFile(join(folder, 'planclaim.config.json'), JSON.stringify(config));
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});
after(() => rm(folder, { recursive: true }));

async function start(options: ServerOptions = {}): Promise<RunningServer> {
  const server = await startServer({ cwd: folder, env: {}, port: 0, log: createLog('silent'), ...options });
  running.push(server);
  return server;
}

describe('startServer', () => {
  it('with port 0 takes a free port and makes its public address of it', async () => {
    const { url, port, config } = await start();
    assert.ok(port > 0);
    assert.equal(url, `http://localhost:${port}`);
    assert.equal(config.publicUrl, url);
    const metadata = await fetch(`${url}/.well-known/oauth-authorization-server`);
    assert.equal(((await metadata.json()) as { issuer: string }).issuer, url);
  });

  it('answers below the path of PUBLIC_URL, whether the proxy strips it or not (R42.2)', async () => {
    const { port } = await start({ env: { PUBLIC_URL: 'https://acme.test/billing' } });
    for (const path of ['/healthz', '/billing/healthz']) {
      assert.equal((await fetch(`http://127.0.0.1:${port}${path}`)).status, 200, path);
    }
    assert.equal((await fetch(`http://127.0.0.1:${port}/billings/healthz`)).status, 404);
  });

  it('rejects with port_in_use, and leaves the first one alone', async () => {
    const { port, url } = await start();
    await assert.rejects(start({ port }), { code: 'port_in_use' });
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  });

  it('gives its port back when the rest of the start fails', async () => {
    const { port, close } = await start();
    await close();
    await assert.rejects(start({ port, env: { DATABASE_URL: 'file:/dev/null/x.db' } }));
    assert.equal((await start({ port })).port, port);
  });

  it('closes once, however often it is asked to, and idle connections do not hold it up', async () => {
    const { port, close } = await start();
    const idle = connect(port, '127.0.0.1');
    idle.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await new Promise((resolve) => {
      idle.once('data', resolve);
    });
    await Promise.all([close(), close()]);
    assert.equal(idle.destroyed || idle.readableEnded || (await text(idle)) === '', true);
  });

  it('answers requests that announce no body as those with an empty one', async () => {
    const { port } = await start();
    const client = connect(port, '127.0.0.1');
    client.write(
      'POST /v1/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n',
    );
    assert.match(await text(client), /^HTTP\/1\.1 400 [^]*grant_type is missing/);
  });

  it('refuses headers that no client of ours sends', async () => {
    const { port } = await start();
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { 'x-large': 'x'.repeat(20_000) } });
    assert.equal(response.status, 431);
  });
});

describe('the widget files', () => {
  const find = (path: string) => widgetFiles(join(folder, 'bundle')).find(path);
  before(async () => {
    await mkdir(join(folder, 'bundle', 'widgets'), { recursive: true });
    await writeFile(join(folder, 'bundle', 'widgets.js'), 'one');
    await writeFile(join(folder, 'bundle', 'widgets', 'plan-picker-a1b2.js'), 'two');
    await writeFile(join(folder, 'bundle', 'notes.txt'), 'not ours');
    await writeFile(join(folder, 'outside.js'), 'outside');
  });

  it('are found by their path, with type and validator', async () => {
    const loader = await find('widgets.js');
    assert.equal(Buffer.from(loader?.body ?? []).toString(), 'one');
    assert.equal(loader?.type, 'text/javascript; charset=utf-8');
    assert.match(loader?.etag ?? '', /^"[\w-]{27}"$/);
    assert.ok(await find('widgets/plan-picker-a1b2.js'));
  });

  it('are nothing but what the bundle has', async () => {
    const paths = [
      '',
      'gone.js',
      'notes.txt',
      'widgets',
      '../outside.js',
      'widgets/../../outside.js',
      'widgets/..%2f..%2foutside.js',
      '/widgets.js',
      './widgets.js',
      'widgets//x.js',
      '.hidden.js',
      'widgets.js/x.js',
      'widgets\\plan-picker-a1b2.js',
      'widgets.js\0',
    ];
    for (const path of paths) assert.equal(await find(path), null, JSON.stringify(path));
  });

  it('are read again after a build', async () => {
    const files = widgetFiles(join(folder, 'bundle'));
    const first = await files.find('widgets.js');
    assert.equal(await files.find('widgets.js'), first);
    await writeFile(join(folder, 'bundle', 'widgets.js'), 'three');
    await utimes(join(folder, 'bundle', 'widgets.js'), new Date(), new Date(Date.now() + 5000));
    const second = await files.find('widgets.js');
    assert.equal(Buffer.from(second?.body ?? []).toString(), 'three');
    assert.notEqual(second?.etag, first?.etag);
  });
});
