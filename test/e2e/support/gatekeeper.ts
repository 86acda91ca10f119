/** A proxy between backend and sandbox that can hold a kind of request at its door: the moment between a mark and its application, for as long as a test likes. */

import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Gatekeeper {
  readonly url: string;
  /** From now on requests whose `METHOD /path` starts with `prefix` wait. Resolves when the first one does. */
  hold(prefix: string): Promise<void>;
  /** From now on everything passes; what waited is cut off. */
  open(): void;
  close(): Promise<void>;
}

export async function startGatekeeper(targetUrl: string): Promise<Gatekeeper> {
  const target = new URL(targetUrl);
  let held: { prefix: string; arrived: () => void } | null = null;
  const waiting: ServerResponse[] = [];

  const server = createServer((incoming, outgoing) => {
    if (held && `${incoming.method} ${incoming.url}`.startsWith(held.prefix)) {
      waiting.push(outgoing);
      held.arrived();
      return;
    }
    pass(target, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cutOff = (): void => {
    for (const outgoing of waiting.splice(0)) outgoing.destroy();
  };
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    hold: (prefix) =>
      new Promise((arrived) => {
        held = { prefix, arrived };
      }),
    open: () => {
      held = null;
      cutOff();
    },
    close: async () => {
      cutOff();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pass(target: URL, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { hostname, port } = target;
  const { method, url: path, headers } = incoming;
  const onward = request({ hostname, port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
