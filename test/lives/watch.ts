/** What must hold at every moment, and what must hold whenever all has settled. */

import assert from 'node:assert/strict';
import type Stripe from 'stripe';
import type { Books } from './books.ts';
import { meaningOf } from './oracle.ts';
import type { World } from './world.ts';

const liveStatuses = new Set(['trialing', 'active', 'past_due', 'unpaid', 'paused']);

const entitling = new Set(['trialing', 'active', 'past_due']);

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

  /** No version goes down, none stands for two states, and none states what has never been paid for. */
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
      if (version !== before?.version) this.#wasTrue(userId, state);
      this.#seen.set(userId, { version, state });
    }
  }

  /** However late it is heard of: what is stated of a subscription was so at some time, and was paid for, or tried. */
  #wasTrue(userId: string, text: string): void {
    const { source, plan } = JSON.parse(text) as { source: string; plan: string };
    if (source !== 'subscription') return;
    const stated = this.#books
      .everSubscriptionsOf(userId)
      .some(
        ({ id }) =>
          this.#books
            .historyOf(id)
            .some(
              ({ status, items }) =>
                entitling.has(status) &&
                items.data.some(({ price }) => meaningOf(this.#world.project, price)?.plan === plan),
            ) && this.#books.invoicesOf(id).some(({ status }) => status === 'paid'),
      );
    assert.ok(stated, `${userId} was given ${plan}, which no subscription of theirs has ever given (R16.1)`);
  }

  async whenSettled(users: readonly string[]): Promise<void> {
    const reported = await this.#duplicatesReported();
    for (const { customer_id: customer } of await this.#world.store.read.selectFrom('customer').selectAll().execute()) {
      assert.ok(!this.#books.forgotten.has(customer), `${customer} of a user who was forgotten is still known (R27.1)`);
    }
    for (const { id, status } of this.#books.forgottenSubscriptions()) {
      assert.ok(!liveStatuses.has(status), `${id} of a user who was forgotten is ${status} (R27.1)`);
    }
    for (const userId of users) {
      const subscriptions = this.#books.subscriptionsOf(userId);
      const live = subscriptions.filter(({ status }) => liveStatuses.has(status));
      // One that has renewed before anybody heard of it has been used: that is for a person, and an incident.
      const unsettled = live.filter((one) => !(hasRenewed(one) && reported.has(one.id)));
      assert.ok(unsettled.length <= 1, `${userId} has two live subscriptions: ${live.map(({ id }) => id).join(', ')}`);
      const customers = this.#books.customersOf(userId);
      const open = this.#books.payableSessions().filter(({ customer }) => customers.has(String(customer)));
      assert.ok(
        live.length === 0 || open.length === 0,
        `${userId} could still pay twice: ${open.map(({ id }) => id).join(', ')}`,
      );
      this.#chargedOnce(userId, subscriptions);
      for (const one of live) this.#wasNotTakenBack(one);
    }
  }

  /** What a refund of the running period or a dispute ends, by the project's rules, has ended (R26.1). */
  #wasNotTakenBack({ id, latest_invoice: latest, status }: Stripe.Subscription): void {
    const { onRefund, onDispute } = this.#world.setting;
    if (onDispute === 'cancel') {
      const disputes = this.#books.disputesOf(id).map((each) => each.id);
      assert.deepEqual(disputes, [], `${id} is ${status} though its payment is disputed (R26.1)`);
    }
    const charge = this.#books.chargeOf(typeof latest === 'string' ? latest : (latest?.id ?? ''));
    if (onRefund === 'cancel')
      assert.ok(charge?.refunded !== true, `${id} is ${status} though its last payment was refunded (R26.1)`);
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
      const turns = new Map<string, { at: number; by: number; on: string }[]>();
      for (const { item, amount, period, on } of this.#books.chargesOf(id)) {
        if (amount === 0 || period.end <= period.start) continue;
        const by = amount > 0 ? 1 : -1;
        const own = turns.get(item) ?? [];
        own.push({ at: period.start, by, on }, { at: period.end, by: -by, on });
        turns.set(item, own);
      }
      for (const [item, own] of turns) {
        let paid = 0;
        const byMoment = Map.groupBy(own, ({ at }) => at);
        for (const moment of [...byMoment.keys()].toSorted((a, b) => a - b)) {
          for (const { by } of byMoment.get(moment) ?? []) paid += by;
          const bills = (byMoment.get(moment) ?? []).map(({ on }) => on).join(', ');
          assert.ok(paid <= 1, `${userId} paid twice for the time from ${moment}: ${item}, ${bills}`);
        }
      }
    }
  }
}
