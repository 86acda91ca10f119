/** Starts a purchase: at most one subscription and one open session a user, a customer found by our own user id, never by e-mail. */

import type { Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import type { Subscription } from '../store/records.ts';
import { accountOf } from '../stripe/account.ts';
import { currencyLocked } from '../stripe/failures.ts';
import {
  createCheckoutSession,
  retrieveCheckoutSession,
  type CheckoutSessionReading,
} from '../stripe/checkout-sessions.ts';
import { abandonUnpaid } from '../stripe/subscription-commands.ts';
import { checkOrder, type CheckedOrder, type CheckoutOrder } from './checkout-order.ts';
import { bestSubscription } from './best-subscription.ts';
import { customerFor, forgetCustomer, type Payer } from './customers.ts';
import { refuseWhileDeleted } from './deletion-pending.ts';
import type { BillingDeps } from './deps.ts';
import { closeOpenSessions, openSessions, recordSessionStatus, type StoredSession } from './open-sessions.ts';
import { isLive, standingOf, type Refusal } from './standing.ts';
import { readRecords } from './plan.ts';
import { rememberPrice } from './price-memory.ts';
import type { Sync } from './sync.ts';
import { mayTry } from './trials.ts';
import type { UserLocks } from './user-lock.ts';

export interface CheckoutDeps extends BillingDeps {
  readonly locks: UserLocks;
  readonly sync: Sync;
}

export interface StartedCheckout {
  readonly sessionId: string;
  /** Where to send the browser; null for embedded checkout. */
  readonly url: string | null;
  readonly clientSecret: string | null;
}

const hour = 3_600_000;
/** A session with less than this left is not handed out again, in milliseconds. */
const nearlyExpired = 5 * 60_000;

/**
 * @throws PlanclaimError 400 `plan_unknown`, `plan_not_for_sale`, `billing_cycle_unknown`, `quantity_invalid`, `currency_unknown`,
 *   409 `manage`, `fix_payment`, `resume`, `wait`, `currency_locked`, `deletion_pending`; 429 `rate_limited`; 503 `unavailable`
 */
export async function startCheckout(
  deps: CheckoutDeps,
  project: Project,
  userId: string,
  order: CheckoutOrder,
): Promise<StartedCheckout> {
  const checked = checkOrder(project, order);
  // A bare link costs Stripe nothing when our own books refuse it already.
  if (!order.authenticated) refuseSecondSubscription(deps, project, await subscriptionsOf(deps, project, userId));
  return deps.locks.hold(project.id, userId, async (lease) => {
    await refuseWhileDeleted(deps.store.read, project, userId);
    // Stripe is asked, not only the database (R7.4); what it says is stored on the way.
    await deps.sync.refreshUser(project, userId, lease);
    refuseSecondSubscription(deps, project, await subscriptionsOf(deps, project, userId));

    const fingerprint = fingerprintOf(checked);
    const mine = (await openSessions(deps, project, userId)).filter(
      (session) => session.authenticated === (order.authenticated ? 1 : 0),
    );
    const again = await reusable(
      deps,
      project,
      mine.filter((session) => session.fingerprint === fingerprint),
    );
    if (again) {
      deps.metrics?.count('planclaim_checkouts_total', { project: project.id, outcome: 'reopened' });
      return again;
    }

    await refuseTooMany(deps, project, userId, order.authenticated);
    const ends = await closeOpenSessions(deps, project, userId, mine);
    if (ends.includes('complete')) {
      await deps.sync.refreshUser(project, userId, lease);
      refuseSecondSubscription(deps, project, await subscriptionsOf(deps, project, userId));
    }
    await abandonNeverPaid(deps, project, userId);
    return open(deps, project, userId, checked, fingerprint);
  });
}

const subscriptionsOf = async (deps: BillingDeps, project: Project, userId: string): Promise<readonly Subscription[]> =>
  (await readRecords(deps.store.read, project, userId, deps.stripe.now(project))).subscriptions;

/** What a user with a subscription is told instead of a second one: the way out has a name. */
function refuseSecondSubscription(deps: BillingDeps, project: Project, subscriptions: readonly Subscription[]): void {
  const live = bestSubscription(project, subscriptions.filter(isLive), deps.stripe.now(project));
  const { refusal } = standingOf(live);
  if (refusal !== null) throw new PlanclaimError(waysOut[refusal], { code: refusal, status: 409 });
}

/** What was bought before and never paid makes way: else Stripe could still collect it beside the new one (R22.2). */
async function abandonNeverPaid(deps: BillingDeps, project: Project, userId: string): Promise<void> {
  for (const { neverPaid, endedAt, status, subscriptionId } of await subscriptionsOf(deps, project, userId)) {
    const isRetried = neverPaid && endedAt === null && (status === 'past_due' || status === 'unpaid');
    if (isRetried) await abandonUnpaid(deps.stripe(project), subscriptionId);
  }
}

const waysOut: Readonly<Record<Refusal, string>> = {
  manage: 'There is a running subscription already. Change or cancel it instead of buying again.',
  fix_payment:
    'The last payment of the running subscription failed. Update the payment method instead of buying again.',
  resume: 'The subscription is paused. Resume it instead of buying again.',
  wait: 'The payment of the last purchase is on its way. The plan is live as soon as it has arrived; do not pay again.',
};

const fingerprintOf = (order: CheckedOrder): string =>
  JSON.stringify([
    order.plan,
    order.billingCycle,
    order.quantity,
    order.currency,
    order.successUrl,
    order.cancelUrl,
    order.ui,
    order.email,
  ]);

/** The open session that a first click made, when Stripe still has it open (R7.3). */
async function reusable(
  deps: BillingDeps,
  project: Project,
  sessions: readonly StoredSession[],
): Promise<StartedCheckout | null> {
  for (const session of sessions) {
    const reading = await retrieveCheckoutSession(deps.stripe(project), session.session_id);
    const isPayable = reading?.status === 'open' && !reading.customerGone;
    if (isPayable && reading.expiresAt - deps.stripe.now(project) > nearlyExpired) return started(reading);
    await recordSessionStatus(deps, session, reading?.status ?? 'expired');
  }
  return null;
}

/** Card testers and loops are stopped by user, never by address alone (R44.1). Strangers' links count apart from the user's own. */
async function refuseTooMany(
  deps: BillingDeps,
  project: Project,
  userId: string,
  authenticated: boolean,
): Promise<void> {
  const now = deps.clock();
  const rows = await deps.store.read
    .selectFrom('checkout_session')
    .select('created_at')
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .where('authenticated', '=', authenticated ? 1 : 0)
    .where('created_at', '>', now - hour)
    .orderBy('created_at')
    .execute();
  const [oldest] = rows;
  if (!oldest || rows.length < project.checkout.perHour) return;
  const retryAfter = Math.max(1, Math.ceil((oldest.created_at + hour - now) / 1000));
  throw new PlanclaimError(`Too many checkouts were started. Try again in ${Math.ceil(retryAfter / 60)} minutes.`, {
    code: 'rate_limited',
    status: 429,
    retryAfter,
  });
}

async function open(
  deps: BillingDeps,
  project: Project,
  userId: string,
  order: CheckedOrder,
  fingerprint: string,
): Promise<StartedCheckout> {
  // Before a customer is made: a price that is missing is no reason for one (R9.2).
  const price = await deps.stripe(project).findPrice(order.plan, order.billingCycle);
  const subscriptions = await subscriptionsOf(deps, project, userId);
  const trialDays = (await mayTry(deps.store.read, project, userId, subscriptions)) ? order.planned.trialDays : null;
  const { session, customerId } = await createSession(deps, project, userId, { ...order, trialDays });
  const now = deps.clock();
  await deps.store.write(async (tx) => {
    await rememberPrice(tx, project, price.id, order, now);
    await tx
      .insertInto('checkout_session')
      .values({
        account: accountOf(project),
        session_id: session.id,
        project_id: project.id,
        user_id: userId,
        customer_id: customerId,
        plan: order.plan,
        billing_cycle: order.billingCycle,
        quantity: order.quantity,
        fingerprint,
        authenticated: order.authenticated ? 1 : 0,
        status: session.status,
        url: session.url,
        success_url: order.successUrl,
        cancel_url: order.cancelUrl,
        expires_at: session.expiresAt,
        created_at: now,
      })
      .execute();
  });
  deps.metrics?.count('planclaim_checkouts_total', { project: project.id, outcome: 'started' });
  return started(session);
}

interface SessionOrder extends CheckedOrder {
  /** Null for none. */
  readonly trialDays: number | null;
}

/** A customer may be deleted between two calls: one new customer, and the same request succeeds (R9.1). */
async function createSession(
  deps: BillingDeps,
  project: Project,
  userId: string,
  order: SessionOrder,
): Promise<{ session: CheckoutSessionReading; customerId: string }> {
  const customer = await customerFor(deps, project, userId, order);
  try {
    return { session: await sessionFor(deps, project, userId, order, customer), customerId: customer.id };
  } catch (error) {
    const gone = error instanceof PlanclaimError && error.details['param'] === 'customer';
    if (!gone || !customer.known) throw error;
    await forgetCustomer(deps, project, customer.id);
    return createSession(deps, project, userId, order);
  }
}

function sessionFor(
  deps: BillingDeps,
  project: Project,
  userId: string,
  order: SessionOrder,
  customer: Payer,
): Promise<CheckoutSessionReading> {
  return createCheckoutSession(deps.stripe(project), {
    projectId: project.id,
    userId,
    plan: order.plan,
    billingCycle: order.billingCycle,
    quantity: order.quantity,
    currency: currencyOf(order, customer),
    customerId: customer.id,
    ui: order.ui,
    successUrl: `${deps.config.publicUrl}/checkout/return?session_id={CHECKOUT_SESSION_ID}`,
    cancelUrl: order.cancelUrl,
    trialDays: order.trialDays,
    trialCard: order.planned.trialCard,
  });
}

/** What was asked for, or what the customer is bound to; the two never differ (R13.1). */
function currencyOf(order: CheckedOrder, { currency: locked }: Payer): string | null {
  if (locked === null) return order.currency;
  const isSold = Object.hasOwn(order.planned.prices[order.billingCycle] ?? {}, locked);
  if (!isSold || (order.currency !== null && order.currency !== locked)) throw currencyLocked(locked);
  return locked;
}

const started = (session: CheckoutSessionReading): StartedCheckout => ({
  sessionId: session.id,
  url: session.url,
  clientSecret: session.clientSecret,
});
