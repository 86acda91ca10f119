/** A sandbox whose time moves, and what happened in it since some moment. */

import type { Stripe } from 'stripe';
import { openSandbox } from './sandbox.ts';
import type { TestSandbox } from './sandbox.ts';

export interface MovingSandbox extends TestSandbox {
  jumpTo(now: number): Promise<void>;
  now(): Promise<number>;
  /** The id of the newest event: `eventsSince` tells what came after it. */
  lastEvent(): Promise<string>;
  /** Events about a customer, or an object of its, in the order of their times. */
  eventsSince(last: string, customer: string): Promise<Stripe.Event[]>;
  /** Makes a test card the customer's default. */
  useCard(customer: string, card: string): Promise<Stripe.PaymentMethod>;
}

export async function openMovingSandbox(): Promise<MovingSandbox> {
  const sandbox = await openSandbox();
  const { stripe } = sandbox;
  return {
    ...sandbox,
    jumpTo: async (now) => {
      await sandbox.control('clock', { now });
    },
    now: async () => Number((await sandbox.control('clock'))['now']),
    lastEvent: async () => (await stripe.events.list({ limit: 1 })).data[0]?.id ?? '',
    eventsSince: async (last, customer) => {
      const events = await stripe.events.list({ ending_before: last, limit: 100 }).autoPagingToArray({ limit: 10_000 });
      const about = ({ data }: Stripe.Event) => {
        const object = data.object as { id?: string; customer?: string };
        return object.id === customer || object.customer === customer;
      };
      return events.filter(about).toSorted((a, b) => a.created - b.created);
    },
    useCard: async (customer, card) => {
      const method = await stripe.paymentMethods.attach(card, { customer });
      await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
      return method;
    },
  };
}

/** The end of the first item's period, in seconds. */
export function endOf(subscription: Stripe.Subscription): number {
  return subscription.items.data[0]?.current_period_end ?? 0;
}

export function typesOf(events: readonly Stripe.Event[]): string[] {
  return events.map(({ type }) => type);
}

/** A subscription as it is now, and its latest invoice. */
export async function look(
  stripe: Stripe,
  id: string,
): Promise<{ subscription: Stripe.Subscription; invoice: Stripe.Invoice }> {
  const subscription = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] });
  return { subscription, invoice: subscription.latest_invoice as Stripe.Invoice };
}
