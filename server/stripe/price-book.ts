/** Products and prices at Stripe that stand for the plans of the config. */

import type Stripe from 'stripe';
import { lookupKey, type BillingCycle, type CurrencyAmounts, type Plan, type Project } from '../config/project.ts';
import { asking } from './failures.ts';
import type { StripeGateway } from './gateway.ts';

/** One difference between the config and Stripe. Amounts in minor units. */
export type PlanDifference =
  | { readonly kind: 'product_missing'; readonly plan: Plan; readonly productId: string }
  | { readonly kind: 'product_renamed'; readonly plan: Plan; readonly productId: string; readonly from: string }
  | { readonly kind: 'product_archived'; readonly plan: Plan; readonly productId: string }
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
    }
  | { readonly kind: 'tax_unspecified'; readonly plan: Plan; readonly cycle: BillingCycle; readonly priceId: string };

/** A product that was made for a plan which the config has no longer. */
export interface OrphanedProduct {
  readonly productId: string;
  readonly name: string;
  readonly plan: string;
}

const productIdOf = (project: Project, plan: Plan): string => `planclaim_${project.id}_${plan.id}`;

/** What differs, in the order in which it is mended. */
export async function comparePlans(gateway: StripeGateway, project: Project): Promise<PlanDifference[]> {
  const differences: PlanDifference[] = [];
  for (const plan of project.plans.filter(({ kind }) => kind === 'paid')) {
    const productId = productIdOf(project, plan);
    const product = await gateway.findProduct(productId);
    if (!product) differences.push({ kind: 'product_missing', plan, productId });
    else {
      if (!product.active) differences.push({ kind: 'product_archived', plan, productId });
      if (product.name !== productName(project, plan))
        differences.push({ kind: 'product_renamed', plan, productId, from: product.name });
    }
    for (const [cycle, amounts] of Object.entries(plan.prices) as [BillingCycle, CurrencyAmounts][]) {
      const price = await gateway.findPriceObject(lookupKey(project, plan.id, cycle));
      if (!price) differences.push({ kind: 'price_missing', plan, cycle, amounts });
      else if (!sameAmounts(amountsOf(price), amounts)) {
        differences.push({ kind: 'price_changed', plan, cycle, amounts, from: amountsOf(price), priceId: price.id });
      } else if (project.checkout.automaticTax && price.tax_behavior === 'unspecified') {
        differences.push({ kind: 'tax_unspecified', plan, cycle, priceId: price.id });
      }
    }
  }
  return differences;
}

/** Products of ours that stand for no plan of the config any more. */
export async function orphanedProducts(gateway: StripeGateway, project: Project): Promise<OrphanedProduct[]> {
  const plans = new Set(project.plans.filter(({ kind }) => kind === 'paid').map(({ id }) => id));
  return asking(async () => {
    const found: OrphanedProduct[] = [];
    for await (const { id, name, metadata } of gateway.sdk.products.list({ active: true, limit: 100 })) {
      const { planclaim_project: owner, planclaim_plan: plan } = metadata;
      if (owner === project.id && plan !== undefined && !plans.has(plan)) found.push({ productId: id, name, plan });
    }
    return found;
  });
}

/** Takes it out of sale; who has it keeps it. */
export async function archiveProduct(gateway: StripeGateway, productId: string): Promise<void> {
  await asking(() => gateway.sdk.products.update(productId, { active: false }));
}

/** Makes Stripe match. A changed price is a new price that takes over the lookup key; the old one goes on for those who have it. */
export async function mendDifference(
  gateway: StripeGateway,
  project: Project,
  difference: PlanDifference,
): Promise<void> {
  await asking(() => mend(gateway, project, difference));
}

async function mend(gateway: StripeGateway, project: Project, difference: PlanDifference): Promise<void> {
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
  } else if (difference.kind === 'product_archived') {
    await products.update(id, { active: true });
  } else if (difference.kind === 'tax_unspecified') {
    const amounts = plan.prices[difference.cycle] ?? {};
    const [first = '', ...others] = Object.keys(amounts);
    await prices.update(difference.priceId, {
      tax_behavior: taxBehavior(first),
      ...(others.length > 0 && {
        currency_options: Object.fromEntries(others.map((code) => [code, { tax_behavior: taxBehavior(code) }])),
      }),
    });
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
  const taxed = project.checkout.automaticTax;
  return {
    product,
    currency,
    unit_amount: unitAmount,
    lookup_key: lookupKey(project, plan.id, cycle),
    transfer_lookup_key: true,
    ...(taxed && { tax_behavior: taxBehavior(currency) }),
    ...(cycle !== 'one_time' && { recurring: { interval: cycle === 'monthly' ? 'month' : 'year' } }),
    ...(others.length > 0 && {
      currency_options: Object.fromEntries(
        others.map(([code, amount]) => [
          code,
          { unit_amount: amount, ...(taxed && { tax_behavior: taxBehavior(code) }) },
        ]),
      ),
    }),
  };
}

/** As Stripe infers it by currency: people in North America are shown prices before tax, others with it. */
const taxBehavior = (currency: string): 'exclusive' | 'inclusive' =>
  currency === 'usd' || currency === 'cad' ? 'exclusive' : 'inclusive';

const productName = (project: Project, plan: Plan): string => `${project.name} ${plan.name}`;

function amountsOf(price: Stripe.Price): CurrencyAmounts {
  const options = Object.entries(price.currency_options ?? {}).map(([code, option]) => [code, option.unit_amount ?? 0]);
  return { [price.currency]: price.unit_amount ?? 0, ...Object.fromEntries(options) };
}

const sameAmounts = (a: CurrencyAmounts, b: CurrencyAmounts): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([code, amount]) => b[code] === amount);
