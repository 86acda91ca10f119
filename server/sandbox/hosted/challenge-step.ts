/** One 3-D Secure challenge of a payment or setup intent, on whichever page it happens. */

import type Stripe from 'stripe';
import { StripeApiError } from '../errors.ts';
import { challengeOutcomes, renderChallengePage } from '../pages/challenge.ts';
import type { Page } from '../pages/shell.ts';
import { confirmWith } from '../resources/payment-intents.ts';
import { confirmSetupWith } from '../resources/setup-intents.ts';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import { assetsUrl } from './checkout-view.ts';

/** An intent that waits for its payer. */
export type WaitingIntent = Stripe.PaymentIntent | Stripe.SetupIntent;

export function waitingIntent(store: Store, id: string): WaitingIntent | null {
  const intent = store.find('payment_intent', id) ?? store.find('setup_intent', id);
  return intent?.status === 'requires_action' ? intent : null;
}

/** The bank's page; null where the card is gone. */
export function challengePage(
  store: Store,
  intent: WaitingIntent,
  options: { readonly submitUrl: string; readonly locale: string },
): Page | null {
  const card = store.find('payment_method', idOf(intent.payment_method) ?? '')?.card;
  if (!card) return null;
  return renderChallengePage({
    business: { name: store.accountName },
    amount: intent.object === 'payment_intent' ? intent.amount : null,
    currency: intent.object === 'payment_intent' ? intent.currency : 'usd',
    card: { brand: card.brand, last4: card.last4 },
    assetsUrl,
    ...options,
  });
}

/** What the payer chose on the bank's page is carried out. @returns whether the card was taken. */
export function answerChallenge(change: Change, intent: WaitingIntent, choice: string | null | undefined): boolean {
  const method = change.store.get('payment_method', idOf(intent.payment_method) ?? '', 'payment_method');
  const presence = choice === challengeOutcomes[0] ? 'passed_challenge' : 'failed_challenge';
  const answered =
    intent.object === 'payment_intent'
      ? confirmWith(change, intent, method, { presence, returnUrl: null })
      : confirmSetupWith(change, intent, method, { presence, returnUrl: null });
  return !(answered instanceof StripeApiError);
}
