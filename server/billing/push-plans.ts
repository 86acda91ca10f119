/** `plans push`: what Stripe lacks of the config's plans, in words first, then made. */

import { lookupKey, type BillingCycle, type CurrencyAmounts, type Plan, type Project } from '../config/project.ts';
import {
  archiveProduct,
  comparePlans,
  mendDifference,
  orphanedProducts,
  type OrphanedProduct,
  type PlanDifference,
} from '../stripe/price-book.ts';
import type { BillingDeps } from './deps.ts';

export interface PlanDiff {
  /** One line a difference, for a terminal; none: nothing to do. */
  readonly lines: readonly string[];
  /** Lines for the config: prices that are sold no longer and still mean their plan. */
  readonly legacyPrices: readonly { readonly plan: string; readonly prices: readonly string[] }[];
  /** Products of plans that the config has no longer, and that were left as they are. */
  readonly orphans: readonly OrphanedProduct[];
  /** Whether it was carried out. */
  readonly applied: boolean;
}

export interface PushOptions {
  readonly dryRun: boolean;
  /** Takes products out of sale whose plans are gone. */
  readonly archive?: boolean;
  /** Told the diff before anything is changed. */
  readonly onDiff?: (diff: PlanDiff) => void;
  /** Told of a price that something else is sold in place of, before it is: it goes on meaning its plan (R23.3). */
  readonly remember?: (priceId: string, meaning: { plan: string; billingCycle: BillingCycle }) => Promise<void>;
}

/**
 * Makes Stripe's products and prices match the config. A second run finds nothing to do.
 * @throws PlanclaimError 409 `payments_off`, 502 `stripe_key_refused` or `stripe_refused`, 503 `unavailable`
 */
export async function pushPlans(
  deps: Pick<BillingDeps, 'stripe'>,
  project: Project,
  options: PushOptions,
): Promise<PlanDiff> {
  const { dryRun, archive = false, onDiff, remember } = options;
  const gateway = deps.stripe(project);
  const differences = await comparePlans(gateway, project);
  const orphans = await orphanedProducts(gateway, project);
  const diff: PlanDiff = {
    lines: [
      ...differences.map((difference) => describeDifference(project, difference)),
      ...(archive ? orphans : []).map(({ productId, name }) => `- product ${productId} (${name}): archived`),
    ],
    legacyPrices: legacyLines(differences),
    orphans: archive ? [] : orphans,
    applied: false,
  };
  onDiff?.(diff);
  if (dryRun) return diff;
  for (const difference of differences) {
    if (difference.kind === 'price_changed') {
      await remember?.(difference.priceId, { plan: difference.plan.id, billingCycle: difference.cycle });
    }
    await mendDifference(gateway, project, difference);
  }
  if (archive) for (const { productId } of orphans) await archiveProduct(gateway, productId);
  return { ...diff, applied: true };
}

/** What `legacyPrices` of each plan has to say from now on. */
function legacyLines(differences: readonly PlanDifference[]): PlanDiff['legacyPrices'] {
  const byPlan = new Map<Plan, string[]>();
  for (const difference of differences) {
    if (difference.kind !== 'price_changed') continue;
    const { plan, priceId } = difference;
    byPlan.set(plan, [...(byPlan.get(plan) ?? plan.legacyPrices), priceId]);
  }
  return [...byPlan].map(([plan, prices]) => ({ plan: plan.id, prices }));
}

/** One line: `+` is made, `~` is changed. */
export function describeDifference(project: Project, difference: PlanDifference): string {
  const { plan } = difference;
  switch (difference.kind) {
    case 'product_missing':
      return `+ product ${difference.productId} (${plan.name})`;
    case 'product_renamed':
      return `~ product ${difference.productId}: "${difference.from}" → "${project.name} ${plan.name}"`;
    case 'product_archived':
      return `~ product ${difference.productId} (${plan.name}): archived → on sale`;
    case 'price_missing':
      return `+ price ${lookupKey(project, plan.id, difference.cycle)}: ${amountsText(difference.amounts)}`;
    case 'price_changed':
      return `~ price ${lookupKey(project, plan.id, difference.cycle)}: ${amountsText(difference.from)} → ${amountsText(difference.amounts)}`;
    case 'tax_unspecified':
      return `~ price ${lookupKey(project, plan.id, difference.cycle)}: says whether it includes tax`;
  }
}

/** `19.00 USD, 18.00 EUR`. */
function amountsText(amounts: CurrencyAmounts): string {
  return Object.entries(amounts)
    .map(([currency, amount]) => {
      const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' });
      const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
      return `${(amount / 10 ** digits).toFixed(digits)} ${currency.toUpperCase()}`;
    })
    .join(', ');
}
