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
  readonly log?: (line: string) => void;
  /** The same seed gives the same ids. Only for a database that is empty: ids must not come twice. */
  readonly seed?: string | number;
  /** Milliseconds between the attempts of a delivery. */
  readonly retrySchedule?: readonly number[];
}

export interface RunningSandbox {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the sandbox. Resolves when it listens. */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const { host = '127.0.0.1' } = options;
  const log = options.log ?? (() => undefined);
  const database = new Database(options.database ?? ':memory:');
  const clock = createClock();
  clock.setOffset(Number(database.setting('clock_offset') ?? 0));
  const random = options.seed === undefined ? systemRandom : seededRandom(options.seed);
  let publicUrl = options.publicUrl?.replace(/\/+$/, '') ?? '';
  const store = new Store({ database, clock, ids: createIds(random, clock.now), publicUrl: () => publicUrl });
  const courier = new Courier({ store, log, ...(options.retrySchedule && { schedule: options.retrySchedule }) });
  const server = createServer(getRequestListener(createSandbox({ store, courier }).fetch));
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  publicUrl ||= url;
  store.onChange(() => courier.wake());
  courier.start();
  const due = watchDue(store);
  log(`sandbox listens on ${url}`);
  return {
    url,
    port,
    close: async () => {
      due.stop();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await courier.stop();
      database.close();
    },
  };
}
