/** Refunds of charges, made and read. */

import type Stripe from 'stripe';
import { refundCharge } from '../billing/refunds.ts';
import { invalid, missing } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, page, refuse, within } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { idOf, mergeMetadata } from '../store/wire.ts';

type Params = Stripe.RefundCreateParams;

export const createRefund: Write<Params> = (params, { change }) => {
  refuse(params, ['customer', 'origin', 'refund_application_fee', 'reverse_transfer']);
  return refundCharge(change, chargeOf(change, params), {
    amount: params.amount ?? null,
    reason: params.reason ?? null,
    metadata: mergeMetadata({}, params.metadata),
  });
};

export const retrieveRefund: Read<unknown> = (_params, { store, path }) =>
  store.get('refund', path['id'] ?? '', 'path');

export const updateRefund: Write<Stripe.RefundUpdateParams> = (params, { change, path }) => {
  const refund = change.store.get('refund', path['id'] ?? '', 'path');
  return change.update<'refund'>(
    refund,
    { metadata: mergeMetadata(refund.metadata ?? {}, params.metadata) },
    { events: ['charge.refund.updated', 'refund.updated'] },
  );
};

/** Only a refund that waits for its payer can be cancelled, and a card's never does. */
export const cancelRefund: Write<unknown> = (_params, { change, path }) => {
  const refund = change.store.get('refund', path['id'] ?? '', 'path');
  throw invalid(
    `You cannot cancel a refund with status \`${refund.status}\`. Only refunds with status \`requires_action\` can be canceled.`,
  );
};

export const listRefunds: Read<Stripe.RefundListParams> = (params, { store, url }) =>
  page(store, 'refund', params, {
    url,
    where: [
      attribute('$.charge', params.charge),
      attribute('$.payment_intent', params.payment_intent),
      within('created', params.created),
    ],
  });

function chargeOf(change: Change, params: Params): Stripe.Charge {
  if (params.charge !== undefined) {
    const charge = change.store.get('charge', params.charge, 'charge');
    if (params.payment_intent === undefined || idOf(charge.payment_intent) === params.payment_intent) return charge;
    throw invalid(
      `The charge ${charge.id} is not of the PaymentIntent ${params.payment_intent}. Name only one.`,
      'charge',
    );
  }
  if (params.payment_intent === undefined) throw missing('payment_intent');
  const intent = change.store.get('payment_intent', params.payment_intent, 'payment_intent');
  const charge = change.store.find('charge', idOf(intent.latest_charge) ?? '');
  if (charge?.status === 'succeeded') return charge;
  throw invalid(
    `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
    'payment_intent',
    'payment_intent_unexpected_state',
  );
}
