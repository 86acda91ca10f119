/** Stripe's test cards: what happens to each (docs.stripe.com/testing). */

import { debitOf } from './bank-accounts.ts';
import { StripeApiError } from './errors.ts';

export interface Decline {
  /** docs.stripe.com/error-codes */
  readonly code:
    | 'card_declined'
    | 'expired_card'
    | 'incorrect_cvc'
    | 'processing_error'
    | 'authentication_required'
    | 'payment_intent_payment_attempt_failed'
    | 'insufficient_funds'
    | 'account_closed'
    | 'no_account'
    | 'debit_not_authorized';
  /** docs.stripe.com/declines/codes; null where Stripe gives none. */
  readonly declineCode: string | null;
  readonly message: string;
}

export interface CardBehaviour {
  readonly brand: 'visa' | 'mastercard' | 'amex' | 'discover' | 'diners' | 'jcb' | 'unionpay';
  readonly country: string;
  readonly funding: 'credit' | 'debit' | 'prepaid';
  /** Why a charge fails; null: it succeeds. */
  readonly charge: Decline | null;
  /** Why the card cannot be saved for later; null: it can. */
  readonly attach: Decline | null;
  /** `later`: a bank debit, which is on its way for days before it is known whether it came through. */
  readonly settles: 'at_once' | 'later';
  /** When 3-D Secure is asked for: `unless_set_up` only until the card was saved with it once. */
  readonly authentication: 'never' | 'unless_set_up' | 'always';
  /** Why the holder disputes a payment that went through; `inquiry`: the bank only asks at first. Null: nobody does. */
  readonly dispute: {
    readonly reason: 'fraudulent' | 'product_not_received';
    readonly kind: 'chargeback' | 'inquiry';
  } | null;
  /** What becomes of a refund: `fails` an hour after it seemed to succeed, `pending` for an hour. */
  readonly refund: 'succeeds' | 'pending' | 'fails';
}

const generic = decline('card_declined', 'generic_decline', 'Your card was declined.');
const noFunds = decline('card_declined', 'insufficient_funds', 'Your card has insufficient funds.');
const lost = decline('card_declined', 'lost_card', 'Your card was declined.');
const stolen = decline('card_declined', 'stolen_card', 'Your card was declined.');
const fraudulent = decline('card_declined', 'fraudulent', 'Your card was declined.');
const expired = decline('expired_card', 'expired_card', 'Your card has expired.');
const wrongCvc = decline('incorrect_cvc', 'incorrect_cvc', "Your card's security code is incorrect.");
const processing = decline(
  'processing_error',
  'processing_error',
  'An error occurred while processing your card. Try again in a little bit.',
);

/** Off session, a bank that wants to see its customer declines. */
export const authenticationRequired = decline(
  'authentication_required',
  'authentication_required',
  'Your card was declined. This transaction requires authentication.',
);

const good: CardBehaviour = {
  brand: 'visa',
  country: 'US',
  funding: 'credit',
  charge: null,
  attach: null,
  settles: 'at_once',
  authentication: 'never',
  dispute: null,
  refund: 'succeeds',
};

const byNumber: Readonly<Record<string, CardBehaviour>> = {
  '4242424242424242': good,
  '4000056655665556': { ...good, funding: 'debit' },
  '5555555555554444': { ...good, brand: 'mastercard' },
  '5200828282828210': { ...good, brand: 'mastercard', funding: 'debit' },
  '378282246310005': { ...good, brand: 'amex' },
  '6011111111111117': { ...good, brand: 'discover' },
  '3056930009020004': { ...good, brand: 'diners' },
  '3566002020360505': { ...good, brand: 'jcb' },
  '6200000000000005': { ...good, brand: 'unionpay' },
  '4000002760000016': { ...good, country: 'DE' },
  '4000002500000003': { ...good, country: 'FR' },
  '4000008260000000': { ...good, country: 'GB' },
  '4000000000000002': refused(generic),
  '4000000000009995': refused(noFunds),
  '4000000000009987': refused(lost),
  '4000000000009979': refused(stolen),
  '4100000000000019': refused(fraudulent),
  '4000000000000069': refused(expired),
  '4000000000000127': refused(wrongCvc),
  '4000000000000119': refused(processing),
  '4000000000000341': { ...good, charge: generic },
  '4000000000000259': { ...good, dispute: { reason: 'fraudulent', kind: 'chargeback' } },
  '4000000000002685': { ...good, dispute: { reason: 'product_not_received', kind: 'chargeback' } },
  '4000000000001976': { ...good, dispute: { reason: 'fraudulent', kind: 'inquiry' } },
  '4000000000007726': { ...good, refund: 'pending' },
  '4000000000005126': { ...good, refund: 'fails' },
  '4000002500003155': { ...good, country: 'FR', authentication: 'unless_set_up' },
  '4000002760003184': { ...good, country: 'DE', authentication: 'always' },
  '4000000000003220': { ...good, authentication: 'always' },
  '4000008400001629': { ...good, authentication: 'always', charge: generic },
  '4000008260003178': { ...good, country: 'GB', authentication: 'unless_set_up', charge: noFunds },
};

/** Stripe's ids of ready payment methods, without `pm_card_`. The tokens are named alike: `tok_visa`. */
const numbersByName: Readonly<Record<string, string>> = {
  visa: '4242424242424242',
  visa_debit: '4000056655665556',
  mastercard: '5555555555554444',
  mastercard_debit: '5200828282828210',
  amex: '378282246310005',
  discover: '6011111111111117',
  diners: '3056930009020004',
  jcb: '3566002020360505',
  unionpay: '6200000000000005',
  us: '4242424242424242',
  de: '4000002760000016',
  fr: '4000002500000003',
  gb: '4000008260000000',
  chargeDeclined: '4000000000000002',
  visa_chargeDeclined: '4000000000000002',
  chargeDeclinedInsufficientFunds: '4000000000009995',
  visa_chargeDeclinedInsufficientFunds: '4000000000009995',
  visa_chargeDeclinedLostCard: '4000000000009987',
  visa_chargeDeclinedStolenCard: '4000000000009979',
  chargeDeclinedFraudulent: '4100000000000019',
  chargeDeclinedExpiredCard: '4000000000000069',
  chargeDeclinedIncorrectCvc: '4000000000000127',
  chargeDeclinedProcessingError: '4000000000000119',
  chargeCustomerFail: '4000000000000341',
  createDispute: '4000000000000259',
  createDisputeProductNotReceived: '4000000000002685',
  createDisputeInquiry: '4000000000001976',
  pendingRefund: '4000000000007726',
  refundFail: '4000000000005126',
  authenticationRequired: '4000002760003184',
  authenticationRequiredOnSetup: '4000002500003155',
  authenticationRequiredChargeDeclinedInsufficientFunds: '4000008260003178',
  threeDSecure2Required: '4000000000003220',
  threeDSecureRequiredChargeDeclined: '4000008400001629',
};

/** The card number behind `pm_card_…` or `tok_…`; null for any other id. */
export function numberOfTestId(id: string): string | null {
  const name = /^(?:pm_card|tok)_(\w+)$/.exec(id)?.[1];
  return name === undefined ? null : (numbersByName[name] ?? null);
}

/** Of a card's number, or a bank account's key. @throws StripeApiError 402 `card_declined` for a real card's number, as Stripe answers in test mode. */
export function behaviourOf(number: string): CardBehaviour {
  const behaviour = byNumber[number];
  if (behaviour) return behaviour;
  const debit = debitOf(number);
  if (debit) return { ...good, charge: debit.failure, settles: 'later' };
  throw cardError(
    decline(
      'card_declined',
      'test_mode_live_card',
      'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
    ),
  );
}

/** Stripe's answer to a card that was refused; `more` names what was being paid. */
export function cardError(reason: Decline, more: Readonly<Record<string, unknown>> = {}): StripeApiError {
  return new StripeApiError(reason.message, {
    status: 402,
    type: 'card_error',
    code: reason.code,
    ...(reason.declineCode !== null && { declineCode: reason.declineCode }),
    more,
  });
}

function decline(code: Decline['code'], declineCode: string, message: string): Decline {
  return { code, declineCode, message };
}

/** A card that can be neither charged nor saved. */
function refused(reason: Decline): CardBehaviour {
  return { ...good, charge: reason, attach: reason };
}
