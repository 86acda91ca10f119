/** Prorations: what the rest of a period is worth, by the second and with Stripe's recorded rounding. */

import type Stripe from 'stripe';
import { unitAmountIn } from '../resources/prices.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import type { CreditedItems, InvoiceLine } from './invoice-lines.ts';
import { addIntervals } from './periods.ts';

interface Period {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of an amount that falls to the time from `date` to the end of the period: an exact fraction of seconds,
 * rounded down on its signed value (−2.5 → −3, 4.5 → 4).
 *
 * @param amount - minor units.
 */
export function prorate(amount: number, period: Period, date: number): number {
  const whole = BigInt(period.end - period.start);
  const product = BigInt(amount) * BigInt(period.end - date);
  const quotient = product / whole;
  return Number(product % whole < 0n ? quotient - 1n : quotient);
}

/** The period of a price, counted from an anchor, that holds this moment. All in seconds. */
export function periodAt(anchor: number, price: Pick<Stripe.Price, 'recurring'>, at: number): Period {
  const { interval = 'month', interval_count: every = 1 } = price.recurring ?? {};
  const end = (count: number) => addIntervals(anchor, interval, every * count);
  let count = Math.floor((at - anchor) / (end(1) - anchor));
  while (end(count) > at) count -= 1;
  while (end(count + 1) <= at) count += 1;
  return { start: end(count), end: end(count + 1) };
}

/** What an item costs for a whole period, in minor units of the subscription's currency. */
export function itemAmount(store: Store, item: Stripe.SubscriptionItem, currency: string): number {
  return (unitAmountIn({ store }, item.price, currency) ?? 0) * (item.quantity ?? 1);
}

/** Gives back the rest of a period. */
export function creditLine(
  store: Store,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  date: number,
): InvoiceLine {
  const line = restLine(store, subscription.currency, item, date);
  return {
    ...line,
    amount: prorate(-itemAmount(store, item, subscription.currency), periodOf(item), date),
    description: `Unused time on ${line.description}`,
    proration: { credited: creditedItems(store, subscription, item) },
  };
}

/** Bills the rest of a period. */
export function debitLine(store: Store, currency: string, item: Stripe.SubscriptionItem, date: number): InvoiceLine {
  const line = restLine(store, currency, item, date);
  return { ...line, description: `Remaining time on ${line.description}` };
}

function restLine(store: Store, currency: string, item: Stripe.SubscriptionItem, date: number): InvoiceLine {
  const quantity = item.quantity ?? 1;
  const name = store.find('product', idOf(item.price.product) ?? '')?.name ?? 'product';
  return {
    amount: prorate(itemAmount(store, item, currency), periodOf(item), date),
    description: `${quantity === 1 ? '' : `${quantity} × `}${name} after ${day(date)}`,
    period: { start: date, end: item.current_period_end },
    price: item.price,
    quantity,
    subscriptionItem: item.id,
    proration: { credited: null },
  };
}

function periodOf(item: Stripe.SubscriptionItem): Period {
  return { start: item.current_period_start, end: item.current_period_end };
}

/** The newest line that billed this item; null where none did. */
function creditedItems(
  store: Store,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
): CreditedItems | null {
  const invoices = store.all('invoice', [
    { sql: 'customer = ?', values: [idOf(subscription.customer)] },
    { sql: "json_extract(body, '$.parent.subscription_details.subscription') = ?", values: [subscription.id] },
  ]);
  for (const invoice of invoices.toReversed()) {
    if (invoice.status === 'void') continue;
    const line = invoice.lines.data.findLast(
      ({ amount, parent }) => amount >= 0 && parent?.subscription_item_details?.subscription_item === item.id,
    );
    if (line) return { invoice: invoice.id, invoice_line_items: [line.id] };
  }
  return null;
}

const dayFormat = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/** 21 Oct 2026, in UTC. */
function day(seconds: number): string {
  // ICU writes "Sept" where Stripe, like every other English, writes "Sep".
  return dayFormat.format(new Date(seconds * 1000)).replace('Sept', 'Sep');
}
