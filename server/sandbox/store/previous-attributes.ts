/** `data.previous_attributes` of an update event: what the changed attributes were before. */

type Fields = Readonly<Record<string, unknown>>;

/**
 * Changed attributes as a whole, null where nothing changed; what was not there before is not named. Stripe thins groups out to the keys that changed; the SDK's
 * types say that each attribute is complete, and whoever reads the one way can read the other.
 */
export function previousAttributes(before: Fields, after: Fields): Fields | null {
  const previous: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!isSame(before[key], after[key])) previous[key] = before[key];
  }
  return Object.keys(previous).length > 0 ? previous : null;
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
