/** Opens the database, brings its schema up to date, and hands out reads and writes. */

import { Kysely, Migrator, sql } from 'kysely';
import { PlanclaimError, unavailable } from '../errors.ts';
import { migrations } from './migrations.ts';
import type { Reading, Schema } from './schema.ts';
import { openSqlite } from './sqlite.ts';
import { Writer, type Work } from './writer.ts';

/** The database. Reads see the last durable state; writes go through one queue. */
export class Store {
  /** For reads outside of a write. */
  readonly read: Reading;
  readonly writer: Writer;
  readonly #writing: Reading;

  constructor(reading: Reading, writing: Reading) {
    this.read = reading;
    this.#writing = writing;
    this.writer = new Writer(writing);
  }

  /** Runs `work` in a transaction of the group; resolves when it is durable. */
  write<T>(work: Work<T>): Promise<T> {
    return this.writer.write(work);
  }

  /** Throws 503 `unavailable` when the database does not answer. */
  async check(): Promise<void> {
    try {
      await this.read.selectFrom('lease').select('name').limit(1).execute();
    } catch (error) {
      throw unavailable('The database', error);
    }
  }

  /** A number that is another one after every write to the database, by whatever process. */
  async changeMark(): Promise<number> {
    const { rows } = await sql<{ data_version: number }>`pragma data_version`.execute(this.read);
    return rows[0]?.data_version ?? 0;
  }

  /** Waits for what is in hand, then closes. */
  async close(): Promise<void> {
    await this.writer.idle();
    await this.read.destroy();
    await this.#writing.destroy();
  }
}

/** `file:…` is SQLite, `postgres://…` PostgreSQL. Throws `database_url_invalid` for anything else. */
export async function openStore(databaseUrl: string): Promise<Store> {
  if (!databaseUrl.startsWith('file:')) {
    throw new PlanclaimError(
      'DATABASE_URL must be file:PATH, for SQLite. PostgreSQL is not supported by this version yet.',
      { code: 'database_url_invalid', status: 500 },
    );
  }
  const path = databaseUrl.slice('file:'.length);
  const writing = new Kysely<Schema>({ dialect: openSqlite(path) });
  await migrate(writing);
  return new Store(new Kysely<Schema>({ dialect: openSqlite(path) }), writing);
}

/** Under the migration lock: on SQLite the whole run is one immediate transaction, which is that lock. */
async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
