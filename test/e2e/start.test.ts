/** `npm start` as a person meets it: three addresses within seconds, a clear word when a port is taken, and an orderly end. */

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freePort } from './support/world.ts';

/** Milliseconds. One to two seconds on a quiet machine; here other tests may have kept it warm, or busy. */
const longest = 15_000;
const script = join(import.meta.dirname, '..', '..', 'demo', 'start.ts');

describe('npm start', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'planclaim-e2e-'));
  });
  const children: ChildProcess[] = [];
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const start = (env: Record<string, string>) => {
    const { PAYMENTS: _payments, LOG_LEVEL: _level, ...rest } = process.env;
    const child = spawn(process.execPath, [script], { cwd: folder, env: { ...rest, ...env } });
    children.push(child);
    let output = '';
    const listeners = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        for (const listener of listeners) listener();
      });
    return {
      child,
      output: () => output,
      says: (text: string) =>
        new Promise<void>((resolve, reject) => {
          const look = (): void => {
            if (output.includes(text)) resolve();
          };
          listeners.add(look);
          child.once('exit', () => reject(new Error(`It ended before it said "${text}":\n${output}`)));
          look();
        }),
    };
  };
  const ports = async () => ({
    PORT: String(await freePort()),
    SANDBOX_PORT: String(await freePort()),
    DEMO_PORT: String(await freePort()),
  });
  const statusOf = async (url: string): Promise<number> => {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  };

  it('serves sandbox, backend and demo within seconds, twice on the same books, and ends with 0', async () => {
    const env = await ports();
    for (const run of ['first', 'second']) {
      const startedAt = performance.now();
      const { child, says, output } = start(env);
      await says('Ready in');
      assert.ok(performance.now() - startedAt < longest, `the ${run} start took longer:\n${output()}`);
      assert.deepEqual(
        [
          await statusOf(`http://localhost:${env.DEMO_PORT}/`),
          await statusOf(`http://localhost:${env.PORT}/readyz`),
          await statusOf(`http://localhost:${env.PORT}/widgets.js`),
          await statusOf(`http://localhost:${env.PORT}/v1/projects/driftboard/plans`),
          await statusOf(`http://localhost:${env.SANDBOX_PORT}/v1/prices`),
        ],
        // The sandbox is there and, like Stripe, asks for a key.
        [200, 200, 200, 200, 401],
      );
      for (const name of ['PORT', 'SANDBOX_PORT', 'DEMO_PORT'] as const)
        assert.ok(output().includes(`http://localhost:${env[name]}`), `${name} is not printed:\n${output()}`);
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      assert.deepEqual(await ended, [0, null], output());
    }
  });

  it('runs without any Stripe when PAYMENTS=none', async () => {
    const env = { ...(await ports()), PAYMENTS: 'none' };
    const { child, says, output } = start(env);
    await says('Ready in');
    assert.equal(await statusOf(`http://localhost:${env.DEMO_PORT}/`), 200);
    assert.ok(!output().includes(env.SANDBOX_PORT), output());
    await assert.rejects(fetch(`http://localhost:${env.SANDBOX_PORT}/`));
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null], output());
  });

  it('names the port that is taken, and what to do, before it starts anything', async () => {
    const env = await ports();
    const blocker = createServer().listen(Number(env.DEMO_PORT), '127.0.0.1');
    await once(blocker, 'listening');
    const { child, output } = start(env);
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 1);
    assert.match(output(), new RegExp(`port ${env.DEMO_PORT} \\(DEMO_PORT\\).*DEMO_PORT=\\d+ npm start`));
    await new Promise((resolve) => blocker.close(resolve));
  });
});
