/**
 * From a mark to the truth: reads all of a customer's subscriptions at Stripe, under one lock a user, and writes what follows.
 * Order, repetition and age of events cannot matter, since nothing of an event is used but whose it was.
 */

import type { Selectable } from 'kysely';
import type { Project } from '../config/project.ts';
import type { CustomerTable } from '../store/schema.ts';
import { accountOf, type AccountName } from '../stripe/account.ts';
import { applyReadings } from './apply-readings.ts';
import { continuePaid } from './continuations.ts';
import type { BillingDeps } from './deps.ts';
import { undoDuplicates } from './duplicates.ts';
import { closeOpenSessions } from './open-sessions.ts';
import { isLive } from './standing.ts';
import { currentPlanState, momentOf, readPlan, readRecords, type PlanChange, type PlanReading } from './plan.ts';
import type { PlanState } from './plan-state.ts';
import { rememberedPrices } from './price-memory.ts';
import { endPending } from './reversals.ts';
import { listReversals } from '../stripe/reversals.ts';
import type { Lease, UserLocks } from './user-lock.ts';

/** How often pending marks are looked for, in milliseconds, and how many are taken up. */
const lookEvery = 1000;
const mostTakenUp = 200;
/** How many customers are at work at once, and how many wait in memory; the others wait in the database, marked. */
const atOnce = 16;
const mostWaiting = 10_000;
/** Wait before the first retry and the longest one, in milliseconds. */
const firstRetry = 1000;
const longestRetry = 60_000;

type Customer = Selectable<CustomerTable>;

/** How much is read: subscriptions alone, or charges too, in which refunds and disputes show. */
export type Depth = 'subscriptions' | 'charges';

export class Sync {
  readonly #deps: BillingDeps;
  readonly #locks: UserLocks;
  /** Customers at work, and whether they were marked again meanwhile: a burst costs two reads at most. */
  readonly #running = new Map<string, { promise: Promise<void>; again: boolean }>();
  readonly #waiting = new Map<string, () => void>();
  /** When a customer was marked, as far as this process knows; until it has been applied. */
  readonly #markedAt = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #stopped = false;

  constructor(deps: BillingDeps, locks: UserLocks) {
    this.#deps = deps;
    this.#locks = locks;
  }

  /** Takes up what was left pending, by this process or one that died, and keeps looking. */
  start(): void {
    this.#look();
  }

  /** Ends the looking and waits for what is in hand. What is pending stays marked. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await Promise.all([...this.#running.values()].map(({ promise }) => promise));
  }

  /** Applies a customer's marks in the background; never throws. */
  kick(account: AccountName, customerId: string): void {
    const key = `${account} ${customerId}`;
    if (!this.#markedAt.has(key) && this.#markedAt.size < mostWaiting) this.#markedAt.set(key, this.#deps.clock());
    const running = this.#running.get(key);
    if (running) running.again = true;
    else if (!this.#waiting.has(key) && this.#waiting.size < mostWaiting)
      this.#waiting.set(key, () => this.#begin(key, account, customerId));
    this.#beginWaiting();
  }

  #beginWaiting(): void {
    for (const [key, begin] of this.#waiting) {
      if (this.#stopped || this.#running.size >= atOnce) return;
      this.#waiting.delete(key);
      begin();
    }
  }

  #begin(key: string, account: AccountName, customerId: string): void {
    const entry = { promise: Promise.resolve(), again: false };
    this.#running.set(key, entry);
    entry.promise = this.#applyPending(account, customerId, entry).finally(() => {
      this.#running.delete(key);
      this.#beginWaiting();
    });
  }

  /**
   * Reads every customer the user ever had and writes the plan, now. For a caller that already holds the user's lock.
   * @throws PlanclaimError 503 `unavailable` when Stripe does not answer; nothing is changed then
   */
  async refreshUser(project: Project, userId: string, lease: Lease, depth: Depth = 'subscriptions'): Promise<void> {
    for (const customer of await this.#customersOf(project, userId))
      await this.#readAndWrite(project, customer, lease, depth);
  }

  /** The same, taking the lock. Returns the plan state after it. */
  async syncUser(project: Project, userId: string, depth: Depth = 'subscriptions'): Promise<PlanState> {
    await this.#locks.hold(project.id, userId, (lease) => this.refreshUser(project, userId, lease, depth));
    return currentPlanState(this.#deps, project, userId);
  }

  /** The live plan state; asks Stripe first when a period ended with no word from it (R3.4). When Stripe is out of reach the last known plan stays. */
  async freshPlanState(project: Project, userId: string): Promise<PlanState> {
    return (await this.freshPlan(project, userId)).state;
  }

  /** {@link freshPlanState}, with the time that it holds at. */
  async freshPlan(project: Project, userId: string): Promise<PlanReading> {
    const reading = await readPlan(this.#deps, project, userId);
    if (!reading.rereadDue || !project.stripe) return reading;
    try {
      await this.syncUser(project, userId);
      return await readPlan(this.#deps, project, userId);
    } catch (error) {
      this.#deps.log.warn(
        { event: 'reread_failed', project: project.id, err: error },
        'Stripe could not be asked; the last known plan stays',
      );
      return reading;
    }
  }

  async #customersOf(project: Project, userId: string): Promise<Customer[]> {
    return this.#deps.store.read
      .selectFrom('customer')
      .selectAll()
      .where('project_id', '=', project.id)
      .where('user_id', '=', userId)
      .where('account', '=', accountOf(project))
      .execute();
  }

  #look(): void {
    if (this.#stopped) return;
    this.#kickPending()
      .catch((error: unknown) =>
        this.#deps.log.error({ event: 'pending_unreadable', err: error }, 'Pending marks could not be read'),
      )
      .finally(() => {
        if (this.#stopped) return;
        this.#timer = setTimeout(() => this.#look(), lookEvery);
      });
  }

  async #kickPending(): Promise<void> {
    const rows = await this.#deps.store.read
      .selectFrom('customer')
      .select(['account', 'customer_id'])
      .where('retry_at', 'is not', null)
      .where('retry_at', '<=', this.#deps.clock())
      .orderBy('retry_at')
      .limit(mostTakenUp)
      .execute();
    for (const row of rows) this.kick(row.account, row.customer_id);
  }

  async #applyPending(account: AccountName, customerId: string, entry: { again: boolean }): Promise<void> {
    try {
      do {
        entry.again = false;
        const customer = await this.#readCustomer(account, customerId);
        const project = customer && this.#deps.config.projects.get(customer.project_id);
        if (!customer || customer.retry_at === null || !project?.stripe) {
          this.#markedAt.delete(`${account} ${customerId}`);
          return;
        }
        await this.#locks.hold(project.id, customer.user_id, async (lease) => {
          // Another process may have applied it while this one waited for its turn.
          const pending = (await this.#readCustomer(account, customerId))?.retry_at;
          if (pending != null) await this.#readAndWrite(project, customer, lease);
        });
        this.#applied(`${account} ${customerId}`);
      } while (entry.again && !this.#stopped);
    } catch (error) {
      this.#deps.log.warn(
        { event: 'apply_failed', account, customer: customerId, err: error },
        'A mark could not be applied yet; it is tried again',
      );
      await this.#postpone(account, customerId);
    }
  }

  #applied(key: string): void {
    const since = this.#markedAt.get(key);
    this.#markedAt.delete(key);
    if (since === undefined) return;
    this.#deps.metrics?.observe('planclaim_mark_to_applied_seconds', (this.#deps.clock() - since) / 1000);
  }

  #readCustomer(account: AccountName, customerId: string): Promise<Customer | undefined> {
    return this.#deps.store.read
      .selectFrom('customer')
      .selectAll()
      .where('account', '=', account)
      .where('customer_id', '=', customerId)
      .executeTakeFirst();
  }

  async #readAndWrite(
    project: Project,
    { account, customer_id: customerId }: Customer,
    lease: Lease,
    depth: Depth = 'subscriptions',
  ): Promise<void> {
    // Read again inside the lock: marks that came while waiting are covered by the reading that follows.
    const customer = await this.#readCustomer(account, customerId);
    if (!customer) return;
    const known = await rememberedPrices(this.#deps.store.read, project);
    const subscriptions = await this.#deps.stripe(project).listSubscriptions(customerId, known);
    const reversals =
      depth === 'charges' || customer.charges_marked === 1
        ? await listReversals(this.#deps.stripe(project), customerId)
        : null;
    const at = momentOf(this.#deps, project);
    const change = await this.#deps.store.write(async (tx): Promise<PlanChange> => {
      await lease.check(tx);
      return applyReadings(tx, { project, customer, subscriptions, reversals, seen: customer.marked, at });
    });
    if (change.changed) {
      const { plan, status, version } = change.state;
      this.#deps.metrics?.count('planclaim_plan_changes_total', { project: project.id, cause: 'stripe' });
      this.#deps.log.info({ event: 'plan_changed', project: project.id, plan, status, version }, 'A plan changed');
    }
    await this.#leaveOne(project, customer, lease);
  }

  /** One subscription and no open session beside it: others are closed, and what was bought twice is taken back. */
  async #leaveOne(project: Project, customer: Customer, lease: Lease): Promise<void> {
    const { user_id: userId } = customer;
    const now = this.#deps.stripe.now(project);
    const { subscriptions } = await readRecords(this.#deps.store.read, project, userId, now);
    const ends = subscriptions.some(isLive) ? await closeOpenSessions(this.#deps, project, userId) : [];
    const finish = async (): Promise<boolean> => {
      const done = [
        await undoDuplicates(this.#deps, project, userId, lease),
        await endPending(this.#deps, project, userId),
        await continuePaid(this.#deps, project, userId, customer.customer_id),
      ];
      return done.includes(true);
    };
    const changed = await finish().catch(async (error: unknown) => {
      // What has been read stands; the rest is written down, and taken up again with the next try.
      this.#deps.log.warn(
        { event: 'unfinished', err: error },
        'A subscription could not be ended yet; it is tried again',
      );
      await this.#postpone(customer.account, customer.customer_id);
      return false;
    });
    if (changed || ends.includes('complete')) await this.refreshUser(project, userId, lease);
  }

  /** Keeps the mark and says when to try again. */
  async #postpone(account: AccountName, customerId: string): Promise<void> {
    const now = this.#deps.clock();
    await this.#deps.store
      .write(async (tx) => {
        const row = await tx
          .selectFrom('customer')
          .select('attempts')
          .where('account', '=', account)
          .where('customer_id', '=', customerId)
          .executeTakeFirst();
        const attempts = (row?.attempts ?? 0) + 1;
        const wait = Math.min(longestRetry, firstRetry * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2);
        await tx
          .updateTable('customer')
          .set({ attempts, retry_at: Math.round(now + wait) })
          .where('account', '=', account)
          .where('customer_id', '=', customerId)
          .execute();
      })
      .catch((error: unknown) =>
        this.#deps.log.error(
          { event: 'postpone_failed', err: error },
          'The database did not take a retry time; the mark itself stands',
        ),
      );
  }
}
