/** A customer's backend as a webhook receiver: real HTTP on this machine, every signature checked by `standardwebhooks`. */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { OutgoingBody } from '../../../../server/billing/outbox.ts';

/** The secret of the receiver, and of the vector in the Standard Webhooks libraries. */
export const receiverSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export interface Received {
  readonly id: string;
  /** Seconds. */
  readonly timestamp: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly body: OutgoingBody;
}

/** How it answers: a status, with headers if need be, or not at all. */
export type ReceiverAnswer = number | { readonly status: number; readonly headers: Record<string, string> } | 'never';

export interface Receiver {
  readonly url: string;
  /** What came with a signature that fits, in order of arrival. */
  readonly received: Received[];
  /** What came without one. */
  readonly refused: string[];
  /** Decides each answer; 200 at first. */
  answer: (received: Received) => ReceiverAnswer;
  /** Resolves once so many have come. */
  came(count: number): Promise<void>;
  /** Cuts all connections, unanswered ones too. */
  hangUp(): void;
  close(): Promise<void>;
}

/** @param secrets any of them may have signed */
export async function startReceiver(secrets: readonly string[] = [receiverSecret]): Promise<Receiver> {
  const waiting = new Set<() => void>();
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = await text(request);
    const id = String(request.headers['webhook-id']);
    const timestamp = Number(request.headers['webhook-timestamp']);
    const signatures = String(request.headers['webhook-signature']).split(' ');
    const genuine = secrets.some((secret) =>
      signatures.includes(new Webhook(secret).sign(id, new Date(timestamp * 1000), raw)),
    );
    if (!genuine) {
      receiver.refused.push(raw);
      response.writeHead(400).end();
      return;
    }
    const body = JSON.parse(raw) as OutgoingBody;
    const received = { id, timestamp, path: request.url ?? '', headers: request.headers, raw, body };
    receiver.received.push(received);
    respond(response, receiver.answer(received));
    for (const look of waiting) look();
  };
  const server = createServer((request, response) => void receive(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received: [],
    refused: [],
    answer: () => 200,
    came: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (receiver.received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    hangUp: () => server.closeAllConnections(),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}

function respond(response: ServerResponse, answer: ReceiverAnswer): void {
  if (answer === 'never') return;
  const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer;
  response.writeHead(status, headers).end('thanks');
}
