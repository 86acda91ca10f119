/**
 * Writes down what passes through every sandbox of the process, each shape of it once, for `check-traffic.ts`. `test/run.ts` loads
 * it into every test, and it loads itself into every process that a test starts, so that nothing passes unseen. Plain JavaScript,
 * since such a process may be an older Node.
 */

import childProcess from 'node:child_process';
import { createHash } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';

const folder = process.env.PLANCLAIM_TRAFFIC;
const file = (process.env.PLANCLAIM_TEST_FILE ??= process.argv[1] ?? 'unknown');
if (folder !== undefined) {
  listen(join(folder, `${process.pid}-${Date.now()}.jsonl`));
  follow();
}

/** @param {string} path */
function listen(path) {
  const seen = new Set();
  const totals = { requests: 0, events: 0 };
  /** @param {string} shape @param {object} line */
  const once = (shape, line) => {
    const key = createHash('sha1').update(shape).digest('base64');
    if (seen.has(key)) return;
    seen.add(key);
    appendFileSync(path, `${JSON.stringify({ file, ...line })}\n`);
  };
  subscribe('planclaim:sandbox:exchange', (exchange) => {
    totals.requests += 1;
    const { method, path: at, sent, status, answer, userAgent, version } = exchange;
    const ours = userAgent?.includes(' planclaim') ?? false;
    const form = [...new URLSearchParams(sent)].map(([name, value]) => `${name}=${shapeOf(value)}`).toSorted();
    const route = at.replaceAll(/\w+_\w{8,}/g, '{}');
    const shape = [method, route, ours, version, status, form.join('&'), shapeOf(JSON.parse(answer))].join(' ');
    once(shape, { kind: 'exchange', method, path: at, sent, status, answer, ours, version });
  });
  subscribe('planclaim:sandbox:event', (body) => {
    totals.events += 1;
    once(shapeOf(JSON.parse(body)), { kind: 'event', body });
  });
  process.on('exit', () => {
    if (totals.requests + totals.events === 0) return;
    appendFileSync(path, `${JSON.stringify({ file, kind: 'totals', ...totals })}\n`);
  });
}

/** What of a value a type can speak of: its names, kinds and small words. */
function shapeOf(value, name = '') {
  if (typeof value === 'string') return /^[a-z][a-z_]{0,40}$/.test(value) ? value : '"';
  if (typeof value === 'number') return Number.isInteger(value) ? '1' : '1.5';
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${[...new Set(value.map((member) => shapeOf(member)))].toSorted().join()}]`;
  if (name === 'metadata') return '{…}';
  return `{${Object.entries(value)
    .map(([key, member]) => `${key}:${shapeOf(member, key)}`)
    .toSorted()
    .join()}}`;
}

/** Every process that this one starts is listened to as well. The set-up's tests are left out: they start Nodes that never were. */
function follow() {
  if (/[\\/]test[\\/]scripts[\\/]/.test(file)) return;
  const listening = (env = process.env) => {
    const others = (env.NODE_OPTIONS ?? '').split(' ').filter((option) => option !== '' && !option.includes('tap.mjs'));
    return {
      ...env,
      PLANCLAIM_TRAFFIC: env.PLANCLAIM_TRAFFIC ?? folder,
      PLANCLAIM_TEST_FILE: env.PLANCLAIM_TEST_FILE ?? file,
      NODE_OPTIONS: [...others, `--import=${import.meta.url}`].join(' '),
    };
  };
  for (const name of ['spawn', 'spawnSync', 'fork', 'execFile', 'execFileSync']) {
    const start = childProcess[name];
    childProcess[name] = (command, ...rest) => {
      const parameters = Array.isArray(rest[0]) ? rest.shift() : [];
      const options = typeof rest[0] === 'object' && rest[0] !== null ? rest.shift() : {};
      return start(command, parameters, { ...options, env: listening(options.env) }, ...rest);
    };
  }
  syncBuiltinESMExports();
}
