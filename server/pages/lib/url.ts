/** Which addresses may stand in a page. */

/**
 * The address if it is http(s) or a path of this site, else null: `javascript:`, `data:` and their disguises
 * (control characters, `//host` paths) never reach an `href` or `action`.
 */
export function safeUrl(url: string | null | undefined): string | null {
  if (!url) return null;
  if (/^\/(?![/\\])[\x21-\x7e]*$/.test(url)) return url;
  if (!URL.canParse(url)) return null;
  const parsed = new URL(url);
  return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed.href : null;
}
