/**
 * Signed links: HMAC-SHA256 over the sorted query, so that a URL proves for whom it was made. Web standards only, for the
 * customer's own backend as well as ours.
 */

/** What links may open. */
export type LinkType = 'checkout' | 'select' | 'portal';

export interface LinkOptions {
  /** One of the project's secret keys, `sk_…`. */
  readonly secretKey: string;
  /** The backend's PUBLIC_URL. */
  readonly publicUrl: string;
  readonly type: LinkType;
  /** The page's own parameters, `project_id` and `user_id` among them; undefined ones are left out. */
  readonly params: Readonly<Record<string, string | number | undefined>>;
  /** When the link ends, in seconds since 1970. */
  readonly expiresAt: number;
}

const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;
const encoder = new TextEncoder();

const keyFor = (secret: string, usage: 'sign' | 'verify'): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, [usage]);

/** Every parameter but `sig`, sorted by name, form encoded: what is signed. */
function signedText(query: URLSearchParams): string {
  const sorted = new URLSearchParams([...query].filter(([name]) => name !== 'sig'));
  sorted.sort();
  return sorted.toString();
}

/**
 * A signed URL.
 * @example
 * const url = await signLink({ secretKey, publicUrl, type: 'checkout', expiresAt: Date.now() / 1000 + 3600,
 *   params: { project_id: 'acme', user_id: 'u_1', plan: 'pro', billing_cycle: 'monthly', success_url, cancel_url } });
 */
export async function signLink({ secretKey, publicUrl, type, params, expiresAt }: LinkOptions): Promise<string> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined) query.set(name, String(value));
  query.set('exp', String(Math.floor(expiresAt)));
  const signature = await crypto.subtle.sign(
    algorithm,
    await keyFor(secretKey, 'sign'),
    encoder.encode(signedText(query)),
  );
  query.set('sig', hex(signature));
  return `${publicUrl}/${type}?${query}`;
}

/** Whether `sig` is one of the keys' for this query. Compares in constant time; says nothing of `exp`. */
export async function verifyLink(query: URLSearchParams, secretKeys: readonly string[]): Promise<boolean> {
  const signature = bytes(query.get('sig') ?? '');
  // A name given twice could be read one way here and another way there.
  if (!signature || new Set(query.keys()).size !== [...query.keys()].length) return false;
  const text = encoder.encode(signedText(query));
  for (const secret of secretKeys) {
    if (await crypto.subtle.verify(algorithm, await keyFor(secret, 'verify'), signature, text)) return true;
  }
  return false;
}

const hex = (buffer: ArrayBuffer): string =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const bytes = (text: string): Uint8Array<ArrayBuffer> | null =>
  /^[0-9a-f]{64}$/.test(text) ? Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) : null;
