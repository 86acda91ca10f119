/**
 * Forgetting a user: what runs at Stripe is ended first, and only when Stripe shows that nothing runs on is the user forgotten
 * (R27.1). What Stripe does not confirm is tried again, across restarts and processes.
 */

import type { Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import { accountOf } from '../stripe/account.ts';
import { cancelNow } from '../stripe/subscription-commands.ts';
import type { CheckoutDeps } from './checkout.ts';
import { undoDuplicates, unsettledDuplicates } from './duplicates.ts';
import { forgetUser } from './forget-user.ts';
import { closeOpenSessions } from './open-sessions.ts';
import type { Lease } from './user-lock.ts';

export type Deletion = 'done' | 'pending';

/** How often pending deletions are looked for, in milliseconds, and how many are taken up. */
const lookEvery = 1000;
const mostTakenUp = 20;
/** How long the one who was asked has it in hand; when that process dies, another takes it up after. Milliseconds. */
const inHand = 60_000;
/** Wait before the first retry and the longest one, in milliseconds. */
const firstRetry = 1000;
const longestRetry = 10 * 60_000;

/** Asks for it, durably, and tries at once. A user who is not known is forgotten already. */
export async function deleteUser(deps: CheckoutDeps, project: Project, userId: string): Promise<Deletion> {
  const now = deps.clock();
  await deps.store.write((tx) =>
    tx
      .insertInto('user_deletion')
      .values({ project_id: project.id, user_id: userId, requested_at: now, attempts: 0, retry_at: now + inHand })
      .onConflict((conflict) => conflict.columns(['project_id', 'user_id']).doNothing())
      .execute(),
  );
  return carryOut(deps, project, userId);
}

/** `pending` when Stripe did not confirm: it is tried again. */
async function carryOut(deps: CheckoutDeps, project: Project, userId: string): Promise<Deletion> {
  try {
    await deps.locks.hold(project.id, userId, async (lease) => {
      if (project.stripe) {
        await endEverything(deps, project, userId);
        await giveBack(deps, project, userId, lease);
      }
      await deps.store.write(async (tx) => {
        await lease.check(tx);
        await forgetUser(tx, project, userId);
      });
    });
    deps.log.info({ event: 'user_deleted', project: project.id }, 'A user was forgotten');
    return 'done';
  } catch (error) {
    deps.log.warn(
      { event: 'deletion_pending', project: project.id, err: error },
      'A user could not be forgotten yet; it is tried again',
    );
    await postpone(deps, project, userId);
    return 'pending';
  }
}

/**
 * Closes what could still be paid, then ends what runs, and looks again: what cannot be seen to have ended has not.
 * @throws PlanclaimError 503 `unavailable`, `not_ended`
 */
async function endEverything(deps: CheckoutDeps, project: Project, userId: string): Promise<void> {
  await closeOpenSessions(deps, project, userId);
  const customers = await deps.store.read
    .selectFrom('customer')
    .select('customer_id')
    .where('account', '=', accountOf(project))
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .execute();
  for (const { customer_id: customerId } of customers) {
    for (const id of await unended(deps, project, customerId)) await cancelNow(deps.stripe(project), id);
    const left = await unended(deps, project, customerId);
    if (left.length === 0) continue;
    throw new PlanclaimError(`Stripe still shows ${left.join(', ')} as running.`, { code: 'not_ended', status: 503 });
  }
}

/**
 * What was bought twice is refunded while it is still known whose it was.
 * @throws PlanclaimError 503 `not_settled` while a payment is on its way
 */
async function giveBack(deps: CheckoutDeps, project: Project, userId: string, lease: Lease): Promise<void> {
  await undoDuplicates(deps, project, userId, lease);
  const [left] = await unsettledDuplicates(deps.store.read, project, userId);
  if (!left) return;
  throw new PlanclaimError(`A payment of ${left.subscription_id} is still on its way and is to be refunded.`, {
    code: 'not_settled',
    status: 503,
  });
}

/** Whatever could still cost money, of whatever product: also what no plan of ours names, and what was never paid. */
async function unended(deps: CheckoutDeps, project: Project, customerId: string): Promise<string[]> {
  const subscriptions = (await deps.stripe(project).listSubscriptions(customerId, new Map())) ?? [];
  return subscriptions
    .filter(({ status }) => status !== 'canceled' && status !== 'incomplete_expired')
    .map(({ subscriptionId }) => subscriptionId);
}

async function postpone(deps: CheckoutDeps, project: Project, userId: string): Promise<void> {
  await deps.store.write(async (tx) => {
    const mine = { project_id: project.id, user_id: userId };
    const row = await tx
      .selectFrom('user_deletion')
      .select('attempts')
      .where('project_id', '=', mine.project_id)
      .where('user_id', '=', mine.user_id)
      .executeTakeFirst();
    const attempts = (row?.attempts ?? 0) + 1;
    const wait = Math.min(longestRetry, firstRetry * 2 ** (attempts - 1));
    await tx
      .updateTable('user_deletion')
      .set({ attempts, retry_at: deps.clock() + wait })
      .where('project_id', '=', mine.project_id)
      .where('user_id', '=', mine.user_id)
      .execute();
  });
}

/** Takes up deletions that are pending, by this process or one that died. */
export class Deletions {
  readonly #deps: CheckoutDeps;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: CheckoutDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#turn = this.#takeUp()
      .catch((error: unknown) =>
        this.#deps.log.error({ event: 'deletions_unreadable', err: error }, 'Pending deletions could not be read'),
      )
      .finally(() => {
        if (!this.#stopped) this.#timer = setTimeout(() => this.start(), lookEvery);
      });
  }

  /** Ends the looking and waits for what is in hand. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#turn;
  }

  async #takeUp(): Promise<void> {
    const rows = await this.#deps.store.read
      .selectFrom('user_deletion')
      .select(['project_id', 'user_id'])
      .where('retry_at', '<=', this.#deps.clock())
      .orderBy('retry_at')
      .limit(mostTakenUp)
      .execute();
    for (const row of rows) {
      const project = this.#deps.config.projects.get(row.project_id);
      if (project && !this.#stopped) await carryOut(this.#deps, project, row.user_id);
    }
  }
}
