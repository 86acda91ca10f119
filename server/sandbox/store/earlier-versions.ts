/** What objects were a moment ago: search shows them as of then. */

import { z } from 'zod';
import type { Database } from './database.ts';
import type { ObjectName, StoredObjects } from './objects.ts';
import type { Store } from './store.ts';

const searchable = ['charge', 'customer', 'invoice', 'payment_intent', 'price', 'product', 'subscription'] as const;

export type SearchableName = (typeof searchable)[number];

/** Seconds that search is behind. Stripe's is under a minute in the ordinary, up to an hour when it is not. */
export const searchSchema = z.strictObject({ search_lag_seconds: z.number().int().min(0).max(86_400).default(60) });

type SearchSettings = z.infer<typeof searchSchema>;

export function readSearchSettings(database: Database): SearchSettings {
  return searchSchema.parse(JSON.parse(database.setting('search') ?? '{}'));
}

export function setSearchSettings(database: Database, settings: SearchSettings): void {
  database.setSetting('search', JSON.stringify(settings));
}

/** Versions that are written between two looks at what may be forgotten. */
const forgetEvery = 1000;

/**
 * Keeps what an object was until now. Of the versions of one second only the first is: nobody can ask for the others.
 *
 * @param body - null: there was no such object yet.
 * @param until - seconds of the sandbox's own clock.
 */
export function keepVersion(
  store: Store,
  object: { readonly id: string; readonly object: string },
  body: string | null,
  until: number,
): void {
  if (!isSearchable(object.object)) return;
  const sql = 'insert or ignore into earlier_version (id, until, body) values (?, ?, ?)';
  const row = store.database.run(sql, object.id, until, body);
  if (row % forgetEvery !== 0) return;
  const { search_lag_seconds: lag } = readSearchSettings(store.database);
  store.database.run('delete from earlier_version where until < ?', store.clock.now() - lag);
}

/** All objects of a kind, newest first, as they were when search last looked. */
export function searchAsOf<Name extends SearchableName>(
  store: Store,
  object: Name,
): (StoredObjects[Name] & { readonly id: string })[] {
  const at = store.clock.now() - readSearchSettings(store.database).search_lag_seconds;
  const rows = store.database.all(
    `select object.body, object.deleted, earlier.id as earlier_id, earlier.body as earlier_body
     from object left join earlier_version earlier on earlier.id = object.id and earlier.until =
       (select min(until) from earlier_version where id = object.id and until > ?)
     where object.object = '${object}' and (object.clock is not null or object.created <= ?) order by object.seq desc`,
    at,
    at,
  );
  return rows
    .map((row) => (row['earlier_id'] === null ? (row['deleted'] ? null : row['body']) : row['earlier_body']))
    .filter((body) => body !== null)
    .map((body) => JSON.parse(String(body)) as StoredObjects[Name]);
}

function isSearchable(object: string): object is SearchableName & ObjectName {
  return (searchable as readonly string[]).includes(object);
}
