/** Customers' pages with the built script tag on them, under whatever security policy a test asks for. */

import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface PagesOptions {
  /** Where the build is. */
  readonly dist: string;
  readonly peerUrl: string;
}

/**
 * `/page?body=…&head=…&csp=…` answers that page; `/cdn/any/prefix/widgets.js` the loader. `{peer}` and `{cdn}` in
 * what a test sends stand for the addresses.
 */
export async function startPages({ dist, peerUrl }: PagesOptions): Promise<{ url: string; server: Server }> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://pages');
    const origin = `http://${request.headers.host}`;
    const fill = (text: string | null): string =>
      (text ?? '').replaceAll('{peer}', peerUrl).replaceAll('{cdn}', `${origin}/cdn/any/prefix`);
    if (url.pathname === '/page') {
      const policy = fill(url.searchParams.get('csp'));
      if (policy) response.setHeader('content-security-policy', policy);
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(
        `<!doctype html><html lang="en"><title>Page</title><script src="/violations.js"></script>${fill(url.searchParams.get('head'))}<body>${fill(url.searchParams.get('body'))}`,
      );
      return;
    }
    response.setHeader('content-type', 'text/javascript; charset=utf-8');
    response.setHeader('access-control-allow-origin', '*');
    if (url.pathname === '/violations.js') return void response.end(violations);
    try {
      const path = url.pathname.replace(/^\/cdn\/any\/prefix\//, '');
      let body = await readFile(join(dist, path), 'utf8');
      // Another version of the same loader: all that differs is what it says of itself.
      if (url.searchParams.has('version')) body = body.replaceAll('0.1.0', url.searchParams.get('version') ?? '');
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, server };
}

/** What a page's policy refused, its errors and its warnings, told to the test around it. */
const violations = `
const tell = (kind, text) => parent.postMessage({ kind, text }, '*');
document.addEventListener('securitypolicyviolation', (event) =>
  tell('violation', event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
addEventListener('error', (event) => tell('error', event.message));
addEventListener('unhandledrejection', (event) => tell('error', String(event.reason)));
const { warn } = console;
console.warn = (...words) => { tell('warning', words.join(' ')); warn(...words); };
for (const name of ['plan-select', 'plan-change', 'sign-in-required', 'billing-error'])
  document.addEventListener(name, (event) => tell(name, JSON.stringify(event.detail)));
addEventListener('message', ({ data }) => {
  if (data.kind !== 'evaluate') return;
  const found = document.querySelector(data.selector);
  const root = data.inside && found ? found.shadowRoot?.querySelector(data.inside) : found;
  if (data.action === 'click') root?.click();
  parent.postMessage({ kind: 'answer', id: data.id, text: root ? root.textContent.replace(/\\s+/g, ' ').trim() : null }, '*');
});
`;
