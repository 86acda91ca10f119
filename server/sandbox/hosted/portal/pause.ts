/** Pausing and resuming in the portal, as the API does it. */

import type Stripe from 'stripe';
import { StripeApiError } from '../../errors.ts';
import { renderPausePage } from '../../pages/portal/steps.ts';
import { pause, resume } from '../../resources/subscription-pause.ts';
import { idOf } from '../../store/wire.ts';
import { byThePayer } from '../by-the-payer.ts';
import { intentOfInvoice } from '../invoice-payment.ts';
import { goTo } from '../respond.ts';
import { planName } from './front.ts';
import { failureCode, finish, frameOf, remember, show, wayOut } from './visit.ts';
import type { Visit } from './visit.ts';

export function pausePage(visit: Visit, subscription: Stripe.Subscription): Response {
  const page = renderPausePage({
    ...frameOf(visit, 'inside'),
    plan: planName(visit.store, subscription.items.data),
    submitUrl: `${visit.base}/subscriptions/${subscription.id}/pause`,
    keepUrl: wayOut(visit),
  });
  return show(visit, page);
}

export function pausePlan(visit: Visit, subscription: Stripe.Subscription): Response {
  const { store, session } = visit;
  store.change(byThePayer(store, session.id), (change) =>
    pause({}, { store, change, path: { id: subscription.id }, url: '' }),
  );
  return finish(visit, 'paused');
}

/** Goes on once what is due is paid: a bank that asks is shown, and a declined card leaves the plan paused. */
export function unpausePlan(visit: Visit, subscription: Stripe.Subscription): Response {
  const { store, session, base, c } = visit;
  let after: Stripe.Subscription;
  try {
    after = store.change(byThePayer(store, session.id), (change) =>
      resume({}, { store, change, path: { id: subscription.id }, url: '' }),
    ) as Stripe.Subscription;
  } catch (error) {
    if (!(error instanceof StripeApiError)) throw error;
    return goTo(c, `${base}?failed=${error.type === 'card_error' ? failureCode(error) : 'needs_card'}`);
  }
  if (after.status !== 'paused') return finish(visit, 'resumed');
  const intent = intentOfInvoice(store, idOf(after.latest_invoice) ?? '');
  if (intent?.status === 'requires_action') {
    const challenged = { intent: intent.id, about: 'paid', next: null } as const;
    remember(store, session.id, { ...visit.progress, challenged });
    return goTo(c, `${base}/challenge`);
  }
  const { code, decline_code: declineCode } = intent?.last_payment_error ?? {
    code: undefined,
    decline_code: undefined,
  };
  return goTo(c, `${base}?failed=${failureCode({ code, declineCode })}`);
}
