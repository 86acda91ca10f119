/** Small things that all objects have in common on the wire. */

import type Stripe from 'stripe';

/** Decimals are text on the wire; the SDK makes objects of them, and its types say so. */
export function decimal(value: string | number): NonNullable<Stripe.Price['unit_amount_decimal']> {
  return String(value) as unknown as NonNullable<Stripe.Price['unit_amount_decimal']>;
}

type SentMetadata = Readonly<Record<string, string | number | null>> | '' | null | undefined;

/** Metadata after an update: keys are merged, an empty value deletes its key, an empty whole deletes all. */
export function mergeMetadata(before: Stripe.Metadata, sent: SentMetadata): Stripe.Metadata {
  if (sent === undefined) return before;
  if (sent === null || sent === '') return {};
  const merged = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(sent)) {
    if (value === '' || value === null) merged.delete(key);
    else merged.set(key, String(value));
  }
  return Object.fromEntries(merged);
}

/** Of what was sent, what an object keeps under the same name: absent keys stay as they are, emptied ones are null. */
export function pick<Params extends object, Key extends keyof Params>(
  params: Params,
  keys: readonly Key[],
): Pick<Params, Key> {
  const picked = {} as Pick<Params, Key>;
  for (const key of keys) if (params[key] !== undefined) picked[key] = params[key];
  return picked;
}

/** An address with every line there, empty ones as null. */
export function addressOf(sent: object | '' | null | undefined): Stripe.Address | null {
  if (!sent) return null;
  return {
    city: null,
    country: null,
    line1: null,
    line2: null,
    postal_code: null,
    state: null,
    ...sent,
  } as Stripe.Address;
}

/** The id of something that may be expanded. */
export function idOf(reference: string | { readonly id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}
