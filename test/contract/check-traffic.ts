/** Holds the traffic of a whole test run, as `tap.mjs` wrote it down, against the types of the installed `stripe` package. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import Stripe from 'stripe';
import { loadContract } from './contract.ts';

type Line =
  | { readonly kind: 'totals'; readonly file: string; readonly requests: number; readonly events: number }
  | { readonly kind: 'event'; readonly file: string; readonly body: string }
  | {
      readonly kind: 'exchange';
      readonly file: string;
      readonly method: string;
      readonly path: string;
      readonly sent: string;
      readonly status: number;
      readonly answer: string;
      /** Whether our backend asked. */
      readonly ours: boolean;
      readonly version: string | null;
    };

export interface Verdict {
  /** Version of the `stripe` package. */
  readonly stripe: string;
  readonly requests: number;
  readonly events: number;
  /** How many different ones of both there were. */
  readonly shapes: number;
  /** What did not fit, by the test file that caused it; a file whose traffic was all right has an empty list. */
  readonly violations: ReadonlyMap<string, readonly string[]>;
}

/** What Stripe's own checkout page calls: nothing that an SDK has types for. */
const untypedPaths = /^\/v1\/payment_pages\//;

export function checkTraffic(folder: string): Verdict {
  const contract = loadContract();
  const violations = new Map<string, Set<string>>();
  const seen = new Set<string>();
  let requests = 0;
  let events = 0;
  for (const line of linesIn(folder)) {
    const file = relative(process.cwd(), line.file).replaceAll('\\', '/');
    const found = violations.get(file) ?? new Set();
    violations.set(file, found);
    const report = (what: string, errors: readonly string[]): void => {
      for (const error of errors) found.add(`${what} ${error}`);
    };
    if (line.kind === 'totals') {
      requests += line.requests;
      events += line.events;
      continue;
    }
    seen.add(line.kind === 'event' ? line.body : `${line.method} ${line.path} ${line.sent} ${line.answer}`);
    if (line.kind === 'event') {
      const event = JSON.parse(line.body) as { type: string };
      report(`event ${event.type}`, contract.checkEvent(event));
      continue;
    }
    const { method, path, sent, status, answer, ours, version } = line;
    if (untypedPaths.test(path)) continue;
    const { route, errors } = contract.checkRequest(method, path, sent);
    const named = `${method} ${route ?? path}`;
    // What a test sends wrongly on purpose is refused; who names another version, or none, may use the words of that one.
    const held = ours || (status < 400 && version === Stripe.API_VERSION);
    if (held) report(named, errors);
    if (ours && version !== Stripe.API_VERSION) report(named, [`sends Stripe-Version ${version}`]);
    if (status < 400 || route !== null)
      report(`${named} → ${status}`, contract.checkAnswer(method, path, status, JSON.parse(answer)));
  }
  return {
    stripe: contract.stripe,
    requests,
    events,
    shapes: seen.size,
    violations: new Map([...violations].map(([file, found]) => [file, [...found]])),
  };
}

function* linesIn(folder: string): Generator<Line> {
  for (const name of readdirSync(folder)) {
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      // A process that was killed may have left half a line.
      if (line.endsWith('}')) yield JSON.parse(line) as Line;
    }
  }
}
