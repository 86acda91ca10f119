/** Small facts about URLs that config, environment and redirects share. */

/** The URL, when the text is one with `http:` or `https:`; else null. */
export function parseHttpUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url : null;
}

/** `localhost`, anything below it, 127.0.0.0/8 and ::1: this machine. */
export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname);

/** A literal address of a private network (RFC 1918, RFC 4193, link-local), or a name that only such a network resolves. */
export const isPrivate = ({ hostname }: URL): boolean =>
  /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.)/.test(hostname) ||
  /^\[(f[cd]|fe[89ab]|::ffff:|::\])/.test(hostname) ||
  hostname.endsWith('.internal') ||
  hostname.endsWith('.local') ||
  !(hostname.includes('.') || hostname.startsWith('['));
