/** What is paid after a change, and from when on. */

import type { ChangePreview } from '../client/types.ts';
import { formatAmount, formatDate } from '../ui/money.ts';
import type { FlowView } from './flow-step.ts';

export function nextPayment(
  { step: { target }, subscription, text, locale }: FlowView<'change'>,
  preview: ChangePreview,
): string | null {
  const cycle = target.billingCycle ?? subscription?.billing_cycle;
  if (preview.next_amount === null || (cycle !== 'monthly' && cycle !== 'yearly')) return null;
  const at = nextDate({ preview, cycle, ownCycle: subscription?.billing_cycle ?? null, ...dates(subscription) });
  if (at === null) return null;
  return text.change.next[cycle](formatAmount(preview.next_amount, preview.currency, locale), formatDate(at, locale));
}

const dates = (subscription: FlowView['subscription']): { periodEnd: string | null; trialEnd: string | null } => ({
  periodEnd: subscription?.current_period_end ?? null,
  trialEnd: subscription?.status === 'trialing' ? subscription.trial_end : null,
});

interface Known {
  readonly preview: ChangePreview;
  readonly cycle: 'monthly' | 'yearly';
  readonly ownCycle: string | null;
  readonly periodEnd: string | null;
  readonly trialEnd: string | null;
}

/**
 * When the first whole period is paid: with a change at a date, then; else with the period that runs, which another
 * cycle begins anew. ISO 8601.
 */
export function nextDate({ preview, cycle, ownCycle, periodEnd, trialEnd }: Known): string | null {
  if (preview.effective !== 'now') return preview.effective;
  if (trialEnd !== null) return trialEnd;
  if (ownCycle === cycle || preview.proration_date === null) return periodEnd;
  const date = new Date(preview.proration_date * 1000);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + (cycle === 'yearly' ? 12 : 1));
  // From the 31st of January it is the last of February, not the 3rd of March.
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return date.toISOString();
}
