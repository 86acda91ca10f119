/** Turns the type generator's output into plain definitions: readable names, and the forms that values have on the wire. */
import type { Json, JsonObject } from './json.ts';
import { asArray, asObject, isObject } from './json.ts';

/** Definition by name, `<file of the SDK>.<Type>` (such as `Checkout/Sessions.Session`). */
export type Definitions = Record<string, JsonObject>;

export const refPrefix = '#/definitions/';

/** The reference to a definition. */
export function refTo(name: string): string {
  return refPrefix + encodeURIComponent(name);
}

/** The name of the definition that a schema refers to, or null where it is none. */
export function refName(schema: Json | undefined): string | null {
  const ref = asObject(schema)['$ref'];
  return typeof ref === 'string' ? decodeURIComponent(ref.slice(refPrefix.length)) : null;
}

/**
 * Renames and simplifies the definitions.
 *
 * @param raw the generator's output for one interface whose properties are the roots
 * @throws Error when two different types would share a name
 */
export function readDefinitions(raw: JsonObject): { roots: Record<string, Json>; definitions: Definitions } {
  const definitions: Definitions = {};
  for (const [longName, schema] of Object.entries(asObject(raw['definitions']))) {
    const name = shortName(longName);
    const definition = onTheWire(name, asObject(simplify(schema)));
    const other = definitions[name];
    if (other && JSON.stringify(other) !== JSON.stringify(definition)) throw new Error(`two types are called ${name}`);
    definitions[name] = definition;
  }
  return { roots: asObject(simplify(raw['properties'] ?? {})), definitions };
}

/** `import("/…/stripe/esm/resources/Customers",…).Customer` → `Customers.Customer`. */
function shortName(longName: string): string {
  return longName
    .replaceAll(/import\("[^"]*?\/stripe\/(?:esm|cjs)\/(?:resources\/)?([^"]+)"[^)]*\)\./g, '$1.')
    .replaceAll('<', '[')
    .replaceAll('>', ']')
    .replaceAll(/["{} ]/g, '');
}

/** Drops descriptions, renames references, and writes open enums and impossible types in a form of their own. */
function simplify(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(simplify);
  if (!isObject(schema)) return schema;
  const simple: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'description' && typeof value === 'string') continue;
    simple[key] = key === '$ref' ? refTo(shortName(refName(schema) ?? '')) : simplify(value);
  }
  return Array.isArray(simple['anyOf']) ? simplifyUnion(simple, simple['anyOf']) : simple;
}

/**
 * A union with the SDK's `OtherString` becomes an enum marked `open`: Stripe may add values to it. The contract decides
 * when it is loaded whether to allow them. A union of no members, where a type leaves nothing, matches nothing.
 */
function simplifyUnion(schema: JsonObject, members: Json[]): Json {
  if (members.length === 0) return { not: {} };
  const known = members.filter((member) => refName(member) !== 'shared.OtherString');
  if (known.length === members.length) return schema;
  const opened = known.map((member) =>
    asObject(member)['enum'] ? { ...asObject(member), open: true } : openConst(member),
  );
  return opened.length === 1 ? (opened[0] ?? {}) : { ...schema, anyOf: opened };
}

function openConst(member: Json): Json {
  const value = asObject(member)['const'];
  return typeof value === 'string' && value ? { type: 'string', enum: [value], open: true } : member;
}

/**
 * Where the wire and the SDK's types differ: decimals are strings there, and real objects carry `plan` and `quantity`
 * on subscriptions, `plan` on subscription items and `total_count` on lists, which the types leave out.
 */
function onTheWire(name: string, definition: JsonObject): JsonObject {
  const adding = (properties: JsonObject) => ({
    ...definition,
    properties: { ...asObject(definition['properties']), ...properties },
  });
  if (name === 'Decimal.Decimal') return { type: 'string', pattern: String.raw`^-?\d+(\.\d+)?$` };
  const plan = { anyOf: [{ $ref: refTo('Plans.Plan') }, { type: 'null' }] };
  if (isTypeOrPart(name, 'Subscriptions.Subscription'))
    return adding({ plan, quantity: { type: ['integer', 'null'] } });
  if (isTypeOrPart(name, 'SubscriptionItems.SubscriptionItem')) return adding({ plan });
  if (name.startsWith('lib.ApiList[')) return adding({ total_count: { type: 'integer' } });
  return definition;
}

/** True for a type itself and for the `Partial` of it that events carry in `previous_attributes`. */
function isTypeOrPart(name: string, type: string): boolean {
  return name === type || name === `Partial[${type}]`;
}

/** The value of a definition's `object` property, such as `customer`, or null where it has none. */
export function objectNameOf(definition: JsonObject | undefined): string | null {
  const object = asObject(asObject(definition?.['properties'])['object']);
  const value = object['const'] ?? asArray(object['enum'])[0];
  return typeof value === 'string' ? value : null;
}

/** True for the stub that Stripe leaves of an object when it is deleted. */
export function isDeleted(definition: JsonObject | undefined): boolean {
  return asObject(asObject(definition?.['properties'])['deleted'])['const'] === true;
}
