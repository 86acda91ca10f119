/** A call of the API from end to end: key, parameters, idempotency, one transaction, expansion, answer. */

import type { IncomingMessage } from 'node:http';
import type { Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { StripeApiError, unsupported } from '../errors.ts';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { tellExchange } from '../traffic.ts';
import { apiVersion } from '../version.ts';
import { requireKey } from './auth.ts';
import { clockOfCall } from './call-clock.ts';
import { expand } from './expand.ts';
import { faultError, pause } from './faults.ts';
import type { Faults } from './faults.ts';
import { branchOfJson, decodeForm } from './form.ts';
import type { FormBranch } from './form.ts';
import type { IdempotentAnswers } from './idempotency.ts';
import { olderParameters, withCurrentNames } from './older-names.ts';
import { isKnownRoute, readParameters } from './parameters.ts';
import type { RequestLog } from './request-log.ts';

export interface ApiDeps {
  readonly store: Store;
  readonly idempotent: IdempotentAnswers;
  readonly log: RequestLog;
  readonly faults: Faults;
  /** Lets time do what it should have done by now, so that no answer is older than the clock. */
  readonly catchUp: (clock: string | null) => void;
}

export interface ReadCall {
  readonly store: Store;
  /** Parameters of the path by name. */
  readonly path: Readonly<Record<string, string>>;
  /** The path as it was called: the `url` of a list. */
  readonly url: string;
}

export interface WriteCall extends ReadCall {
  readonly change: Change;
}

/**
 * Carries out a call and returns what is answered. An error that is thrown undoes all changes; one that is returned
 * keeps them (a declined card leaves a failed payment behind).
 */
export type Read<Params> = (params: Params, call: ReadCall) => unknown;
export type Write<Params> = (params: Params, call: WriteCall) => unknown;

/** Adds calls to the app. Paths are written as the SDK's types have them: `/v1/customers/{id}`. */
export interface Api {
  get<Params>(path: string, handler: Read<Params>): void;
  post<Params>(path: string, handler: Write<Params>): void;
  delete<Params>(path: string, handler: Write<Params>): void;
}

export function createApi(app: Hono, deps: ApiDeps): Api {
  const add = (method: 'GET' | 'POST' | 'DELETE', path: string, handler: Write<never>) => {
    const route = `${method} ${path}`;
    app.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), (c) => answer(c, deps, { route, handler }));
  };
  // The schema, made from the SDK's types, is what stands behind `Params`; a read gets no change to write with.
  return {
    get: (path, handler) => add('GET', path, handler as Write<never>),
    post: (path, handler) => add('POST', path, handler as Write<never>),
    delete: (path, handler) => add('DELETE', path, handler as Write<never>),
  };
}

/** Answers what no route took. */
export async function answerUnknown(c: Context, deps: ApiDeps): Promise<Response> {
  const path = new URL(c.req.url).pathname;
  const handler = () => {
    if (isPlanned(c.req.method, path)) throw unsupported(`${c.req.method} ${path}`);
    throw new StripeApiError(
      `Unrecognized request URL (${c.req.method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
      { status: 404 },
    );
  };
  return answer(c, deps, { route: null, handler });
}

interface Route {
  /** Null: takes any parameters. */
  readonly route: string | null;
  readonly handler: Write<never>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function answer(c: Context, deps: ApiDeps, route: Route): Promise<Response> {
  const { store } = deps;
  const requestId = store.ids.next('req');
  const { method } = c.req;
  const path = new URL(c.req.url).pathname;
  const key = method === 'POST' ? (c.req.header('idempotency-key') ?? null) : null;
  let params: FormBranch = {};
  let text = '';
  let given: Answer;
  let late: number | undefined;
  let isLost = false;
  try {
    requireKey(c.req.header('authorization'));
    const sent = await readSent(c);
    params = sent.form;
    text = sent.text;
    const fault = deps.faults.next(method, path);
    late = fault?.late_ms;
    isLost = fault?.lost === true;
    given = await withKey(deps, key, `${method} ${path} ${sent.text}`, requestId, async () => {
      await pause(fault?.stall_ms);
      if (fault?.status !== undefined) throw faultError(fault);
      return carryOut(c, deps, { ...route, requestId, key, params });
    });
  } catch (error) {
    given = errorAnswer(error);
  }
  await pause(late);
  tellExchange(() => ({
    method,
    path,
    sent: text,
    status: given.status,
    answer: given.body,
    userAgent: c.req.header('user-agent') ?? null,
    version: c.req.header('stripe-version') ?? null,
  }));
  deps.log.add({
    id: requestId,
    method,
    path,
    status: given.status,
    stripe_version: c.req.header('stripe-version') ?? null,
    idempotency_key: key,
    params,
    at: store.clock.wall(),
  });
  if (isLost) cutConnection(c);
  return c.body(given.body, given.status as ContentfulStatusCode, {
    'content-type': 'application/json',
    'request-id': requestId,
    'stripe-version': c.req.header('stripe-version') ?? apiVersion,
    ...(key !== null && { 'idempotency-key': key }),
    ...given.headers,
  });
}

/** Whoever asked sees the connection end, and cannot know whether anything was done. */
function cutConnection(c: Context): void {
  const { incoming } = c.env as { readonly incoming?: IncomingMessage };
  incoming?.socket.destroy();
}

/** The form as it was sent, in the body or (reads and deletions) in the query. */
async function readSent(c: Context): Promise<{ text: string; form: FormBranch }> {
  if (c.req.method !== 'POST') {
    const text = new URL(c.req.url).search.slice(1);
    return { text, form: decodeForm(text) };
  }
  const text = await c.req.text();
  if (!(c.req.header('content-type') ?? '').includes('json')) return { text, form: decodeForm(text) };
  try {
    return { text, form: branchOfJson(text === '' ? {} : JSON.parse(text)) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new StripeApiError('The body of this request is no valid JSON.', { status: 400 });
  }
}

async function withKey(
  deps: ApiDeps,
  key: string | null,
  request: string,
  requestId: string,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (key === null) return work();
  const kept = deps.idempotent.take(key, request);
  if (kept) {
    const headers = { 'idempotent-replayed': 'true', 'original-request': kept.requestId };
    return { status: kept.status, body: kept.body, headers };
  }
  try {
    const given = await keepingDeclines(work);
    deps.idempotent.keep(key, request, { status: given.status, body: given.body, requestId });
    return { ...given, headers: { ...given.headers, 'original-request': requestId } };
  } finally {
    deps.idempotent.release(key);
  }
}

/** A declined card is a result like any other; every other error may be mended and sent again under the same key. */
async function keepingDeclines(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StripeApiError && error.type === 'card_error') return errorAnswer(error);
    throw error;
  }
}

interface Execution extends Route {
  readonly requestId: string;
  readonly key: string | null;
  readonly params: FormBranch;
}

async function carryOut(c: Context, deps: ApiDeps, execution: Execution): Promise<Answer> {
  const { store } = deps;
  const { route } = execution;
  requireThisRoute(route, c.req.method, new URL(c.req.url).pathname);
  const version = c.req.header('stripe-version');
  const sent = withCurrentNames(execution.params, route, version);
  const params =
    route !== null && isKnownRoute(route) ? readParameters(route, sent, olderParameters(route, version)) : sent;
  const { expand: paths, ...own } = params as { expand?: string[] };
  const clock = clockOfCall(store, c.req.param(), own);
  letTimePass(deps, clock);
  const call: ReadCall = {
    store,
    path: c.req.param(),
    url: new URL(c.req.url).pathname,
  };
  const run = (change: Change | null): unknown => {
    const result = execution.handler(own as never, { ...call, change: change as Change });
    if (!(result instanceof StripeApiError) && paths) expand(result, paths, store);
    return result;
  };
  const request = { id: execution.requestId, idempotencyKey: execution.key, clock };
  const result = c.req.method === 'GET' ? run(null) : store.change(request, run);
  // What a change makes due at once happens now, and not when somebody asks next.
  if (c.req.method !== 'GET') letTimePass(deps, clock);
  return result instanceof StripeApiError
    ? errorAnswer(result)
    : { status: 200, body: JSON.stringify(result), headers: {} };
}

function letTimePass(deps: ApiDeps, clock: string | null): void {
  deps.catchUp(null);
  if (clock !== null) deps.catchUp(clock);
}

/** `/v1/customers/search` is a call of its own, though it looks like a customer's id. */
function requireThisRoute(route: string | null, method: string, path: string): void {
  const exact = `${method} ${path}`;
  if (route !== null && route !== exact && isKnownRoute(exact)) throw unsupported(exact);
}

function errorAnswer(error: unknown): Answer {
  if (error instanceof StripeApiError) {
    const headers = error.shouldRetry === undefined ? {} : { 'stripe-should-retry': String(error.shouldRetry) };
    return { status: error.status, body: JSON.stringify(error.toBody()), headers };
  }
  // A fault of the sandbox's own: said out loud, since whoever tests against it has to know that it is not theirs.
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: 500, body: JSON.stringify({ error: { type: 'api_error', message } }), headers: {} };
}

/** Whether the SDK has such a call, though the sandbox does not. */
function isPlanned(method: string, path: string): boolean {
  const segments = path.split('/');
  return [path, ...segments.map((_, index) => segments.with(index, '{id}').join('/'))].some((candidate) =>
    isKnownRoute(`${method} ${candidate}`),
  );
}
