/**
 * Plan states as they change, for whoever is listening. It watches the database and not our own writes, so that a change made
 * by another process shows as soon as one made here.
 */

import type { Project } from '../config/project.ts';
import type { PlanState } from './plan-state.ts';
import { currentPlanState, type PlanDeps } from './plan.ts';

/** How often the database is asked whether anything was written, in milliseconds, while somebody listens. */
const lookEvery = 150;
/** A state also changes by itself, when a grace period or an assignment runs out; looked at this often. */
const expiriesEvery = 5000;
/** How far the clocks of two processes may differ, in milliseconds. */
const clockSkew = 10_000;

interface Listener {
  readonly project: Project;
  readonly userId: string;
  version: number;
  /** Whether `version` is still what the caller said, and not what we told. */
  isClaimed: boolean;
  readonly onState: (state: PlanState) => void;
}

export class LivePlans {
  readonly #deps: PlanDeps;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #onStop = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #mark: number | null = null;
  #everyoneSeenAt = 0;

  constructor(deps: PlanDeps) {
    this.#deps = deps;
  }

  /**
   * Calls `onState` with every state newer than `version`, the first one at once if there is one. Versions only go up; a state
   * that was replaced before it could be told is left out.
   * @returns ends it
   */
  subscribe(project: Project, userId: string, version: number, onState: (state: PlanState) => void): () => void {
    const key = keyOf(project.id, userId);
    const listeners = this.#listeners.get(key) ?? new Set();
    const listener: Listener = { project, userId, version, isClaimed: true, onState };
    listeners.add(listener);
    this.#listeners.set(key, listeners);
    this.#everyoneSeenAt = 0;
    this.#timer ??= setTimeout(() => this.#look(), 0);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }

  /** Calls `onStop` when the process stops. Returns what takes that back. */
  onStop(onStop: () => void): () => void {
    this.#onStop.add(onStop);
    return () => {
      this.#onStop.delete(onStop);
    };
  }

  /** Nobody is told anything any more. */
  stop(): void {
    for (const onStop of this.#onStop) onStop();
    this.#onStop.clear();
    this.#listeners.clear();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    this.#tellChanges()
      // A database that does not answer now is asked again; listeners keep what they have.
      .catch(() => {
        this.#mark = null;
      })
      .finally(() => {
        this.#timer = this.#listeners.size > 0 ? setTimeout(() => this.#look(), lookEvery) : null;
      });
  }

  async #tellChanges(): Promise<void> {
    const mark = await this.#deps.store.changeMark();
    const now = this.#deps.clock();
    const everyone = now - this.#everyoneSeenAt >= expiriesEvery;
    if (mark === this.#mark && !everyone) return;
    const keys = everyone ? [...this.#listeners.keys()] : await this.#changedSince(now - clockSkew);
    for (const key of keys) await this.#tell(this.#listeners.get(key));
    if (everyone) this.#everyoneSeenAt = now;
    this.#mark = mark;
  }

  async #changedSince(time: number): Promise<string[]> {
    const rows = await this.#deps.store.read
      .selectFrom('plan_state')
      .select(['project_id', 'user_id'])
      .where('updated_at', '>=', time)
      .execute();
    return rows.map((row) => keyOf(row.project_id, row.user_id)).filter((key) => this.#listeners.has(key));
  }

  async #tell(listeners: ReadonlySet<Listener> | undefined): Promise<void> {
    const [any] = listeners ?? [];
    if (!listeners || !any) return;
    const state = await currentPlanState(this.#deps, any.project, any.userId);
    for (const listener of listeners) {
      // Newer than ours is a version of another database: what it was of is no reason to keep quiet.
      const isUnheardOf = listener.isClaimed && listener.version > state.version;
      listener.isClaimed = false;
      if (state.version <= listener.version && !isUnheardOf) continue;
      listener.version = state.version;
      listener.onState(state);
    }
  }
}

const keyOf = (projectId: string, userId: string): string => JSON.stringify([projectId, userId]);
