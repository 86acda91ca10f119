/** A payment intent and its charges: what the bank said, written down. */

import type Stripe from 'stripe';
import { readDebitSettings } from '../bank-accounts.ts';
import { cardError } from '../cards.ts';
import type { Decline } from '../cards.ts';
import type { StripeApiError } from '../errors.ts';
import type { Change } from '../store/change.ts';
import { addressOf, idOf } from '../store/wire.ts';
import { challengeFailed } from './bank.ts';
import { captureCharge, chargeOf, settleCharge } from './charges.ts';

export interface PaymentOrder {
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description?: string | null;
  readonly metadata?: Stripe.Metadata;
  readonly setupFutureUsage?: Stripe.PaymentIntent['setup_future_usage'];
  readonly captureMethod?: Stripe.PaymentIntent['capture_method'];
  readonly receiptEmail?: string | null;
  readonly shipping?: { readonly name: string; readonly address: object; readonly phone?: string } | null;
  readonly allowedTypes?: Stripe.PaymentIntent['allowed_payment_method_types'];
  /** What it may be paid with; absent: cards. */
  readonly types?: string[];
  readonly automaticMethods?: Stripe.PaymentIntent['automatic_payment_methods'];
}

/** Opens a payment that nothing has been tried on. */
export function createPayment(change: Change, order: PaymentOrder): Stripe.PaymentIntent {
  const id = change.store.ids.next('pi');
  return change.create<'payment_intent'>({
    id,
    object: 'payment_intent',
    allowed_payment_method_types: order.allowedTypes ?? null,
    amount: order.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: order.automaticMethods ?? null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: order.captureMethod ?? 'automatic_async',
    client_secret: `${id}_secret_${change.store.ids.secret(25)}`,
    confirmation_method: 'automatic',
    created: change.now,
    currency: order.currency,
    customer: order.customer,
    customer_account: null,
    description: order.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: { enabled: false },
    metadata: order.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: order.types ?? ['card'],
    payment_record: null,
    processing: null,
    receipt_email: order.receiptEmail ?? null,
    review: null,
    setup_future_usage: order.setupFutureUsage ?? null,
    shipping: shippingOf(order.shipping ?? null),
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  } as Stripe.PaymentIntent);
}

/** The card paid. Emits `payment_intent.succeeded` and `charge.succeeded`. */
export function succeedPayment(
  change: Change,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  changes: Partial<Stripe.PaymentIntent> = {},
): Stripe.PaymentIntent {
  const customer = idOf(changes.customer ?? intent.customer);
  const charge = chargeOf(change, { ...intent, customer }, method, null);
  const paid = change.update<'payment_intent'>(
    intent,
    {
      ...changes,
      amount_received: intent.amount,
      last_payment_error: null,
      latest_charge: charge.id,
      next_action: null,
      payment_method: method.id,
      status: 'succeeded',
    },
    { events: ['payment_intent.succeeded'] },
  );
  change.announce('charge.succeeded', charge);
  return paid;
}

/**
 * The bank is asked for a debit, which is on its way from now on. Emits `payment_intent.processing` and `charge.pending`.
 * What becomes of it, `delayed-payments.ts` knows.
 */
export function processPayment(
  change: Change,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  changes: Partial<Stripe.PaymentIntent> = {},
): Stripe.PaymentIntent {
  const customer = idOf(changes.customer ?? intent.customer);
  const charge = chargeOf(change, { ...intent, customer }, method, 'pending');
  const processing = change.update<'payment_intent'>(
    intent,
    {
      ...changes,
      last_payment_error: null,
      latest_charge: charge.id,
      next_action: null,
      payment_method: method.id,
      payment_method_types: [...new Set([...intent.payment_method_types, method.type])],
      status: 'processing',
    },
    {
      dueAt: change.now + readDebitSettings(change.store.database).bank_debit_seconds,
      events: ['payment_intent.processing'],
    },
  );
  change.announce('charge.pending', charge);
  return processing;
}

/** The debit came through. Emits `payment_intent.succeeded` and `charge.succeeded`. */
export function completePayment(change: Change, intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
  const charge = settleCharge(change, pendingCharge(change, intent), null);
  const paid = change.update<'payment_intent'>(
    intent,
    { amount_received: intent.amount, status: 'succeeded' },
    { events: ['payment_intent.succeeded'] },
  );
  change.announce('charge.succeeded', charge);
  return paid;
}

function pendingCharge(change: Change, intent: Stripe.PaymentIntent): Stripe.Charge {
  return change.store.get('charge', idOf(intent.latest_charge) ?? '', 'path');
}

/** The bank holds the amount until it is captured. Emits `payment_intent.amount_capturable_updated` and `charge.succeeded`. */
export function authorizePayment(
  change: Change,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): Stripe.PaymentIntent {
  const charge = chargeOf(change, intent, method, null);
  const held = change.update<'payment_intent'>(
    intent,
    {
      amount_capturable: intent.amount,
      last_payment_error: null,
      latest_charge: charge.id,
      next_action: null,
      payment_method: method.id,
      status: 'requires_capture',
    },
    { events: ['payment_intent.amount_capturable_updated'] },
  );
  change.announce('charge.succeeded', charge);
  return held;
}

/** Takes what the bank holds. Emits `charge.captured` and `payment_intent.succeeded`. @param amount - minor units. */
export function capturePayment(change: Change, intent: Stripe.PaymentIntent, amount: number): Stripe.PaymentIntent {
  captureCharge(change, change.store.get('charge', idOf(intent.latest_charge) ?? '', 'path'), amount);
  return change.update<'payment_intent'>(
    intent,
    { amount_capturable: 0, amount_received: amount, status: 'succeeded' },
    { events: ['payment_intent.succeeded'] },
  );
}

/** The card or the account did not pay. Emits `payment_intent.payment_failed`, and `charge.failed` where the bank was asked at all. */
export function failPayment(
  change: Change,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  reason: Decline,
): { intent: Stripe.PaymentIntent; error: StripeApiError } {
  const charge =
    intent.status === 'processing'
      ? settleCharge(change, pendingCharge(change, intent), reason)
      : reason === challengeFailed
        ? null
        : chargeOf(change, intent, method, reason);
  const code = reason === challengeFailed ? 'payment_intent_authentication_failure' : reason.code;
  const lastError = {
    ...(charge && { charge: charge.id }),
    code,
    ...(reason.declineCode !== null && { decline_code: reason.declineCode }),
    doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`,
    message: reason.message,
    payment_method: method,
    type: method.card ? 'card_error' : 'invalid_request_error',
  } as Stripe.PaymentIntent.LastPaymentError;
  const failed = change.update<'payment_intent'>(
    intent,
    {
      last_payment_error: lastError,
      ...(charge && { latest_charge: charge.id }),
      next_action: null,
      payment_method: null,
      status: 'requires_payment_method',
    },
    { events: ['payment_intent.payment_failed'] },
  );
  if (charge) change.announce('charge.failed', charge);
  const more = { ...(charge && { charge: charge.id }), payment_intent: failed, payment_method: method };
  return { intent: failed, error: cardError({ ...reason, code: code as Decline['code'] }, more) };
}

/** The bank wants to see its customer. Emits `payment_intent.requires_action`. */
export function challengePayment(
  change: Change,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  returnUrl: string | null,
): Stripe.PaymentIntent {
  return change.update<'payment_intent'>(
    intent,
    {
      next_action: challengeAction(change, intent.id, returnUrl),
      payment_method: method.id,
      status: 'requires_action',
    },
    { events: ['payment_intent.requires_action'] },
  );
}

/** Where the payer meets the bank: our own page, at once or through stripe.js. */
export function challengeAction(
  change: Change,
  intentId: string,
  returnUrl: string | null,
): Stripe.PaymentIntent.NextAction {
  const url = `${change.store.publicUrl()}/c/challenge/${intentId}`;
  return returnUrl === null
    ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
    : { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } };
}

function shippingOf(sent: PaymentOrder['shipping']): Stripe.PaymentIntent['shipping'] {
  if (!sent) return null;
  const parts = { carrier: null, phone: null, tracking_number: null, ...sent, address: addressOf(sent.address) };
  return parts as NonNullable<Stripe.PaymentIntent['shipping']>;
}
