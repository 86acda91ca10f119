/** Stripe's form encoding: `items[0][price]=price_1` → `{items: [{price: 'price_1'}]}`. Values stay text. */

import { invalid } from '../errors.ts';

/** Text, or what brackets build of it. Lists are objects with numbers for keys until the schema says that they are lists. */
export type FormValue = string | FormBranch;
export interface FormBranch {
  [key: string]: FormValue;
}

const deepest = 12;

/** @throws StripeApiError 400 where brackets do not close or one name is both a value and a group. */
export function decodeForm(form: string): FormBranch {
  const root = emptyBranch();
  for (const [name, value] of new URLSearchParams(form)) put(root, name, value);
  return root;
}

/** A JSON body as if it had been sent as a form: what the sandbox's own tools and pages may send. */
export function branchOfJson(value: unknown): FormBranch {
  const branch = emptyBranch();
  for (const [key, item] of Object.entries((value ?? {}) as Record<string, unknown>)) {
    if (item === undefined) continue;
    branch[key] = item !== null && typeof item === 'object' ? branchOfJson(item) : String(item ?? '');
  }
  return branch;
}

function put(root: FormBranch, name: string, value: string): void {
  const keys = keysOf(name);
  let branch = root;
  for (const key of keys.slice(0, -1)) {
    const index = key === '' ? String(Object.keys(branch).length) : key;
    const next = branch[index] ?? emptyBranch();
    if (typeof next === 'string') throw invalid(`Invalid hash: ${name} was sent as a value and as a group.`, name);
    branch[index] = next;
    branch = next;
  }
  const last = keys.at(-1) ?? '';
  branch[last === '' ? String(Object.keys(branch).length) : last] = value;
}

function keysOf(name: string): string[] {
  const open = name.indexOf('[');
  if (open === -1) return [name];
  const inner = name.slice(open);
  if (!/^(\[[^[\]]*\])+$/.test(inner)) throw invalid(`Invalid parameter name: ${name}`, name);
  const keys = [name.slice(0, open), ...inner.slice(1, -1).split('][')];
  if (keys.length > deepest) throw invalid(`Parameters may not be nested more than ${deepest} levels deep.`, name);
  return keys;
}

/** Without a prototype, so that `__proto__` is a key like any other. */
function emptyBranch(): FormBranch {
  return Object.create(null) as FormBranch;
}
