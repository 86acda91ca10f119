/** A user's plan state: read it, or compute it again and write it when something about it changed. */

import { toIso } from '../clock.ts';
import type { Project } from '../config/project.ts';
import { assignmentOf, subscriptionOf } from '../store/records.ts';
import type { CompiledQuery, Selectable } from 'kysely';
import type { PlanStateTable, Reading, SubscriptionTable, Writing } from '../store/schema.ts';
import { unavailable } from '../errors.ts';
import type { BillingDeps } from './deps.ts';
import { forgottenVersion } from './forget-user.ts';
import { writeOutgoing } from './outbox.ts';
import {
  decidePlan,
  silence,
  type Decided,
  type PlanDecision,
  type PlanRecords,
  type PlanState,
} from './plan-state.ts';

export type PlanDeps = Pick<BillingDeps, 'store' | 'clock' | 'stripe'>;

/** One moment on both clocks, in milliseconds: ours, for what we write and send, and Stripe's, for what has run out. */
export interface Moment {
  readonly now: number;
  readonly stripeNow: number;
  /** Stripe has just been asked: whatever it should have said by now, it is not asked for that again at once. */
  readonly asked?: true;
}

export const momentOf = (deps: Pick<BillingDeps, 'clock' | 'stripe'>, project: Project): Moment => ({
  now: deps.clock(),
  stripeNow: deps.stripe.now(project),
});

/** A stored state, and what it was before. */
export interface PlanChange {
  readonly state: PlanState;
  readonly previous: PlanState | null;
  /** Whether this write made a new version. */
  readonly changed: boolean;
}

/** A plan state, and whether Stripe should have said something since (R3.4). */
export interface PlanReading {
  readonly state: PlanState;
  /** The time that the state's own times are to be held against, in milliseconds: the user's test clock's, else Stripe's. */
  readonly stripeNow: number;
  readonly rereadDue: boolean;
}

/**
 * The live plan state: one point read while nothing has run out, else computed and stored again.
 * @throws PlanclaimError 503 `unavailable` when the database cannot be read; never a made-up free plan
 */
export async function readPlan(deps: PlanDeps, project: Project, userId: string): Promise<PlanReading> {
  const at = momentOf(deps, project);
  const stored = await readStored(deps.store.read, project, userId).catch((error: unknown) => {
    throw unavailable('The database', error);
  });
  const rereadDue = stored !== null && stored.rereadAt !== null && at.stripeNow >= stored.rereadAt;
  const stripeNow = stored?.testClockTime ?? at.stripeNow;
  if (stored && stored.basis === basisOf(project) && (stored.validUntil === null || at.stripeNow < stored.validUntil)) {
    return { state: stored.state, stripeNow, rereadDue };
  }
  const { state } = await deps.store.write((tx) => storePlanState(tx, project, userId, at));
  return { state, stripeNow, rereadDue };
}

/** {@link readPlan}, for who only wants the state. */
export const currentPlanState = async (deps: PlanDeps, project: Project, userId: string): Promise<PlanState> =>
  (await readPlan(deps, project, userId)).state;

/** What decides a plan, and the subscriptions with all that is stored of them. */
export interface StoredRecords extends PlanRecords {
  readonly rows: readonly Selectable<SubscriptionTable>[];
}

/** All records that decide a user's plan. `now`: Stripe's time, in milliseconds. */
export async function readRecords(db: Reading, project: Project, userId: string, now: number): Promise<StoredRecords> {
  const assignment = await db
    .selectFrom('assignment')
    .selectAll()
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  const rows = await db
    .selectFrom('subscription')
    .selectAll()
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .execute();
  return {
    project,
    userId,
    assignment: assignment ? assignmentOf(assignment) : null,
    subscriptions: rows.map(subscriptionOf),
    rows,
    now,
  };
}

/**
 * Computes the plan from the records of this transaction; writes it, one version up, when the object differs from the stored one,
 * and with it the event that tells so.
 */
export async function storePlanState(tx: Writing, project: Project, userId: string, at: Moment): Promise<PlanChange> {
  const { now } = at;
  const records = await readRecords(tx, project, userId, at.stripeNow);
  const stored = await readStored(tx, project, userId);
  const decided = booked(decidePlan(records), stored, at);
  const decision = JSON.stringify(decided.decision);
  if (stored && stored.decision === decision) {
    if (!sameBookkeeping(stored, decided, project)) await writeBookkeeping(tx, project, userId, decided);
    return { state: stored.state, previous: stored.state, changed: false };
  }
  const version = (stored?.state.version ?? (await forgottenVersion(tx, project, userId))) + 1;
  const row = {
    plan: decided.decision.plan,
    status: decided.decision.status,
    version,
    state: decision,
    updated_at: now,
    ...bookkeeping(project, decided),
  };
  await tx
    .insertInto('plan_state')
    .values({ project_id: project.id, user_id: userId, ...row })
    .onConflict((conflict) => conflict.columns(['project_id', 'user_id']).doUpdateSet(row))
    .execute();
  const state = stateOf(decided.decision, version, now);
  const previous = stored?.state ?? null;
  if (previous !== null || !isUntouched(state)) {
    await writeOutgoing(tx, project, { type: 'plan.changed', state, previous }, now);
  }
  return { state, previous, changed: true };
}

/** What a user has who never chose or paid: the first look at it is no change. */
const isUntouched = ({ source, status }: PlanState): boolean =>
  source === 'default' && (status === 'free' || status === 'none');

/** A decision as it is written. */
interface Booked extends Decided {
  readonly testClockTime: number | null;
}

/** Once Stripe was asked for a word that is overdue, it is asked again after another silence. */
function booked(decided: Decided, stored: StoredState | null, { stripeNow, asked }: Moment): Booked {
  const testClockTime = decided.subscription?.testClock?.time ?? null;
  const { rereadAt } = decided;
  if (rereadAt === null || rereadAt > stripeNow) return { ...decided, testClockTime };
  const later = asked ? stripeNow + silence : Math.max(rereadAt, stored?.rereadAt ?? 0);
  return { ...decided, testClockTime, rereadAt: later };
}

interface StoredState {
  readonly state: PlanState;
  readonly decision: string;
  readonly validUntil: number | null;
  readonly rereadAt: number | null;
  readonly testClockTime: number | null;
  readonly basis: string;
}

type StateRow = Pick<
  Selectable<PlanStateTable>,
  'state' | 'version' | 'updated_at' | 'valid_until' | 'reread_at' | 'test_clock_time' | 'basis'
>;

/** Every mint makes this query: it is put together once a database, and only its two parameters change. */
const stateQueries = new WeakMap<Reading, CompiledQuery<StateRow>>();

function stateQuery(db: Reading): CompiledQuery<StateRow> {
  const known = stateQueries.get(db);
  if (known) return known;
  const query = db
    .selectFrom('plan_state')
    .select(['state', 'version', 'updated_at', 'valid_until', 'reread_at', 'test_clock_time', 'basis'])
    .where('project_id', '=', '')
    .where('user_id', '=', '')
    .compile();
  stateQueries.set(db, query);
  return query;
}

async function readStored(db: Reading, project: Project, userId: string): Promise<StoredState | null> {
  const { rows } = await db.executeQuery<StateRow>({ ...stateQuery(db), parameters: [project.id, userId] });
  const [row] = rows;
  if (!row) return null;
  return {
    state: stateOf(JSON.parse(row.state) as PlanDecision, row.version, row.updated_at),
    decision: row.state,
    validUntil: row.valid_until,
    rereadAt: row.reread_at,
    testClockTime: row.test_clock_time,
    basis: row.basis,
  };
}

/** A stored decision as the plan state that everybody gets; `updatedAt` in milliseconds. */
export const stateOf = (decision: PlanDecision, version: number, updatedAt: number): PlanState => ({
  ...decision,
  version,
  updated_at: toIso(updatedAt),
});

const bookkeeping = (project: Project, decided: Booked) => ({
  valid_until: decided.validUntil,
  reread_at: decided.rereadAt,
  test_clock_time: decided.testClockTime,
  basis: basisOf(project),
});

const sameBookkeeping = (stored: StoredState, decided: Booked, project: Project): boolean =>
  stored.validUntil === decided.validUntil &&
  stored.rereadAt === decided.rereadAt &&
  stored.testClockTime === decided.testClockTime &&
  stored.basis === basisOf(project);

async function writeBookkeeping(tx: Writing, project: Project, userId: string, decided: Booked): Promise<void> {
  await tx
    .updateTable('plan_state')
    .set(bookkeeping(project, decided))
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .execute();
}

const bases = new WeakMap<Project, string>();

/** What of the config decides plan states, as text to compare: a deploy with other plans computes stored states again. */
export function basisOf(project: Project): string {
  const known = bases.get(project);
  if (known !== undefined) return known;
  const { payments, freeSelections, defaultPlan, pastDueGraceDays, plans, checkout, onDispute } = project;
  const ranks = plans.map(({ id, kind, entitlements }) => [id, kind, entitlements]);
  const basis = fingerprint(
    JSON.stringify([payments, freeSelections, defaultPlan, pastDueGraceDays, ranks, checkout.duplicates, onDispute]),
  );
  bases.set(project, basis);
  return basis;
}

/** FNV-1a, 64 bits: tells configs apart, nothing else. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of text) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(character.codePointAt(0) ?? 0)) * 0x100000001b3n);
  }
  return hash.toString(36);
}
