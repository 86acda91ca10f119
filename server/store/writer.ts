/**
 * Group commit. What costs is the flush to disk, not the row: writes that arrive in the same turn of the event loop share
 * one transaction, and each caller is answered when that transaction is durable.
 */

import type { Reading, Writing } from './schema.ts';

/** Reads and writes of one unit. It may run twice (see {@link Writer}), so it touches nothing but the database. */
export type Work<T> = (tx: Writing) => Promise<T>;

/** What others in this process wait for. */
export type Topic = 'outgoing_event';

const announced = new WeakMap<Writing, Set<Topic>>();

/** Says, inside of a write, that it writes something of this topic; {@link Writer.listen}ers are told once it is durable. */
export function announce(tx: Writing, topic: Topic): void {
  const topics = announced.get(tx);
  if (topics) topics.add(topic);
  else announced.set(tx, new Set([topic]));
}

interface Job {
  readonly work: Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Turns of the event loop that a group gathers for at most. */
const mostTurns = 16;
/** Turns without anything new after which the group is complete. */
const quietTurns = 2;
/** The largest group; more would keep the first caller waiting for the last. */
const largestGroup = 256;

/** The only one that writes. A unit that fails fails its own caller: its group is rolled back and tried again one by one. */
export class Writer {
  readonly #db: Reading;
  #queue: Job[] = [];
  #arrivals = 0;
  #draining: Promise<void> | null = null;
  readonly #listeners = new Map<Topic, Set<() => void>>();

  constructor(db: Reading) {
    this.#db = db;
  }

  /** Runs `work` in a transaction and resolves when it is durable. */
  write<T>(work: Work<T>): Promise<T> {
    this.arrived();
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Calls `listener` after each transaction that announced the topic. Returns what ends it. */
  listen(topic: Topic, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** Resolves when everything asked for so far has been answered. */
  async idle(): Promise<void> {
    while (this.#draining) await this.#draining;
  }

  /** Says that something joins what is queued already; see {@link batched}. */
  arrived(): void {
    this.#arrivals += 1;
  }

  /** What other requests of this turn of the event loop write joins the group, and of the next ones while more keep coming. */
  async #gather(): Promise<void> {
    let quiet = 0;
    for (let turn = 0, before = -1; turn < mostTurns && quiet < quietTurns; turn += 1) {
      quiet = this.#arrivals === before ? quiet + 1 : 0;
      before = this.#arrivals;
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#gather();
      const group = this.#queue.splice(0, largestGroup);
      if (!(await this.#commit(group))) {
        for (const job of group) await this.#commit([job], job.reject);
      }
    }
    this.#draining = null;
  }

  /** Answers the group's callers once it is durable; on a failure answers none of them and returns false. */
  async #commit(group: readonly Job[], onFailure?: (error: unknown) => void): Promise<boolean> {
    try {
      const { values, topics } = await this.#db.transaction().execute(async (tx) => {
        const values: unknown[] = [];
        for (const { work } of group) values.push(await work(tx));
        return { values, topics: announced.get(tx) ?? [] };
      });
      group.forEach(({ resolve }, index) => resolve(values[index]));
      for (const topic of topics) this.#listeners.get(topic)?.forEach((listener) => listener());
      return true;
    } catch (error) {
      onFailure?.(error);
      return false;
    }
  }
}

/**
 * Many small items, one statement: items asked for while a group is gathering are written together.
 * When that fails each item is written alone, so that a bad one fails only its own caller.
 */
export function batched<Item, Result>(
  writer: Writer,
  writeAll: (tx: Writing, items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  type Entry = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };
  let gathering: Entry[] = [];

  const flush = async (entries: Entry[]): Promise<void> => {
    try {
      const results = await writer.write((tx) => {
        if (gathering === entries) gathering = [];
        return writeAll(
          tx,
          entries.map(({ item }) => item),
        );
      });
      entries.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (gathering === entries) gathering = [];
      const [only] = entries;
      if (only && entries.length === 1) only.reject(error);
      else await Promise.all(entries.map((entry) => flush([entry])));
    }
  };

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      gathering.push({ item, resolve, reject });
      writer.arrived();
      if (gathering.length === 1) void flush(gathering);
    });
}
