/** Keeps reads of Stripe under its rate limit: a bucket that refills by the second. */

import type { Clock } from '../clock.ts';

export class ReadBudget {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #tokens: number;
  #refilledAt: number;
  /** When the next waiting read may start, so that waiters keep their order. */
  #nextFree = 0;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#tokens = perSecond;
    this.#refilledAt = clock();
  }

  /** Resolves when a read may be made. */
  async take(): Promise<void> {
    const now = this.#clock();
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((now - this.#refilledAt) / 1000) * this.#perSecond);
    this.#refilledAt = now;
    if (this.#tokens >= 1 && this.#nextFree <= now) {
      this.#tokens -= 1;
      return;
    }
    this.#nextFree = Math.max(this.#nextFree, now) + 1000 / this.#perSecond;
    const wait = this.#nextFree - now;
    await new Promise((resolve) => {
      setTimeout(resolve, wait);
    });
  }
}
