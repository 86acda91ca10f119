/** 3-D Secure for payment and setup intents: where `next_action` sends the payer. */

import type { Hono } from 'hono';
import { challengeOutcomes, renderChallengePage } from '../pages/challenge.ts';
import { accountName } from '../billing/invoice-drafts.ts';
import { confirmWith } from '../resources/payment-intents.ts';
import { confirmSetupWith } from '../resources/setup-intents.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import { assetsUrl } from './checkout-view.ts';
import { byThePayer } from './by-the-payer.ts';
import { html, seeOther } from './respond.ts';

export function addChallengePages(app: Hono, store: Store): void {
  app.get('/c/challenge/:id', (c) => {
    const intent = waiting(store, c.req.param('id'));
    const card = intent && store.find('payment_method', idOf(intent.payment_method) ?? '')?.card;
    if (!intent || !card) return c.text('This payment does not wait for anybody.', 404);
    const page = renderChallengePage({
      business: { name: accountName },
      amount: intent.object === 'payment_intent' ? intent.amount : null,
      currency: intent.object === 'payment_intent' ? intent.currency : 'usd',
      card: { brand: card.brand, last4: card.last4 },
      locale: 'auto',
      assetsUrl,
      submitUrl: `/c/challenge/${intent.id}`,
    });
    return html(c, page, { redirects: [returnUrlOf(intent)] });
  });

  app.post('/c/challenge/:id', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const intent = waiting(store, c.req.param('id'));
    const method = intent && store.find('payment_method', idOf(intent.payment_method) ?? '');
    if (!intent || !method) return c.text('This payment does not wait for anybody.', 404);
    const presence = form.get('challenge') === challengeOutcomes[0] ? 'passed_challenge' : 'failed_challenge';
    store.change(byThePayer(store, intent.id), (change) =>
      intent.object === 'payment_intent'
        ? confirmWith(change, intent, method, { presence, returnUrl: null })
        : confirmSetupWith(change, intent, method, { presence, returnUrl: null }),
    );
    const back = returnUrlOf(intent);
    return back === null ? c.text('Done. You can close this window.') : seeOther(c, back);
  });
}

/** The intent, while it waits for its payer. */
function waiting(store: Store, id: string) {
  const intent = store.find('payment_intent', id) ?? store.find('setup_intent', id);
  return intent?.status === 'requires_action' ? intent : null;
}

function returnUrlOf(intent: NonNullable<ReturnType<typeof waiting>>): string | null {
  const url = intent.next_action?.redirect_to_url?.return_url ?? null;
  if (url === null || !URL.canParse(url)) return null;
  const back = new URL(url);
  back.searchParams.set(intent.object, intent.id);
  if (intent.client_secret !== null) back.searchParams.set(`${intent.object}_client_secret`, intent.client_secret);
  return back.href;
}
