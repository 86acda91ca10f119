/** What is said where something happens once it is paid, and the payment did not go through. */

import { PlanclaimError } from '../errors.ts';
import type { OpenPayment } from '../stripe/invoices.ts';

/** What was to be paid for, in the words of whoever reads it. */
const words = {
  change: {
    asked: 'The bank asks the customer to confirm this payment. The plan changes as soon as it is confirmed.',
    declined: 'The payment was declined and the plan is as it was. Pay with another card to change it.',
  },
  resume: {
    asked: 'The bank asks the customer to confirm this payment. The subscription goes on as soon as it is confirmed.',
    declined: 'The payment was declined and the subscription stays paused. Pay with another card to take it up again.',
  },
} as const;

/** 402 `requires_action` or `payment_failed`, with the page at Stripe where it can still be paid. */
export function notPaid(what: keyof typeof words, { requiresAction, hostedUrl }: OpenPayment): PlanclaimError {
  const { asked, declined } = words[what];
  return new PlanclaimError(requiresAction ? asked : declined, {
    code: requiresAction ? 'requires_action' : 'payment_failed',
    status: 402,
    details: { hosted_url: hostedUrl },
  });
}
