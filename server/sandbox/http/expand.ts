/** `expand`: ids in an answer replaced by the objects that they name, and parts that are left out unless asked for. */

import { invalid } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { countOf } from '../resources/search.ts';
import { includable } from '../resources/includable.ts';

const deepest = 4;

type Fields = Record<string, unknown>;

/**
 * Expands an answer in place. Paths go through lists by `data`.
 *
 * @throws StripeApiError 400 for what cannot be expanded, or a path of more than four levels.
 */
export function expand(answer: unknown, paths: readonly string[], store: Store): void {
  for (const path of new Set(paths)) {
    const keys = path.split('.');
    if (keys.length > deepest) {
      throw invalid(`You cannot expand more than ${deepest} levels of a property. Property: ${path}`, 'expand');
    }
    descend(answer as Fields, keys, path, store);
  }
}

function descend(holder: Fields, keys: readonly string[], path: string, store: Store): void {
  const [key = '', ...rest] = keys;
  if (holder['object'] === 'search_result' && key === 'total_count') {
    holder[key] = countOf(holder);
    return;
  }
  if (holder['object'] === 'list' || holder['object'] === 'search_result') {
    if (key !== 'data') {
      throw invalid(
        `This property cannot be expanded (${key}). You may want to try expanding 'data.${key}' instead.`,
        'expand',
      );
    }
    if (rest.length === 0) throw notExpandable(path);
    for (const member of holder['data'] as Fields[]) descend(member, rest, path, store);
    return;
  }
  // What is left of a deleted object has nothing to expand.
  if (holder['deleted'] === true) return;
  const known = includable[String(holder['object'])] ?? {};
  const deep = Object.keys(known).find((way) => way.includes('.') && way === keys.join('.'));
  if (deep) return putDeep(holder, keys, known[deep]?.(holder as never, store));
  const include = known[key];
  if (include && holder[key] === undefined) holder[key] = include(holder as never, store);
  if (!(key in holder)) throw notExpandable(path);
  const value = holder[key];
  if (typeof value === 'string') {
    const object = key === 'id' || key === 'object' ? null : store.findAny(value);
    if (!object) throw notExpandable(path);
    holder[key] = object;
  } else if (Array.isArray(value)) {
    holder[key] = value.map((item: unknown) => (typeof item === 'string' ? (store.findAny(item) ?? item) : item));
  } else if (value !== null && typeof value !== 'object') {
    throw notExpandable(path);
  }
  if (rest.length === 0) return;
  const next = holder[key];
  // An id that names nothing, as of a discount that a preview tries out, stays as it is.
  const members: readonly unknown[] = Array.isArray(next) ? next : [next];
  for (const member of members) {
    if (member !== null && typeof member === 'object') descend(member as Fields, rest, path, store);
  }
}

/** A part that is left out somewhere inside of an object. */
function putDeep(holder: Fields, keys: readonly string[], part: unknown): void {
  let place = holder;
  for (const key of keys.slice(0, -1)) place = place[key] as Fields;
  place[keys.at(-1) ?? ''] = part;
}

function notExpandable(path: string) {
  return invalid(`This property cannot be expanded (${path}).`, 'expand');
}
