/** Money given back on a charge, in parts or as a whole. */

import type Stripe from 'stripe';
import { behaviourOf } from '../cards.ts';
import { invalid } from '../errors.ts';
import { formatMoney } from '../pages/money.ts';
import type { Change } from '../store/change.ts';
import { idOf } from '../store/wire.ts';
import { disputeOf } from './disputes.ts';
import { enterLedger } from './ledger.ts';

export interface RefundOrder {
  /** Minor units; null: all that is left. */
  readonly amount: number | null;
  readonly reason: Stripe.RefundCreateParams.Reason | null;
  readonly metadata: Stripe.Metadata;
}

/** What of a charge was not given back yet, in minor units. */
export function refundable(charge: Stripe.Charge): number {
  return charge.amount_captured - charge.amount_refunded;
}

/**
 * Gives money back. Emits `refund.created` and `charge.refunded`, and when the bank has it, `charge.refund.updated` and
 * `refund.updated`: for most cards at once, for the test card of slow refunds later, and that of failing ones gives it
 * back later.
 *
 * @throws StripeApiError 400 `charge_already_refunded`, `charge_disputed`, and for an amount above what is left.
 */
export function refundCharge(change: Change, charge: Stripe.Charge, order: RefundOrder): Stripe.Refund {
  const left = refundable(charge);
  requireRefundable(change, charge, order.amount);
  const amount = order.amount ?? left;
  const outcome = outcomeOf(change, charge);
  const id = change.store.ids.next('re');
  const entry = enterLedger(change, {
    amount: -amount,
    currency: charge.currency,
    type: 'refund',
    reportingCategory: 'refund',
    description: `REFUND FOR CHARGE${charge.description === null ? '' : ` (${charge.description})`}`,
    source: id,
  });
  const refund = change.create<'refund'>(
    {
      id,
      object: 'refund',
      amount,
      balance_transaction: entry.id,
      charge: charge.id,
      created: change.now,
      currency: charge.currency,
      customer: idOf(charge.customer),
      customer_account: null,
      destination_details: destination({ reference_status: 'pending' }),
      metadata: order.metadata,
      payment_intent: idOf(charge.payment_intent),
      payment_method: charge.payment_method,
      ...(outcome === 'pending' && { pending_reason: 'processing' as const }),
      reason: order.reason,
      receipt_number: null,
      source_transfer_reversal: null,
      status: outcome === 'pending' ? 'pending' : 'succeeded',
      transfer_reversal: null,
    },
    { dueAt: outcome === 'succeeds' ? null : change.now + laterBy },
  );
  giveBack(change, charge, amount, ['charge.refunded']);
  return outcome === 'succeeds' ? arrive(change, refund) : refund;
}

/** What becomes of a refund later: it arrives, or the bank sends it back. */
export function advanceRefund(change: Change, refund: Stripe.Refund): void {
  if (refund.status === 'pending') {
    arrive(change, refund);
    return;
  }
  const charge = change.store.get('charge', idOf(refund.charge) ?? '', 'charge');
  const entry = enterLedger(change, {
    amount: refund.amount,
    currency: refund.currency,
    type: 'refund_failure',
    reportingCategory: 'refund_failure',
    description: `REFUND FAILURE FOR CHARGE (${charge.id})`,
    source: refund.id,
  });
  giveBack(change, charge, -refund.amount, []);
  const failed = change.update<'refund'>(
    refund,
    { failure_balance_transaction: entry.id, failure_reason: 'expired_or_canceled_card', status: 'failed' },
    { events: ['refund.failed'] },
  );
  change.announce('charge.refund.updated', failed);
}

/** Seconds until a slow refund arrives, or a failing one comes back. */
const laterBy = 3600;

/** The bank has it, under the reference that a customer may ask it for. */
function arrive(change: Change, refund: Stripe.Refund): Stripe.Refund {
  const reference = change.store.ids.secret(11);
  return change.update<'refund'>(
    refund,
    {
      // The key goes with what it told of.
      pending_reason: undefined as never,
      status: 'succeeded',
      destination_details: destination({ reference, reference_status: 'available' }),
    },
    { dueAt: null, events: ['charge.refund.updated', 'refund.updated'] },
  );
}

function giveBack(change: Change, charge: Stripe.Charge, amount: number, events: string[]): void {
  const refunded = charge.amount_refunded + amount;
  change.update<'charge'>(
    charge,
    { amount_refunded: refunded, refunded: refunded === charge.amount_captured },
    { events },
  );
}

function destination(card: { reference?: string; reference_status: string }): Stripe.Refund.DestinationDetails {
  return { card: { ...card, reference_type: 'acquirer_reference_number', type: 'refund' }, type: 'card' };
}

function outcomeOf(change: Change, charge: Stripe.Charge): 'succeeds' | 'pending' | 'fails' {
  const method = charge.payment_method;
  const card = method === null ? null : change.store.hidden('payment_method', method);
  return card ? behaviourOf(card.number).refund : 'succeeds';
}

function requireRefundable(change: Change, charge: Stripe.Charge, wanted: number | null): void {
  const left = refundable(charge);
  if (charge.status !== 'succeeded') {
    throw invalid(
      `This charge (${charge.id}) was not successful and has nothing to refund.`,
      'charge',
      'charge_not_refundable',
    );
  }
  const dispute = disputeOf(change, charge);
  if (dispute && !dispute.is_charge_refundable) {
    throw invalid(`Charge ${charge.id} has been charged back; cannot issue a refund.`, 'charge', 'charge_disputed');
  }
  if (left === 0) {
    throw invalid(`Charge ${charge.id} has already been refunded.`, 'charge', 'charge_already_refunded');
  }
  if (wanted === null) return;
  if (wanted < 1) throw invalid('Invalid positive integer', 'amount', 'parameter_invalid_integer');
  if (wanted > left) {
    const [asked, rest] = [wanted, left].map((amount) => formatMoney(amount, charge.currency, 'en-US'));
    throw invalid(`Refund amount (${asked}) is greater than unrefunded amount on charge (${rest})`, 'amount');
  }
}
