/** One lock a user, over this process and all others on the database: reading Stripe and writing what was read is one step (R1.3). */

import type { Clock } from '../clock.ts';
import { PlanclaimError } from '../errors.ts';
import type { Writing } from '../store/schema.ts';
import type { Store } from '../store/store.ts';

/** How long a lease lasts when its holder dies, in milliseconds; a living holder renews it. A restart waits as long at most. */
const leaseTime = 6_000;
const renewEvery = 2_000;
/** How long to wait for somebody else's turn, and how often to look, in milliseconds. */
const patience = 20_000;
const lookEvery = 50;

/** The turn that a holder has. */
export interface Lease {
  /** Throws 503 `lock_lost` when the lease ran out meanwhile: what was read may be old and must not be written. */
  check(tx: Writing): Promise<void>;
}

export class UserLocks {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #process = crypto.randomUUID();
  readonly #waiting = new Map<string, Promise<unknown>>();
  #turns = 0;
  #stopped = false;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Runs `work` while nobody else works on this user.
   * @throws PlanclaimError 503 `lock_busy` when the turn does not come in time
   */
  hold<T>(projectId: string, userId: string, work: (lease: Lease) => Promise<T>): Promise<T> {
    return this.holdName(`user:${projectId}:${userId}`, work);
  }

  /** The same for anything else that one process at a time may work on. */
  async holdName<T>(name: string, work: (lease: Lease) => Promise<T>): Promise<T> {
    const before = this.#waiting.get(name) ?? Promise.resolve();
    const turn = before.then(() => this.#lease(name, work));
    const settled = turn.catch(() => undefined);
    this.#waiting.set(name, settled);
    try {
      return await turn;
    } finally {
      if (this.#waiting.get(name) === settled) this.#waiting.delete(name);
    }
  }

  /** Nobody waits for a turn any more: who does is told that the lock is busy. Turns that are had are finished. */
  stop(): void {
    this.#stopped = true;
  }

  async #lease<T>(name: string, work: (lease: Lease) => Promise<T>): Promise<T> {
    const owner = `${this.#process}:${this.#turns++}`;
    await this.#acquire(name, owner);
    const renewal = setInterval(() => {
      // A renewal that fails is noticed by `check`; there is nothing else to do about it here.
      this.#renew(name, owner).catch(() => undefined);
    }, renewEvery);
    try {
      return await work({ check: (tx) => this.#check(tx, name, owner) });
    } finally {
      clearInterval(renewal);
      await this.#store.write((tx) =>
        tx.deleteFrom('lease').where('name', '=', name).where('owner', '=', owner).execute(),
      );
    }
  }

  async #acquire(name: string, owner: string): Promise<void> {
    const giveUp = this.#clock() + patience;
    while (!(await this.#tryAcquire(name, owner))) {
      if (this.#stopped || this.#clock() > giveUp) {
        throw new PlanclaimError('Another change for this user is still at work. Try again shortly.', {
          code: 'lock_busy',
          status: 503,
          retryAfter: 2,
        });
      }
      await new Promise((resolve) => {
        setTimeout(resolve, lookEvery);
      });
    }
  }

  async #tryAcquire(name: string, owner: string): Promise<boolean> {
    const now = this.#clock();
    const { numInsertedOrUpdatedRows } = await this.#store.write((tx) =>
      tx
        .insertInto('lease')
        .values({ name, owner, until: now + leaseTime })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ owner, until: now + leaseTime })
            .where('lease.until', '<', now),
        )
        .executeTakeFirstOrThrow(),
    );
    return (numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  async #renew(name: string, owner: string): Promise<void> {
    await this.#store.write((tx) =>
      tx
        .updateTable('lease')
        .set({ until: this.#clock() + leaseTime })
        .where('name', '=', name)
        .where('owner', '=', owner)
        .execute(),
    );
  }

  async #check(tx: Writing, name: string, owner: string): Promise<void> {
    const row = await tx
      .selectFrom('lease')
      .select('until')
      .where('name', '=', name)
      .where('owner', '=', owner)
      .executeTakeFirst();
    if (row && row.until > this.#clock()) return;
    throw new PlanclaimError('This change took too long and was not written. Try again.', {
      code: 'lock_lost',
      status: 503,
      retryAfter: 1,
    });
  }
}
