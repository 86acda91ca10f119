/** Lists as Stripe answers them: newest first, by cursor. */

import { invalid, unsupported } from '../errors.ts';
import type { ObjectName, StoredObjects } from '../store/objects.ts';
import type { Condition, Store, Window } from '../store/store.ts';

export interface PageParams {
  limit?: number;
  starting_after?: string;
  ending_before?: string;
}

export interface Page<Member> {
  object: 'list';
  data: Member[];
  has_more: boolean;
  url: string;
  /** Only on lists inside of objects. */
  total_count?: number;
}

/** A page of a kind of objects. */
export function page<Name extends ObjectName>(
  store: Store,
  object: Name,
  params: PageParams,
  options: { url: string; where?: readonly (Condition | null)[] },
): Page<StoredObjects[Name]> {
  const where = (options.where ?? []).filter((condition) => condition !== null);
  // What lives on a test clock is left out, unless the list is one of that clock or of some other object's own.
  if (!isOfOwner(params, options.url)) where.push({ sql: 'clock is null', values: [] });
  const { rows, hasMore } = store.list(object, where, windowOf(params));
  return { object: 'list', data: rows, has_more: hasMore, url: options.url };
}

/** Parameters that narrow a list down to what belongs to one object. */
const owners = ['customer', 'test_clock', 'subscription', 'invoice', 'payment_intent', 'charge'] as const;

function isOfOwner(params: object, url: string): boolean {
  return (
    owners.some((name) => (params as Record<string, unknown>)[name] !== undefined) || /_[A-Za-z0-9]{14,}\//.test(url)
  );
}

/** A page of a list that is part of an object. */
export function slice<Member extends { id: string }>(
  members: readonly Member[],
  params: PageParams,
  url: string,
): Page<Member> {
  const { limit, after, before } = windowOf(params);
  const from = after === undefined ? 0 : members.findIndex(({ id }) => id === after) + 1;
  const to = before === undefined ? members.length : members.findIndex(({ id }) => id === before);
  const inside = members.slice(from, to);
  const data = before === undefined ? inside.slice(0, limit) : inside.slice(-limit);
  return { object: 'list', data, has_more: inside.length > data.length, url };
}

/** A whole list inside of an object. */
export function list<Member>(data: Member[], url: string): Page<Member> {
  return { object: 'list', data, has_more: false, total_count: data.length, url };
}

/** @throws StripeApiError 400 for a limit outside of 1 to 100, or two cursors at once. */
export function windowOf(params: PageParams): Window {
  const limit = params.limit ?? 10;
  if (limit < 1) throw invalid('This value must be greater than or equal to 1.', 'limit', 'parameter_invalid_integer');
  if (limit > 100) throw invalid('This value must be less than or equal to 100.', 'limit', 'parameter_invalid_integer');
  if (params.starting_after !== undefined && params.ending_before !== undefined) {
    throw invalid('You may only specify one of these parameters: starting_after, ending_before.', 'ending_before');
  }
  return { limit, after: params.starting_after, before: params.ending_before };
}

/** A condition on an attribute (`$.status`); null, which is none, where no value is asked for. */
export function attribute(path: string, value: string | number | boolean | null | undefined): Condition | null {
  if (value === undefined || value === null) return null;
  return { sql: `json_extract(body, '${path}') = ?`, values: [typeof value === 'boolean' ? Number(value) : value] };
}

/** A condition that the attribute is one of these. */
export function anyOf(path: string, values: readonly string[] | undefined): Condition | null {
  if (values === undefined) return null;
  return { sql: `json_extract(body, '${path}') in (${values.map(() => '?').join(', ')})`, values: [...values] };
}

export function ofCustomer(customer: string | null | undefined): Condition | null {
  return typeof customer === 'string' ? { sql: 'customer = ?', values: [customer] } : null;
}

type Range = number | { gt?: number; gte?: number; lt?: number; lte?: number } | undefined;

const comparisons = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/** A condition on a time: exactly, or a range. `column` is SQL. */
export function within(column: string, range: Range): Condition | null {
  if (range === undefined) return null;
  if (typeof range === 'number') return { sql: `${column} = ?`, values: [range] };
  const bounds = Object.entries(comparisons).flatMap(([name, sign]) => {
    const bound = range[name as keyof typeof comparisons];
    return bound === undefined ? [] : [{ sql: `${column} ${sign} ?`, value: bound }];
  });
  if (bounds.length === 0) return null;
  return { sql: bounds.map(({ sql }) => sql).join(' and '), values: bounds.map(({ value }) => value) };
}

/** @throws StripeApiError 400 for a parameter that Stripe knows and this sandbox does nothing with. */
export function refuse(params: object, names: readonly string[]): void {
  for (const name of names) {
    if ((params as Record<string, unknown>)[name] !== undefined) throw unsupported(`The parameter ${name}`, name);
  }
}
