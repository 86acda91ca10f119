/** Stripe's form encoding read back: `items[0][price]=price_1` → `{items: [{price: 'price_1'}]}`. */

/** A form field's value: text, or what its brackets build of it. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue };

/** Objects whose keys are the caller's own, and may be numbers without being a list. */
const freeKeys = new Set(['metadata', 'currency_options']);

type Branch = Map<string, string | Branch>;

/** Decodes a form body or a query. Values stay text. */
export function decodeForm(form: string): FormValue {
  const root: Branch = new Map();
  for (const [name, value] of new URLSearchParams(form)) {
    const keys = name.replaceAll(']', '').split('[');
    let branch = root;
    for (const key of keys.slice(0, -1)) {
      const next = branch.get(key);
      if (next instanceof Map) {
        branch = next;
      } else {
        const made: Branch = new Map();
        branch.set(key, made);
        branch = made;
      }
    }
    const last = keys.at(-1) ?? '';
    branch.set(last === '' ? String(branch.size) : last, value);
  }
  return toValue(root, 'root');
}

/** A branch whose keys are all numbers is a list. */
function toValue(branch: Branch, name: string): FormValue {
  const entries = [...branch].map(([key, value]) => [key, value instanceof Map ? toValue(value, key) : value] as const);
  const isList = entries.length > 0 && !freeKeys.has(name) && entries.every(([key]) => /^\d+$/.test(key));
  if (!isList) return Object.fromEntries(entries);
  return entries.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
}
