/**
 * Fetches public addresses only (GHSA-5rr4-8452-hf4v): the address that is connected to is the one that is checked, so a
 * name that resolves differently a moment later gains nothing. Needs Node: web standards cannot see an address.
 */

import { lookup, type LookupAddress } from 'node:dns';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { PlanclaimError } from '../../errors.ts';
import type { Fetch } from '../../verify.ts';

/** Bytes; a key set is a few kilobytes. */
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
}

/**
 * A `fetch` for `GET` that follows no redirect.
 * @throws PlanclaimError 503 `address_refused` for a private address or plain http
 */
export function guardedFetch({ loopbackAllowed }: GuardOptions): Fetch {
  return (target, { headers, signal }) => {
    const url = new URL(target);
    const secure = url.protocol === 'https:';
    const allowed = (address: string): boolean =>
      (loopbackAllowed && isLoopbackAddress(address)) || (secure && isPublicAddress(address));

    const guardedLookup: LookupFunction = (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
        if (error) return callback(error, []);
        if (!addresses.every(({ address }) => allowed(address))) return callback(refusedAddress(url), []);
        if (options.all) return callback(null, addresses);
        return callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
      });
    };

    return new Promise<Response>((resolve, reject) => {
      const literal = url.hostname.replace(/^\[|\]$/g, '');
      // A literal address is connected to without being looked up.
      if (isIP(literal) !== 0 && !allowed(literal)) return reject(refusedAddress(url));
      const options = {
        headers: Object.fromEntries(new Headers(headers)),
        lookup: guardedLookup,
        agent: false,
        ...(signal && { signal }),
      } as const;
      const sent = (secure ? requestHttps : requestHttp)(url, options, (message) => {
        readAnswer(message).then(resolve, reject);
      });
      sent.on('error', reject);
      sent.end();
    });
  };
}

async function readAnswer(message: IncomingMessage): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > largestAnswer) throw new Error(`The answer is larger than ${largestAnswer} bytes.`);
    chunks.push(chunk);
  }
  const status = message.statusCode ?? 0;
  const empty = status === 204 || status === 205 || status === 304;
  return new Response(empty ? null : await new Blob(chunks as BlobPart[]).arrayBuffer(), { status });
}

const refusedAddress = (url: URL): PlanclaimError =>
  new PlanclaimError(
    `${url.host} is on a private network or asked for over plain http. Use a public https address, or set allowPrivateJwks for this issuer.`,
    { code: 'address_refused', status: 503 },
  );
