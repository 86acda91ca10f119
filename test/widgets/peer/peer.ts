/**
 * The other end of the elements' network in their tests: answers the backend's wire shapes over real HTTP, from another
 * origin. What it should say, and what it was asked, goes through `/_control/{project}`; a test has a project of its own.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Catalogue, ChangePreview, Invoice, PlanState, Subscription } from '../../../widgets/client/types.ts';
import { entitlementsOf, usual } from './catalogues.ts';
import { Streams } from './streams.ts';
import { serveSubscriber } from './subscriber.ts';

/** What a project's backend should do; `PUT /_control/{project}`. */
export interface PeerProject {
  readonly catalogue?: Catalogue;
  /** By the `sub` of their token; who is not named has the default plan. */
  readonly users?: Readonly<Record<string, Partial<Subscription>>>;
  /** Answers in the place of the usual ones, by the end of the path; `times` defaults to always. */
  readonly faults?: readonly Fault[];
  /** Seconds; of the tokens that are minted. */
  readonly ttl?: number;
  /** What the token endpoint answers. */
  readonly endpoint?: string | null;
  /** Paths whose answers wait until `POST /_control/{project}/release`. */
  readonly hold?: readonly string[];
  /** In the place of the usual checkout page, and of the portal. */
  readonly checkoutUrl?: string;
  /** Laid over what a change would be by the plans' ranks. */
  readonly preview?: Partial<ChangePreview>;
  readonly invoices?: readonly Invoice[];
  /** `GET /v1/events` answers 204, "do not come back" (WHATWG HTML §9.2): the gallery has more users than a page has connections. */
  readonly isSilent?: boolean;
}

export interface Fault {
  readonly path: string;
  readonly method?: string;
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly times?: number;
  /** Ends the connection without an answer. */
  readonly drop?: boolean;
}

/** What the peer was asked; `GET /_control/{project}/log`. */
export interface PeerRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | null;
  readonly cookie: string | null;
  readonly body: unknown;
}

export interface Project {
  settings: PeerProject;
  users: Map<string, Subscription>;
  log: PeerRequest[];
  waiting: (() => void)[];
  faultsUsed: Map<Fault, number>;
  readonly streams: Streams;
}

const projects = new Map<string, Project>();

function projectOf(id: string): Project {
  let found = projects.get(id);
  if (!found) {
    found = { settings: {}, users: new Map(), log: [], waiting: [], faultsUsed: new Map(), streams: new Streams() };
    projects.set(id, found);
  }
  return found;
}

/** A plan state as it is for somebody who never chose. */
export function stateOf(project: string, user: string, more: Partial<Subscription> = {}): Subscription {
  const base: PlanState = {
    project_id: project,
    user_id: user,
    plan: 'free',
    billing_cycle: null,
    status: 'free',
    source: 'default',
    quantity: 1,
    currency: null,
    current_period_end: null,
    trial_end: null,
    cancel_at: null,
    grace_until: null,
    scheduled: null,
    features: [],
    limits: { projects: 1 },
    version: 1,
    updated_at: '2026-11-23T10:00:00Z',
  };
  return {
    ...base,
    as_of: new Date().toISOString(),
    subscribed_plan: more.subscribed_plan ?? (offerAt(more.status) === 'checkout' ? null : (more.plan ?? null)),
    payment_method: null,
    next_invoice: null,
    trial_available: true,
    can_manage_billing: true,
    offer: offerAt(more.status),
    may_checkout: offerAt(more.status) === 'checkout',
    collection_paused: false,
    price: null,
    owed: null,
    pending_change: null,
    fallback_plan: 'free',
    locked_currency: null,
    ...more,
  };
}

function offerAt(status: string | undefined): Subscription['offer'] {
  if (status === 'past_due' || status === 'unpaid') return 'fix_payment';
  if (status === 'paused') return 'resume';
  return status === 'trialing' || status === 'active' ? 'manage' : 'checkout';
}

/** A user's state is another one now, and whoever listens is told. */
function changeUser(project: Project, id: string, user: string, state: Subscription): Subscription {
  const version = Math.max(state.version, (project.users.get(user)?.version ?? 0) + 1);
  const next = { ...state, version, project_id: id };
  project.users.set(user, next);
  project.streams.tell(user, next);
  return next;
}

export async function startPeer(port = 0): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://peer');
  const method = request.method ?? 'GET';
  const origin = request.headers.origin;
  if (origin) {
    response.setHeader('access-control-allow-origin', url.pathname.includes('/v1/projects/') ? '*' : origin);
    response.setHeader('vary', 'origin');
    response.setHeader('access-control-allow-headers', 'authorization, content-type, last-event-id');
    response.setHeader('access-control-allow-methods', 'GET, POST, PUT');
    response.setHeader('access-control-expose-headers', 'retry-after');
  }
  if (method === 'OPTIONS') return void response.writeHead(204).end();
  const text = await read(request);
  const body: unknown = text === '' ? undefined : JSON.parse(text);

  const control = /^\/_control\/([^/]+)(\/\w+)?$/.exec(url.pathname);
  if (control) return steer(control[1] ?? '', method, control[2] ?? '', body, response);

  // A backend may be mounted under a prefix; so is this one when a test asks for it.
  const path = url.pathname.replace(/^\/prefix/, '');
  const id = /^\/v1\/projects\/([^/]+)\/plans$/.exec(path)?.[1] ?? url.searchParams.get('project_id') ?? '';
  const project = projectOf(id);
  const isStream = path === '/v1/events';
  if (isStream && project.settings.isSilent) return void response.writeHead(204).end();
  // Counted by itself: it comes whenever there is time for it.
  (isStream ? project.streams.log : project.log).push({
    method,
    path,
    query: Object.fromEntries(url.searchParams),
    authorization: request.headers.authorization ?? null,
    cookie: request.headers.cookie ?? null,
    body,
  });
  if (project.settings.hold?.some((held) => path.endsWith(held)))
    await new Promise<void>((resolve) => project.waiting.push(resolve));
  const fault = project.settings.faults?.find(
    (each) =>
      path.endsWith(each.path) &&
      (each.method ?? method) === method &&
      (project.faultsUsed.get(each) ?? 0) < (each.times ?? Number.POSITIVE_INFINITY),
  );
  if (fault) {
    project.faultsUsed.set(fault, (project.faultsUsed.get(fault) ?? 0) + 1);
    if (fault.drop) return void request.socket.destroy();
    for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
    return answer(response, fault.status, fault.body ?? problem(fault.status, 'unavailable', 'Not now.'));
  }
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const lastEventId = Number(request.headers['last-event-id'] ?? 0);
  return serve(response, {
    method,
    path,
    id,
    project,
    token,
    body,
    origin: `http://${request.headers.host}`,
    lastEventId,
    query: Object.fromEntries(url.searchParams),
  });
}

function steer(id: string, method: string, what: string, body: unknown, response: ServerResponse): void {
  const project = projectOf(id);
  if (method === 'PUT') {
    project.settings = { ...project.settings, ...(body as PeerProject) };
    project.faultsUsed.clear();
    for (const [user, state] of Object.entries((body as PeerProject).users ?? {}))
      changeUser(project, id, user, stateOf(id, user, state));
  } else if (what === '/break') project.streams.break();
  else if (what === '/release') {
    const { only } = (body ?? {}) as { only?: 'last' };
    if (only !== 'last') project.settings = { ...project.settings, hold: [] };
    for (const go of only === 'last' ? project.waiting.splice(-1) : project.waiting.splice(0)) go();
  }
  const told: Readonly<Record<string, unknown>> = { '/log': project.log, '/streams': project.streams.report() };
  answer(response, 200, told[what] ?? {});
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly id: string;
  readonly project: Project;
  readonly token: string | undefined;
  readonly body: unknown;
  readonly origin: string;
  readonly lastEventId: number;
  readonly query: Readonly<Record<string, string>>;
}

function serve(response: ServerResponse, asked: Asked): void {
  const { method, path, id, project, token, body, origin } = asked;
  const catalogue = { ...(project.settings.catalogue ?? usual), project_id: id };
  if (path.startsWith('/v1/projects/')) return answer(response, 200, catalogue);
  if (path === '/token') return answer(response, 200, { token: project.settings.endpoint ?? null });

  const user = token === undefined ? null : userOf(token);
  if (user === null) return answer(response, 401, problem(401, 'unauthorized', 'The token is not good.'));
  const state = project.users.get(user) ?? stateOf(id, user);
  if (path === '/v1/token/refresh') {
    const ttl = project.settings.ttl ?? 600;
    return answer(response, 200, {
      access_token: mint(user, state, ttl),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: ttl,
    });
  }
  if (path === '/v1/subscription') return answer(response, 200, { ...state, project_id: id });
  if (path === '/v1/events') return project.streams.open(response, { user, state, lastEventId: asked.lastEventId });
  const change = (next: Subscription): Subscription => changeUser(project, id, user, next);
  const answered = serveSubscriber({ ...asked, user, state, catalogue, change });
  if (answered) return answer(response, answered.status, answered.body);

  const { plan: planId, billing_cycle: cycle = null } = body as { plan: string; billing_cycle?: 'monthly' };
  const plan = catalogue.plans.find((each) => each.id === planId);
  if (!plan) return answer(response, 400, problem(400, 'plan_unknown', `There is no plan "${planId}".`));
  if (state.offer !== 'checkout')
    return answer(response, 409, problem(409, 'manage', 'There is a running subscription.'));
  if (path === '/v1/plan' && method === 'PUT') {
    if (plan.kind === 'paid' && catalogue.payments === 'stripe')
      return answer(response, 402, problem(402, 'payment_required', 'It has to be paid for.'));
    const chosen = { plan: plan.id, billing_cycle: cycle, status: 'assigned', source: 'selection' } as const;
    return answer(
      response,
      200,
      changeUser(project, id, user, { ...state, ...chosen, ...entitlementsOf(plan.entitlements) }),
    );
  }
  if (path === '/v1/checkout' && method === 'POST')
    return answer(response, 200, { url: project.settings.checkoutUrl ?? `${origin}/pay/cs_test_1` });
  return answer(response, 404, problem(404, 'not_found', 'There is nothing here.'));
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

let minted = 0;

/** Unsigned: elements read tokens and never check them. */
function mint(user: string, state: Subscription, ttl: number): string {
  minted += 1;
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://peer.test',
    sub: user,
    iat: now,
    exp: now + ttl,
    jti: String(minted),
    plan: state.plan,
    billing_cycle: state.billing_cycle,
    plan_status: state.status,
    features: state.features,
    limits: state.limits,
    plan_version: state.version,
  };
  return `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims)}.`;
}

/** Null for a token that is none, or past its end. */
function userOf(token: string): string | null {
  try {
    const { sub, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      sub?: string;
      exp?: number;
    };
    return exp !== undefined && exp * 1000 < Date.now() ? null : (sub ?? null);
  } catch {
    return null;
  }
}

const problem = (status: number, code: string, detail: string): unknown => ({
  type: 'about:blank',
  title: code,
  status,
  detail,
  code,
});

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
