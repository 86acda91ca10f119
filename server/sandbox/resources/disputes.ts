/** Disputes, read and answered. */

import type Stripe from 'stripe';
import { closeDispute, isOpen } from '../billing/disputes.ts';
import { invalid } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, page, within } from '../http/page.ts';
import { mergeMetadata, pick } from '../store/wire.ts';

type Params = Stripe.DisputeUpdateParams;

/** Evidence that decides a test dispute (docs.stripe.com/testing#evidence), as `uncategorized_text`. */
const decisive: Readonly<Record<string, 'won' | 'lost'>> = { winning_evidence: 'won', losing_evidence: 'lost' };

export const retrieveDispute: Read<unknown> = (_params, { store, path }) =>
  store.get('dispute', path['id'] ?? '', 'path');

/** Evidence goes to the bank at once unless `submit` is false; then the bank looks at it. */
export const updateDispute: Write<Params> = (params, { change, path }) => {
  const dispute = change.store.get('dispute', path['id'] ?? '', 'path');
  if (params.evidence) requireOpen(dispute, 'update the evidence of');
  const isSent = params.submit ?? params.evidence !== undefined;
  const updated = change.update<'dispute'>(dispute, {
    ...pick(params, ['intended_submission_method']),
    metadata: mergeMetadata(dispute.metadata, params.metadata),
    evidence: { ...dispute.evidence, ...(params.evidence as Partial<Stripe.Dispute.Evidence>) },
    ...(isSent && isOpen(dispute) && submitted(dispute)),
    ...(!isSent && params.evidence && { evidence_details: { ...dispute.evidence_details, has_evidence: true } }),
  });
  const outcome = isSent ? decisive[updated.evidence.uncategorized_text ?? ''] : undefined;
  return outcome && isOpen(updated) ? closeDispute(change, updated, outcome) : updated;
};

/** Accepts the loss. */
export const acceptDispute: Write<unknown> = (_params, { change, path }) => {
  const dispute = change.store.get('dispute', path['id'] ?? '', 'path');
  requireOpen(dispute, 'close');
  return closeDispute(change, dispute, 'lost');
};

export const listDisputes: Read<Stripe.DisputeListParams> = (params, { store, url }) =>
  page(store, 'dispute', params, {
    url,
    where: [
      attribute('$.charge', params.charge),
      attribute('$.payment_intent', params.payment_intent),
      within('created', params.created),
    ],
  });

function submitted(dispute: Stripe.Dispute): Partial<Stripe.Dispute> {
  const { evidence_details: details, status } = dispute;
  return {
    evidence_details: {
      ...details,
      has_evidence: true,
      submission_count: details.submission_count + 1,
      submission_method: 'manual',
    },
    status: status.startsWith('warning_') ? 'warning_under_review' : 'under_review',
  };
}

function requireOpen(dispute: Stripe.Dispute, what: string): void {
  if (isOpen(dispute)) return;
  throw invalid(`You cannot ${what} a dispute that is ${dispute.status}.`, undefined, 'dispute_already_closed');
}
