/** A charge: what the bank said to one attempt. */

import type Stripe from 'stripe';
import { behaviourOf } from '../cards.ts';
import type { Decline } from '../cards.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { enterLedger, processingFee } from './ledger.ts';

/** Writes the charge down without a word; the caller says when. `pending`: a debit that is on its way. */
export function chargeOf(
  change: Change,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  outcome: Decline | 'pending' | null,
): Stripe.Charge {
  const isPending = outcome === 'pending';
  const reason = isPending ? null : outcome;
  const id = change.store.ids.next('ch');
  const isHeld = !reason && intent.capture_method === 'manual';
  const comesIn = !reason && !isHeld && !isPending;
  const entry = comesIn ? bookCharge(change, { ...intent, id }) : null;
  // A disputed card's holder complains as soon as the payment is through.
  const isDisputed = !reason && behaviourOf(change.store.hidden('payment_method', method.id).number).dispute !== null;
  const dueAt = isDisputed ? change.now : null;
  return change.create<'charge'>(
    {
      id,
      object: 'charge',
      amount: intent.amount,
      amount_captured: comesIn ? intent.amount : 0,
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
      outcome: outcomeOf(reason),
      paid: reason === null && !isPending,
      payment_intent: intent.id,
      payment_method: method.id,
      payment_method_details: methodDetails(change, intent, method, reason),
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
      status: reason ? 'failed' : isPending ? 'pending' : 'succeeded',
      transfer_data: null,
      transfer_group: null,
    },
    { dueAt },
  );
}

/** A debit that was on its way came through, or did not: the charge says so, and the caller when. */
export function settleCharge(change: Change, charge: Stripe.Charge, reason: Decline | null): Stripe.Charge {
  const entry = reason ? null : bookCharge(change, charge);
  return change.update<'charge'>(
    charge,
    {
      amount_captured: reason ? 0 : charge.amount,
      balance_transaction: entry?.id ?? null,
      captured: reason === null,
      failure_code: reason?.code ?? null,
      failure_message: reason?.message ?? null,
      outcome: outcomeOf(reason),
      paid: reason === null,
      status: reason ? 'failed' : 'succeeded',
    },
    { events: [] },
  );
}

function bookCharge(
  change: Change,
  charge: Pick<Stripe.Charge, 'id' | 'amount' | 'currency' | 'description'>,
): Stripe.BalanceTransaction {
  return enterLedger(change, {
    amount: charge.amount,
    fee: processingFee(charge.amount),
    currency: charge.currency,
    type: 'charge',
    reportingCategory: 'charge',
    description: charge.description,
    source: charge.id,
  });
}

function outcomeOf(reason: Decline | null): Stripe.Charge.Outcome {
  return {
    advice_code: reason ? 'try_again_later' : null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: reason ? 'declined_by_network' : 'approved_by_network',
    reason: reason ? (reason.declineCode ?? reason.code) : null,
    risk_level: 'normal',
    risk_score: 12,
    seller_message: reason ? 'The bank did not return any further details with this decline.' : 'Payment complete.',
    type: reason ? 'issuer_declined' : 'authorized',
  };
}

function methodDetails(
  change: Change,
  intent: Stripe.PaymentIntent,
  { card, sepa_debit: sepa, us_bank_account: account }: Stripe.PaymentMethod,
  reason: Decline | null,
): Stripe.Charge.PaymentMethodDetails {
  if (sepa) {
    const { bank_code, branch_code, country, fingerprint, last4 } = sepa;
    return { sepa_debit: { bank_code, branch_code, country, fingerprint, last4, mandate: null }, type: 'sepa_debit' };
  }
  if (account) {
    const { account_holder_type, account_type, bank_name, fingerprint, last4, routing_number } = account;
    const details = { account_holder_type, account_type, bank_name, fingerprint, last4, routing_number };
    return { type: 'us_bank_account', us_bank_account: { ...details, payment_reference: null } };
  }
  return {
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
  };
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
