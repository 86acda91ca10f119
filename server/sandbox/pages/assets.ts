/** The files that the pages load: name → type, body, ETag. Any route may serve them, for ever once `?v=` is there. */

import { createHash } from 'node:crypto';
import { checkoutScript } from './checkout.script.ts';
import { consoleScript } from './console/console.script.ts';
import { sandboxStyles } from './sandbox.styles.ts';

export interface PageAsset {
  /** `Content-Type`. */
  readonly type: string;
  readonly body: string;
  /** Quoted, as `ETag` has it. */
  readonly etag: string;
}

export type PageAssetName = 'sandbox.css' | 'checkout.js' | 'console.js' | 'icon.svg';

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#5b5bd6"/><rect x="6.5" y="9.5" width="19" height="13" rx="2.5" fill="none" stroke="#fff" stroke-width="2"/><path d="M6.5 14h19" stroke="#fff" stroke-width="2"/></svg>`;

export const pageAssets: Readonly<Record<PageAssetName, PageAsset>> = {
  'sandbox.css': asset('text/css; charset=utf-8', sandboxStyles),
  'checkout.js': asset('text/javascript; charset=utf-8', checkoutScript),
  'console.js': asset('text/javascript; charset=utf-8', consoleScript),
  'icon.svg': asset('image/svg+xml', icon),
};

/** Where a page finds an asset: `?v=` changes with its content, so the answer may be `immutable`. */
export function assetUrl(assetsUrl: string, name: PageAssetName): string {
  return `${assetsUrl}/${name}?v=${pageAssets[name].etag.slice(1, -1)}`;
}

/**
 * The `Content-Security-Policy` under which every sandbox page works.
 *
 * `form-action` holds the origins that a POST may be redirected to as well: Chromium checks the whole chain, and
 * checkout's answer is a 303 to the customer's own site.
 *
 * @param redirects - `success_url` and the like; anything that is no http(s) address is left out.
 */
export function contentSecurityPolicy(redirects: readonly (string | null)[]): string {
  const origins = new Set<string>();
  for (const url of redirects) {
    if (url !== null && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) origins.add(new URL(url).origin);
  }
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' https: http://localhost:*",
    "connect-src 'self'",
    ["form-action 'self'", ...origins].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

function asset(type: string, body: string): PageAsset {
  return { type, body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}
