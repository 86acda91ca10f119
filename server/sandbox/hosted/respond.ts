/** How a page of the sandbox is answered. */

import type { Context } from 'hono';
import { contentSecurityPolicy } from '../pages/assets.ts';
import type { Page } from '../pages/shell.ts';

export interface HtmlOptions {
  readonly status?: 200 | 400 | 402 | 404 | 410;
  /** Where the answer to its form may send the browser. */
  readonly redirects?: readonly (string | null)[];
}

export function html(c: Context, page: Page, options: HtmlOptions = {}): Response {
  c.header('content-security-policy', contentSecurityPolicy(options.redirects ?? []));
  c.header('cache-control', 'no-store');
  c.header('referrer-policy', 'no-referrer');
  c.header('x-content-type-options', 'nosniff');
  return c.html(page as string, options.status ?? 200);
}

/** A page to be fetched by GET, whatever this one was. */
export function seeOther(c: Context, url: string): Response {
  return c.redirect(url, 303);
}

/** On to another page: told to a script, or followed by the browser. */
export function goTo(c: Context, url: string): Response {
  return wantsJson(c) ? c.json({ redirect: url }) : seeOther(c, url);
}

export function wantsJson(c: Context): boolean {
  return (c.req.header('accept') ?? '').includes('application/json');
}
