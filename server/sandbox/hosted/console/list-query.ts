/** What a list of the console is asked for, and its rows from the books: a search and a page. */

import type { SqlValue } from '../../store/database.ts';
import type { Store } from '../../store/store.ts';

export const perPage = 50;

export interface ListQuery {
  readonly q: string;
  readonly page: number;
  readonly kind: string;
}

export function readListQuery(query: Readonly<Record<string, string>>): ListQuery {
  const page = Number(query['page'] ?? 1);
  return {
    q: (query['q'] ?? '').trim().slice(0, 200),
    page: Number.isInteger(page) && page > 0 ? page : 1,
    kind: query['kind'] ?? '',
  };
}

export function select(
  store: Store,
  from: 'object' | 'event',
  { page }: ListQuery,
  where: { readonly sql: string; readonly values: readonly SqlValue[] },
): { rows: Record<string, SqlValue>[]; hasMore: boolean } {
  const found = store.database.all(
    `select body from ${from} ${where.sql} order by seq desc limit ? offset ?`,
    ...where.values,
    perPage + 1,
    (page - 1) * perPage,
  );
  return { rows: found.slice(0, perPage), hasMore: found.length > perPage };
}

export function matches(q: string, columns: readonly string[]): { sql: string; values: SqlValue[] } {
  if (q === '') return { sql: '', values: [] };
  return {
    sql: `where (${columns.map((column) => `${column} like ? escape '\\'`).join(' or ')})`,
    values: columns.map(() => pattern(q)),
  };
}

/** Anywhere inside; the signs of LIKE mean themselves. */
export function pattern(q: string): string {
  return `%${q.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

export function count(store: Store, from: string, ...values: SqlValue[]): number {
  return Number(store.database.first(`select count(*) as n from ${from}`, ...values)?.['n'] ?? 0);
}
