/**
 * What time alone changes, without anybody asking: an assignment or a grace period runs out, a word from Stripe is overdue (R3.4).
 * Any number of processes may do this at once: a state that another one has computed is not computed to another version.
 */

import { sql } from 'kysely';
import type { Project } from '../config/project.ts';
import { accountOf } from '../stripe/account.ts';
import type { BillingDeps } from './deps.ts';
import { settlingPause } from './duplicates.ts';
import { basisOf, momentOf, storePlanState } from './plan.ts';
import type { Sync } from './sync.ts';

/** How often it is looked, in milliseconds, and how many users are taken up in one turn. */
const lookEvery = 1000;
const mostATurn = 200;

export interface SweepDeps extends BillingDeps {
  readonly sync: Pick<Sync, 'kick'>;
}

export class Sweep {
  readonly #deps: SweepDeps;
  /** Projects whose states may have been computed with another config, and the last user that was looked at. */
  readonly #outdated: Map<string, string>;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: SweepDeps) {
    this.#deps = deps;
    this.#outdated = new Map([...deps.config.projects.keys()].map((id) => [id, '']));
  }

  start(): void {
    this.wake();
  }

  /** Looks now: time has moved otherwise than expected. */
  wake(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#turn = this.#turn.then(() => this.#look());
  }

  /** Ends the looking and waits for the turn in hand. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#turn;
  }

  async #look(): Promise<void> {
    if (this.#stopped) return;
    let more = false;
    try {
      for (const project of this.#deps.config.projects.values()) {
        const full = [
          await this.#recomputeEnded(project),
          await this.#askOverdue(project),
          await this.#askSettling(project),
          await this.#recomputeOutdated(project),
        ];
        more ||= full.includes(true);
      }
    } catch (error) {
      this.#deps.log.error({ event: 'sweep_failed', err: error }, 'What has run out could not be computed yet');
    }
    if (this.#stopped) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), more ? 0 : lookEvery);
  }

  /** States that hold no longer. Returns whether there may be more of them. */
  async #recomputeEnded(project: Project): Promise<boolean> {
    const rows = await this.#deps.store.read
      .selectFrom('plan_state')
      .select('user_id')
      .where('project_id', '=', project.id)
      .where('valid_until', '<=', this.#deps.stripe.now(project))
      .orderBy('valid_until')
      .limit(mostATurn)
      .execute();
    await this.#recompute(project, rows);
    return rows.length === mostATurn;
  }

  /** States of a config before this one's: once a process, since its config stays. */
  async #recomputeOutdated(project: Project): Promise<boolean> {
    const after = this.#outdated.get(project.id);
    if (after === undefined) return false;
    const rows = await this.#deps.store.read
      .selectFrom('plan_state')
      .select('user_id')
      .where('project_id', '=', project.id)
      .where('user_id', '>', after)
      .where('basis', '!=', basisOf(project))
      .orderBy('user_id')
      .limit(mostATurn)
      .execute();
    await this.#recompute(project, rows);
    const last = rows.at(-1);
    if (rows.length === mostATurn && last) this.#outdated.set(project.id, last.user_id);
    else this.#outdated.delete(project.id);
    return rows.length === mostATurn;
  }

  async #recompute(project: Project, users: readonly { readonly user_id: string }[]): Promise<void> {
    const { store, log } = this.#deps;
    await Promise.all(
      users.map(async ({ user_id: userId }) => {
        const change = await store.write((tx) => storePlanState(tx, project, userId, momentOf(this.#deps, project)));
        if (!change.changed) return;
        const { plan, status, version } = change.state;
        this.#deps.metrics?.count('planclaim_plan_changes_total', { project: project.id, cause: 'time' });
        log.info({ event: 'plan_changed', project: project.id, plan, status, version }, 'A plan changed with time');
      }),
    );
  }

  /** Marks the customers of whom Stripe should have said something. */
  async #askOverdue(project: Project): Promise<boolean> {
    if (!project.stripe) return false;
    const { store, stripe } = this.#deps;
    const overdue = await store.read
      .selectFrom('plan_state')
      .innerJoin('customer', (join) =>
        join
          .onRef('customer.project_id', '=', 'plan_state.project_id')
          .onRef('customer.user_id', '=', 'plan_state.user_id'),
      )
      .select('customer.customer_id')
      .where('plan_state.project_id', '=', project.id)
      .where('plan_state.reread_at', '<=', stripe.now(project))
      .where('customer.account', '=', accountOf(project))
      .where('customer.retry_at', 'is', null)
      .orderBy('plan_state.reread_at')
      .limit(mostATurn)
      .execute();
    await this.#mark(project, overdue);
    return overdue.length === mostATurn;
  }

  /** Marks the customers of duplicates whose payment should have come or failed by now: there is money to give back. */
  async #askSettling(project: Project): Promise<boolean> {
    if (!project.stripe) return false;
    const settling = await this.#deps.store.read
      .selectFrom('duplicate')
      .innerJoin('subscription', (join) =>
        join
          .onRef('subscription.account', '=', 'duplicate.account')
          .onRef('subscription.subscription_id', '=', 'duplicate.subscription_id'),
      )
      .select('subscription.customer_id')
      .where('duplicate.project_id', '=', project.id)
      .where('duplicate.account', '=', accountOf(project))
      .where('duplicate.checked_at', '<=', this.#deps.stripe.now(project) - settlingPause)
      .limit(mostATurn)
      .execute();
    await this.#mark(project, settling);
    return false;
  }

  /** They are read as after an event, within the budget. */
  async #mark(project: Project, customers: readonly { readonly customer_id: string }[]): Promise<void> {
    if (customers.length === 0) return;
    const { store, sync, clock } = this.#deps;
    const account = accountOf(project);
    const ids = customers.map((row) => row.customer_id);
    const marked = await store.write((tx) =>
      tx
        .updateTable('customer')
        .set({ marked: sql`marked + 1`, retry_at: clock() })
        .where('account', '=', account)
        .where('customer_id', 'in', ids)
        .where('retry_at', 'is', null)
        .returning('customer_id')
        .execute(),
    );
    for (const row of marked) sync.kick(account, row.customer_id);
  }
}
