/** Stripe's customer portal: one configuration a project, made from its plans and kept so, and sessions on it. */

import type Stripe from 'stripe';
import { lookupKey, type BillingCycle, type Plan, type Project } from '../config/project.ts';
import { asking, isMissing, stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';

/** The one thing that a visit is for; without one the portal shows all that it has. */
export type PortalFlow =
  | { readonly type: 'payment_method_update' }
  | { readonly type: 'subscription_cancel' | 'subscription_update'; readonly subscriptionId: string };

export interface PortalVisit {
  readonly customerId: string;
  readonly configurationId: string;
  readonly returnUrl: string;
  readonly flow: PortalFlow | null;
}

/** How the configuration at Stripe stands to the project's plans. */
export interface PortalConfigurationReading {
  readonly id: string;
  readonly active: boolean;
  /** What is not as it should be, by name, such as `features.subscription_cancel.mode`. */
  readonly drifted: readonly string[];
}

type Wanted = Pick<
  Stripe.BillingPortal.ConfigurationCreateParams,
  'business_profile' | 'features' | 'login_page' | 'metadata' | 'name'
>;

/** Stripe's own limit; the plans of the highest rank are kept. */
const mostProducts = 10;
const mostLookupKeys = 10;

/** What the project's configuration should say. Prices that are sold today, and no others: legacy ones cannot be bought (R23.3). */
export async function wantedPortalConfiguration(gateway: StripeGateway, project: Project): Promise<Wanted> {
  const products = await switchableProducts(gateway, project);
  // The portal cannot put an upgrade off until the period ends: where that is the rule, plans are changed elsewhere.
  const switching = products.length > 0 && project.changes.upgrade === 'now';
  const seats = project.plans.some(({ perSeat }) => perSeat);
  return {
    name: `Planclaim: ${project.id}`.slice(0, 100),
    business_profile: { headline: project.name.slice(0, 60) },
    metadata: { planclaim_project: project.id },
    // Its login page finds people by their e-mail address, which proves nothing (R10.2).
    login_page: { enabled: false },
    features: {
      customer_update: { enabled: true, allowed_updates: ['name', 'email', 'address', 'phone', 'tax_id'] },
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true },
      subscription_cancel: {
        enabled: true,
        mode: 'at_period_end',
        proration_behavior: 'none',
        cancellation_reason: {
          enabled: true,
          options: ['too_expensive', 'missing_features', 'switched_service', 'unused', 'too_complex', 'other'],
        },
      },
      subscription_update: switching
        ? {
            enabled: true,
            default_allowed_updates: ['price', ...(seats ? (['quantity'] as const) : []), 'promotion_code'],
            proration_behavior: 'always_invoice',
            trial_update_behavior: 'continue_trial',
            schedule_at_period_end: {
              conditions:
                project.changes.downgrade === 'period_end'
                  ? [{ type: 'decreasing_item_amount' }, { type: 'shortening_interval' }]
                  : [],
            },
            products,
          }
        : { enabled: false },
    },
  };
}

type Product = Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionUpdate.Product;

interface Offered {
  readonly product: Product;
  readonly intervals: Set<string>;
  readonly rank: number;
}

async function switchableProducts(gateway: StripeGateway, project: Project): Promise<Product[]> {
  const seats = project.plans.some(({ perSeat }) => perSeat);
  const offered = project.plans
    .filter(({ kind, hidden }) => kind === 'paid' && !hidden)
    .flatMap((plan) =>
      (Object.keys(plan.prices) as BillingCycle[])
        .filter((cycle) => cycle !== 'one_time')
        .map((cycle) => ({ plan, key: lookupKey(project, plan.id, cycle) })),
    );
  const prices = await pricesByKey(
    gateway,
    offered.map(({ key }) => key),
  );
  const products = new Map<string, Offered>();
  for (const { plan, key } of offered) {
    const price = prices.get(key);
    if (!price?.recurring) continue;
    const id = typeof price.product === 'string' ? price.product : price.product.id;
    const made: Product = { product: id, prices: [], ...(seats && { adjustable_quantity: seatsOf(plan) }) };
    const known: Offered = products.get(id) ?? { product: made, intervals: new Set(), rank: 0 };
    const interval = `${price.recurring.interval_count} ${price.recurring.interval}`;
    // Stripe refuses several prices of one product and interval: a customer could not tell them apart.
    if (known.intervals.has(interval)) continue;
    known.intervals.add(interval);
    known.product.prices.push(price.id);
    products.set(id, { ...known, rank: plan.rank });
  }
  return [...products.values()]
    .toSorted((a, b) => b.rank - a.rank)
    .slice(0, mostProducts)
    .toReversed()
    .map(({ product }) => product);
}

/** Who goes from ten seats to a plan without seats must not take ten of it along: such a plan is had once. */
const seatsOf = ({ perSeat, seats }: Plan): NonNullable<Product['adjustable_quantity']> => ({
  enabled: true,
  minimum: perSeat ? (seats?.min ?? 1) : 1,
  ...(perSeat ? seats && { maximum: seats.max } : { maximum: 1 }),
});

async function pricesByKey(gateway: StripeGateway, keys: readonly string[]): Promise<Map<string, Stripe.Price>> {
  const found = new Map<string, Stripe.Price>();
  for (let start = 0; start < keys.length; start += mostLookupKeys) {
    const { data } = await asking(() =>
      gateway.sdk.prices.list({
        lookup_keys: keys.slice(start, start + mostLookupKeys),
        active: true,
        limit: 100,
      }),
    );
    for (const price of data) if (price.lookup_key !== null) found.set(price.lookup_key, price);
  }
  return found;
}

const expand = ['features.subscription_update.products'];

/** The configuration of that id, held against what is wanted; null when Stripe has no such. */
export async function readPortalConfiguration(
  gateway: StripeGateway,
  id: string,
  wanted: Wanted,
): Promise<PortalConfigurationReading | null> {
  try {
    return readingOf(await gateway.sdk.billingPortal.configurations.retrieve(id, { expand }), wanted);
  } catch (error) {
    if (isMissing(error)) return null;
    throw stripeFailure(error);
  }
}

/** The configuration that was made for the project before, by whatever database; null when there is none. */
export async function findPortalConfiguration(
  gateway: StripeGateway,
  project: Project,
  wanted: Wanted,
): Promise<PortalConfigurationReading | null> {
  return asking(async () => {
    const list = gateway.sdk.billingPortal.configurations.list({
      active: true,
      limit: 100,
      expand: expand.map((path) => `data.${path}`),
    });
    for await (const configuration of list) {
      if (configuration.metadata?.['planclaim_project'] === project.id) return readingOf(configuration, wanted);
    }
    return null;
  });
}

const readingOf = (configuration: Stripe.BillingPortal.Configuration, wanted: Wanted): PortalConfigurationReading => ({
  id: configuration.id,
  active: configuration.active,
  drifted: differences(wanted, configuration, ''),
});

/** Makes it, or makes it what is wanted. Returns its id. */
export async function writePortalConfiguration(
  gateway: StripeGateway,
  existing: PortalConfigurationReading | null,
  wanted: Wanted,
): Promise<string> {
  const { configurations } = gateway.sdk.billingPortal;
  const { id } = await asking(() =>
    existing === null
      ? configurations.create(wanted as Stripe.BillingPortal.ConfigurationCreateParams)
      : configurations.update(existing.id, { ...wanted, active: true }),
  );
  return id;
}

/** Null when the customer is gone at Stripe (R9.3). Returns the address of the portal. */
export async function createPortalSession(gateway: StripeGateway, visit: PortalVisit): Promise<string | null> {
  const { customerId, configurationId, returnUrl, flow } = visit;
  try {
    const session = await gateway.sdk.billingPortal.sessions.create({
      customer: customerId,
      configuration: configurationId,
      return_url: returnUrl,
      ...(flow && {
        flow_data: {
          type: flow.type,
          after_completion: { type: 'redirect', redirect: { return_url: returnUrl } },
          ...(flow.type !== 'payment_method_update' && { [flow.type]: { subscription: flow.subscriptionId } }),
        },
      }),
    });
    return session.url;
  } catch (error) {
    if (isMissing(error, 'customer')) return null;
    throw stripeFailure(error);
  }
}

/** Names of what is wanted and is not there; what is there besides does not matter, nor does the order of lists. */
function differences(wanted: unknown, found: unknown, path: string): string[] {
  if (Array.isArray(wanted)) {
    const list = Array.isArray(found) ? found : [];
    const all = wanted.every((one) => list.some((other) => differences(one, other, '').length === 0));
    return all && list.length === wanted.length ? [] : [path];
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const object = (typeof found === 'object' && found !== null ? found : {}) as Record<string, unknown>;
    return Object.entries(wanted).flatMap(([name, value]) =>
      differences(value, object[name], path === '' ? name : `${path}.${name}`),
    );
  }
  return wanted === found ? [] : [path];
}
