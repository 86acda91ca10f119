/** What billing asks of Stripe, in our words. Only this folder names Stripe's types. */

import type Stripe from 'stripe';
import type { Clock } from '../clock.ts';
import { lookupKey, type BillingCycle, type Config, type Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import { needsBills, readBills, type Bills } from './bills.ts';
import { ReadBudget } from './budget.ts';
import { createStripeClient } from './client.ts';
import { isMissing, stripeFailure } from './failures.ts';
import { paymentStatus } from './invoices.ts';
import type { KnownMeanings } from './price-meaning.ts';
import {
  furtherPriceIds,
  openPayments,
  readSubscription,
  subscriptionExpansions,
  type SubscriptionReading,
} from './subscriptions.ts';
import { StripeTime } from './time.ts';

export interface KnownPrice {
  readonly id: string;
  readonly unitAmount: number | null;
  /** Billed by use: Stripe refuses a quantity of it (R24.2). */
  readonly metered: boolean;
}

/** How long a price found by its lookup key is believed, in milliseconds. */
const priceMemory = 60_000;

/** One Stripe account, as one project uses it. */
export class StripeGateway {
  readonly #project: Project;
  readonly #stripe: Stripe;
  readonly #clock: Clock;
  readonly #budget: ReadBudget;
  readonly #prices = new Map<string, { price: KnownPrice; until: number }>();
  readonly #pricesRead = new Map<string, { price: Stripe.Price; until: number }>();

  constructor(project: Project, stripe: Stripe, budget: ReadBudget, clock: Clock) {
    this.#project = project;
    this.#stripe = stripe;
    this.#budget = budget;
    this.#clock = clock;
  }

  /** What time it is at Stripe, in milliseconds. */
  now(): number {
    return this.#clock();
  }

  get project(): Project {
    return this.#project;
  }

  /** The SDK itself, for the other files of this folder. */
  get sdk(): Stripe {
    return this.#stripe;
  }

  /**
   * All subscriptions of a customer, ended ones too, over all pages (R20.3). Null when the customer is gone at Stripe.
   * @param known what prices have once meant
   * @throws PlanclaimError 503 `unavailable`
   */
  async listSubscriptions(customerId: string, known: KnownMeanings): Promise<SubscriptionReading[] | null> {
    await this.#budget.take();
    const list = this.#stripe.subscriptions.list({
      customer: customerId,
      status: 'all',
      limit: 100,
      expand: subscriptionExpansions,
    });
    try {
      const found: Stripe.Subscription[] = [];
      for await (const subscription of list) found.push(subscription);
      const prices = await this.#pricesById(furtherPriceIds(found));
      const payments = await this.#paymentsOf(openPayments(found));
      const bills = await this.#billsOf(found);
      // Stripe lists the newest first.
      return found.map((subscription, index) =>
        readSubscription(this.#project, subscription, {
          known,
          prices,
          payments,
          bills,
          position: found.length - 1 - index,
        }),
      );
    } catch (error) {
      if (isMissing(error, 'customer')) return null;
      throw stripeFailure(error);
    }
  }

  /** Prices as they are; what a price costs never changes and its lookup key rarely does, so an answer is believed for a while. */
  async #pricesById(ids: readonly string[]): Promise<ReadonlyMap<string, Stripe.Price>> {
    const now = this.#clock();
    const prices = new Map<string, Stripe.Price>();
    for (const id of new Set(ids)) {
      const known = this.#pricesRead.get(id);
      const price =
        known && known.until > now
          ? known.price
          : await this.#stripe.prices.retrieve(id, { expand: ['currency_options'] });
      this.#pricesRead.set(id, { price, until: now + priceMemory });
      prices.set(id, price);
    }
    return prices;
  }

  /** How the payment of each invoice stands. */
  async #paymentsOf(invoiceIds: readonly string[]): Promise<ReadonlyMap<string, Stripe.PaymentIntent.Status>> {
    const payments = new Map<string, Stripe.PaymentIntent.Status>();
    for (const id of invoiceIds) {
      await this.#budget.take();
      const status = await paymentStatus(this.#stripe, id);
      if (status !== null) payments.set(id, status);
    }
    return payments;
  }

  /** What their own invoices say of those that are not simply paid, by id. */
  async #billsOf(subscriptions: readonly Stripe.Subscription[]): Promise<ReadonlyMap<string, Bills>> {
    const bills = new Map<string, Bills>();
    for (const subscription of subscriptions.filter(needsBills)) {
      await this.#budget.take();
      bills.set(subscription.id, await readBills(this.#stripe, subscription));
    }
    return bills;
  }

  /** Makes a customer for the user. The key keeps a retry from making a second one (R8.1). */
  async createCustomer(userId: string, email: string | null, idempotencyKey: string | null): Promise<string> {
    try {
      const customer = await this.#stripe.customers.create(
        {
          ...(email !== null && { email }),
          metadata: { planclaim_project: this.#project.id, planclaim_user: userId },
        },
        idempotencyKey === null ? {} : { idempotencyKey },
      );
      return customer.id;
    } catch (error) {
      throw stripeFailure(error);
    }
  }

  /** The customer and the currency that it is bound to; null when it is gone: deleted ones answer `deleted: true` or are missing (R9.1). */
  async findCustomer(customerId: string): Promise<{ readonly id: string; readonly currency: string | null } | null> {
    try {
      const customer = await this.#stripe.customers.retrieve(customerId);
      return customer.deleted === true ? null : { id: customer.id, currency: customer.currency ?? null };
    } catch (error) {
      if (isMissing(error)) return null;
      throw stripeFailure(error);
    }
  }

  /**
   * The price that is sold for a plan and cycle, by lookup key.
   * @throws PlanclaimError 503 `price_missing` when nobody has pushed the plans to Stripe
   */
  async findPrice(plan: string, cycle: BillingCycle): Promise<KnownPrice> {
    const key = lookupKey(this.#project, plan, cycle);
    const known = this.#prices.get(key);
    if (known && known.until > this.#clock()) return known.price;
    const found = await this.findPriceObject(key);
    if (!found) {
      throw new PlanclaimError(`Stripe has no price "${key}". Run "npx planclaim plans push" once and try again.`, {
        code: 'price_missing',
        status: 503,
      });
    }
    const price: KnownPrice = {
      id: found.id,
      unitAmount: found.unit_amount,
      metered: found.recurring?.usage_type === 'metered',
    };
    this.#prices.set(key, { price, until: this.#clock() + priceMemory });
    return price;
  }

  /** The active price with that lookup key, as Stripe has it now; null when there is none. */
  async findPriceObject(key: string): Promise<Stripe.Price | null> {
    try {
      const { data } = await this.#stripe.prices.list({
        lookup_keys: [key],
        active: true,
        limit: 1,
        expand: ['data.currency_options'],
      });
      return data[0] ?? null;
    } catch (error) {
      throw stripeFailure(error);
    }
  }

  /** Null when Stripe has no such product. */
  async findProduct(productId: string): Promise<Stripe.Product | null> {
    try {
      return await this.#stripe.products.retrieve(productId);
    } catch (error) {
      if (isMissing(error)) return null;
      throw stripeFailure(error);
    }
  }
}

/** One gateway a project, and what time it is at Stripe. */
export interface Gateways {
  /** @throws PlanclaimError 409 `payments_off` for a project with `payments: 'none'` */
  (project: Project): StripeGateway;
  readonly time: StripeTime;
  /** The time at which a plan of the project is decided, in milliseconds: Stripe's, or ours where nothing is paid. */
  now(project: Project): number;
  /** Told of every answer of Stripe's: what was asked for, without ids, and how it went. */
  onAnswer(listener: (answer: StripeAnswer) => void): void;
}

export interface StripeAnswer {
  readonly method: string;
  /** `subscriptions`, `checkout/sessions`. */
  readonly resource: string;
  readonly status: number;
}

/** What comes before a resource's name in a path. */
const namespaces = new Set(['billing_portal', 'checkout', 'test_helpers']);

function answerOf({ method, path, status }: Stripe.ResponseEvent): StripeAnswer {
  const [first = '', second = ''] = path.replace(/^\/v1\/|\?.*$/g, '').split('/');
  return { method, resource: namespaces.has(first) ? `${first}/${second}` : first, status };
}

/** One gateway a project; projects of one account share its client and its budget of reads. */
export function createGateways(config: Config, clock: Clock, send?: typeof fetch): Gateways {
  const time = new StripeTime(config.stripeApiBase, clock, send);
  const clients = new Map<string, { stripe: Stripe; budget: ReadBudget }>();
  const gateways = new Map<string, StripeGateway>();
  let told: (answer: StripeAnswer) => void = () => undefined;
  const gatewayOf = (project: Project): StripeGateway => {
    const made = gateways.get(project.id);
    if (made) return made;
    if (!project.stripe) {
      throw new PlanclaimError(`Project "${project.id}" has payments: 'none'; nothing can be bought in it.`, {
        code: 'payments_off',
        status: 409,
      });
    }
    const key = project.stripe.secretKey;
    const shared = clients.get(key) ?? {
      stripe: createStripeClient(project.stripe, config.stripeApiBase, { time, ...(send && { send }) }),
      budget: new ReadBudget(config.stripeReadsPerSecond, clock),
    };
    if (!clients.has(key)) shared.stripe.on('response', (answer: Stripe.ResponseEvent) => told(answerOf(answer)));
    clients.set(key, shared);
    const gateway = new StripeGateway(project, shared.stripe, shared.budget, () => time.now());
    gateways.set(project.id, gateway);
    return gateway;
  };
  return Object.assign(gatewayOf, {
    time,
    now: (project: Project) => (project.stripe ? time.now() : clock()),
    onAnswer: (listener: (answer: StripeAnswer) => void) => {
      told = listener;
    },
  });
}
