/** 3-D Secure for payment and setup intents: where `next_action` sends the payer. */

import type { Hono } from 'hono';
import type { Store } from '../store/store.ts';
import { byThePayer } from './by-the-payer.ts';
import { answerChallenge, challengePage, waitingIntent } from './challenge-step.ts';
import type { WaitingIntent } from './challenge-step.ts';
import { html, seeOther } from './respond.ts';

export function addChallengePages(app: Hono, store: Store): void {
  app.get('/c/challenge/:id', (c) => {
    const intent = waitingIntent(store, c.req.param('id'));
    const page = intent && challengePage(store, intent, { submitUrl: `/c/challenge/${intent.id}`, locale: 'auto' });
    if (!intent || !page) return c.text('This payment does not wait for anybody.', 404);
    return html(c, page, { redirects: [returnUrlOf(intent)] });
  });

  app.post('/c/challenge/:id', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const intent = waitingIntent(store, c.req.param('id'));
    if (!intent) return c.text('This payment does not wait for anybody.', 404);
    store.change(byThePayer(store, intent.id), (change) => answerChallenge(change, intent, form.get('challenge')));
    const back = returnUrlOf(intent);
    return back === null ? c.text('Done. You can close this window.') : seeOther(c, back);
  });
}

function returnUrlOf(intent: WaitingIntent): string | null {
  const url = intent.next_action?.redirect_to_url?.return_url ?? null;
  if (url === null || !URL.canParse(url)) return null;
  const back = new URL(url);
  back.searchParams.set(intent.object, intent.id);
  if (intent.client_secret !== null) back.searchParams.set(`${intent.object}_client_secret`, intent.client_secret);
  return back.href;
}
