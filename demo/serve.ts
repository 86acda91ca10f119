/** Driftboard on a port. */

import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createIdentityProvider } from './identity/provider.ts';
import { createSite } from './site.ts';

export interface DemoOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host?: string;
  /** The site's address as browsers see it; default `http://localhost:PORT`. */
  readonly publicUrl?: string;
  readonly backendUrl: string;
  /** The Stripe sandbox, whose clock the pages can move; null where there is none. */
  readonly sandboxUrl: string | null;
  /** Where the identity provider keeps its signing key. */
  readonly keyFile: string;
}

export interface Demo {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the site. Rejects with the listener's own error (`EADDRINUSE`) when the port is taken. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const site: { fetch: (request: Request) => Response | Promise<Response> } = {
    fetch: () => new Response('Starting', { status: 503, headers: { 'retry-after': '1' } }),
  };
  const server = createAdaptorServer({ fetch: (request) => site.fetch(request) });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '127.0.0.1', () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  // Known only now: the address is the `iss` of the site's tokens.
  const url = options.publicUrl ?? `http://localhost:${port}`;
  const { backendUrl, sandboxUrl, keyFile } = options;
  const provider = await createIdentityProvider({ issuer: url, audience: 'driftboard', keyFile });
  const built = createSite({ siteUrl: url, backendUrl, sandboxUrl, provider });
  site.fetch = (request) => built.app.fetch(request);
  return {
    url,
    port,
    close: async () => {
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
      await built.close();
    },
  };
}
