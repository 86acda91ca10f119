/** The sandbox's books, read as they lie: no API, no reading of ours between. */

import type Stripe from 'stripe';
import type { World } from './world.ts';

/** An amount for a time, in minor units, with its discounts off; negative where it was given back. */
export interface Charged {
  readonly item: string;
  readonly amount: number;
  /** Seconds. */
  readonly period: { readonly start: number; readonly end: number };
  /** The invoice or the item that it stands on. */
  readonly on: string;
}

export class Books {
  readonly #world: World;
  /** Customers of users who have been forgotten. */
  readonly #forgotten = new Set<string>();
  readonly #handedOut = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Oldest first. */
  sessions(): Stripe.Checkout.Session[] {
    return this.#world.sandbox.store.all('checkout.session');
  }

  /** Open ones whose address somebody was given: nobody else can pay them. */
  payableSessions(): Stripe.Checkout.Session[] {
    return this.sessions().filter(({ id, status }) => status === 'open' && this.#handedOut.has(id));
  }

  wasHandedOut({ id }: Stripe.Checkout.Session): boolean {
    return this.#handedOut.has(id);
  }

  /** Takes note of the sessions that an answer leads to. */
  handOut(answer: string): void {
    for (const [id] of answer.matchAll(/cs_test_\w+/g)) this.#handedOut.add(id);
  }

  sessionsOf(userId: string): Stripe.Checkout.Session[] {
    return this.sessions().filter(({ client_reference_id: reference }) => reference === userId);
  }

  /** Whether it was for somebody who has been forgotten since. */
  isForgotten({ customer }: Stripe.Checkout.Session): boolean {
    return this.#forgotten.has(String(customer));
  }

  /** Ids of all customers that the user's sessions were for since they were last forgotten, deleted ones too. */
  customersOf(userId: string): Set<string> {
    return new Set([...this.#everCustomersOf(userId)].filter((id) => !this.#forgotten.has(id)));
  }

  #everCustomersOf(userId: string): Set<string> {
    return new Set(this.sessionsOf(userId).map(({ customer }) => String(customer)));
  }

  /** From now on whoever has this id is somebody new. */
  forget(userId: string): void {
    for (const id of this.customersOf(userId)) this.#forgotten.add(id);
  }

  /** Customers of users who have been forgotten. */
  get forgotten(): ReadonlySet<string> {
    return this.#forgotten;
  }

  /** Subscriptions of users who have been forgotten. */
  forgottenSubscriptions(): Stripe.Subscription[] {
    return this.#subscriptionsBy(this.#forgotten);
  }

  /** Oldest first, ended ones too. */
  subscriptionsOf(userId: string): Stripe.Subscription[] {
    return this.#subscriptionsBy(this.customersOf(userId));
  }

  /** The same, and those from before the user was forgotten. */
  everSubscriptionsOf(userId: string): Stripe.Subscription[] {
    return this.#subscriptionsBy(this.#everCustomersOf(userId));
  }

  #subscriptionsBy(customers: ReadonlySet<string>): Stripe.Subscription[] {
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

  /** What was paid, or given back, for which time: on invoices, and what waits for the next one. */
  chargesOf(subscriptionId: string): Charged[] {
    const billed = this.invoicesOf(subscriptionId).flatMap(({ id, status, lines }) =>
      lines.data.flatMap(({ amount, discount_amounts: discounts, period, parent }) => {
        const item = parent?.subscription_item_details?.subscription_item ?? parent?.invoice_item_details?.subscription;
        // What is given back on a draft is given back with it; what a pause gave back is spent on the bill of the resumption, also
        // where Stripe voids that one.
        const isGivenBack = amount <= 0 && (status === 'draft' || status === 'void');
        if (!item || (status !== 'paid' && !isGivenBack)) return [];
        const off = (discounts ?? []).reduce((sum, discount) => sum + discount.amount, 0);
        return [{ item, amount: amount - off, period, on: id }];
      }),
    );
    const waiting = this.#world.sandbox.store
      .all('invoiceitem')
      .filter(
        ({ invoice, parent }) => invoice === null && parent?.subscription_details?.subscription === subscriptionId,
      )
      .map(({ id, amount, period, parent }) => {
        const item = parent?.subscription_details?.subscription_item ?? subscriptionId;
        return { item, amount, period, on: id };
      });
    return [...billed, ...waiting];
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

  /** The charge that paid an invoice; null where none did. */
  chargeOf(invoiceId: string): Stripe.Charge | null {
    const intent = this.#world.sandbox.store.find('payment_intent', this.paymentOf(invoiceId) ?? '');
    const charge = intent?.latest_charge ?? null;
    return charge === null
      ? null
      : this.#world.sandbox.store.find('charge', typeof charge === 'string' ? charge : charge.id);
  }

  /** How the disputes over a subscription's payments stand; those that were won count no more. */
  disputesOf(subscriptionId: string): Stripe.Dispute[] {
    const charges = new Set(this.invoicesOf(subscriptionId).map(({ id }) => this.chargeOf(id)?.id ?? ''));
    return this.#world.sandbox.store
      .all('dispute')
      .filter(({ charge, status }) => charges.has(typeof charge === 'string' ? charge : charge.id) && status !== 'won');
  }

  schedule(id: string): Stripe.SubscriptionSchedule | null {
    return this.#world.sandbox.store.find('subscription_schedule', id);
  }

  /** Where a portal session sends its user back to. */
  portalReturn(url: string): string {
    const session = this.#world.sandbox.store.find('billing_portal.session', /bps_\w+/.exec(url)?.[0] ?? '');
    const { return_url: plain, flow } = session ?? {};
    return flow?.after_completion.redirect?.return_url ?? plain ?? '';
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
