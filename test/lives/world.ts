/** A world for one life: the real sandbox, the real backend on a real database, and one clock for both. */

import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import pino from 'pino';
import Stripe from 'stripe';
import { createApp, type App } from '../../server/app.ts';
import type { PlanState } from '../../server/billing/plan-state.ts';
import { pushPlans } from '../../server/billing/push-plans.ts';
import { reconcile, type Reconciliation } from '../../server/billing/reconcile.ts';
import { Sync } from '../../server/billing/sync.ts';
import { UserLocks } from '../../server/billing/user-lock.ts';
import type { Config, Project } from '../../server/config/project.ts';
import { openSandbox, type OpenSandbox } from '../../server/sandbox/serve.ts';
import { openStore, type Store } from '../../server/store/store.ts';
import { createGateways } from '../../server/stripe/gateway.ts';
import { testConfig, testSecretKey } from '../server/support/project.ts';
import type { Random } from './random.ts';
import { projectOf, type Setting } from './setting.ts';
import { userToken } from './user-token.ts';
import { install, moment, turn, VirtualTime, type Owner } from './virtual-time.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
  readonly json: Record<string, unknown>;
}

export interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly form?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

/** What was counted in a life. */
export interface Counts {
  steps: number;
  delivered: number;
  dropped: number;
  doubled: number;
  /** Reads of Stripe that deliveries caused. */
  readsForEvents: number;
  /** All requests that the backend made of Stripe. */
  requests: number;
}

/** A process of the backend. */
interface Process extends Owner {
  readonly app: App;
  readonly store: Store;
  /** Resolves when it is killed: whoever waits for it is cut off. */
  readonly killed: Promise<void>;
}

/** When a process is to be killed. */
export interface Death {
  /** At which of its requests to Stripe, counted from now. */
  readonly at: number;
  /** Whether Stripe does what it was asked last. */
  readonly carried: boolean;
}

const never = (): Promise<never> => new Promise(() => undefined);

/** Longer than any life, in milliseconds. */
const lifetime = 500 * 365 * 86_400_000;
/** Turns of the event loop without anything new after which nothing goes on without time. */
const quietTurns = 4;
/** The shortest and the longest stride in which time passes, in milliseconds. */
const shortStride = 1000;
const longStride = 30_000;

export class World {
  readonly time: VirtualTime;
  readonly setting: Setting;
  readonly counts: Counts = { steps: 0, delivered: 0, dropped: 0, doubled: 0, readsForEvents: 0, requests: 0 };
  /** The official SDK in the hands of the dashboard's and the portal's users. */
  stripe!: Stripe;
  sandbox!: OpenSandbox;
  project!: Project;
  legacyPrice = '';
  unknownPrice = '';
  /** Whether what the backend reads now is read for events. */
  delivering = false;
  readonly random: Random;
  #process!: Process;
  #die: () => void = () => undefined;
  #death: { left: number; readonly carried: boolean } | null = null;
  /** Of processes that were killed: closed in the end. */
  readonly #orphans: Store[] = [];
  #config!: Config;
  #database = '';
  #directory = '';
  #activity = 0;
  /** How many wait for quiet: meanwhile nobody moves the clock. */
  #settling = 0;
  #servers: Server[] = [];
  #undo: () => void = () => undefined;
  readonly #log = pino({ level: 'silent' });

  private constructor(setting: Setting, random: Random) {
    this.setting = setting;
    this.random = random;
    this.time = new VirtualTime(setting.start);
  }

  static async open(setting: Setting, random: Random, seed: number): Promise<World> {
    const world = new World(setting, random);
    world.#undo = install(world.time, random);
    try {
      await world.#open(seed);
    } catch (error) {
      world.#undo();
      throw error;
    }
    return world;
  }

  get store(): Store {
    return this.#process.store;
  }

  async #open(seed: number): Promise<void> {
    let sandboxUrl = 'http://sandbox.test';
    this.sandbox = openSandbox({ seed, wall: this.time.now }, () => sandboxUrl);
    if (this.setting.transport === 'http') sandboxUrl = await this.#listen((request) => this.sandbox.fetch(request));
    this.sandbox.start();
    this.stripe = new Stripe('sk_test_acme', {
      host: new URL(sandboxUrl).host,
      protocol: 'http',
      maxNetworkRetries: 0,
      telemetry: false,
      httpClient: Stripe.createFetchHttpClient(this.#inProcess),
    });
    await this.control('settings', this.setting.dunning);
    await this.#makePrices();
    this.project = projectOf(this.setting, this.legacyPrice);
    // Memory where there is a file system in memory: what is flushed to disk is tested elsewhere.
    const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    this.#directory = mkdtempSync(join(root, 'planclaim-life-'));
    this.#database = join(this.#directory, 'planclaim.db');
    let publicUrl = 'http://billing.test';
    if (this.setting.transport === 'http')
      publicUrl = await this.#listen((request) => this.#process.app.fetch(request));
    this.#config = testConfig([this.project], {
      publicUrl,
      stripeApiBase: sandboxUrl,
      stripeReadsPerSecond: 1000,
    });
    await pushPlans({ stripe: createGateways(this.#config, this.time.now, this.#inProcess) }, this.project, {
      dryRun: false,
    });
    await this.#start();
    await this.settle();
  }

  async #start(): Promise<void> {
    const owner: Owner = { dead: false };
    const killed = Promise.withResolvers<void>();
    await this.time.as(owner, async () => {
      const store = await openStore(`file:${this.#database}`);
      const app = createApp({
        config: this.#config,
        store,
        clock: this.time.now,
        log: this.#log,
        ...(this.setting.transport === 'in_process' && { stripeFetch: this.#ofBackend(owner) }),
      });
      this.#process = Object.assign(owner, { app, store, killed: killed.promise });
      this.#die = () => {
        this.time.kill(owner);
        this.#leaveFiles(store);
        killed.resolve();
      };
      await app.start();
    });
  }

  async #makePrices(): Promise<void> {
    const { id } = await this.stripe.products.create({ name: 'Pro of old' });
    const old = { product: id, currency: 'usd', recurring: { interval: 'month' as const } };
    this.legacyPrice = (await this.stripe.prices.create({ ...old, unit_amount: 900 })).id;
    this.unknownPrice = (await this.stripe.prices.create({ ...old, unit_amount: 700 })).id;
  }

  async #listen(answer: (request: Request) => Response | Promise<Response>): Promise<string> {
    const server = createServer(
      getRequestListener(async (request) => {
        this.#begun(request);
        try {
          return await answer(request);
        } finally {
          this.#ended();
        }
      }),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  #begun(request: { readonly method: string; readonly url: string }): void {
    this.#activity += 1;
    if (!request.url.includes('/v1/')) return;
    this.counts.requests += 1;
    if (this.delivering && request.method === 'GET') this.counts.readsForEvents += 1;
  }

  #ended(): void {
    this.#activity += 1;
  }

  /** The sandbox without a network between. */
  readonly #inProcess = (async (input: string | URL | Request, init?: RequestInit) =>
    this.#askSandbox(new Request(input, init))) as typeof fetch;

  /** Nothing that the sandbox begins ends with the one who asked. */
  #askSandbox(request: Request): Promise<Response> {
    return this.time.as(undefined, async () => this.sandbox.fetch(request));
  }

  #ofBackend(owner: Owner): typeof fetch {
    return (async (input: string | URL | Request, init?: RequestInit) => {
      if (owner.dead) return never();
      const request = new Request(input, init);
      const dies = this.#death !== null && (this.#death.left -= 1) === 0;
      if (dies && this.#death?.carried === false) {
        this.#die();
        return never();
      }
      this.#begun(request);
      try {
        return await this.#askSandbox(request);
      } finally {
        this.#ended();
        if (dies) this.#die();
        if (owner.dead) await never();
      }
    }) as typeof fetch;
  }

  /** `/_sandbox/…`. */
  async control(path: string, body?: object): Promise<Record<string, unknown>> {
    const url = `http://sandbox.test/_sandbox/${path}`;
    const init = body && { method: 'POST', body: JSON.stringify(body) };
    const response = await this.#askSandbox(new Request(url, init));
    return (await response.json()) as Record<string, unknown>;
  }

  /** One of the sandbox's pages. */
  async get(path: string): Promise<Answer> {
    return answerOf(await this.#askSandbox(new Request(`http://sandbox.test${path}`)));
  }

  /** A form posted to one of the sandbox's pages or its undocumented calls. */
  async post(path: string, form: Record<string, string>): Promise<Answer> {
    const response = await this.#askSandbox(
      new Request(`http://sandbox.test${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_acme', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      }),
    );
    return answerOf(response);
  }

  /** A request to the backend. Time goes on while it waits for something that takes time. */
  async call(path: string, init: Call = {}): Promise<Answer> {
    const text = init.form ? new URLSearchParams(init.form).toString() : JSON.stringify(init.body);
    const request = new Request(new URL(path, this.#config.publicUrl), {
      method: init.method ?? 'GET',
      redirect: 'manual',
      headers: {
        ...(init.token !== undefined && { authorization: `Bearer ${init.token}` }),
        ...(init.form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(init.body !== undefined && { 'content-type': 'application/json' }),
        ...init.headers,
      },
      ...(text !== undefined && { body: text }),
    });
    return answerOf(await this.#send(request));
  }

  /** A delivery as it is, byte for byte. */
  async deliver(body: string, signature: string): Promise<number> {
    const response = await this.#send(
      new Request(new URL('/webhooks/stripe', this.#config.publicUrl), {
        method: 'POST',
        headers: { 'stripe-signature': signature, 'content-type': 'application/json; charset=utf-8' },
        body,
      }),
    );
    return response.status;
  }

  async #send(request: Request): Promise<Response> {
    if (this.setting.transport === 'http') return fetch(request);
    this.#activity += 1;
    const { app, killed } = this.#process;
    const cutOff = killed.then(() => new Response('The connection was reset.', { status: 503 }));
    return Promise.race([cutOff, this.time.as(this.#process, async () => app.fetch(request))]);
  }

  tokenOf(userId: string): Promise<string> {
    return userToken(userId, this.setting.start, this.setting.start + lifetime);
  }

  async planOf(userId: string): Promise<PlanState> {
    const answer = await this.drive(this.call(`/v1/users/${userId}/plan`, { token: testSecretKey }));
    if (answer.status !== 200) throw new Error(`the plan of ${userId}: ${answer.status} ${answer.text}`);
    return answer.json as unknown as PlanState;
  }

  /** Resolves when nothing goes on without time. */
  async settle(): Promise<void> {
    const breathe = this.setting.transport === 'http' ? moment : turn;
    this.#settling += 1;
    try {
      for (let quiet = 0, patience = 10_000; quiet < quietTurns && patience > 0; patience -= 1) {
        const before = this.#activity;
        await this.store.writer.idle();
        await breathe();
        quiet = before === this.#activity ? quiet + 1 : 0;
      }
    } finally {
      this.#settling -= 1;
    }
  }

  /** Waits for `work`, and lets time pass where it waits for time. */
  async drive<T>(work: Promise<T>): Promise<T> {
    const state = { done: false };
    const ended = work.finally(() => {
      state.done = true;
    });
    ended.catch(() => undefined);
    const breathe = this.setting.transport === 'http' ? moment : turn;
    for (let rounds = 0; !state.done; rounds += 1) {
      for (let quiet = 0; !state.done && quiet < 2 * quietTurns;) {
        const before = this.#activity;
        await breathe();
        quiet = before === this.#activity ? quiet + 1 : 0;
      }
      if (state.done) break;
      await this.store.writer.idle();
      if (rounds > 2000) throw new Error('A request has no end.');
      const next = this.time.nextAt();
      if (next !== null && rounds > 0 && this.#settling === 0) this.time.moveTo(next);
    }
    return ended;
  }

  /** Lets this much time pass: second by second, then in longer and longer strides, as on a machine that has much to do. */
  async pass(milliseconds: number): Promise<void> {
    const start = this.time.now();
    const end = start + milliseconds;
    for (let next = this.time.nextAt(); next !== null && next <= end; next = this.time.nextAt()) {
      const now = this.time.now();
      const stride = Math.min(longStride, Math.max(shortStride, (now - start) / 4));
      this.time.moveTo(Math.min(end, Math.max(next, now + stride)));
      await this.settle();
    }
    this.time.moveTo(end);
    await this.settle();
  }

  /** Jumps: whatever was due meanwhile happens at the end, as after a sleep of the machine. */
  async jump(milliseconds: number): Promise<void> {
    await this.settle();
    this.time.moveTo(this.time.now() + milliseconds);
    await this.settle();
  }

  /** What `planclaim reconcile` does, as a process of its own. */
  async reconcile(): Promise<Reconciliation> {
    const clock = this.time.now;
    const stripe = createGateways(this.#config, clock, this.#inProcess);
    const base = { config: this.#config, store: this.store, clock, log: this.#log, stripe };
    const locks = new UserLocks(this.store, clock);
    return this.drive(reconcile({ ...base, locks, sync: new Sync(base, locks) }, this.project));
  }

  /** Ends the backend and starts another one on its database. */
  async restart(): Promise<void> {
    await this.drive(this.#process.app.stop());
    await this.drive(this.store.close());
    await this.#start();
    await this.settle();
  }

  /** Does `work`, and kills the backend meanwhile, or right after; another one begins with what was on the disk then. */
  async killDuring({ at, carried }: Death, work: () => Promise<void>): Promise<void> {
    this.#death = { left: at, carried };
    try {
      await work();
    } finally {
      this.#death = null;
    }
    if (!this.#process.dead) this.#die();
    await this.#start();
    await this.settle();
  }

  /** What a process that is killed leaves: the files as they are in that moment, without what was not committed. */
  #leaveFiles(store: Store): void {
    this.#orphans.push(store);
    const left = this.#database;
    this.#database = join(this.#directory, `planclaim-${this.#orphans.length}.db`);
    for (const part of ['', '-wal']) if (existsSync(left + part)) copyFileSync(left + part, this.#database + part);
  }

  async close(): Promise<void> {
    try {
      await this.drive(this.#process.app.stop());
      for (const store of [this.store, ...this.#orphans]) await store.close();
      await this.sandbox.close();
    } finally {
      this.#undo();
      for (const server of this.#servers) {
        server.closeAllConnections();
        server.close();
      }
      rmSync(this.#directory, { recursive: true, force: true });
    }
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return {
    status: response.status,
    text,
    location: response.headers.get('location'),
    json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}
