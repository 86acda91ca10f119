/** What somebody wants to buy, and whether the config sells it: a plan key and a cycle, nothing price-like (R11.1). */

import { isAllowedRedirect } from '../config/redirects.ts';
import type { BillingCycle, Plan, Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import { requirePlan, unknownCycle } from './assignment.ts';
import { commonCurrencies } from './catalogue.ts';

export interface CheckoutOrder {
  readonly plan: string;
  readonly billingCycle: BillingCycle | null;
  readonly quantity: number | null;
  readonly currency: string | null;
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly ui: 'hosted' | 'embedded';
  /** For Stripe's form; from the user's own token or a signed link, or typed into a plain one. */
  readonly email: string | null;
  /** Whether the caller is proven to be the user. A bare link is not: it may only start a first purchase. */
  readonly authenticated: boolean;
}

/** An order whose every part has been checked against the config. */
export interface CheckedOrder extends CheckoutOrder {
  readonly planned: Plan;
  readonly billingCycle: BillingCycle;
  readonly quantity: number;
}

/**
 * @throws PlanclaimError 400 `plan_unknown`, `plan_not_for_sale`, `billing_cycle_unknown`, `quantity_invalid`, `currency_unknown`
 */
export function checkOrder(project: Project, order: CheckoutOrder): CheckedOrder {
  const planned = requirePlan(project, order.plan);
  if (planned.kind !== 'paid') {
    throw new PlanclaimError(
      planned.kind === 'contact'
        ? `${planned.name} is not sold online. Get in touch to arrange it.`
        : `${planned.name} costs nothing. Choose it with PUT /v1/plan.`,
      {
        code: 'plan_not_for_sale',
        status: 400,
        details: planned.contactUrl === null ? {} : { contact_url: planned.contactUrl },
      },
    );
  }
  const cycles = Object.keys(planned.prices) as BillingCycle[];
  const [onlyCycle] = cycles;
  const billingCycle = order.billingCycle ?? (cycles.length === 1 ? (onlyCycle ?? null) : null);
  if (billingCycle === null || !planned.prices[billingCycle]) throw unknownCycle(planned);
  requireRenewal(planned, billingCycle);
  const currency = order.currency?.toLowerCase() ?? null;
  if (currency !== null && !commonCurrencies(project).includes(currency)) {
    throw new PlanclaimError(
      `There are no prices in "${currency}". Currencies: ${commonCurrencies(project).join(', ')}.`,
      {
        code: 'currency_unknown',
        status: 400,
      },
    );
  }
  return { ...order, planned, billingCycle, currency, quantity: checkQuantity(planned, order.quantity) };
}

/** What is paid once makes no subscription, and so no plan. Throws 400 `plan_not_for_sale`. */
export function requireRenewal({ name }: Plan, cycle: BillingCycle): void {
  if (cycle !== 'one_time') return;
  throw new PlanclaimError(`${name} is paid once, which cannot be bought here. Choose a plan that renews.`, {
    code: 'plan_not_for_sale',
    status: 400,
  });
}

/** Seats asked for, or the fewest sold. Throws 400 `quantity_invalid`. */
export function checkQuantity(plan: Plan, asked: number | null): number {
  const min = plan.seats?.min ?? 1;
  const max = plan.perSeat ? (plan.seats?.max ?? 10_000) : 1;
  const quantity = asked ?? (plan.perSeat ? min : 1);
  if (Number.isInteger(quantity) && quantity >= min && quantity <= max) return quantity;
  throw new PlanclaimError(
    plan.perSeat
      ? `${plan.name} is sold for ${min} to ${max} seats.`
      : `${plan.name} is not sold by the seat; leave quantity out.`,
    { code: 'quantity_invalid', status: 400 },
  );
}

/**
 * Refuses to send a browser anywhere the project does not list (R11.3).
 * @throws PlanclaimError 400 `redirect_not_allowed`
 */
export function requireRedirects(project: Project, urls: readonly string[]): void {
  if (urls.every((url) => isAllowedRedirect(project, url))) return;
  throw new PlanclaimError(
    'This address is not on the list of places where a browser may be sent. Add it to "redirects" in the project\'s config.',
    { code: 'redirect_not_allowed', status: 400 },
  );
}
