/** A posted form, read. */

import type { Context } from 'hono';
import { checkoutFields } from '../pages/fields.ts';

/** A form, or the same as JSON. */
export async function readForm(c: Context): Promise<Record<string, string>> {
  if (!(c.req.header('content-type') ?? '').includes('json')) {
    return Object.fromEntries(new URLSearchParams(await c.req.text()));
  }
  const body: unknown = await c.req.json();
  return Object.fromEntries(Object.entries(body as object).map(([name, value]) => [name, String(value)]));
}

/** The fields of a card form. Scripts may say `number`, `expiry` and `cvc` for short. */
export function cardFieldsOf(form: Record<string, string>): Record<string, string> {
  const short = { card_number: form['number'], card_expiry: form['expiry'], card_cvc: form['cvc'] };
  const named = checkoutFields.flatMap((field) => {
    const value = form[field] ?? (field in short ? short[field as keyof typeof short] : undefined);
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(named);
}
