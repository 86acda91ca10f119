/** A webhook endpoint for tests: keeps what comes, answers as it is told, and can be waited for. */

import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  readonly body: string;
  readonly signature: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly data: { readonly object: { readonly id: string } };
  };
}

export interface Receiver {
  readonly url: string;
  /** In the order in which they came. */
  readonly received: readonly Received[];
  /** The statuses of the next answers; 200 once they are used up. */
  answerWith(...statuses: number[]): void;
  /** Resolves when `check` holds of what has come; fails after ten seconds. */
  until(check: (received: readonly Received[]) => boolean, what: string): Promise<void>;
  close(): void;
}

const patience = 10_000;

export async function openReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const arrivals = new EventEmitter<{ arrived: [] }>();
  const statuses: number[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const event = JSON.parse(body) as Received['event'];
    received.push({ body, signature: String(request.headers['stripe-signature']), headers: request.headers, event });
    const status = statuses.shift() ?? 200;
    response.writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {}).end();
    arrivals.emit('arrived');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answerWith: (...next) => statuses.push(...next),
    until: (check, what) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          arrivals.off('arrived', look);
          reject(new Error(`did not come: ${what}; came: ${received.map(({ event }) => event.type).join(', ')}`));
        }, patience);
        const look = () => {
          if (!check(received)) return;
          clearTimeout(late);
          arrivals.off('arrived', look);
          resolve();
        };
        arrivals.on('arrived', look);
        look();
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
