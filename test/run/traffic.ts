/** What all tests said to Stripe's sandbox, and what it said: written down while they run, held against the SDK's types at the end. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Tally } from './tally.ts';

const suite = 'contract of the whole run';

/** What a Node process needs to be listened to. */
export const tapOptions: readonly string[] = [
  '--import',
  pathToFileURL(join(import.meta.dirname, '..', 'contract', 'tap.mjs')).href,
];

export class Traffic {
  readonly #folder = mkdtempSync(join(tmpdir(), 'planclaim-traffic-'));

  constructor() {
    process.env['PLANCLAIM_TRAFFIC'] = this.#folder;
  }

  /** Counts a test for every file that has spoken with a sandbox. */
  async check(tally: Tally): Promise<void> {
    const started = performance.now();
    const before = tally.counts;
    const { checkTraffic } = await import('../contract/check-traffic.ts');
    const { stripe, requests, events, shapes, violations } = checkTraffic(this.#folder);
    for (const [file, found] of violations) {
      if (found.length === 0) tally.pass(suite);
      else tally.fail(suite, `${file} › fits the types of stripe@${stripe}`, found.join('\n'));
    }
    if (violations.size > 0) {
      console.log(
        `contract: ${requests} requests, ${requests} answers, ${events} events held against stripe@${stripe} (${shapes} different ones)`,
      );
      tally.note(suite, {
        passed: tally.counts.passed - before.passed,
        failed: tally.counts.failed - before.failed,
        seconds: (performance.now() - started) / 1000,
      });
    }
    rmSync(this.#folder, { recursive: true });
  }
}
