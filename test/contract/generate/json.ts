/** JSON as the generator reads and writes it: nothing known of it but that it is JSON. */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** True for an object that is neither null nor an array. */
export function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A value as an object; what is none counts as empty. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** A value as an array; what is none counts as empty. */
export function asArray(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
