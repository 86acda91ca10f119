/**
 * The gallery: `node test/widgets/gallery/serve.ts`, after `npm run build`. Every state of every element on one page;
 * `?locale=ar`, `?scheme=dark`, `?only=pro,trial`.
 */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startPeer } from '../peer/peer.ts';
import { states } from './states.ts';

const dist = join(import.meta.dirname, '../../../widgets/dist');

/** An issuer's token for Ada, unsigned: the elements only hand it on. */
const ada = `e30.${Buffer.from(JSON.stringify({ sub: 'ada', exp: 4e9 })).toString('base64url')}.`;

export async function startGallery(port = 0): Promise<{ url: string; close: () => void }> {
  const peer = await startPeer();
  for (const { id, peer: project } of states)
    await fetch(`${peer.url}/_control/${id}`, { method: 'PUT', body: JSON.stringify(project) });
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://gallery');
    if (url.pathname === '/') return void response.setHeader('content-type', 'text/html').end(page(url, peer.url));
    try {
      const body = await readFile(join(dist, url.pathname));
      response.setHeader('content-type', 'text/javascript').end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    peer.server.close();
    peer.server.closeAllConnections();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

function page({ searchParams }: URL, api: string): string {
  const locale = searchParams.get('locale') ?? 'en';
  const only = searchParams.get('only')?.split(',');
  const shown = states.filter(({ id }) => !only || only.includes(id));
  return `<!doctype html>
<html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Gallery</title>
<style>
  :root { color-scheme: ${searchParams.get('scheme') ?? 'light dark'} }
  body { margin: 0; background: light-dark(#fff, #16161a); color: light-dark(#1a1a1f, #ededf0); font: 16px/1.5 Inter, "Noto Sans Arabic", "Noto Sans CJK JP", system-ui, sans-serif }
  main { display: grid; gap: 64px; padding: 32px clamp(16px, 4vw, 48px); max-inline-size: 1216px; margin-inline: auto }
  section { min-inline-size: 0 }
  h2 { font-size: 14px; font-weight: 550; opacity: .7 }
</style>
<script src="/widgets.js" data-api-url="${api}" async></script>
<main>${shown
    .map(({ id, title, markup, isSignedIn }) => {
      const attributes = `project-id="${id}"${isSignedIn ? ` token="${ada}"` : ''}`;
      return `<section id="${id}"><h2>${title}</h2>${markup.replaceAll('@', attributes)}</section>`;
    })
    .join('\n')}</main>`;
}

if (process.argv[1] === import.meta.filename)
  console.log((await startGallery(Number(process.env['PORT'] ?? 8790))).url);
