/** What a call was sent, held against the parameters that the SDK's types give that call, and read into values. */

import { readFileSync } from 'node:fs';
import { invalid, missing } from '../errors.ts';
import type { FormBranch, FormValue } from './form.ts';

/**
 * A type in the schema file: text, whole number, decimal, boolean, anything, or null (which is sent as an empty text);
 * list, object (`name!` is required), map, one of some values, nullable, union.
 */
type ParameterType =
  | 's'
  | 'i'
  | 'd'
  | 'b'
  | '*'
  | 'null'
  | { readonly a: ParameterType }
  | { readonly o: Readonly<Record<string, ParameterType>>; readonly open?: 1 }
  | { readonly m: ParameterType }
  | { readonly e: readonly (string | number)[] }
  | { readonly n: ParameterType }
  | { readonly u: readonly ParameterType[] };

interface ParameterSchema {
  /** Version of the `stripe` package that it was made from. */
  readonly stripe: string;
  readonly routes: Readonly<Record<string, ParameterType>>;
}

const schema = JSON.parse(readFileSync(new URL('parameters.schema.json', import.meta.url), 'utf8')) as ParameterSchema;

/** Whether `''` clears a plain text: in an update it does, in a create there is nothing to clear. */
type EmptyText = 'clears' | 'is_invalid';

/** Sent by every SDK or tool and never part of a call's own parameters. */
const alwaysAllowed: Readonly<Record<string, ParameterType>> = { expand: { a: 's' }, include: { a: 's' } };

/** Whether the SDK knows this route (`POST /v1/customers/{id}`). */
export function isKnownRoute(route: string): boolean {
  return Object.hasOwn(schema.routes, route);
}

/**
 * Reads the parameters of a call.
 *
 * @param route - as the schema names it: `POST /v1/customers/{id}`.
 * @param further - parameters that this caller may send besides.
 * @throws StripeApiError 400 `parameter_unknown`, `parameter_missing`, `parameter_invalid_integer`,
 *   `parameter_invalid_empty` and the like, with `param` as it was sent.
 */
export function readParameters(
  route: string,
  form: FormBranch,
  further: Readonly<Record<string, ParameterType>> = {},
): Record<string, unknown> {
  const type = schema.routes[route] ?? { o: {} };
  if (typeof type === 'string' || !('o' in type)) throw new Error(`The schema of ${route} is no object.`);
  const empty: EmptyText = /^POST .*\{/.test(route) ? 'clears' : 'is_invalid';
  return readObject({ o: { ...alwaysAllowed, ...further, ...type.o } }, form, '', empty);
}

function readObject(
  type: { readonly o: Readonly<Record<string, ParameterType>>; readonly open?: 1 },
  form: FormBranch,
  path: string,
  empty: EmptyText,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(form)) {
    const at = path === '' ? key : `${path}[${key}]`;
    const member = own(type.o, key) ?? own(type.o, `${key}!`) ?? (type.open ? '*' : undefined);
    if (member === undefined) throw invalid(`Received unknown parameter: ${at}`, at, 'parameter_unknown');
    if (value === '' && Object.hasOwn(type.o, `${key}!`) && !isNullable(member)) throw emptied(at);
    values[key] = read(member, value, at, empty);
  }
  for (const key of Object.keys(type.o)) {
    if (!key.endsWith('!') || Object.hasOwn(values, key.slice(0, -1))) continue;
    throw missing(path === '' ? key.slice(0, -1) : `${path}[${key.slice(0, -1)}]`);
  }
  return values;
}

/** `__proto__` is a name that a caller may send, and no parameter. */
function own(types: Readonly<Record<string, ParameterType>>, key: string): ParameterType | undefined {
  return Object.hasOwn(types, key) ? types[key] : undefined;
}

function read(type: ParameterType, value: FormValue, at: string, empty: EmptyText): unknown {
  if (type === '*') return plain(value);
  if (type === 'null') {
    if (value === '') return null;
    throw invalid(`Invalid ${at}: only an empty value is allowed here.`, at);
  }
  if (typeof type === 'string') return readScalar(type, value, at, empty);
  if ('n' in type) return value === '' ? null : read(type.n, value, at, empty);
  if ('u' in type) return readUnion(type.u, value, at, empty);
  if ('e' in type) {
    const found = type.e.find((option) => String(option) === value);
    if (found !== undefined) return found;
    throw invalid(`Invalid ${at}: must be ${oneOf(type.e)}`, at);
  }
  if (typeof value === 'string') {
    if (value === '') return 'a' in type ? [] : {};
    throw invalid(`Invalid ${'a' in type ? 'array' : 'object'}`, at);
  }
  if ('o' in type) return readObject(type, value, at, empty);
  if ('m' in type) {
    // A text in a map may be empty: that is how a key of metadata is deleted.
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, item === '' ? '' : read(type.m, item, `${at}[${key}]`, empty)]),
    );
  }
  const keys = Object.keys(value);
  if (!keys.every((key) => /^\d+$/.test(key))) throw invalid('Invalid array', at);
  return keys
    .toSorted((a, b) => Number(a) - Number(b))
    .map((key) => read(type.a, value[key] ?? '', `${at}[${key}]`, empty));
}

function readScalar(type: 's' | 'i' | 'd' | 'b', value: FormValue, at: string, empty: EmptyText): unknown {
  if (typeof value !== 'string') throw invalid(`Invalid ${type === 's' ? 'string' : 'value'}: ${at}`, at);
  if (type === 's') {
    if (value !== '') return value;
    if (empty === 'clears') return null;
    throw emptied(at);
  }
  if (value === '') throw emptied(at);
  if (type === 'b') {
    if (value === 'true' || value === 'false') return value === 'true';
    throw invalid(`Invalid boolean: ${value}`, at, 'parameter_invalid_boolean');
  }
  if (type === 'i') {
    if (/^-?\d{1,15}$/.test(value)) return Number(value);
    throw invalid(`Invalid integer: ${value}`, at, 'parameter_invalid_integer');
  }
  if (/^-?\d+(\.\d{1,12})?$/.test(value)) return value;
  throw invalid(`Invalid decimal: ${value}`, at, 'parameter_invalid_decimal');
}

/** Objects are tried for groups, everything else for texts; the last complaint stands when nothing fits. */
function readUnion(types: readonly ParameterType[], value: FormValue, at: string, empty: EmptyText): unknown {
  const isGroup = typeof value !== 'string';
  const fitting = types.filter((type) => isGroup === isGroupType(type));
  let complaint: unknown = invalid(`Invalid value: ${at}`, at);
  // Exact values before numbers, numbers before free text.
  for (const type of fitting.toSorted((a, b) => rank(a) - rank(b))) {
    try {
      return read(type, value, at, empty);
    } catch (error) {
      complaint = error;
    }
  }
  throw complaint;
}

function isGroupType(type: ParameterType): boolean {
  return typeof type === 'object' && ('o' in type || 'a' in type || 'm' in type);
}

function rank(type: ParameterType): number {
  if (type === 's') return 2;
  return typeof type === 'string' ? 1 : 0;
}

function isNullable(type: ParameterType): boolean {
  return type === '*' || type === 'null' || (typeof type === 'object' && 'n' in type);
}

function emptied(at: string) {
  return invalid(
    `You passed an empty string for '${at}'. We assume empty values are an attempt to unset a parameter; however '${at}' cannot be unset. You should remove '${at}' from your request or supply a non-empty value.`,
    at,
    'parameter_invalid_empty',
  );
}

function oneOf(options: readonly (string | number)[]): string {
  if (options.length === 1) return String(options[0]);
  return `one of ${options.slice(0, -1).join(', ')}, or ${options.at(-1)}`;
}

/** What is kept as it is: groups whose keys are all numbers are lists. */
function plain(value: FormValue): unknown {
  if (typeof value === 'string') return value;
  const entries = Object.entries(value).map(([key, item]) => [key, plain(item)] as const);
  const isList = entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key));
  return isList ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}
