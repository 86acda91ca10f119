/** Reading what the sandbox keeps, and the one door through which it changes. */

import type { Clock } from '../clock.ts';
import type { Ids } from '../ids.ts';
import { noSuch } from '../errors.ts';
import { Change } from './change.ts';
import type { ChangeRequest } from './change.ts';
import type { Database, SqlValue } from './database.ts';
import type { Hidden, ObjectName, StoredObject, StoredObjects } from './objects.ts';

/** A condition on a row of a list. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

export interface Window {
  readonly limit: number;
  /** Rows after (older than) or before (newer than) this one. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
}

/** The business behind every key, unless it is told. */
export const usualAccountName = 'Sandbox';

export class Store {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The sandbox's address as browsers see it, without a slash at the end: the pages that objects point to. */
  readonly publicUrl: () => string;
  /** The name of the business behind every key, on its pages and invoices. */
  readonly accountName: string;
  readonly #listeners: (() => void)[] = [];

  constructor(parts: {
    database: Database;
    clock: Clock;
    ids: Ids;
    publicUrl: () => string;
    accountName?: string | undefined;
  }) {
    this.database = parts.database;
    this.clock = parts.clock;
    this.ids = parts.ids;
    this.publicUrl = parts.publicUrl;
    this.accountName = parts.accountName ?? usualAccountName;
  }

  /** The object, or null where there is none or it is of another kind. Deleted ones are `{id, object, deleted: true}`. */
  find<Name extends ObjectName>(object: Name, id: string): StoredObjects[Name] | null {
    const row = this.database.first('select body from object where id = ? and object = ?', id, object);
    return row ? (JSON.parse(String(row['body'])) as StoredObjects[Name]) : null;
  }

  /** Any object by its id, for `expand`. */
  findAny(id: string): StoredObject | null {
    const row = this.database.first('select body from object where id = ?', id);
    return row ? (JSON.parse(String(row['body'])) as StoredObject) : null;
  }

  /** @throws StripeApiError `resource_missing`: 404 when `where` is `path`, else 400 naming the parameter. */
  get<Name extends ObjectName>(object: Name, id: string, where: string): StoredObjects[Name] {
    const found = this.find(object, id);
    if (!found || 'deleted' in found) throw noSuch(object, id, where);
    return found;
  }

  /**
   * The object with what is kept beside it, as it is stored.
   *
   * @throws StripeApiError 404 `resource_missing`.
   */
  getWhole<Name extends ObjectName>(
    object: Name,
    id: string,
  ): { text: string; shown: StoredObjects[Name]; hidden: () => Hidden<Name> } {
    const row = this.database.first(
      'select body, hidden from object where id = ? and object = ? and deleted = 0',
      id,
      object,
    );
    if (!row) throw noSuch(object, id, 'path');
    const { hidden } = row;
    const text = String(row['body']);
    return {
      text,
      shown: JSON.parse(text) as StoredObjects[Name],
      hidden: () => (hidden ? JSON.parse(String(hidden)) : null) as Hidden<Name>,
    };
  }

  /** What is kept with an object and not shown. */
  hidden<Name extends ObjectName>(object: Name, id: string): Hidden<Name> {
    const row = this.database.first('select hidden from object where id = ? and object = ?', id, object);
    return (row?.['hidden'] ? JSON.parse(String(row['hidden'])) : null) as Hidden<Name>;
  }

  /** Newest first. One more row than asked for says that there are more. */
  list<Name extends ObjectName>(
    object: Name,
    conditions: readonly Condition[],
    window: Window,
  ): { rows: StoredObjects[Name][]; hasMore: boolean } {
    const { rows, hasMore } = this.rows('object', [{ sql: living(object), values: [] }, ...conditions], window);
    return { rows: rows as StoredObjects[Name][], hasMore };
  }

  /** All of them, oldest first. */
  all<Name extends ObjectName>(object: Name, conditions: readonly Condition[] = []): StoredObjects[Name][] {
    const sql = [living(object), ...conditions.map((condition) => condition.sql)].join(' and ');
    const values = conditions.flatMap((condition) => condition.values);
    return this.database
      .all(`select body from object where ${sql} order by seq`, ...values)
      .map((row) => JSON.parse(String(row['body'])) as StoredObjects[Name]);
  }

  /** A page of objects or events, newest first. */
  rows(
    table: 'object' | 'event',
    conditions: readonly Condition[],
    window: Window,
  ): { rows: unknown[]; hasMore: boolean } {
    const all = [...conditions];
    const cursor = window.after ?? window.before;
    if (cursor !== undefined) {
      const row = this.database.first(`select seq from ${table} where id = ?`, cursor);
      const param = window.after === undefined ? 'ending_before' : 'starting_after';
      if (!row) throw noSuch('object', cursor, param);
      all.push({ sql: window.after === undefined ? 'seq > ?' : 'seq < ?', values: [row['seq'] ?? null] });
    }
    const backwards = window.before !== undefined;
    const where = all.length > 0 ? `where ${all.map(({ sql }) => sql).join(' and ')}` : '';
    const found = this.database.all(
      `select body from ${table} ${where} order by seq ${backwards ? 'asc' : 'desc'} limit ?`,
      ...all.flatMap(({ values }) => values),
      window.limit + 1,
    );
    const rows = found.slice(0, window.limit).map((row) => JSON.parse(String(row['body'])) as unknown);
    return { rows: backwards ? rows.toReversed() : rows, hasMore: found.length > window.limit };
  }

  /** Runs `work` as one change: what it writes and the events of it are there together, or not at all. */
  change<Result>(request: ChangeRequest, work: (change: Change) => Result): Result {
    const result = this.database.transaction(() => work(new Change(this, request)));
    for (const listener of this.#listeners) listener();
    return result;
  }

  /** Calls back after each change. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The test clock in whose time an object lives; null: in the sandbox's own, or there is no such object. */
  clockOf(id: string): string | null {
    if (id.startsWith('clock_')) return id;
    const row = id.startsWith('si_')
      ? this.database.first(
          "select clock from object, json_each(body, '$.items.data') as item where object = 'subscription' and json_extract(item.value, '$.id') = ?",
          id,
        )
      : this.database.first('select clock from object where id = ?', id);
    return typeof row?.['clock'] === 'string' ? row['clock'] : null;
  }

  /** What time it is for what lives on a test clock, or (null) in the sandbox's own time. Seconds. */
  timeOf(clock: string | null): number {
    const frozen = clock === null ? null : this.find('test_helpers.test_clock', clock);
    return frozen?.frozen_time ?? this.clock.now();
  }

  /** When the next object in the sandbox's own time has something to do, in seconds. */
  nextDue(): number | null {
    const row = this.database.first(
      'select min(due_at) as due_at from object where clock is null and due_at is not null',
    );
    return row?.['due_at'] === null || row === undefined ? null : Number(row['due_at']);
  }

  /** The object on this clock, or (null) on none, whose time came first, if one's has come. */
  firstDue(until: number, clock: string | null): { object: ObjectName; id: string; dueAt: number } | null {
    const sql = 'select object, id, due_at from object where clock is ? and due_at <= ? order by due_at, seq limit 1';
    const row = this.database.first(sql, clock, until);
    return row
      ? { object: String(row['object']) as ObjectName, id: String(row['id']), dueAt: Number(row['due_at']) }
      : null;
  }
}

/** The kind is written out: only then does SQLite see that a partial index holds all rows that are asked for. */
function living(object: ObjectName): string {
  return `object = '${object}' and deleted = 0`;
}
