/** The sandbox's books, read as they lie: no API, no reading of ours between. */

import type Stripe from 'stripe';
import type { World } from './world.ts';

export class Books {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Oldest first. */
  sessions(): Stripe.Checkout.Session[] {
    return this.#world.sandbox.store.all('checkout.session');
  }

  sessionsOf(userId: string): Stripe.Checkout.Session[] {
    return this.sessions().filter(({ client_reference_id: reference }) => reference === userId);
  }

  /** Ids of all customers that the user's sessions were for, deleted ones too. */
  customersOf(userId: string): Set<string> {
    const ids = this.sessionsOf(userId).map(({ customer }) => String(customer));
    return new Set(ids);
  }

  /** Oldest first, ended ones too. */
  subscriptionsOf(userId: string): Stripe.Subscription[] {
    const customers = this.customersOf(userId);
    return this.#world.sandbox.store
      .all('subscription')
      .filter(({ customer }) => customers.has(typeof customer === 'string' ? customer : customer.id));
  }

  /** The newest subscription that has not ended; null when there is none. */
  runningOf(userId: string): Stripe.Subscription | null {
    return this.subscriptionsOf(userId).findLast(({ ended_at: ended }) => ended === null) ?? null;
  }

  /** Oldest first. */
  invoicesOf(subscriptionId: string): Stripe.Invoice[] {
    return this.#world.sandbox.store.all('invoice', [
      { sql: "json_extract(body, '$.parent.subscription_details.subscription') = ?", values: [subscriptionId] },
    ]);
  }

  invoice(id: string): Stripe.Invoice | null {
    return this.#world.sandbox.store.find('invoice', id);
  }

  /** The payment intent of an invoice that was paid. */
  paymentOf(invoiceId: string): string | null {
    const [payment] = this.#world.sandbox.store.all('invoice_payment', [
      { sql: "json_extract(body, '$.invoice') = ?", values: [invoiceId] },
    ]);
    const intent = payment?.payment.payment_intent ?? null;
    return typeof intent === 'string' ? intent : (intent?.id ?? null);
  }

  schedule(id: string): Stripe.SubscriptionSchedule | null {
    return this.#world.sandbox.store.find('subscription_schedule', id);
  }

  price(id: string): Stripe.Price | null {
    return this.#world.sandbox.store.find('price', id);
  }

  /** What a subscription was after each of its changes, oldest first. */
  historyOf(subscriptionId: string): Stripe.Subscription[] {
    return this.changesOf(subscriptionId).map(({ subscription }) => subscription);
  }

  /** The same with the times of the changes, in seconds. */
  changesOf(subscriptionId: string): { readonly at: number; readonly subscription: Stripe.Subscription }[] {
    return this.#world.sandbox.store.database
      .all(
        `select body from event where type in ('customer.subscription.created', 'customer.subscription.updated',
           'customer.subscription.deleted') and json_extract(body, '$.data.object.id') = ? order by seq`,
        subscriptionId,
      )
      .map((row) => {
        const event = JSON.parse(String(row['body'])) as { created: number; data: { object: Stripe.Subscription } };
        return { at: event.created, subscription: event.data.object };
      });
  }

  /** What Stripe owes the customer, or is owed, beside its invoices; minor units. */
  balanceOf({ customer }: Stripe.Subscription): number {
    return (
      this.#world.sandbox.store.find('customer', typeof customer === 'string' ? customer : customer.id)?.balance ?? 0
    );
  }
}
