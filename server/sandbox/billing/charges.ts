/** A charge: what the bank said to one attempt. */

import type Stripe from 'stripe';
import { behaviourOf } from '../cards.ts';
import type { Decline } from '../cards.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { enterLedger, processingFee } from './ledger.ts';

/** Writes the charge down without a word; the caller says when. */
export function chargeOf(
  change: Change,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  reason: Decline | null,
): Stripe.Charge {
  const { card } = method;
  const id = change.store.ids.next('ch');
  const isHeld = !reason && intent.capture_method === 'manual';
  const entry =
    reason || isHeld
      ? null
      : enterLedger(change, {
          amount: intent.amount,
          fee: processingFee(intent.amount),
          currency: intent.currency,
          type: 'charge',
          reportingCategory: 'charge',
          description: intent.description,
          source: id,
        });
  // A disputed card's holder complains as soon as the payment is through.
  const isDisputed = !reason && behaviourOf(change.store.hidden('payment_method', method.id).number).dispute !== null;
  const dueAt = isDisputed ? change.now : null;
  return change.create<'charge'>(
    {
      id,
      object: 'charge',
      amount: intent.amount,
      amount_captured: reason || isHeld ? 0 : intent.amount,
      amount_refunded: 0,
      application: null,
      application_fee: null,
      application_fee_amount: null,
      balance_transaction: entry?.id ?? null,
      billing_details: method.billing_details,
      calculated_statement_descriptor: 'SANDBOX',
      captured: reason === null && !isHeld,
      created: change.now,
      currency: intent.currency,
      customer: idOf(intent.customer),
      description: intent.description,
      disputed: false,
      failure_balance_transaction: null,
      failure_code: reason?.code ?? null,
      failure_message: reason?.message ?? null,
      fraud_details: {},
      livemode: false,
      metadata: intent.metadata,
      on_behalf_of: null,
      outcome: {
        advice_code: reason ? 'try_again_later' : null,
        network_advice_code: null,
        network_decline_code: null,
        network_status: reason ? 'declined_by_network' : 'approved_by_network',
        reason: reason ? (reason.declineCode ?? reason.code) : null,
        risk_level: 'normal',
        risk_score: 12,
        seller_message: reason ? 'The bank did not return any further details with this decline.' : 'Payment complete.',
        type: reason ? 'issuer_declined' : 'authorized',
      },
      paid: reason === null,
      payment_intent: intent.id,
      payment_method: method.id,
      payment_method_details: {
        card: {
          amount_authorized: reason ? null : intent.amount,
          authorization_code: reason ? null : '123456',
          brand: card?.brand ?? null,
          checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: cvcCheck(reason) },
          country: card?.country ?? null,
          electronic_commerce_indicator: null,
          exp_month: card?.exp_month ?? 0,
          exp_year: card?.exp_year ?? 0,
          extended_authorization: { status: 'disabled' },
          fingerprint: card?.fingerprint ?? null,
          funding: card?.funding ?? null,
          incremental_authorization: { status: 'unavailable' },
          installments: null,
          last4: card?.last4 ?? null,
          mandate: null,
          multicapture: { status: 'unavailable' },
          network: card?.brand ?? null,
          network_token: { used: false },
          network_transaction_id: reason ? null : change.store.ids.secret(15),
          overcapture: { maximum_amount_capturable: intent.amount, status: 'unavailable' },
          regulated_status: 'unregulated',
          three_d_secure: null,
          transaction_link_id: null,
          wallet: null,
        },
        type: 'card',
      },
      receipt_email: intent.receipt_email,
      receipt_number: null,
      receipt_url: null,
      refunded: false,
      review: null,
      shipping: intent.shipping as Stripe.Charge['shipping'],
      source: null,
      source_transfer: null,
      statement_descriptor: null,
      statement_descriptor_suffix: null,
      status: reason ? 'failed' : 'succeeded',
      transfer_data: null,
      transfer_group: null,
    },
    { dueAt },
  );
}
/** Takes what the bank holds for a charge. Emits `charge.captured`. @param amount - minor units. */
export function captureCharge(change: Change, charge: Stripe.Charge, amount: number): Stripe.Charge {
  const entry = enterLedger(change, {
    amount,
    fee: processingFee(amount),
    currency: charge.currency,
    type: 'charge',
    reportingCategory: 'charge',
    description: charge.description,
    source: charge.id,
  });
  return change.update<'charge'>(
    charge,
    { amount_captured: amount, balance_transaction: entry.id, captured: true },
    { events: ['charge.captured'] },
  );
}

function cvcCheck(reason: Decline | null): string {
  return reason?.code === 'incorrect_cvc' ? 'fail' : 'pass';
}
