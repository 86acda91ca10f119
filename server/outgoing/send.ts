/** One attempt to bring one event to one address, and what the answer means. */

import { isLoopback } from '../config/addresses.ts';
import { PlanclaimError } from '../errors.ts';
import { guardedFetch } from '../net/guarded-fetch.ts';
import { readRetryAfter } from './retries.ts';
import { signedHeaders, type Unsigned } from './sign.ts';

export interface Attempt extends Unsigned {
  readonly url: string;
}

export interface SendOptions {
  /** Whether the backend itself is on this machine, for people; only then may a webhook go to this machine too. */
  readonly onLoopback: boolean;
  /** Milliseconds; stands in the signature. */
  readonly now: number;
  /** Milliseconds until an answer that does not come is a failure. */
  readonly timeout: number;
  /** Gives the attempt up: the process stops. */
  readonly stopping: AbortSignal;
}

/**
 * `taken`: a 2xx. `gone`: 410, nothing more is wanted there. `failed`: anything else, a redirect included, with the pause in
 * milliseconds that the receiver asked for. `interrupted`: this process stops; nobody knows whether it arrived.
 */
export type Outcome =
  | { readonly kind: 'taken'; readonly status: number }
  | { readonly kind: 'gone'; readonly status: number }
  | {
      readonly kind: 'failed';
      readonly status: number | null;
      readonly reason: string;
      readonly pause: number | null;
    }
  | { readonly kind: 'interrupted' };

/** Answers whose `Retry-After` is believed. */
const pausing = new Set([429, 502, 504]);

/** Sends it. Never throws: whatever happens is an outcome. */
export async function sendAttempt(attempt: Attempt, options: SendOptions): Promise<Outcome> {
  const timeout = AbortSignal.timeout(options.timeout);
  try {
    const response = await fetchFor(attempt, options)(attempt.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Planclaim',
        ...signedHeaders(attempt, options.now),
      },
      body: attempt.body,
      signal: AbortSignal.any([timeout, options.stopping]),
    });
    return outcomeOf(response, options.now);
  } catch (error) {
    if (options.stopping.aborted) return { kind: 'interrupted' };
    const reason = timeout.aborted ? `No answer within ${options.timeout / 1000} s` : reasonOf(error);
    return { kind: 'failed', status: null, reason, pause: null };
  }
}

const fetchFor = ({ url }: Attempt, { onLoopback }: SendOptions) =>
  guardedFetch({
    loopbackAllowed: onLoopback && isLoopback(new URL(url)),
    remedy: 'Webhooks go to public https addresses; to this machine only while PUBLIC_URL is on it too.',
    oversized: 'cut',
  });

function outcomeOf({ status, headers }: Response, now: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'taken', status };
  if (status === 410) return { kind: 'gone', status };
  const redirected = status >= 300 && status < 400;
  return {
    kind: 'failed',
    status,
    reason: redirected ? `HTTP ${status}: redirects are not followed` : `HTTP ${status}`,
    pause: pausing.has(status) ? readRetryAfter(headers.get('retry-after'), now) : null,
  };
}

/** In words for the list of events. Never the body of an answer: it may hold anything. */
function reasonOf(error: unknown): string {
  if (error instanceof PlanclaimError) return error.message;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.message : String(error);
}
