/** Products and prices at Stripe that stand for the plans of the config. */

import type Stripe from 'stripe';
import { lookupKey, type BillingCycle, type CurrencyAmounts, type Plan, type Project } from '../config/project.ts';
import type { StripeGateway } from './gateway.ts';

/** One difference between the config and Stripe. Amounts in minor units. */
export type PlanDifference =
  | { readonly kind: 'product_missing'; readonly plan: Plan; readonly productId: string }
  | { readonly kind: 'product_renamed'; readonly plan: Plan; readonly productId: string; readonly from: string }
  | {
      readonly kind: 'price_missing';
      readonly plan: Plan;
      readonly cycle: BillingCycle;
      readonly amounts: CurrencyAmounts;
    }
  | {
      readonly kind: 'price_changed';
      readonly plan: Plan;
      readonly cycle: BillingCycle;
      readonly amounts: CurrencyAmounts;
      readonly from: CurrencyAmounts;
      readonly priceId: string;
    };

const productIdOf = (project: Project, plan: Plan): string => `planclaim_${project.id}_${plan.id}`;

/** What differs, in the order in which it is mended. */
export async function comparePlans(gateway: StripeGateway, project: Project): Promise<PlanDifference[]> {
  const differences: PlanDifference[] = [];
  for (const plan of project.plans.filter(({ kind }) => kind === 'paid')) {
    const productId = productIdOf(project, plan);
    const product = await gateway.findProduct(productId);
    if (!product) differences.push({ kind: 'product_missing', plan, productId });
    else if (product.name !== productName(project, plan)) {
      differences.push({ kind: 'product_renamed', plan, productId, from: product.name });
    }
    for (const [cycle, amounts] of Object.entries(plan.prices) as [BillingCycle, CurrencyAmounts][]) {
      const price = await gateway.findPriceObject(lookupKey(project, plan.id, cycle));
      if (!price) differences.push({ kind: 'price_missing', plan, cycle, amounts });
      else if (!sameAmounts(amountsOf(price), amounts)) {
        differences.push({ kind: 'price_changed', plan, cycle, amounts, from: amountsOf(price), priceId: price.id });
      }
    }
  }
  return differences;
}

/** Makes Stripe match. A changed price is a new price that takes over the lookup key; the old one goes on for those who have it. */
export async function mendDifference(
  gateway: StripeGateway,
  project: Project,
  difference: PlanDifference,
): Promise<void> {
  const { products, prices } = gateway.sdk;
  const { plan } = difference;
  const id = productIdOf(project, plan);
  const name = productName(project, plan);
  if (difference.kind === 'product_missing') {
    await products.create({
      id,
      name,
      ...(plan.description !== null && { description: plan.description }),
      metadata: { planclaim_project: project.id, planclaim_plan: plan.id },
    });
  } else if (difference.kind === 'product_renamed') {
    await products.update(id, { name });
  } else {
    await prices.create(priceParams(project, id, plan, difference.cycle, difference.amounts));
  }
}

function priceParams(
  project: Project,
  product: string,
  plan: Plan,
  cycle: BillingCycle,
  amounts: CurrencyAmounts,
): Stripe.PriceCreateParams {
  const [first, ...others] = Object.entries(amounts);
  const [currency, unitAmount] = first as [string, number];
  return {
    product,
    currency,
    unit_amount: unitAmount,
    lookup_key: lookupKey(project, plan.id, cycle),
    transfer_lookup_key: true,
    ...(cycle !== 'one_time' && { recurring: { interval: cycle === 'monthly' ? 'month' : 'year' } }),
    ...(others.length > 0 && {
      currency_options: Object.fromEntries(others.map(([code, amount]) => [code, { unit_amount: amount }])),
    }),
  };
}

const productName = (project: Project, plan: Plan): string => `${project.name} ${plan.name}`;

function amountsOf(price: Stripe.Price): CurrencyAmounts {
  const options = Object.entries(price.currency_options ?? {}).map(([code, option]) => [code, option.unit_amount ?? 0]);
  return { [price.currency]: price.unit_amount ?? 0, ...Object.fromEntries(options) };
}

const sameAmounts = (a: CurrencyAmounts, b: CurrencyAmounts): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([code, amount]) => b[code] === amount);
