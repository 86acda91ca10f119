/** Somebody without a browser: signs in to the demo over HTTP and calls the backend with the token that its login gives. */

import { payUnseen } from './stripe-events.ts';
import { apiKey } from './world.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

export interface Person {
  readonly id: string;
  /** The demo's own JWT. */
  readonly token: string;
  /** Planclaim's, fresh. */
  accessToken(): Promise<string>;
  /** The backend as this person. */
  call(path: string, init?: { method?: string; body?: unknown }): Promise<Answer>;
  /** Starts a checkout and gives back the sandbox's page. */
  checkout(order?: Record<string, unknown>): Promise<{ url: string; sessionId: string }>;
}

interface Places {
  readonly demo: { readonly url: string };
  readonly backendUrl: string;
}

export async function signInByHttp({ demo, backendUrl }: Places, email: string): Promise<Person> {
  const signedIn = await fetch(`${demo.url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: demo.url },
    body: new URLSearchParams({ email }),
  });
  const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';');
  const answer = await fetch(`${demo.url}/token`, { headers: { cookie } });
  const { token } = (await answer.json()) as { token: string };
  const call: Person['call'] = (path, init = {}) => callBackend(backendUrl, path, { ...init, token });
  return {
    id: String(claimsOf(token)['sub']),
    token,
    call,
    accessToken: async () => {
      const refreshed = await call('/v1/token/refresh', { method: 'POST' });
      if (refreshed.status !== 200) throw new Error(`${refreshed.status} ${JSON.stringify(refreshed.json)}`);
      return String(refreshed.json['access_token']);
    },
    checkout: async (order = {}) => {
      const body = {
        plan: 'pro',
        billing_cycle: 'monthly',
        success_url: `${demo.url}/app?checkout=done`,
        cancel_url: `${demo.url}/`,
        ...order,
      };
      const started = await call('/v1/checkout', { method: 'POST', body });
      const url = String(started.json['url']);
      const sessionId = /cs_test_\w+/.exec(url)?.[0];
      if (started.status !== 200 || sessionId === undefined)
        throw new Error(`${started.status} ${JSON.stringify(started.json)}`);
      return { url, sessionId };
    },
  };
}

/** Somebody who has paid, with a good card and without a browser; Pro, monthly, unless the order says otherwise. */
export async function subscribeByHttp(
  places: Places & { readonly sandboxUrl: string },
  email: string,
  order: Record<string, unknown> = {},
): Promise<Person> {
  const person = await signInByHttp(places, email);
  const { sessionId } = await person.checkout(order);
  await payUnseen(places.sandboxUrl, sessionId);
  const returned = await person.call(`/checkout/return?session_id=${sessionId}`);
  if (returned.status !== 303) throw new Error(`${returned.status} ${JSON.stringify(returned.json)}`);
  return person;
}

/** A request to the backend with a bearer token. */
export async function callBackend(
  backendUrl: string,
  path: string,
  { token, method = 'GET', body }: { token?: string; method?: string; body?: unknown },
): Promise<Answer> {
  const response = await fetch(`${backendUrl}${path}${path.includes('?') ? '&' : '?'}project_id=driftboard`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const json = isJson ? ((await response.json()) as Record<string, unknown>) : {};
  return { status: response.status, headers: response.headers, json };
}

/** The plan state, as Driftboard's own backend sees it with its secret key. */
export async function planOf(backendUrl: string, userId: string): Promise<Record<string, unknown>> {
  const answer = await callBackend(backendUrl, `/v1/users/${encodeURIComponent(userId)}/plan`, { token: apiKey });
  if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.json)}`);
  return answer.json;
}

/** A token's claims, unverified. */
export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
