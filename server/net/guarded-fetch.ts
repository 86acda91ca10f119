/**
 * Fetches public addresses only (GHSA-5rr4-8452-hf4v): the address that is connected to is the one that is checked, so a
 * name that resolves differently a moment later gains nothing. Needs Node: web standards cannot see an address.
 */

import { lookup, type LookupAddress } from 'node:dns';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { PlanclaimError } from '../errors.ts';
import type { Fetch } from '../verify.ts';

/** Bytes; a key set is a few kilobytes, an acknowledgement has none that matter. */
const largestAnswer = 1024 * 1024;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Addresses that are not of the public internet (RFC 6890): private, shared, link-local, documentation, multicast, reserved, translated. */
const special = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  special.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  special.addSubnet(network, prefix, 'ipv6');
}

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
export const isLoopbackAddress = (address: string): boolean => loopback.check(address, family(address));
export const isPublicAddress = (address: string): boolean => !special.check(address, family(address));

export interface GuardOptions {
  /** Whether this machine itself may be asked, over plain http too: where the backend is only for development. */
  readonly loopbackAllowed: boolean;
  /** A sentence for the person who meets a refusal: what to use instead. */
  readonly remedy: string;
  /** What an answer of more than a mebibyte is: an error, or cut off there. Default: an error. */
  readonly oversized?: 'error' | 'cut';
}

/**
 * A `fetch` that follows no redirect. It takes the method, the headers, a text as body and the signal, and nothing else.
 * @throws PlanclaimError 503 `address_refused` for a private address or plain http
 */
export function guardedFetch({ loopbackAllowed, remedy, oversized = 'error' }: GuardOptions): Fetch {
  return (target, { method = 'GET', headers, body, signal }) => {
    const url = new URL(target);
    const secure = url.protocol === 'https:';
    const allowed = (address: string): boolean =>
      (loopbackAllowed && isLoopbackAddress(address)) || (secure && isPublicAddress(address));

    const guardedLookup: LookupFunction = (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
        if (error) return callback(error, []);
        if (!addresses.every(({ address }) => allowed(address))) return callback(refusedAddress(url, remedy), []);
        if (options.all) return callback(null, addresses);
        return callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
      });
    };

    return new Promise<Response>((resolve, reject) => {
      const literal = url.hostname.replace(/^\[|\]$/g, '');
      // A literal address is connected to without being looked up.
      if (isIP(literal) !== 0 && !allowed(literal)) return reject(refusedAddress(url, remedy));
      const options = {
        method,
        headers: Object.fromEntries(new Headers(headers)),
        lookup: guardedLookup,
        agent: false,
        ...(signal && { signal }),
      } as const;
      const sent = (secure ? requestHttps : requestHttp)(url, options, (message) => {
        readAnswer(message, oversized).then(resolve, reject);
      });
      sent.on('error', reject);
      sent.end(typeof body === 'string' ? body : undefined);
    });
  };
}

async function readAnswer(message: IncomingMessage, oversized: 'error' | 'cut'): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > largestAnswer) {
      if (oversized === 'cut') break;
      throw new Error(`The answer is larger than ${largestAnswer} bytes.`);
    }
    chunks.push(chunk);
  }
  const status = message.statusCode ?? 0;
  const empty = status === 204 || status === 205 || status === 304;
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return new Response(empty ? null : await new Blob(chunks as BlobPart[]).arrayBuffer(), { status, headers });
}

const refusedAddress = (url: URL, remedy: string): PlanclaimError =>
  new PlanclaimError(`${url.host} is on a private network or asked for over plain http. ${remedy}`, {
    code: 'address_refused',
    status: 503,
  });
