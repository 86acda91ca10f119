/** The language of a page: asked for, preferred by the customer, or the browser's. */

import type { Context } from 'hono';
import { languageOf } from '../pages/messages.ts';

/** BCP 47; English where none of these is spoken here. @param asked - `auto` and null leave it to the others. */
export function localeOf(c: Context, asked: string | null, preferred: readonly string[]): string {
  const browsers = (c.req.header('accept-language') ?? '').split(',').map((part) => part.split(';')[0]?.trim() ?? '');
  const wanted = [...(asked === null || asked === 'auto' ? [] : [asked]), ...preferred, ...browsers];
  return wanted.find((locale) => languageOf(locale).lang === locale) ?? 'en';
}
