/** Takes events to their endpoints: signed, at least once, again and again until a 2xx. What is left survives a restart. */

import type { Row } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import { readChaos } from './chaos.ts';
import { signatureHeader } from './signature.ts';

/** Milliseconds between attempts: short, for people who wait. After the last one a delivery has failed. */
export const developmentSchedule: readonly number[] = [1000, 3000, 10_000, 30_000, 60_000, 300_000, 3_600_000];

const parallel = 16;
/** Milliseconds until an endpoint that does not answer counts as failed. */
const patience = 20_000;
/** `setTimeout` takes no more than this. */
const longestTimer = 2 ** 31 - 1;

export interface CourierOptions {
  readonly store: Store;
  readonly schedule?: readonly number[];
  readonly log?: (line: string) => void;
}

/** How one attempt ended: `status` is null where no answer came. */
export interface Attempt {
  readonly endpoint: string;
  readonly status: number | null;
  readonly error: string | null;
}

export class Courier {
  readonly #store: Store;
  readonly #schedule: readonly number[];
  readonly #log: (line: string) => void;
  readonly #underWay = new Map<number, Promise<void>>();
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: CourierOptions) {
    this.#store = options.store;
    this.#schedule = options.schedule ?? developmentSchedule;
    this.#log = options.log ?? (() => undefined);
  }

  /** Takes up what a process before this one left undone. */
  start(): void {
    this.#store.database.run("update delivery set state = 'pending' where state = 'sending'");
    this.wake();
  }

  /** Sends what is due, now or as soon as there is room. */
  wake(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(() => this.#run(), 0);
  }

  /** Sends an event once more to all its endpoints, at once and whatever chaos says. */
  async redeliver(eventId: string, type: string, endpoints: readonly string[]): Promise<Attempt[]> {
    return Promise.all(
      endpoints.map(async (endpoint) => {
        const seq = this.#store.database.run(
          "insert into delivery (event, endpoint, state) values (?, ?, 'redelivering')",
          eventId,
          endpoint,
        );
        const attempt = await this.#send(eventId, endpoint);
        this.#log(`redelivered ${type} to ${endpoint}: ${attempt.status ?? attempt.error}`);
        this.#record(seq, 1, attempt, null);
        return attempt;
      }),
    );
  }

  /** Ends attempts that are under way; they are made again after the next start. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    if (this.#timer) clearTimeout(this.#timer);
    await Promise.allSettled(this.#underWay.values());
  }

  #run(): void {
    const atOnce = readChaos(this.#store.database).shuffle ? 1 : parallel;
    const now = this.#store.clock.wall();
    const due = this.#store.database.all(
      "select * from delivery where state = 'pending' and next_attempt_at <= ? order by rank, seq limit ?",
      now,
      Math.max(0, atOnce - this.#underWay.size),
    );
    for (const row of due) {
      const seq = Number(row['seq']);
      this.#store.database.run("update delivery set state = 'sending' where seq = ?", seq);
      this.#underWay.set(
        seq,
        this.#deliver(row).finally(() => {
          this.#underWay.delete(seq);
          this.wake();
        }),
      );
    }
    // Whoever ends makes room and wakes the courier; until then there is only to wait for what falls due.
    if (this.#underWay.size < atOnce) this.#sleepUntilNext();
  }

  #sleepUntilNext(): void {
    const row = this.#store.database.first("select min(next_attempt_at) as at from delivery where state = 'pending'");
    if (row?.['at'] === null || row === undefined) return;
    const wait = Math.max(0, Number(row['at']) - this.#store.clock.wall());
    this.#timer = setTimeout(() => this.#run(), Math.min(wait, longestTimer));
    this.#timer.unref();
  }

  async #deliver(row: Row): Promise<void> {
    const seq = Number(row['seq']);
    const attempts = Number(row['attempts']) + 1;
    const endpoint = this.#store.find('webhook_endpoint', String(row['endpoint']));
    if (!endpoint || 'deleted' in endpoint || endpoint.status !== 'enabled') {
      this.#store.database.run(
        "update delivery set state = 'endpoint_gone', next_attempt_at = null where seq = ?",
        seq,
      );
      return;
    }
    const attempt = await this.#send(String(row['event']), endpoint.id);
    if (this.#stopped.signal.aborted && attempt.status === null) {
      this.#store.database.run("update delivery set state = 'pending' where seq = ?", seq);
      return;
    }
    const wait = this.#schedule[attempts - 1];
    this.#record(seq, attempts, attempt, wait === undefined ? null : this.#store.clock.wall() + wait);
    if (!isSuccess(attempt)) this.#log(`webhook to ${endpoint.url} failed: ${attempt.status ?? attempt.error}`);
  }

  #record(seq: number, attempts: number, attempt: Attempt, nextAt: number | null): void {
    const state = isSuccess(attempt) ? 'delivered' : nextAt === null ? 'failed' : 'pending';
    this.#store.database.run(
      'update delivery set state = ?, attempts = ?, next_attempt_at = ?, last_attempt_at = ?, last_status = ?, last_error = ? where seq = ?',
      state,
      attempts,
      state === 'pending' ? nextAt : null,
      this.#store.clock.wall(),
      attempt.status,
      attempt.error,
      seq,
    );
  }

  async #send(eventId: string, endpointId: string): Promise<Attempt> {
    const endpoint = this.#store.find('webhook_endpoint', endpointId);
    const secret = this.#store.hidden('webhook_endpoint', endpointId)?.secret;
    const event = this.#store.database.first('select body from event where id = ?', eventId);
    if (!endpoint || secret === undefined || !event) {
      return { endpoint: endpointId, status: null, error: 'endpoint or event is gone' };
    }
    const parsed = JSON.parse(String(event['body'])) as Record<string, unknown>;
    // Stripe's own bodies are indented, and a receiver that parses before it verifies should fail here as it would there.
    const body = JSON.stringify({ ...parsed, api_version: endpoint.api_version ?? parsed['api_version'] }, null, 2);
    try {
      const response = await fetch(endpoint.url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': signatureHeader(body, secret, Math.floor(this.#store.clock.wall() / 1000)),
        },
        body,
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(patience)]),
      });
      await response.arrayBuffer();
      return { endpoint: endpointId, status: response.status, error: null };
    } catch (error) {
      return { endpoint: endpointId, status: null, error: reason(error) };
    }
  }
}

/** A redirect is no success: Stripe does not follow it. */
function isSuccess({ status }: Attempt): boolean {
  return status !== null && status >= 200 && status < 300;
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
