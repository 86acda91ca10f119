/** The sandbox's SQLite file: its tables, and prepared statements by their text. */

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';

/** Rows of `object` are never deleted: `seq` is the order of all lists, and a deleted customer is still answered. */
const tables = `
create table if not exists object (
  seq integer primary key autoincrement,
  id text not null unique,
  object text not null,
  customer text,
  created integer not null,
  deleted integer not null default 0,
  due_at integer,
  body text not null,
  hidden text,
  clock text
) strict;
create index if not exists object_by_kind on object (object, seq);
create index if not exists object_by_customer on object (customer, object, seq) where customer is not null;
create index if not exists price_by_lookup_key on object (json_extract(body, '$.lookup_key')) where object = 'price';
create index if not exists invoice_payment_by_invoice on object (json_extract(body, '$.invoice'))
  where object = 'invoice_payment';
create index if not exists invoice_payment_by_intent on object (json_extract(body, '$.payment.payment_intent'))
  where object = 'invoice_payment';
create table if not exists event (
  seq integer primary key autoincrement,
  id text not null unique,
  type text not null,
  created integer not null,
  body text not null
) strict;
create table if not exists earlier_version (
  seq integer primary key autoincrement,
  id text not null,
  until integer not null,
  body text,
  unique (id, until)
) strict;
create table if not exists delivery (
  seq integer primary key autoincrement,
  event text not null,
  endpoint text not null,
  state text not null,
  rank real not null default 0,
  attempts integer not null default 0,
  next_attempt_at integer,
  last_attempt_at integer,
  last_status integer,
  last_error text
) strict;
create index if not exists delivery_pending on delivery (next_attempt_at) where state = 'pending';
create index if not exists delivery_by_event on delivery (event);
create table if not exists idempotent_answer (
  key text primary key,
  request text not null,
  status integer not null,
  request_id text not null,
  body text not null,
  created integer not null
) strict;
create table if not exists setting (name text primary key, value text not null) strict;
`;

/** What a file of an earlier version lacks: SQLite has no "add column if not exists". */
const laterColumns = [{ table: 'object', column: 'clock', type: 'text' }] as const;

const laterIndexes = `
drop index if exists object_due;
create index if not exists object_due_by_clock on object (clock, due_at, seq) where due_at is not null;
`;

export type SqlValue = SQLInputValue;
export type Row = Record<string, SqlValue>;

export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @param path - a file, or `:memory:`. */
  constructor(path: string) {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    this.#connection = new DatabaseSync(path);
    // NORMAL in WAL mode survives the end of the process, which is what a development tool is asked for.
    this.#connection.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000;');
    this.#connection.exec(tables);
    for (const { table, column, type } of laterColumns) {
      const known = this.all(`select name from pragma_table_info('${table}')`).map(({ name }) => name);
      if (!known.includes(column)) this.#connection.exec(`alter table ${table} add column ${column} ${type}`);
    }
    this.#connection.exec(laterIndexes);
  }

  all(sql: string, ...values: SqlValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  first(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.#prepare(sql).run(...values).lastInsertRowid);
  }

  /** Runs `work` in one transaction; undone where it throws. Not to be nested. */
  transaction<Result>(work: () => Result): Result {
    this.#prepare('begin immediate').run();
    try {
      const result = work();
      this.#prepare('commit').run();
      return result;
    } catch (error) {
      this.#prepare('rollback').run();
      throw error;
    }
  }

  /** Runs `work` inside of a transaction and undoes what it wrote, whatever comes of it. Not to be nested. */
  undone<Result>(work: () => Result): Result {
    this.#prepare('savepoint undone').run();
    try {
      return work();
    } finally {
      this.#prepare('rollback to undone').run();
      this.#prepare('release undone').run();
    }
  }

  setting(name: string): string | null {
    const row = this.first('select value from setting where name = ?', name);
    return row ? String(row['value']) : null;
  }

  setSetting(name: string, value: string): void {
    this.run(
      'insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
      name,
      value,
    );
  }

  /** Forgets everything. */
  clear(): void {
    for (const table of ['object', 'event', 'earlier_version', 'delivery', 'idempotent_answer', 'setting'])
      this.run(`delete from ${table}`);
  }

  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const prepared = this.#connection.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}
