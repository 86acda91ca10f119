/** The backend as a Node process: config, store, app and listener, and a stop that finishes what is in hand. */

import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.ts';
import { systemClock, type Clock } from './clock.ts';
import { loadConfig } from './config/load.ts';
import { startedByNpm, type EnvironmentVariables } from './config/environment.ts';
import type { Config } from './config/project.ts';
import { PlanclaimError } from './errors.ts';
import { createLog, type Log } from './log.ts';
import { openDatabase } from './open-database.ts';
import { widgetFiles } from './widget-files.ts';

export interface ServerOptions {
  /** Where the config is looked for and relative paths start. Default: the working directory. */
  readonly cwd?: string | undefined;
  readonly configFile?: string | undefined;
  /** Default: the process's own environment. */
  readonly env?: EnvironmentVariables | undefined;
  /** Wins over `PORT`; 0 takes any free one. */
  readonly port?: number | undefined;
  /** A config that has been loaded already; the three above are not looked at then. */
  readonly config?: Config | undefined;
  readonly log?: Log | undefined;
  readonly clock?: Clock | undefined;
}

export interface RunningServer {
  /** Its address as browsers see it. */
  readonly url: string;
  readonly port: number;
  readonly config: Config;
  /** Refuses what comes, finishes what is in hand, then closes the database. Safe to call twice. */
  close(): Promise<void>;
}

/** Milliseconds: slow senders do not hold connections (Slowloris), and proxies that keep idle ones for a minute never meet a closed one. */
const timeouts = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 };
/** Bytes of headers; a token in `Authorization` and a few cookies fit. */
const maxHeaderSize = 16 * 1024;
/** A request that announces no body gets no stream to read one from: the life of that stream costs a tenth of a token refresh. */
const optimizeEmptyRequests = true;
/** How long a stop waits for what is in hand, in milliseconds; orchestrators kill after 10 to 30 seconds. */
const longestStop = 9_000;

/**
 * Starts the backend; resolves when it serves.
 * @throws PlanclaimError `config_invalid`, `port_in_use`, `listen_failed`, `database_closed`
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const loaded =
    options.config ?? (await loadConfig({ ...options, file: options.configFile, overrides: { port: options.port } }));
  const log = options.log ?? createLog(loaded.logLevel);
  const door = new Door();
  const port = await door.listen(loaded.port, loaded.host);
  try {
    const config = withPort(loaded, port);
    const store = await openDatabase(config.databaseUrl);
    const app = createApp({
      config,
      store,
      clock: options.clock ?? systemClock,
      log,
      widgets: widgetFiles(widgetFolder()),
    });
    await app.start();
    door.open(app.fetch, new URL(config.publicUrl).pathname);
    log.info({ event: 'listening', url: config.publicUrl, port, projects: [...config.projects.keys()] }, 'Listening');
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      const drained = door.drain(longestStop);
      await app.stop();
      if (!(await drained)) log.warn({ event: 'stop_cut_short' }, 'Requests were still in hand and have been cut off');
      await door.close();
      await store.close();
      log.info({ event: 'stopped' }, 'Stopped');
    };
    return { url: config.publicUrl, port, config, close: () => (closing ??= close()) };
  } catch (error) {
    await door.close();
    throw error;
  }
}

/** With port 0 the address is known only now. */
const withPort = (config: Config, port: number): Config =>
  config.port === port
    ? config
    : { ...config, port, publicUrl: config.publicUrl.replace(/^(http:\/\/localhost):0$/, `$1:${port}`) };

/** Beside the sources in the repository, inside the package once it is published. */
function widgetFolder(): string {
  const [published, repository] = ['./widgets', '../widgets/dist'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return published !== undefined && existsSync(published) ? published : String(repository);
}

/** The listener. It answers 503 until the app is there, counts what is in hand, and closes connections when it stops. */
class Door {
  readonly #server: Server;
  #listener: ((incoming: IncomingMessage, outgoing: ServerResponse) => unknown) | null = null;
  #prefix = '';
  #inHand = 0;
  #onIdle: (() => void) | null = null;

  constructor() {
    this.#server = createServer(
      { ...timeouts, maxHeaderSize, optimizeEmptyRequests },
      (incoming, outgoing) => void this.#receive(incoming, outgoing),
    );
  }

  /** Resolves to the port that was taken. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => reject(listenFailure(error, port, host)));
      this.#server.listen(port, host, () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  /** @param basePath the path of PUBLIC_URL: a proxy may pass it on or strip it, the app sees it stripped (R42.2) */
  open(fetch: (request: Request) => Response | Promise<Response>, basePath: string): void {
    this.#prefix = basePath.replace(/\/+$/, '');
    this.#listener = getRequestListener(fetch);
  }

  /** Resolves to true when nothing is in hand, or to false after `longest` milliseconds. */
  drain(longest: number): Promise<boolean> {
    if (this.#inHand === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), longest);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /**
   * Neither a set of answers nor a listener on each: V8 keeps what is taken out of the one or held by the other until its next full
   * collection, and with it whole requests, which costs a tenth of what a token costs.
   */
  async #receive(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    this.#inHand += 1;
    try {
      await this.#answer(incoming, outgoing);
      if (outgoing.writableLength > 0 && !outgoing.destroyed) {
        await new Promise((resolve) => {
          outgoing.once('close', resolve);
        });
      }
    } finally {
      this.#inHand -= 1;
      if (this.#inHand === 0) this.#onIdle?.();
    }
  }

  /** Resolves when the whole answer has been written, if not sent. */
  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (!this.#listener) {
      outgoing.writeHead(503, { 'Content-Type': 'application/problem+json', 'Retry-After': '1', Connection: 'close' });
      outgoing.end(
        JSON.stringify({
          type: 'about:blank',
          title: 'Service Unavailable',
          status: 503,
          code: 'starting',
          detail: 'The process is starting. Try again.',
        }),
      );
      return;
    }
    const { url = '/' } = incoming;
    if (this.#prefix !== '' && url.startsWith(`${this.#prefix}/`)) incoming.url = url.slice(this.#prefix.length);
    await this.#listener(incoming, outgoing);
  }
}

function listenFailure(error: NodeJS.ErrnoException, port: number, host: string): PlanclaimError {
  if (error.code === 'EADDRINUSE') {
    return new PlanclaimError(
      `Port ${port} on ${host} is in use. Stop what uses it, or take another: --port N, or PORT=N.`,
      {
        code: 'port_in_use',
        status: 500,
        cause: error,
      },
    );
  }
  return new PlanclaimError(`Cannot listen on ${host}:${port} (${error.code ?? error.message}). Check HOST and PORT.`, {
    code: 'listen_failed',
    status: 500,
    cause: error,
  });
}

/** Milliseconds; a terminal and npm both pass on the same Ctrl+C, and that is one wish, not two. */
const sameSignal = 1000;
/** Milliseconds between two looks at whether npm is still there. */
const orphanCheck = 500;

/**
 * Listens from now on, and resolves when the process is asked to end: by SIGTERM or SIGINT, or under npm by the end of its shell,
 * for npm signals the shell and the shell does not pass it on. Who asks again, later, is not kept waiting.
 */
export function askedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let asked: number | null = null;
    const parent = process.ppid;
    const orphaned = setInterval(() => {
      if (startedByNpm() && process.ppid !== parent) stop();
    }, orphanCheck).unref();
    const stop = (): void => {
      if (asked !== null && performance.now() - asked > sameSignal) process.exit(1);
      asked ??= performance.now();
      clearInterval(orphaned);
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
