/** The files that hosted pages load: name → type, body, ETag. Long-cacheable where `?v=` is there. */

import { pageStyles } from './pages.styles.ts';
import { selectBootScript } from './select-boot.script.ts';
import { selectScript } from './select.script.ts';

export interface PageAsset {
  /** `Content-Type`. */
  readonly type: string;
  readonly body: string;
  /** Quoted, as `ETag` has it. */
  readonly etag: string;
}

export type PageAssetName = 'pages.css' | 'select.js' | 'select-boot.js' | 'icon.svg';

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#5b5bd6"/><path d="m9.5 16.5 4.5 4.5 8.5-10" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

export const pageAssets: Readonly<Record<PageAssetName, PageAsset>> = {
  'pages.css': asset('text/css; charset=utf-8', pageStyles),
  'select.js': asset('text/javascript; charset=utf-8', selectScript),
  'select-boot.js': asset('text/javascript; charset=utf-8', selectBootScript),
  'icon.svg': asset('image/svg+xml', icon),
};

/** Where a page finds an asset: `?v=` changes with its content, so the answer may be `immutable`. */
export function assetUrl(assetsUrl: string, name: PageAssetName): string {
  return `${assetsUrl}/${name}?v=${pageAssets[name].etag.slice(1, -1)}`;
}

export interface PagePolicyOptions {
  /**
   * Where a form's POST may be redirected to in the end (checkout's host, the app): Chromium holds `form-action`
   * against the whole chain. Anything that is no http(s) address is left out.
   */
  readonly redirects: readonly string[];
  /** The logo, where it is on another origin. */
  readonly logo: string | null;
}

/** The `Content-Security-Policy` under which every hosted page works. */
export function pageSecurityPolicy(options: PagePolicyOptions): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self'", ...origins([options.logo])].join(' '),
    "connect-src 'self'",
    ["form-action 'self'", ...origins(options.redirects)].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

function origins(urls: readonly (string | null)[]): string[] {
  const found = new Set<string>();
  for (const url of urls) {
    if (url !== null && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) found.add(new URL(url).origin);
  }
  return [...found];
}

function asset(type: string, body: string): PageAsset {
  return { type, body, etag: `"${fingerprint(body)}"` };
}

/** FNV-1a, 64 bit: names a version of our own text, on any runtime and without waiting. Not a security measure. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
