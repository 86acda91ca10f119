/** A checkout session that can no longer be paid. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';

/** Emits `checkout.session.expired`. The payment that was tried, if one was, is cancelled with it. */
export function expireSession(change: Change, session: Stripe.Checkout.Session): Stripe.Checkout.Session {
  const { intent } = change.store.hidden('checkout.session', session.id);
  const payment = intent === null ? null : change.store.find('payment_intent', intent);
  if (payment) {
    change.update<'payment_intent'>(
      payment,
      { canceled_at: change.now, cancellation_reason: 'expired', next_action: null, status: 'canceled' },
      { events: ['payment_intent.canceled'] },
    );
  }
  return change.update<'checkout.session'>(
    session,
    { status: 'expired', url: null, client_secret: null },
    { dueAt: null, events: ['checkout.session.expired'] },
  );
}
