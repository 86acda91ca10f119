/** What the API was asked, the last requests first in, first out: tests count reads with it. */

export interface LoggedRequest {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly stripe_version: string | null;
  readonly idempotency_key: string | null;
  readonly params: unknown;
  /** Milliseconds since 1970, of the machine's clock. */
  readonly at: number;
}

const longest = 10_000;

export class RequestLog {
  #requests: LoggedRequest[] = [];

  add(request: LoggedRequest): void {
    this.#requests.push(request);
    if (this.#requests.length > longest * 1.2) this.#requests = this.#requests.slice(-longest);
  }

  /** Oldest first. */
  all(): readonly LoggedRequest[] {
    return this.#requests.slice(-longest);
  }

  clear(): void {
    this.#requests = [];
  }
}
