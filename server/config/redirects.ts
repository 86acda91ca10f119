/**
 * Which addresses a browser may be sent to, and which pages' scripts may call (R11.3). The list is the project's own;
 * an address that is read differently by two programs is refused, whatever it would lead to.
 */

import { parseHttpUrl } from './addresses.ts';
import type { Project } from './project.ts';

/** Longer ones are refused: no page of ours needs them and Stripe has its own limit. */
const longestUrl = 4096;

/** Control characters, spaces and backslashes: browsers drop or turn them where other programs do not. */
// oxlint-disable-next-line no-control-regex
const ambiguous = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029\ufeff\\]/;

/** Whether a page of this origin may call the backend for the project. The `Origin` header, to the letter. */
export const isAllowedOrigin = (project: Pick<Project, 'origins'>, origin: string): boolean =>
  project.origins.includes(origin);

/**
 * Whether checkout, portal or selection may send a browser to `url`. Query and fragment are free;
 * scheme, host and port must be those of a pattern; the path must be the pattern's, or lie below it where it ends with `/*`.
 */
export function isAllowedRedirect(project: Pick<Project, 'redirects'>, url: string): boolean {
  const target = parseTarget(url);
  return target !== null && project.redirects.some((pattern) => matches(pattern, target));
}

/** What is wrong with a pattern of the config, or null. */
export function redirectPatternMistake(pattern: string): string | null {
  const page = pattern.replace(/\/\*$/, '/');
  if (page.includes('*')) return "may have * only as its last path segment, as in 'https://app.example.com/*'";
  const url = parseTarget(page);
  if (!url) return "must be an address such as 'https://app.example.com/*' or 'http://localhost:3000/billing'";
  if (url.search !== '' || url.hash !== '') return 'must not have a query or a fragment: those of the target are free';
  return null;
}

/** The one way to read a target; null for anything that is not plainly an absolute http(s) address. */
function parseTarget(text: string): URL | null {
  if (text.length > longestUrl || ambiguous.test(text)) return null;
  const authority = /^https?:\/\/([^/?#]+)/i.exec(text)?.[1];
  // A user name before the host is how a look-alike is made: https://app.acme.test@evil.test.
  if (authority === undefined || /[@%]/.test(authority)) return null;
  const url = parseHttpUrl(text);
  return url && isPlainPath(rawPath(text)) && isPlainPath(url.pathname) ? url : null;
}

/** The path as it was written, before `..` is resolved. */
const rawPath = (text: string): string => /^https?:\/\/[^/?#]+([^?#]*)/i.exec(text)?.[1] ?? '';

/** No `..`, `//` or backslash in the path, however often it is decoded on its way. */
function isPlainPath(path: string): boolean {
  let current = path;
  for (;;) {
    if (ambiguous.test(current.replaceAll(' ', '')) || current.includes('//')) return false;
    if (current.split('/').some((segment) => segment === '.' || segment === '..')) return false;
    const decoded = decode(current);
    if (decoded === null || slashes(decoded) !== slashes(current)) return false;
    if (decoded === current) return true;
    current = decoded;
  }
}

const slashes = (path: string): number => path.split('/').length;

/** One round of percent-decoding; null where it is malformed. */
function decode(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function matches(pattern: string, target: URL): boolean {
  const open = pattern.endsWith('/*');
  const allowed = new URL(open ? pattern.slice(0, -1) : pattern);
  if (allowed.origin !== target.origin) return false;
  return open ? target.pathname.startsWith(allowed.pathname) : target.pathname === allowed.pathname;
}
