/** `Idempotency-Key`: the same request again gets the first answer again (docs.stripe.com/api/idempotent_requests). */

import { createHash } from 'node:crypto';
import { StripeApiError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** Seconds. */
const kept = 24 * 60 * 60;
const longestKey = 255;

export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
  /** Of the request that was answered first. */
  readonly requestId: string;
}

export class IdempotentAnswers {
  readonly #store: Store;
  readonly #underWay = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The answer that was given before, or null: then the key is taken until `release`.
   *
   * @throws StripeApiError 400 `idempotency_error` where the key came with another request, 409 while that one runs.
   */
  take(key: string, request: string): KeptAnswer | null {
    if (key.length > longestKey) {
      throw new StripeApiError(`Idempotency keys may be up to ${longestKey} characters long.`, {
        status: 400,
        type: 'idempotency_error',
      });
    }
    if (this.#underWay.has(key)) {
      throw new StripeApiError(
        `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        { status: 409, type: 'idempotency_error', code: 'idempotency_key_in_use' },
      );
    }
    const row = this.#store.database.first(
      'select * from idempotent_answer where key = ? and created > ?',
      key,
      Math.floor(this.#store.clock.wall() / 1000) - kept,
    );
    if (row && row['request'] !== fingerprint(request)) {
      throw new StripeApiError(
        `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
        { status: 400, type: 'idempotency_error' },
      );
    }
    if (row) return { status: Number(row['status']), body: String(row['body']), requestId: String(row['request_id']) };
    this.#underWay.add(key);
    return null;
  }

  /** Keeps an answer. Only of calls that were carried out: what was refused before that may be sent again, mended. */
  keep(key: string, request: string, answer: KeptAnswer): void {
    this.#store.database.run(
      'insert or replace into idempotent_answer (key, request, status, request_id, body, created) values (?, ?, ?, ?, ?, ?)',
      key,
      fingerprint(request),
      answer.status,
      answer.requestId,
      answer.body,
      Math.floor(this.#store.clock.wall() / 1000),
    );
  }

  release(key: string): void {
    this.#underWay.delete(key);
  }
}

function fingerprint(request: string): string {
  return createHash('sha256').update(request).digest('base64url');
}
