/** `plans push`: what Stripe lacks of the config's plans, in words first, then made. */

import { lookupKey, type CurrencyAmounts, type Project } from '../config/project.ts';
import { comparePlans, mendDifference, type PlanDifference } from '../stripe/price-book.ts';
import type { BillingDeps } from './deps.ts';

export interface PlanDiff {
  /** One line a difference, for a terminal. */
  readonly lines: readonly string[];
  /** Whether it was carried out. */
  readonly applied: boolean;
}

/**
 * Makes Stripe's products and prices match the config; prints nothing, returns the diff.
 * @param onLines called with the diff before anything is changed
 * @throws PlanclaimError 409 `payments_off`, 502 `stripe_key_refused` or `stripe_refused`, 503 `unavailable`
 */
export async function pushPlans(
  deps: Pick<BillingDeps, 'stripe'>,
  project: Project,
  options: { readonly dryRun: boolean; readonly onLines?: (lines: readonly string[]) => void },
): Promise<PlanDiff> {
  const gateway = deps.stripe(project);
  const differences = await comparePlans(gateway, project);
  const lines = differences.map((difference) => describe(project, difference));
  options.onLines?.(lines);
  if (options.dryRun) return { lines, applied: false };
  for (const difference of differences) await mendDifference(gateway, project, difference);
  return { lines, applied: true };
}

function describe(project: Project, difference: PlanDifference): string {
  const { plan } = difference;
  switch (difference.kind) {
    case 'product_missing':
      return `+ product ${difference.productId} (${plan.name})`;
    case 'product_renamed':
      return `~ product ${difference.productId}: "${difference.from}" becomes "${project.name} ${plan.name}"`;
    case 'price_missing':
      return `+ price ${lookupKey(project, plan.id, difference.cycle)}: ${amountsText(difference.amounts)}`;
    case 'price_changed':
      return (
        `~ price ${lookupKey(project, plan.id, difference.cycle)}: ${amountsText(difference.from)} becomes ${amountsText(difference.amounts)}` +
        ` (subscribers keep ${difference.priceId}: add it to legacyPrices of "${plan.id}")`
      );
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
