/** The way back from Stripe: the paid session is applied before the browser is sent on. */

import type { Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import type { CheckoutDeps } from './checkout.ts';
import { retrieveCheckoutSession } from '../stripe/checkout-sessions.ts';
import { recordSessionStatus } from './open-sessions.ts';
import type { PlanState } from './plan-state.ts';

/** Where a browser goes after Stripe, and what it has by then. */
export interface CheckoutReturn {
  readonly project: Project;
  readonly state: PlanState;
  readonly successUrl: string;
}

/**
 * Applies a paid session at once, so that the plan is live before the user lands (R6.1).
 * @param asUser who the caller is, when that is known: another user's session is refused (R6.3)
 * @throws PlanclaimError 404 `checkout_session_unknown`, 403 `checkout_session_foreign`, 409 `checkout_not_complete`, 503 `unavailable`
 */
export async function completeCheckout(
  deps: CheckoutDeps,
  sessionId: string,
  asUser: { readonly projectId: string; readonly userId: string } | null,
): Promise<CheckoutReturn> {
  const stored = await deps.store.read
    .selectFrom('checkout_session')
    .selectAll()
    .where('session_id', '=', sessionId)
    .executeTakeFirst();
  const project = stored && deps.config.projects.get(stored.project_id);
  if (!stored || !project?.stripe) {
    throw new PlanclaimError('This checkout was not started here. Nothing was changed.', {
      code: 'checkout_session_unknown',
      status: 404,
    });
  }
  const foreign = new PlanclaimError('This checkout belongs to somebody else. Nothing was changed.', {
    code: 'checkout_session_foreign',
    status: 403,
  });
  if (asUser && (asUser.projectId !== stored.project_id || asUser.userId !== stored.user_id)) throw foreign;
  const session = await retrieveCheckoutSession(deps.stripe(project), sessionId);
  if (session && (session.customerId !== stored.customer_id || session.clientReferenceId !== stored.user_id))
    throw foreign;
  if (session?.status !== 'complete') {
    throw new PlanclaimError('This checkout has not been paid. Nothing was charged.', {
      code: 'checkout_not_complete',
      status: 409,
      details: { checkout_url: session?.status === 'open' ? stored.url : null, cancel_url: stored.cancel_url },
    });
  }
  await recordSessionStatus(deps, stored, 'complete');
  const state = await deps.sync.syncUser(project, stored.user_id);
  return { project, state, successUrl: stored.success_url.replaceAll('{CHECKOUT_SESSION_ID}', sessionId) };
}
