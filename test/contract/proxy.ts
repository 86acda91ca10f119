/** An HTTP proxy between Stripe's SDK and a host that speaks Stripe's API: holds all that passes against the contract. */
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ContractOptions } from './contract.ts';
import { loadContract } from './contract.ts';

/** A running proxy. Give its `url` to the SDK in place of Stripe's own. */
export interface ContractProxy {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** What did not fit, each once, as `<where>: <what>`; empty where all was well. */
  violations(): string[];
  /** How many of each were held against the contract: requests by method and path, events by `event <type>`. */
  counts(): Record<string, number>;
  /** Holds an event against the contract, as it was delivered to a webhook endpoint. */
  checkDelivery(rawBody: string): void;
  close(): Promise<void>;
}

/** What Stripe's own checkout page calls: nothing that an SDK has types for. Passed on unchecked. */
const untypedPaths = /^\/v1\/payment_pages\//;

/**
 * Starts a proxy on a free port of 127.0.0.1. Only `/v1/…` is checked; pages pass as they are.
 *
 * @param target the host that it passes requests on to, such as `http://127.0.0.1:8788`
 */
export async function startContractProxy(target: string, options: ContractOptions = {}): Promise<ContractProxy> {
  const contract = loadContract(options);
  const violations = new Set<string>();
  const counts = new Map<string, number>();

  const record = (what: string, errors: string[]) => {
    counts.set(what, (counts.get(what) ?? 0) + 1);
    for (const error of errors) violations.add(`${what} ${error}`);
  };

  const checkRequest = (method: string, url: URL, body: string) => {
    const { route, errors } = contract.checkRequest(method, url.pathname, method === 'POST' ? body : url.search);
    record(`${method} ${route ?? url.pathname}`, errors);
  };

  const checkAnswer = (method: string, url: URL, answer: Answer) => {
    const { route } = contract.checkRequest(method, url.pathname, '');
    const errors = contract.checkAnswer(method, url.pathname, answer.status, parseJson(answer.body.toString()));
    record(`${method} ${route ?? url.pathname} → ${answer.status}`, errors);
  };

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const method = incoming.method ?? 'GET';
    const url = new URL(incoming.url ?? '/', target);
    const body = await readBody(incoming);
    const checked = url.pathname.startsWith('/v1/') && !untypedPaths.test(url.pathname);
    if (checked) checkRequest(method, url, body.toString());
    const answer = await forward({ method, url, headers: incoming.headers, body });
    if (checked) checkAnswer(method, url, answer);
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      violations.add(`${incoming.method} ${incoming.url}: ${error instanceof Error ? error.message : String(error)}`);
      outgoing.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    violations: () => [...violations],
    counts: () => Object.fromEntries(counts),
    checkDelivery(rawBody) {
      const event = parseJson(rawBody);
      const type =
        event !== null && typeof event === 'object' && 'type' in event ? String(event.type) : 'without a type';
      record(`event ${type}`, contract.checkEvent(event));
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Sends a request on and waits for the whole answer. */
function forward(sent: { method: string; url: URL; headers: IncomingHttpHeaders; body: Buffer }): Promise<Answer> {
  const { method, url, body } = sent;
  const { connection: _connection, ...headers } = sent.headers;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method, headers: { ...headers, host: url.host } });
    outgoing.on('response', (answer) => resolve(readAnswer(answer)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function readAnswer(answer: IncomingMessage): Promise<Answer> {
  const body = await readBody(answer);
  const { connection: _connection, 'transfer-encoding': _chunked, ...headers } = answer.headers;
  return { status: answer.statusCode ?? 502, headers, body };
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What is no JSON fits no type, so it comes back as undefined and is reported by the contract. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
