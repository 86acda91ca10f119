/** Stripe's search query language: read, and held against objects (docs.stripe.com/search#search-query-language). */

import { invalid } from '../errors.ts';

/** `token` is compared as a whole, `string` also in part, `numeric` also by size. */
export type FieldType = 'token' | 'string' | 'numeric';

/** By the field's name; the path where it is not the name. */
export type SearchFields = Readonly<Record<string, FieldType | { readonly type: FieldType; readonly path: string }>>;

type Operator = ':' | '~' | '>' | '<' | '>=' | '<=';

interface Clause {
  readonly path: readonly string[];
  readonly operator: Operator;
  /** Null: the attribute is not there. */
  readonly value: string | number | null;
  readonly negated: boolean;
}

export interface SearchQuery {
  readonly clauses: readonly Clause[];
  readonly join: 'and' | 'or';
}

const mostClauses = 10;
const shortestPart = 3;

const clausePattern =
  /^(?<negation>-?)(?:metadata\[(?:"(?<double>[^"]*)"|'(?<single>[^']*)')\]|(?<field>[a-z_0-9.]+))\s*(?<operator>:|~|>=|<=|>|<)\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|'(?<apostrophed>(?:[^'\\]|\\.)*)'|(?<bare>[^\s"']+))/;

/**
 * @param resource - as Stripe's documentation names it: `customers`.
 * @throws StripeApiError 400 naming `query`, for what cannot be read, unknown fields, and AND and OR in one query.
 */
export function readQuery(text: string, fields: SearchFields, resource: string): SearchQuery {
  const clauses: Clause[] = [];
  const joins = new Set<'and' | 'or'>();
  for (let rest = text.trim(); rest !== '';) {
    const found = clausePattern.exec(rest);
    if (!found?.groups) throw unreadable();
    clauses.push(clauseOf(found.groups, fields, resource));
    rest = rest.slice(found[0].length);
    if (rest.trim() === '') break;
    const join = /^\s+(?:(AND|OR)\s+)?/i.exec(rest);
    if (!join) throw unreadable();
    joins.add(join[1]?.toLowerCase() === 'or' ? 'or' : 'and');
    rest = rest.slice(join[0].length);
    if (rest === '') throw unreadable();
  }
  if (clauses.length === 0) throw unreadable();
  if (clauses.length > mostClauses) throw refused(`A search query can have up to ${mostClauses} clauses.`);
  if (joins.size > 1) throw refused("You can't combine `AND` and `OR` in the same search query.");
  return { clauses, join: joins.has('or') ? 'or' : 'and' };
}

/** Texts are compared whatever their case. */
export function matches(object: unknown, query: SearchQuery): boolean {
  const holds = (clause: Clause) => holdsOf(valueAt(object, clause.path), clause) !== clause.negated;
  return query.join === 'or' ? query.clauses.some(holds) : query.clauses.every(holds);
}

function clauseOf(groups: Record<string, string | undefined>, fields: SearchFields, resource: string): Clause {
  const { negation, double, single, field: name, quoted, apostrophed, bare } = groups;
  const operator = groups['operator'] as Operator;
  const metadata = double ?? single;
  const text = quoted ?? apostrophed;
  const value = text === undefined ? bareValue(bare ?? '') : text.replaceAll(/\\(.)/g, '$1');
  const common = { operator, negated: negation === '-' };
  if (metadata !== undefined) {
    requireOperator(operator, 'string', value, `metadata["${metadata}"]`);
    return { ...common, path: ['metadata', metadata], value: value === null ? null : String(value) };
  }
  const field = name !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field || name === undefined) {
    throw refused(
      `Field \`${name}\` is an unsupported search field for resource \`${resource}\`. See http://stripe.com/docs/search#query-fields-for-${resource.replaceAll('_', '-')} for a list of supported fields.`,
    );
  }
  const { type, path } = typeof field === 'string' ? { type: field, path: name } : field;
  requireOperator(operator, type, value, name);
  return { ...common, path: path.split('.'), value: type === 'numeric' && value !== null ? numeric(value) : value };
}

function requireOperator(operator: Operator, type: FieldType, value: string | number | null, name: string): void {
  const allowed = { token: [':'], string: [':', '~'], numeric: [':', '>', '<', '>=', '<='] }[type];
  if (!allowed.includes(operator)) {
    throw refused(`Field \`${name}\` does not support the operator \`${operator}\`: use ${allowed.join(' ')}.`);
  }
  if (operator === '~' && String(value ?? '').length < shortestPart) {
    throw refused(`A substring search needs at least ${shortestPart} characters.`);
  }
}

/** What stands without quotes: a number, null, true and false. */
function bareValue(text: string): string | number | null {
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  throw unreadable();
}

function numeric(value: string | number): number {
  const number = Number(value);
  if (Number.isNaN(number)) throw unreadable();
  return number;
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object;
  for (const key of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  return value ?? null;
}

function holdsOf(actual: unknown, { operator, value }: Clause): boolean {
  if (value === null) return actual === null;
  if (actual === null) return false;
  if (typeof value === 'number' && typeof actual === 'number') {
    const comparisons = {
      ':': actual === value,
      '>': actual > value,
      '<': actual < value,
      '>=': actual >= value,
      '<=': actual <= value,
    };
    return operator !== '~' && comparisons[operator];
  }
  const [have, want] = [String(actual).toLowerCase(), String(value).toLowerCase()];
  return operator === '~' ? have.includes(want) : have === want;
}

function unreadable() {
  return refused(
    'We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to query for metadata or key:"value" to query for other fields.',
  );
}

function refused(message: string) {
  return invalid(message, 'query');
}
