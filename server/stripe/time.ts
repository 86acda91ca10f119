/**
 * What time it is at Stripe. At Stripe itself that is our own time, and nobody is asked. A host of one's own, such as the sandbox,
 * may be moved through time: it says where it is in the `Date` header of every answer, and plans are decided at that time.
 */

import type { Clock } from '../clock.ts';

/** How often a host of one's own is asked, and how long it may take to answer, in milliseconds. */
const askEvery = 250;
const patience = 2000;
/** A `Date` has whole seconds and takes a while to arrive: what differs by less is no difference, in milliseconds. */
const tolerance = 2000;

export class StripeTime {
  readonly #host: string | null;
  readonly #clock: Clock;
  readonly #send: typeof fetch;
  #offset = 0;
  /** Requests so far, and how many had begun when the offset last changed: what was asked before that is no news. */
  #begun = 0;
  #changedAt = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #onMove: () => void = () => undefined;

  /** @param host null for Stripe itself */
  constructor(host: string | null, clock: Clock, send: typeof fetch = fetch) {
    this.#host = host;
    this.#clock = clock;
    this.#send = send;
  }

  /** Milliseconds. */
  now(): number {
    return this.#clock() + this.#offset;
  }

  /** Called when a request is sent; the function it returns takes the answer's `Date`, if it has one. */
  begin(): (date: string | null | undefined) => void {
    const begun = ++this.#begun;
    return (date) => {
      const at = Date.parse(date ?? '');
      if (Number.isNaN(at) || this.#host === null || begun <= this.#changedAt) return;
      // A Date is cut to its second, and hosts are moved by whole ones.
      const offset = Math.ceil((at - this.#clock()) / 1000) * 1000;
      if (Math.abs(offset - this.#offset) <= tolerance) return;
      this.#offset = Math.abs(offset) <= tolerance ? 0 : offset;
      this.#changedAt = this.#begun;
      this.#onMove();
    };
  }

  /** Asks once. A host that does not answer stays where it was last seen. */
  async ask(): Promise<void> {
    if (this.#host === null) return;
    const answered = this.begin();
    const options = { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(patience) } as const;
    const answer = await this.#send(new URL('/_sandbox/clock', this.#host), options).catch(() => null);
    answered(answer?.headers.get('date'));
  }

  /**
   * Follows the host from now on, some times a second; resolves when it has been asked for the first time.
   * @param onMove called when its time has moved otherwise than ours
   */
  async follow(onMove: () => void): Promise<void> {
    if (this.#host === null) return;
    this.#onMove = onMove;
    const again = (): void => {
      this.#timer = setTimeout(() => void this.ask().then(() => this.#timer && again()), askEvery);
    };
    await this.ask();
    again();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
