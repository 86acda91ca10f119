/**
 * Writes unions so that a broken object is held against the one type that it claims to be. JSON Schema's own `anyOf`
 * would try all of them, slowly, and report the errors of each.
 */
import type { Json, JsonObject } from './json.ts';
import { asArray, asObject, isObject } from './json.ts';
import type { Definitions } from './schema.ts';
import { isDeleted, objectNameOf, refName } from './schema.ts';

/** Rewrites every union in a schema for which a rule decides between the members. */
export function decideUnions(schema: Json, definitions: Definitions): Json {
  if (Array.isArray(schema)) return schema.map((member) => decideUnions(member, definitions));
  if (!isObject(schema)) return schema;
  const decided: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) decided[key] = decideUnions(value, definitions);
  return Array.isArray(decided['anyOf']) ? decideUnion(decided, decided['anyOf'], definitions) : decided;
}

/** An object is tried against the object members alone, an array against the array members, all else against the rest. */
function decideUnion(union: JsonObject, members: Json[], definitions: Definitions): JsonObject {
  const kinds = members.map((member) => kindOf(member, definitions));
  const objects = members.filter((_, index) => kinds[index] === 'object');
  const arrays = members.filter((_, index) => kinds[index] === 'array');
  const scalars = members.filter((_, index) => kinds[index] === 'scalar');
  if (kinds.includes('mixed') || objects.length + arrays.length === 0 || arrays.length > 1) return union;
  const object = objects.length > 0 ? decideObject(objects, definitions) : null;
  if (objects.length > 0 && !object) return union;
  let rest: JsonObject = scalars.length > 1 ? { anyOf: scalars } : asObject(scalars[0]);
  if (scalars.length === 0) rest = { type: arrays.length > 0 ? 'array' : 'object' };
  if (arrays.length > 0) rest = decide({ type: 'array' }, arrays[0] ?? {}, rest);
  return object ? decide({ type: 'object' }, object, rest) : rest;
}

/** Picks the member by its `object` name (and `deleted`); null where the members do not differ in it. */
function decideObject(members: Json[], definitions: Definitions): JsonObject | null {
  if (members.length === 1) return asObject(members[0]);
  const named = members.map((member) => {
    const definition = definitions[refName(member) ?? ''];
    return { member, name: objectNameOf(definition), deleted: isDeleted(definition) };
  });
  const keys = new Set(named.map(({ name, deleted }) => `${name} ${deleted}`));
  if (keys.size < named.length || named.some(({ name }) => name === null)) return null;
  const names = [...new Set(named.map(({ name }) => name))];
  let decided: JsonObject = { properties: { object: { enum: names } }, required: ['object'] };
  for (const { member, name, deleted } of named.toSorted((a, b) => Number(a.deleted) - Number(b.deleted))) {
    const claim: JsonObject = { object: { const: name } };
    if (deleted) claim['deleted'] = { const: true };
    decided = decide({ properties: claim, required: Object.keys(claim) }, member, decided);
  }
  return decided;
}

/** One schema where a value meets the condition, another where it does not. */
function decide(condition: JsonObject, where: Json, otherwise: JsonObject): JsonObject {
  // oxlint-disable-next-line unicorn/no-thenable -- the keyword is JSON Schema's
  return { if: condition, then: where, else: otherwise };
}

type Kind = 'object' | 'array' | 'scalar' | 'mixed';

/** What kind of JSON value a member of a union takes. */
function kindOf(schema: Json, definitions: Definitions): Kind {
  const name = refName(schema);
  if (name !== null) return kindOf(definitions[name] ?? {}, definitions);
  const { type, enum: values, const: value } = asObject(schema);
  if (type === 'object' || type === 'array') return type;
  const types = asArray(type);
  if (types.includes('object') || types.includes('array')) return 'mixed';
  return type !== undefined || values !== undefined || value !== undefined ? 'scalar' : 'mixed';
}
