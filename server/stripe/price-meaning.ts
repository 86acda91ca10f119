/** Which plan and cycle a price means: by its id, never by metadata (R23.1). */

import type Stripe from 'stripe';
import { lookupKey, type BillingCycle, type Project } from '../config/project.ts';

export interface PriceMeaning {
  readonly plan: string;
  /** Null when it bills in a rhythm that has no name here, such as every three months (R23.4). */
  readonly billingCycle: BillingCycle | null;
}

/** What prices have once meant, by their id: it holds when a lookup key has moved on to another price. */
export type KnownMeanings = ReadonlyMap<string, PriceMeaning>;

const cycles: Readonly<Record<string, BillingCycle>> = { month: 'monthly', year: 'yearly' };

function cycleOf(price: Stripe.Price): BillingCycle | null {
  if (!price.recurring) return 'one_time';
  if (price.recurring.interval === 'month' && price.recurring.interval_count === 12) return 'yearly';
  return price.recurring.interval_count === 1 ? (cycles[price.recurring.interval] ?? null) : null;
}

/** The meaning by the price's lookup key, which is that of a price that is sold today; null for any other. */
export function soldAs(project: Project, price: Stripe.Price): PriceMeaning | null {
  const plan = project.plans.find(({ id, prices }) =>
    (Object.keys(prices) as BillingCycle[]).some((cycle) => price.lookup_key === lookupKey(project, id, cycle)),
  );
  return plan ? { plan: plan.id, billingCycle: cycleOf(price) } : null;
}

/** What a price means in a project: one of a plan's legacy prices, the price that is sold, or one that was. Null: not ours. */
export function meaningOfPrice(project: Project, price: Stripe.Price, known: KnownMeanings): PriceMeaning | null {
  const legacy = project.plans.find(({ legacyPrices }) => legacyPrices.includes(price.id));
  if (legacy) return { plan: legacy.id, billingCycle: cycleOf(price) };
  const remembered = known.get(price.id);
  return (
    soldAs(project, price) ?? (remembered && project.plans.some(({ id }) => id === remembered.plan) ? remembered : null)
  );
}
