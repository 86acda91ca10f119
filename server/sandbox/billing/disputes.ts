/** Disputes: a payer's bank takes a charge back, the business answers or does not, and the bank decides. */

import type Stripe from 'stripe';
import { z } from 'zod';
import { behaviourOf } from '../cards.ts';
import type { Change } from '../store/change.ts';
import type { Database } from '../store/database.ts';
import { idOf } from '../store/wire.ts';
import { cancelNow } from './cancel-now.ts';
import { subscriptionOf } from './invoices.ts';
import { enterLedger } from './ledger.ts';

/** What a chargeback does to the subscription that the charge paid for: Stripe's setting for it in the dashboard. */
export const disputeSettingsSchema = z.object({ on_dispute: z.enum(['keep', 'cancel']).default('keep') });

export type DisputeSettings = z.infer<typeof disputeSettingsSchema>;

export type DisputeOutcome = 'won' | 'lost';

export interface DisputeOrder {
  readonly reason: string;
  /** An inquiry takes no money until it becomes a chargeback. */
  readonly kind: 'chargeback' | 'inquiry';
}

/** Days that a business has to answer. */
const answerWithin = 10 * 86_400;

/** What Stripe keeps for each chargeback, won or lost, in minor units. */
const fee = 1500;

export function readDisputeSettings(database: Database): DisputeSettings {
  return disputeSettingsSchema.parse(JSON.parse(database.setting('disputes') ?? '{}'));
}

export function setDisputeSettings(database: Database, settings: DisputeSettings): void {
  database.setSetting('disputes', JSON.stringify(settings));
}

/** The newest dispute of a charge; null: there was none. */
export function disputeOf(change: Pick<Change, 'store'>, charge: Stripe.Charge): Stripe.Dispute | null {
  const found = change.store.all('dispute', [{ sql: "json_extract(body, '$.charge') = ?", values: [charge.id] }]);
  return found.at(-1) ?? null;
}

/** Whether the bank has not decided yet. */
export function isOpen(dispute: Stripe.Dispute): boolean {
  return !['won', 'lost', 'warning_closed', 'prevented'].includes(dispute.status);
}

/** The complaint that a test card brings with it, once its payment is through. */
export function disputeByCard(change: Change, charge: Stripe.Charge): void {
  const method = change.store.hidden('payment_method', charge.payment_method ?? '');
  const order = method && behaviourOf(method.number).dispute;
  if (order && !charge.disputed) openDispute(change, charge, order);
}

/**
 * Opens one over all that was not refunded. Emits `charge.dispute.created` and, unless it is an inquiry,
 * `charge.dispute.funds_withdrawn`; where the settings say so, the subscription that was paid for ends.
 */
export function openDispute(change: Change, charge: Stripe.Charge, order: DisputeOrder): Stripe.Dispute {
  const isInquiry = order.kind === 'inquiry';
  const id = change.store.ids.next('du');
  const amount = charge.amount_captured - charge.amount_refunded;
  change.update<'charge'>(charge, { disputed: true }, { events: [] });
  const { card } = charge.payment_method_details ?? {};
  const dispute = change.create<'dispute'>(
    {
      id,
      object: 'dispute',
      amount,
      balance_transactions: [],
      charge: charge.id,
      created: change.now,
      currency: charge.currency,
      enhanced_eligibility_types: [],
      evidence: evidenceOf(charge),
      evidence_details: {
        due_by: change.now + answerWithin,
        enhanced_eligibility: {},
        has_evidence: false,
        past_due: false,
        submission_count: 0,
        submission_method: 'not_submitted',
      },
      intended_submission_method: null,
      is_charge_refundable: isInquiry,
      livemode: false,
      metadata: {},
      network_reason_code: order.reason === 'product_not_received' ? '13.1' : '10.4',
      payment_intent: idOf(charge.payment_intent),
      payment_method_details: {
        card: {
          brand: card?.brand ?? 'visa',
          case_type: order.kind,
          network: card?.network ?? 'visa',
          network_reason_code: order.reason === 'product_not_received' ? '13.1' : '10.4',
        },
        type: 'card',
      },
      reason: order.reason,
      status: isInquiry ? 'warning_needs_response' : 'needs_response',
    },
    { dueAt: change.now + answerWithin },
  );
  if (isInquiry) return dispute;
  const withdrawn = move(change, dispute, -amount, 'charge.dispute.funds_withdrawn');
  if (readDisputeSettings(change.store.database).on_dispute === 'cancel') cancelPaidFor(change, charge);
  return withdrawn;
}

/** Nobody answered in time: that is a dispute lost, and an inquiry let go. */
export function advanceDispute(change: Change, dispute: Stripe.Dispute): void {
  if (isOpen(dispute)) closeDispute(change, dispute, 'lost');
}

/**
 * The bank decides. Emits `charge.dispute.closed`, and `charge.dispute.funds_reinstated` where the money comes back.
 */
export function closeDispute(change: Change, dispute: Stripe.Dispute, outcome: DisputeOutcome): Stripe.Dispute {
  const isInquiry = dispute.status.startsWith('warning_');
  const closed = change.update<'dispute'>(
    dispute,
    {
      evidence_details: { ...dispute.evidence_details, past_due: change.now >= (dispute.evidence_details.due_by ?? 0) },
      is_charge_refundable: isInquiry || outcome === 'won',
      status: isInquiry ? 'warning_closed' : outcome,
    },
    { dueAt: null, events: ['charge.dispute.closed'] },
  );
  if (isInquiry || outcome === 'lost') return closed;
  return move(change, closed, dispute.amount, 'charge.dispute.funds_reinstated');
}

/** The money goes, or comes back. */
function move(change: Change, dispute: Stripe.Dispute, amount: number, event: string): Stripe.Dispute {
  const isTaken = amount < 0;
  const entry = enterLedger(change, {
    amount,
    fee: isTaken ? fee : 0,
    currency: dispute.currency,
    type: 'adjustment',
    reportingCategory: isTaken ? 'dispute' : 'dispute_reversal',
    description: `${isTaken ? 'Chargeback withdrawal' : 'Chargeback reversal'} for ${idOf(dispute.charge) ?? ''}`,
    source: dispute.id,
  });
  const balance = [...dispute.balance_transactions, entry];
  return change.update<'dispute'>(dispute, { balance_transactions: balance }, { events: [event] });
}

function cancelPaidFor(change: Change, charge: Stripe.Charge): void {
  const intent = idOf(charge.payment_intent);
  const [payment] = change.store.all('invoice_payment', [
    { sql: "json_extract(body, '$.payment.payment_intent') = ?", values: [intent] },
  ]);
  const invoice = payment && change.store.find('invoice', idOf(payment.invoice) ?? '');
  const subscription = invoice && change.store.find('subscription', subscriptionOf(invoice) ?? '');
  if (!subscription || subscription.ended_at !== null) return;
  cancelNow(change, subscription, { reason: 'payment_disputed', prorate: false, invoiceNow: false });
}

/** Nothing said yet, but for what the charge knows of its payer. */
function evidenceOf(charge: Stripe.Charge): Stripe.Dispute.Evidence {
  return {
    access_activity_log: null,
    billing_address: null,
    cancellation_policy: null,
    cancellation_policy_disclosure: null,
    cancellation_rebuttal: null,
    customer_communication: null,
    customer_email_address: charge.billing_details.email,
    customer_name: charge.billing_details.name,
    customer_purchase_ip: null,
    customer_signature: null,
    duplicate_charge_documentation: null,
    duplicate_charge_explanation: null,
    duplicate_charge_id: null,
    enhanced_evidence: {},
    product_description: null,
    receipt: null,
    refund_policy: null,
    refund_policy_disclosure: null,
    refund_refusal_explanation: null,
    service_date: null,
    service_documentation: null,
    shipping_address: null,
    shipping_carrier: null,
    shipping_date: null,
    shipping_documentation: null,
    shipping_tracking_number: null,
    uncategorized_file: null,
    uncategorized_text: null,
  };
}
