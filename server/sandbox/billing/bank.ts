/** The bank behind a card or an account: what it says when it is asked, and what it remembers. */

import type Stripe from 'stripe';
import { authenticationRequired, behaviourOf } from '../cards.ts';
import type { Decline } from '../cards.ts';
import type { Change } from '../store/change.ts';

/** How the payer stands to a payment: at the page, having passed or failed 3-D Secure there, or away. */
export type Presence = 'on_session' | 'passed_challenge' | 'failed_challenge' | 'off_session';

export type Verdict =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'challenged' }
  /** A debit that the bank has been asked for: whether it comes through is known later. */
  | { readonly outcome: 'processing' }
  | { readonly outcome: 'declined'; readonly reason: Decline };

const accepted: Verdict = { outcome: 'accepted' };

/** Whether a failed 3-D Secure, rather than the bank, was in the way: then there is no charge. */
export const challengeFailed: Decline = {
  code: 'authentication_required',
  declineCode: null,
  message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
};

/** What the bank says to charging, or to saving, a card or an account. Nothing is written. */
export function askBank(
  change: Change,
  method: Stripe.PaymentMethod,
  request: { readonly for: 'charge' | 'attach'; readonly presence: Presence },
): Verdict {
  const { number, authenticated } = change.store.hidden('payment_method', method.id);
  const card = behaviourOf(number);
  if (request.presence === 'failed_challenge') return { outcome: 'declined', reason: challengeFailed };
  const wantsChallenge =
    card.authentication === 'always' || (card.authentication === 'unless_set_up' && !authenticated);
  if (wantsChallenge && request.presence === 'off_session')
    return { outcome: 'declined', reason: authenticationRequired };
  if (wantsChallenge && request.presence === 'on_session') return { outcome: 'challenged' };
  if (card.settles === 'later' && request.for === 'charge') return { outcome: 'processing' };
  const reason = card[request.for];
  return reason ? { outcome: 'declined', reason } : accepted;
}

/** Remembers that 3-D Secure was passed while the card was saved, so that it can be charged in the payer's absence. */
export function rememberAuthentication(change: Change, method: Stripe.PaymentMethod): void {
  const hidden = change.store.hidden('payment_method', method.id);
  if (!hidden.authenticated)
    change.update<'payment_method'>(method, {}, { hidden: { ...hidden, authenticated: true }, events: [] });
}
