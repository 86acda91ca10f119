/** Where the user's own JWT comes from. Signed out is an answer (null), not a failure. */

import type { GetToken } from './config.ts';
import { BillingError } from './errors.ts';

export interface TokenSource {
  /** Equal for equal sources: elements that share one share a session. */
  readonly key: string;
  /** A fixed token ends with the element that has it. */
  readonly kind: 'token' | 'endpoint' | 'function' | 'none';
  /** @throws BillingError `token_source` */
  readonly read: GetToken;
}

/** What an element, its provider and the page say, in the order of the contract (§5). */
export interface TokenSettings {
  readonly token: string | null;
  readonly provider: { readonly token: string | null; readonly tokenEndpoint: string | null } | null;
  readonly tokenEndpoint: string | null;
  readonly getToken: GetToken | null;
}

/** First that is there: the element's token, the provider's, the script tag's endpoint, `Planclaim.configure({ getToken })`. */
export function tokenSource({ token, provider, tokenEndpoint, getToken }: TokenSettings): TokenSource {
  const fixed = token || provider?.token;
  if (fixed) return { key: `token:${fixed}`, kind: 'token', read: () => fixed };
  const endpoint = provider?.tokenEndpoint || tokenEndpoint;
  if (endpoint) {
    const url = new URL(endpoint, document.baseURI).href;
    return { key: `endpoint:${url}`, kind: 'endpoint', read: () => askEndpoint(url) };
  }
  if (getToken)
    return { key: `function:${numberOf(getToken)}`, kind: 'function', read: (options) => ask(getToken, options) };
  return { key: 'none', kind: 'none', read: () => null };
}

const statusesOfSignedOut = new Set([401, 403, 204]);

/** The customer's own session cookie goes along where the endpoint is on the page's origin; elsewhere `getToken` is the way. */
async function askEndpoint(url: string): Promise<string | null> {
  let response: Response;
  try {
    response = await fetch(url, {
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(20_000),
    });
  } catch (cause) {
    throw new BillingError('The token endpoint did not answer.', 'token_source', { cause });
  }
  if (statusesOfSignedOut.has(response.status)) return null;
  if (!response.ok) {
    throw new BillingError(`The token endpoint answered ${response.status}.`, 'token_source', {
      status: response.status,
    });
  }
  let answer: unknown;
  try {
    answer = await response.json();
  } catch (cause) {
    throw new BillingError('The token endpoint must answer JSON, {"token": …}.', 'token_source', { cause });
  }
  return asToken((answer as { token?: unknown } | null)?.token, 'The token endpoint');
}

async function ask(getToken: GetToken, options: { fresh: boolean }): Promise<string | null> {
  let answer: unknown;
  try {
    answer = await getToken(options);
  } catch (cause) {
    throw new BillingError('getToken failed.', 'token_source', { cause });
  }
  return asToken(answer, 'getToken');
}

function asToken(answer: unknown, who: string): string | null {
  if (answer === null || answer === undefined || answer === '') return null;
  if (typeof answer === 'string') return answer;
  throw new BillingError(`${who} must answer a token or null.`, 'token_source');
}

const numbers = new WeakMap<GetToken, number>();
let last = 0;

function numberOf(getToken: GetToken): number {
  const known = numbers.get(getToken);
  if (known !== undefined) return known;
  last += 1;
  numbers.set(getToken, last);
  return last;
}
