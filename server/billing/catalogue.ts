/** The plans of a project for display: what `GET /v1/projects/{p}/plans` answers. Amounts in minor units. */

import { billingCycles, type BillingCycle, type Plan, type Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';

export interface CataloguePrice {
  readonly unit_amount: number;
  readonly currency: string;
}

export interface CataloguePlan {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly rank: number;
  readonly kind: Plan['kind'];
  readonly highlight: string | null;
  readonly features: readonly string[];
  readonly entitlements: Readonly<Record<string, boolean | number>>;
  readonly per_seat: boolean;
  readonly seats: { readonly min: number; readonly max: number } | null;
  readonly trial_days: number | null;
  readonly trial_card: 'required' | 'optional' | null;
  readonly contact_url: string | null;
  readonly prices: Readonly<Partial<Record<BillingCycle, CataloguePrice>>>;
}

export interface Catalogue {
  readonly project_id: string;
  readonly name: string;
  readonly branding: Project['branding'];
  readonly payments: Project['payments'];
  readonly default_plan: string | null;
  readonly currency: string | null;
  readonly currencies: readonly string[];
  readonly billing_cycles: readonly BillingCycle[];
  readonly plans: readonly CataloguePlan[];
}

/** Currencies in which every priced plan is sold, in the order of the config. */
export function commonCurrencies(project: Project): string[] {
  const lists = project.plans.flatMap((plan) =>
    Object.values(plan.prices).map((amounts) => Object.keys(amounts ?? {})),
  );
  const [first = [], ...rest] = lists;
  return first.filter((currency) => rest.every((list) => list.includes(currency)));
}

/**
 * @param currency ISO 4217 in lower case; null takes the first of the config
 * @throws PlanclaimError 400 `currency_unknown` when the plans have no price in it
 */
export function catalogue(project: Project, currency: string | null): Catalogue {
  const currencies = commonCurrencies(project);
  const chosen = currency?.toLowerCase() ?? currencies[0] ?? null;
  if (chosen !== null && currencies.length > 0 && !currencies.includes(chosen)) {
    throw new PlanclaimError(`There are no prices in "${currency}". Currencies: ${currencies.join(', ')}.`, {
      code: 'currency_unknown',
      status: 400,
    });
  }
  const plans = project.plans.filter((plan) => !plan.hidden);
  return {
    project_id: project.id,
    name: project.name,
    branding: project.branding,
    payments: project.payments,
    default_plan: project.defaultPlan,
    currency: chosen,
    currencies,
    billing_cycles: billingCycles.filter((cycle) => plans.some((plan) => plan.prices[cycle])),
    plans: plans.map((plan) => cataloguePlan(plan, chosen)),
  };
}

function cataloguePlan(plan: Plan, currency: string | null): CataloguePlan {
  const prices: Partial<Record<BillingCycle, CataloguePrice>> = {};
  for (const cycle of billingCycles) {
    const amount = currency === null ? undefined : plan.prices[cycle]?.[currency];
    if (amount !== undefined && currency !== null) prices[cycle] = { unit_amount: amount, currency };
  }
  return {
    id: plan.id,
    name: plan.name,
    description: plan.description,
    rank: plan.rank,
    kind: plan.kind,
    highlight: plan.highlight,
    features: plan.features,
    entitlements: plan.entitlements,
    per_seat: plan.perSeat,
    seats: plan.seats,
    trial_days: plan.trialDays,
    trial_card: plan.trialDays === null ? null : plan.trialCard,
    contact_url: plan.contactUrl,
    prices,
  };
}
