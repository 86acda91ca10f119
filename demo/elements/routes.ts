/** `/elements`: every state of every element, as the elements' own gallery has them, beside a backend that answers with each. */

import { Hono } from 'hono';
import { states } from '../../test/widgets/gallery/states.ts';
import { startPeer } from '../../test/widgets/peer/peer.ts';
import { signedIn } from '../identity/routes.ts';
import { elementsPage, locales, schemes } from '../pages/elements.ts';
import type { SiteDeps } from '../site.ts';

export interface ElementsPages {
  readonly app: Hono;
  /** The origin of the backend that plays the states; null until the page was asked for. */
  readonly peerUrl: () => string | null;
  close(): Promise<void>;
}

export function createElementsPages(deps: SiteDeps): ElementsPages {
  const app = new Hono();
  let asked: ReturnType<typeof start> | null = null;
  let url: string | null = null;

  app.get('/elements', async (c) => {
    asked ??= start();
    ({ url } = await asked);
    const tags = [...new Set(states.map(({ markup }) => tagOf(markup)))];
    const [element, locale, scheme] = [c.req.query('element'), c.req.query('locale'), c.req.query('scheme')];
    return c.html(
      elementsPage(deps, {
        person: await signedIn(deps, c),
        tags,
        element: tags.find((tag) => tag === element) ?? tags[0] ?? '',
        locale: locales.find(({ id }) => id === locale)?.id ?? 'en',
        scheme: schemes.find(({ id }) => id === scheme)?.id ?? 'auto',
        states: states.map((state) => ({ ...state, tag: tagOf(state.markup), api: url ?? '' })),
      }),
    );
  });
  return {
    app,
    peerUrl: () => url,
    close: async () => {
      if (asked === null) return;
      const { server } = await asked;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function start(): Promise<Awaited<ReturnType<typeof startPeer>>> {
  const peer = await startPeer();
  for (const { id, peer: project } of states)
    await fetch(`${peer.url}/_control/${id}`, { method: 'PUT', body: JSON.stringify(project) });
  return peer;
}

/** The element that a state is about. */
const tagOf = (markup: string): string =>
  /<((?:plan|upgrade|subscription|billing)-\w+)/.exec(markup)?.[1] ?? 'plan-picker';
