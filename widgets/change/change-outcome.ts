/** What came of a change: whether what was asked for is there, and the sentence that says so. */

import type { ChangePreview, Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { formatDate } from '../ui/money.ts';
import type { Target } from './flow-step.ts';

/** Whether the subscription is what was asked for, and waits for no payment. */
export function isReached({ plan, billingCycle, quantity }: Target, subscription: Subscription | null): boolean {
  return (
    subscription !== null &&
    subscription.pending_change === null &&
    subscription.plan === plan.id &&
    (billingCycle === null || subscription.billing_cycle === billingCycle) &&
    (quantity === null || subscription.quantity === quantity)
  );
}

/** @param subscription as it is since then */
export function doneSentence(
  { plan, quantity }: Target,
  { effective }: ChangePreview,
  { subscription, text, locale }: { subscription: Subscription | null; text: Messages; locale: string },
): string {
  if (effective !== 'now') return text.change.scheduled(plan.name, formatDate(effective, locale));
  // Of seats the plan says nothing.
  return subscription?.plan === plan.id && quantity !== null ? text.change.changed : text.nowOn(plan.name);
}

/** @param plan as it is called */
export function cancelledSentence(
  plan: string,
  { subscription, text, locale }: { subscription: Subscription | null; text: Messages; locale: string },
): string {
  const end = subscription?.cancel_at;
  return end ? text.manager.endsNow(plan, formatDate(end, locale)) : text.change.changed;
}
