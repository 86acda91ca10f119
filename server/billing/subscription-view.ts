/** What a user sees of their own subscription: the plan state, how it is paid, and what comes next. */

import type { Project } from '../config/project.ts';
import { toIso } from '../clock.ts';
import { subscriptionOf, type PaymentMethodSummary } from '../store/records.ts';
import type { CheckoutDeps } from './checkout.ts';
import { bestSubscription, isLive, type PlanState } from './plan-state.ts';

export interface NextInvoice {
  /** Minor units, before tax and discounts. */
  readonly amount_due: number;
  readonly currency: string;
  readonly date: string;
}

export interface SubscriptionView extends PlanState {
  readonly payment_method: PaymentMethodSummary | null;
  readonly next_invoice: NextInvoice | null;
  /** Whether a checkout would still come with a trial: one a user, whatever the plan (R12.1). */
  readonly trial_available: boolean;
}

export async function subscriptionView(
  deps: Pick<CheckoutDeps, 'store' | 'clock' | 'sync'>,
  project: Project,
  userId: string,
): Promise<SubscriptionView> {
  const state = await deps.sync.freshPlanState(project, userId);
  const rows = await deps.store.read
    .selectFrom('subscription')
    .selectAll()
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .execute();
  const best = bestSubscription(project, rows.map(subscriptionOf), deps.clock());
  const paymentMethod = rows.find((row) => row.subscription_id === best?.subscriptionId)?.payment_method ?? null;
  return {
    ...state,
    payment_method: paymentMethod === null ? null : (JSON.parse(paymentMethod) as PaymentMethodSummary),
    next_invoice: best && isLive(best) ? nextInvoice(best) : null,
    trial_available: project.payments === 'stripe' && rows.every((row) => row.trial_start === null),
  };
}

/** Null when nothing more will be charged, or when a scheduled change makes the amount another one. */
function nextInvoice({
  status,
  cancelAt,
  scheduled,
  currentPeriodEnd,
  unitAmount,
  quantity,
  currency,
}: ReturnType<typeof subscriptionOf>): NextInvoice | null {
  const renews =
    (status === 'active' || status === 'trialing' || status === 'past_due') && cancelAt === null && !scheduled;
  if (!renews || currentPeriodEnd === null || unitAmount === null) return null;
  return { amount_due: unitAmount * quantity, currency, date: toIso(currentPeriodEnd) };
}
