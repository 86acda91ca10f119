/** What was chosen or assigned, as those who asked for it know it. */

import assert from 'node:assert/strict';
import type { Hands } from './hands.ts';
import type { Assigned } from './oracle.ts';

export class Assignments {
  readonly #hands: Hands;
  readonly #assigned = new Map<string, Assigned | null>();
  /** What was assigned while other things were under way: which of them came last, only the store can say. */
  readonly #racing: { readonly userId: string; readonly assigned: Assigned | null }[] = [];

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  of(userId: string): Assigned | null {
    return this.#assigned.get(userId) ?? null;
  }

  set(userId: string, assigned: Assigned | null): void {
    this.#assigned.set(userId, assigned);
  }

  chose(userId: string, plan: string): void {
    this.assign(userId, { plan, source: 'selection', expiresAt: null });
  }

  assign(userId: string, assigned: Assigned | null): void {
    if (this.#hands.isAlone) this.set(userId, assigned);
    else this.#racing.push({ userId, assigned });
  }

  /** The last write won: it is one of those that were under way. */
  async settleRace(): Promise<void> {
    for (const userId of new Set(this.#racing.map((one) => one.userId))) {
      const row = await this.#hands.world.store.read
        .selectFrom('assignment')
        .selectAll()
        .where('user_id', '=', userId)
        .executeTakeFirst();
      const last = row ? { plan: row.plan, source: row.source, expiresAt: row.expires_at } : null;
      const candidates = this.#racing.filter((one) => one.userId === userId).map(({ assigned }) => assigned);
      assert.ok(
        candidates.some((assigned) => JSON.stringify(assigned) === JSON.stringify(last)),
        `${userId} has ${JSON.stringify(last)}, which nobody assigned`,
      );
      this.#assigned.set(userId, last);
    }
    this.#racing.length = 0;
  }
}
