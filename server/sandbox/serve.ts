/** The sandbox on a port: database, clock, deliveries, listener, and an orderly end. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createSandbox } from './app.ts';
import { watchDue } from './billing/due.ts';
import { createClock } from './clock.ts';
import { Courier } from './deliveries/courier.ts';
import { createIds } from './ids.ts';
import { seededRandom, systemRandom } from './random.ts';
import { Database } from './store/database.ts';
import { Store } from './store/store.ts';

export interface SandboxOptions {
  /** 0, the default: any free one. */
  readonly port?: number;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** A file's path, or `:memory:` (the default). */
  readonly database?: string;
  /** Its address as browsers see it, where that is not host and port. */
  readonly publicUrl?: string;
  /** Who is paid, on pages and invoices; `Sandbox` by default. */
  readonly accountName?: string | undefined;
  readonly log?: (line: string) => void;
  /** The same seed gives the same ids. Only for a database that is empty: ids must not come twice. */
  readonly seed?: string | number;
  /** Milliseconds between the attempts of a delivery. */
  readonly retrySchedule?: readonly number[];
  /** The machine's clock, in milliseconds, for who moves it: `Date.now` by default. */
  readonly wall?: () => number;
}

/** A sandbox that nobody listens for yet: web requests in, answers out. */
export interface OpenSandbox {
  readonly store: Store;
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** From now on time does its work on the books, and what they announce is sent. Its address has to be known by then. */
  start(): void;
  close(): Promise<void>;
}

export interface RunningSandbox {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Opens the books; `url` tells the sandbox's address once there is one. */
export function openSandbox(options: SandboxOptions, url: () => string): OpenSandbox {
  const database = new Database(options.database ?? ':memory:');
  const clock = createClock(options.wall);
  clock.setOffset(Number(database.setting('clock_offset') ?? 0));
  const random = options.seed === undefined ? systemRandom : seededRandom(options.seed);
  const store = new Store({
    database,
    clock,
    ids: createIds(random, clock.now),
    publicUrl: url,
    accountName: options.accountName,
  });
  const courier = new Courier({
    store,
    log: options.log ?? (() => undefined),
    ...(options.retrySchedule && { schedule: options.retrySchedule }),
  });
  let due: { stop(): void } | null = null;
  return {
    store,
    fetch: createSandbox({ store, courier }).fetch,
    start: () => {
      store.onChange(() => courier.wake());
      courier.start();
      due = watchDue(store);
    },
    close: async () => {
      due?.stop();
      await courier.stop();
      database.close();
    },
  };
}

/** Starts the sandbox. Resolves when it listens. */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const { host = '127.0.0.1' } = options;
  let publicUrl = options.publicUrl?.replace(/\/+$/, '') ?? '';
  const sandbox = openSandbox(options, () => publicUrl);
  const server = createServer(getRequestListener(sandbox.fetch));
  server.listen(options.port ?? 0, host);
  // A port that is taken leaves nothing open behind.
  await once(server, 'listening').catch(async (error: unknown) => {
    await sandbox.close();
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  publicUrl ||= url;
  sandbox.start();
  options.log?.(`sandbox listens on ${url}`);
  return {
    url,
    port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await sandbox.close();
    },
  };
}
