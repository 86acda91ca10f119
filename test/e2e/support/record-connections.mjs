/** Runs in the backend before anything else: writes down every socket that the process opens to somewhere, one JSON line each. */

import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import dns from 'node:dns';
import { isIP, Socket } from 'node:net';

const file = process.env.RECORD_CONNECTIONS_TO;
if (!file) throw new Error('RECORD_CONNECTIONS_TO is not set.');
const record = (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`);

// Every TCP and TLS client of Node goes through here: fetch, node:http, the Stripe SDK.
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...parameters) {
  const [first] = parameters;
  const target = Array.isArray(first) ? first[0] : first;
  record({ kind: 'tcp', host: target?.host ?? target?.path ?? 'localhost', port: Number(target?.port ?? target) });
  return connect.apply(this, parameters);
};
subscribe('udp.socket', () => record({ kind: 'udp' }));
const lookup = dns.lookup;
dns.lookup = function (hostname, ...rest) {
  // An address is not looked up; a listener names its own here.
  if (isIP(String(hostname)) === 0) record({ kind: 'dns', host: hostname });
  return lookup.call(dns, hostname, ...rest);
};
