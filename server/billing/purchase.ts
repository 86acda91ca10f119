/** One way to a plan, whatever it costs: chosen at once when it needs no payment, else through a checkout. */

import type { Project } from '../config/project.ts';
import { choosePlan, requirePlan } from './assignment.ts';
import type { CheckoutOrder } from './checkout-order.ts';
import { startCheckout, type CheckoutDeps } from './checkout.ts';
import { PlanclaimError } from '../errors.ts';

export interface Purchase {
  /** Where the browser goes next; null for embedded checkout. */
  readonly url: string | null;
  readonly clientSecret: string | null;
}

/**
 * @throws PlanclaimError 403 `signature_required` when an unproven caller would choose a plan; otherwise as
 *   {@link choosePlan} and {@link startCheckout}
 */
export async function purchase(
  deps: CheckoutDeps,
  project: Project,
  userId: string,
  order: CheckoutOrder,
): Promise<Purchase> {
  const plan = requirePlan(project, order.plan);
  if (project.payments === 'stripe' && plan.kind === 'paid') return startCheckout(deps, project, userId, order);
  if (!order.authenticated) {
    throw new PlanclaimError("Choosing a plan needs a signed link or the user's token. Make one with POST /v1/links.", {
      code: 'signature_required',
      status: 403,
    });
  }
  await choosePlan(deps, project, userId, { plan: plan.id, billingCycle: order.billingCycle });
  return { url: order.successUrl, clientSecret: null };
}
