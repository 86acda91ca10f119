/** Cuts the definitions down to what the product speaks: other objects are known by their `object` name alone. */
import type { Json } from './json.ts';
import { asArray, asObject, isObject } from './json.ts';
import type { Definitions } from './schema.ts';
import { isDeleted, objectNameOf, refName } from './schema.ts';

/** Objects by their `object` name: the definition of the living one, and of what is left of a deleted one. */
export type ObjectTypes = Record<string, { live: string; deleted?: string }>;

/**
 * Finds the API's objects among the definitions that selected calls answer with, and what is left of each when it is
 * deleted.
 */
export function objectTypes(names: readonly string[], definitions: Definitions): ObjectTypes {
  const types: ObjectTypes = {};
  for (const name of names) {
    const object = objectNameOf(definitions[name]);
    if (object !== null && !isDeleted(definitions[name])) types[object] = { live: name };
  }
  for (const [name, definition] of Object.entries(definitions)) {
    const living = isDeleted(definition) && !name.startsWith('Partial[') && types[objectNameOf(definition) ?? ''];
    if (living) living.deleted = name;
  }
  return types;
}

/** Events by their `type`, those alone whose object is among the kept ones. */
export function eventTypes(union: string, definitions: Definitions, kept: ObjectTypes): Record<string, string> {
  const events: Record<string, string> = {};
  for (const member of asArray(definitions[union]?.['anyOf'])) {
    const name = refName(member);
    const properties = asObject(definitions[name ?? '']?.['properties']);
    const type = asObject(properties['type'])['const'];
    const data = definitions[refName(properties['data']) ?? ''];
    const object = objectNameOf(definitions[refName(asObject(data?.['properties'])['object']) ?? '']);
    if (name !== null && typeof type === 'string' && object !== null && kept[object]) events[type] = name;
  }
  return events;
}

/** Replaces the objects that are not kept by a stub that only knows their name. */
export function stubOthers(definitions: Definitions, kept: ObjectTypes): Definitions {
  const stubbed: Definitions = {};
  for (const [name, definition] of Object.entries(definitions)) {
    const object = objectNameOf(definition);
    const stub = object !== null && object !== 'list' && object !== 'event' && !kept[object];
    const properties = { object: { const: object } };
    stubbed[name] = stub ? { type: 'object', required: ['object'], properties } : definition;
  }
  return stubbed;
}

/** The definitions that are reachable from these. */
export function reachable(from: Json, definitions: Definitions): Definitions {
  const found: Definitions = {};
  const visit = (schema: Json): void => {
    if (Array.isArray(schema)) return schema.forEach(visit);
    if (!isObject(schema)) return;
    const name = refName(schema);
    if (name !== null && !found[name]) {
      const definition = definitions[name];
      if (!definition) throw new Error(`no definition of ${name}`);
      found[name] = definition;
      visit(definition);
    }
    Object.values(schema).forEach(visit);
  };
  visit(from);
  return found;
}
