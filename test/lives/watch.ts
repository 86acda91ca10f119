/** What must hold at every moment, and what must hold whenever all has settled. */

import assert from 'node:assert/strict';
import type Stripe from 'stripe';
import type { Books } from './books.ts';
import type { World } from './world.ts';

const liveStatuses = new Set(['trialing', 'active', 'past_due', 'unpaid', 'paused']);

const hasRenewed = ({ created, items, status }: Stripe.Subscription): boolean =>
  status !== 'trialing' && items.data.some((item) => item.current_period_start - created >= 3600);

export class Watch {
  readonly #world: World;
  readonly #books: Books;
  readonly #seen = new Map<string, { version: number; state: string }>();

  constructor(world: World, books: Books) {
    this.#world = world;
    this.#books = books;
  }

  /** No version goes down, and none stands for two states. */
  async afterStep(): Promise<void> {
    const rows = await this.#world.store.read
      .selectFrom('plan_state')
      .select(['user_id', 'version', 'state'])
      .execute();
    for (const { user_id: userId, version, state } of rows) {
      const before = this.#seen.get(userId);
      if (before) {
        assert.ok(version >= before.version, `the version of ${userId} went down: ${before.version} → ${version}`);
        if (version === before.version) assert.equal(state, before.state, `version ${version} stands for two states`);
      }
      this.#seen.set(userId, { version, state });
    }
  }

  async whenSettled(users: readonly string[]): Promise<void> {
    const reported = await this.#duplicatesReported();
    for (const userId of users) {
      const subscriptions = this.#books.subscriptionsOf(userId);
      const live = subscriptions.filter(({ status }) => liveStatuses.has(status));
      // One that has renewed before anybody heard of it has been used: that is for a person, and an incident.
      const unsettled = live.filter((one) => !(hasRenewed(one) && reported.has(one.id)));
      assert.ok(unsettled.length <= 1, `${userId} has two live subscriptions: ${live.map(({ id }) => id).join(', ')}`);
      const open = this.#books.sessionsOf(userId).filter(({ status }) => status === 'open');
      assert.ok(
        live.length === 0 || open.length === 0,
        `${userId} could still pay twice: ${open.map(({ id }) => id).join(', ')}`,
      );
      this.#chargedOnce(userId, subscriptions);
    }
  }

  async #duplicatesReported(): Promise<Set<string>> {
    const rows = await this.#world.store.read
      .selectFrom('incident')
      .select('subject')
      .where('kind', '=', 'duplicate_subscription')
      .execute();
    return new Set(rows.map(({ subject }) => subject));
  }

  /**
   * Nobody pays twice for one time: what was billed and paid for an item, less what was credited, is one at most at any moment.
   */
  #chargedOnce(userId: string, subscriptions: readonly Stripe.Subscription[]): void {
    for (const { id } of subscriptions) {
      const turns = new Map<string, { at: number; by: number; invoice: string }[]>();
      for (const invoice of this.#books.invoicesOf(id)) {
        if (invoice.status !== 'paid') continue;
        for (const { amount, period, parent } of invoice.lines.data) {
          const item =
            parent?.subscription_item_details?.subscription_item ?? parent?.invoice_item_details?.subscription;
          if (!item || amount === 0 || period.end <= period.start) continue;
          const by = amount > 0 ? 1 : -1;
          const own = turns.get(item) ?? [];
          own.push({ at: period.start, by, invoice: invoice.id }, { at: period.end, by: -by, invoice: invoice.id });
          turns.set(item, own);
        }
      }
      for (const [item, own] of turns) {
        let paid = 0;
        const byMoment = Map.groupBy(own, ({ at }) => at);
        for (const moment of [...byMoment.keys()].toSorted((a, b) => a - b)) {
          for (const { by } of byMoment.get(moment) ?? []) paid += by;
          const invoices = (byMoment.get(moment) ?? []).map(({ invoice }) => invoice).join(', ');
          assert.ok(paid <= 1, `${userId} paid twice for the time from ${moment}: ${item}, ${invoices}`);
        }
      }
    }
  }
}
