/**
 * Hears of plan changes made elsewhere (`GET /v1/events`), over one connection for all tabs of an origin: open while one
 * of them is seen, taken up where it broke off, and where it cannot be had, everything goes on without it.
 */

import type { BillingApi } from './api.ts';
import { readEvents } from './event-stream.ts';
import { joinTabs, type Tabs } from './tabs.ts';
import type { PlanState } from './types.ts';

/** Milliseconds. */
const wait = {
  /** Between tries: the server's word, doubled with each failure, up to `most`. */
  first: 1000,
  most: 60_000,
  /** A page may be out of sight for so long before another tab takes over: one that is put to sleep would hold all up. */
  hidden: 3000,
  /** The backend gives a sign of life every 25 seconds. */
  silence: 70_000,
};

export interface LiveOptions {
  readonly api: BillingApi;
  /** The token that is good now; null for none. */
  readonly token: () => string | null;
  /** Whose plan it is, at which backend: tabs of the same share a connection. Null where that is not to be known. */
  readonly about: () => string | null;
  /** The version of the plan state that is known already. */
  readonly version: () => number;
  /** There is another version, or one that is known already. */
  readonly onVersion: (version: number) => void;
}

export class LivePlan {
  readonly #options: LiveOptions;
  #isWanted = false;
  /** The backend has no such thing: it is not asked again. */
  #isAbsent = false;
  /** Open, or waiting for its turn. */
  #connection: AbortController | null = null;
  #tabs: Tabs | null = null;
  /** Which of the connections had its turn last. */
  #listener: AbortController | null = null;
  #failures = 0;
  #retry = wait.first;
  #again: ReturnType<typeof setTimeout> | undefined;
  #leave: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** There is a user with a good token, and somebody who wants to know. */
  start(): void {
    if (this.#isAbsent) return;
    if (this.#isWanted) return this.#connect();
    this.#isWanted = true;
    document.addEventListener('visibilitychange', this.#seen);
    window.addEventListener('pagehide', this.#hidden);
    window.addEventListener('pageshow', this.#seen);
    window.addEventListener('online', this.#seen);
    this.#connect();
  }

  stop(): void {
    this.#isWanted = false;
    document.removeEventListener('visibilitychange', this.#seen);
    window.removeEventListener('pagehide', this.#hidden);
    window.removeEventListener('pageshow', this.#seen);
    window.removeEventListener('online', this.#seen);
    this.#failures = 0;
    this.#disconnect();
  }

  /** A connection, a lock or a channel also keeps a page out of the back-forward cache (R41.1). */
  readonly #hidden = (): void => this.#disconnect();

  readonly #seen = (): void => {
    clearTimeout(this.#leave);
    if (document.visibilityState === 'visible') this.#connect();
    else this.#leave = setTimeout(() => this.#disconnect(), wait.hidden);
  };

  #disconnect(): void {
    clearTimeout(this.#again);
    clearTimeout(this.#leave);
    this.#connection?.abort();
    this.#connection = null;
    this.#tabs?.leave();
    this.#tabs = null;
  }

  #connect(): void {
    const { token, about, version } = this.#options;
    if (!this.#isWanted || this.#connection || token() === null || document.visibilityState !== 'visible') return;
    clearTimeout(this.#again);
    const connection = new AbortController();
    this.#connection = connection;
    if (!this.#tabs) {
      this.#tabs = joinTabs(about(), this.#told);
      // Whoever listens answers if there is a later one, which may have come before this tab could hear of it.
      this.#tabs.tell(version());
    }
    void this.#tabs
      .takeTurn(connection.signal, () => this.#listen(connection))
      .catch(() => {
        // Broken or refused: all of it ends in another try, or in none.
        if (this.#connection === connection) this.#failures += 1;
      })
      .finally(() => {
        if (this.#connection !== connection) return;
        this.#connection = null;
        if (this.#isAbsent) this.stop();
        else this.#again = setTimeout(() => this.#connect(), this.#delay);
      });
  }

  /** By another tab. */
  readonly #told = (told: number): void => {
    const { version, onVersion } = this.#options;
    const known = version();
    if (told > known) onVersion(told);
    else if (told < known && this.#connection && this.#connection === this.#listener) this.#tabs?.tell(known);
  };

  async #listen(connection: AbortController): Promise<void> {
    const { api, version, onVersion } = this.#options;
    // It may have been waited long for the turn.
    const token = this.#options.token();
    if (token === null || this.#connection !== connection) return;
    this.#listener = connection;
    // What this tab knows its forerunner may not have told.
    this.#tabs?.tell(version());
    const response = await api.events(token, { after: version(), signal: connection.signal });
    if (!response.ok || !response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      connection.abort();
      // A token past its end is renewed by the session, and too many of anything passes; the rest stays as it is.
      this.#isAbsent = ![401, 408, 425, 429].includes(response.status) && response.status < 500;
      throw new Error(`The billing service answered ${response.status} to a request for events.`);
    }
    let silence: ReturnType<typeof setTimeout> | undefined;
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => connection.abort(), wait.silence);
    };
    heard();
    try {
      await readEvents(response.body, {
        heard: () => {
          this.#failures = 0;
          heard();
        },
        retry: (delay) => (this.#retry = Math.min(Math.max(delay, 250), wait.most)),
        event: ({ type, data }) => {
          if (type !== 'plan' || this.#connection !== connection) return;
          const { version: next } = JSON.parse(data) as PlanState;
          this.#tabs?.tell(next);
          onVersion(next);
        },
      });
    } finally {
      clearTimeout(silence);
    }
  }

  /** Spread out, so that a backend that comes back is not met by everybody at once. */
  get #delay(): number {
    const most = Math.min(this.#retry * 2 ** this.#failures, wait.most);
    return most * (0.5 + Math.random() / 2);
  }
}
