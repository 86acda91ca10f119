/** Into Stripe's customer portal and back: what a visit is for, and what follows from it. */

import type { Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import type { Subscription } from '../store/records.ts';
import {
  readPaymentMethods,
  settleWithNewMethod,
  type DefaultPaymentMethods,
  type PaymentOutcome,
} from '../stripe/owed-payment.ts';
import { createPortalSession, type PortalFlow } from '../stripe/portal.ts';
import { adoptPortalSchedule, requireOwnSchedule } from '../stripe/schedules.ts';
import { bestSubscription } from './best-subscription.ts';
import { runningSubscription } from './cancel.ts';
import type { CheckoutDeps } from './checkout.ts';
import { currentCustomer } from './customers.ts';
import { readRecords } from './plan.ts';
import { portalConfiguration } from './portal-configuration.ts';
import { isLive, timeOf } from './standing.ts';

export const portalFlows = ['payment_method_update', 'subscription_cancel', 'subscription_update'] as const;

export interface PortalOrder {
  /** Where the user wants to be afterwards. */
  readonly returnUrl: string;
  readonly flow: PortalFlow['type'] | null;
}

/** What is known when a user leaves for the portal, for when they come back. */
export interface PortalNote {
  readonly projectId: string;
  readonly userId: string;
  readonly returnUrl: string;
  /** Null for a user without a running subscription. */
  readonly subscription: {
    readonly id: string;
    readonly paidBy: DefaultPaymentMethods;
    /** Whether a schedule was attached already. */
    readonly scheduled: boolean;
  } | null;
  /** When the visit began, in milliseconds of Stripe's time. */
  readonly since: number;
}

/**
 * The address of the portal for this user. A user who never bought anything has none, and nothing is made (R9.3).
 * @param back makes the address that Stripe sends the browser back to: one of ours, which knows the note
 * @throws PlanclaimError 409 `no_billing_account`, `no_subscription`, `fix_payment`, `cancel_scheduled`, `change_scheduled`,
 *   `schedule_foreign`, `portal_flow_unavailable`; 503 `unavailable`
 */
export async function openPortal(
  deps: CheckoutDeps,
  project: Project,
  userId: string,
  order: PortalOrder,
  back: (note: PortalNote) => Promise<string>,
): Promise<string> {
  const current = await currentCustomer(deps, project, userId);
  const subscription =
    order.flow === 'subscription_cancel' || order.flow === 'subscription_update'
      ? await deps.locks.hold(project.id, userId, (lease) => runningSubscription(deps, project, userId, lease))
      : await storedSubscription(deps, project, userId);
  const customerId = subscription?.customerId ?? current?.id ?? null;
  if (customerId === null) throw noBillingAccount();
  const gateway = deps.stripe(project);
  const flow = order.flow === null ? null : await flowOf(deps, project, order.flow, subscription);
  const paidBy = subscription && (await readPaymentMethods(gateway, subscription.subscriptionId));
  const returnUrl = await back({
    projectId: project.id,
    userId,
    returnUrl: order.returnUrl,
    subscription: subscription &&
      paidBy && { id: subscription.subscriptionId, paidBy, scheduled: subscription.scheduleId !== null },
    since: timeOf(subscription ?? { testClock: null }, deps.stripe.now(project)),
  });
  const configurationId = await portalConfiguration(deps, project);
  const url = await createPortalSession(gateway, { customerId, configurationId, returnUrl, flow });
  if (url === null) throw noBillingAccount();
  return url;
}

const noBillingAccount = (): PlanclaimError =>
  new PlanclaimError('There is no billing account yet: it comes with the first purchase.', {
    code: 'no_billing_account',
    status: 409,
  });

async function storedSubscription(deps: CheckoutDeps, project: Project, userId: string): Promise<Subscription | null> {
  const now = deps.stripe.now(project);
  const { subscriptions } = await readRecords(deps.store.read, project, userId, now);
  return bestSubscription(project, subscriptions.filter(isLive), now);
}

/** What Stripe's portal would refuse is refused here, with a name and the way out. */
async function flowOf(
  deps: CheckoutDeps,
  project: Project,
  type: PortalFlow['type'],
  subscription: Subscription | null,
): Promise<PortalFlow> {
  if (type === 'payment_method_update') return { type };
  if (!subscription) throw refusal('no_subscription', 'There is no running subscription.');
  if (subscription.scheduleId !== null) {
    await requireOwnSchedule(deps.stripe(project), subscription);
    throw refusal(
      'change_scheduled',
      'A change of the subscription is scheduled. Take it back with POST /v1/subscription/resume, then try again.',
    );
  }
  if (type === 'subscription_cancel') {
    if (subscription.cancelAt !== null) {
      throw refusal(
        'cancel_scheduled',
        'The subscription is set to end already. POST /v1/subscription/resume takes that back.',
      );
    }
    return { type, subscriptionId: subscription.subscriptionId };
  }
  if (subscription.status === 'past_due' || subscription.status === 'unpaid') {
    throw refusal('fix_payment', 'The last payment failed. Update the payment method before changing the plan.');
  }
  if (project.changes.upgrade !== 'now') {
    throw refusal(
      'portal_flow_unavailable',
      'Plans change at the end of the period here, which the portal cannot do. Use POST /v1/subscription/change.',
    );
  }
  return { type, subscriptionId: subscription.subscriptionId };
}

const refusal = (code: string, message: string): PlanclaimError => new PlanclaimError(message, { code, status: 409 });

/**
 * What follows from a visit, as the user comes back: the plan as Stripe has it now and, where a card replaced the one that
 * failed, what is owed is paid with it at once.
 * @throws PlanclaimError 503 `unavailable`; nothing is lost then, since Stripe's events tell the same
 */
export async function returnFromPortal(
  deps: CheckoutDeps,
  project: Project,
  note: PortalNote,
): Promise<PaymentOutcome> {
  const { subscription, since } = note;
  return deps.locks.hold(project.id, note.userId, async (lease) => {
    const gateway = deps.stripe(project);
    const outcome = subscription ? await settleWithNewMethod(gateway, subscription.id, subscription.paidBy) : 'none';
    if (subscription?.scheduled === false) await adoptPortalSchedule(gateway, subscription.id, since);
    await deps.sync.refreshUser(project, note.userId, lease);
    return outcome;
  });
}
