/** `GET /v1/events` of the peer: who listens, what they are told, and what was asked. */

import type { ServerResponse } from 'node:http';
import type { Subscription } from '../../../widgets/client/types.ts';
import type { PeerRequest } from './peer.ts';

interface Stream {
  readonly user: string;
  readonly response: ServerResponse;
}

/** What `GET /_control/{project}/streams` answers. */
export interface StreamsReport {
  /** Connections that are open now. */
  readonly open: number;
  /** `Last-Event-ID` of each that was ever opened. */
  readonly ids: readonly number[];
}

export class Streams {
  readonly log: PeerRequest[] = [];
  readonly #open = new Set<Stream>();
  readonly #ids: number[] = [];

  open(
    response: ServerResponse,
    { user, state, lastEventId }: { user: string; state: Subscription; lastEventId: number },
  ): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 250\n\n: hello\n\n');
    const stream = { user, response };
    this.#open.add(stream);
    this.#ids.push(lastEventId);
    response.once('close', () => this.#open.delete(stream));
    if (state.version > lastEventId) send(stream, state);
  }

  tell(user: string, state: Subscription): void {
    for (const stream of this.#open) if (stream.user === user) send(stream, state);
  }

  /** Ends every connection, as a proxy or a restart does. */
  break(): void {
    for (const { response } of this.#open) response.destroy();
  }

  report(): StreamsReport {
    return { open: this.#open.size, ids: this.#ids };
  }
}

/** In pieces, and with lines that are none of ours: a client must put them together. */
function send({ response }: Stream, state: Subscription): void {
  const text = `event: plan\r\nid: ${state.version}\r\ndata: ${JSON.stringify(state)}\r\n\r\n`;
  const half = Math.floor(text.length / 2);
  response.write(text.slice(0, half));
  response.write(text.slice(half));
}
