/** Prorations: what the rest of a period is worth, by the second and with Stripe's recorded rounding. */

import type Stripe from 'stripe';
import { unitAmountIn } from '../resources/prices.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import { sumOf } from './discount-terms.ts';
import type { DiscountAmount } from './discount-terms.ts';
import type { CreditedItems, InvoiceLine } from './invoice-lines.ts';
import { addIntervals } from './periods.ts';
import { billedQuantity } from './quantities.ts';

interface Period {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of an amount that falls to the time from `date` to the end of the period: an exact fraction of seconds,
 * rounded down on its signed value (−2.5 → −3, 4.5 → 4).
 *
 * @param amount - minor units; as a fraction of `parts`, where these are given.
 */
export function prorate(amount: number | bigint, period: Period, date: number, parts = 1): number {
  const whole = BigInt(period.end - period.start) * BigInt(parts);
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
  return (unitAmountIn({ store }, item.price, currency) ?? 0) * billedQuantity(item);
}

/** Gives back the rest of a period, as it was billed: with the discount that it had then. */
export function creditLine(
  store: Store,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  date: number,
): InvoiceLine {
  const line = restOf(store, item, date);
  const whole = itemAmount(store, item, subscription.currency);
  const billed = billedDiscount(store, subscription, item);
  // An exact fraction, rounded once: of what the item costs, the part that was paid for it.
  const amount = prorate(BigInt(-whole) * BigInt(billed.gross - billed.off), periodOf(item), date, billed.gross);
  return {
    ...line,
    amount,
    description: `Unused time on ${line.description}`,
    proration: {
      credited: creditedItems(store, subscription, item),
      discounts: included(billed.discounts, amount - prorate(-whole, periodOf(item), date)),
    },
  };
}

/**
 * Bills the rest of a period, less the discounts that are in force.
 *
 * @param discounts - what they take off a whole period of this item.
 */
export function debitLine(
  store: Store,
  currency: string,
  item: Stripe.SubscriptionItem,
  date: number,
  discounts: readonly DiscountAmount[],
): InvoiceLine {
  const line = restOf(store, item, date);
  const whole = itemAmount(store, item, currency);
  const amount = prorate(whole - sumOf(discounts), periodOf(item), date);
  return {
    ...line,
    amount,
    description: `Remaining time on ${line.description}`,
    proration: {
      credited: null,
      discounts: included(discounts, prorate(whole, periodOf(item), date) - amount),
    },
  };
}

function restOf(store: Store, item: Stripe.SubscriptionItem, date: number): Omit<InvoiceLine, 'amount' | 'proration'> {
  const quantity = billedQuantity(item);
  const name = store.find('product', idOf(item.price.product) ?? '')?.name ?? 'product';
  return {
    description: `${quantity === 1 ? '' : `${quantity} × `}${name} after ${day(date)}`,
    period: { start: date, end: item.current_period_end },
    price: item.price,
    quantity,
    subscriptionItem: item.id,
  };
}

/** What an amount has in it of each discount: the difference that they make, by their share of it. */
function included(discounts: readonly DiscountAmount[], off: number): DiscountAmount[] {
  const whole = sumOf(discounts);
  let left = off;
  return discounts.map(({ discount, amount }, place) => {
    const part = place === discounts.length - 1 ? left : Math.round((off * amount) / whole);
    left -= part;
    return { discount, amount: part };
  });
}

interface BilledDiscount {
  /** What was billed for the item the last time, before discounts; 1 where nothing was. */
  readonly gross: number;
  readonly off: number;
  readonly discounts: readonly DiscountAmount[];
}

/** What was taken off when this item was last billed: on a line, or in a proration's amount. */
function billedDiscount(
  store: Store,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
): BilledDiscount {
  const found = lastBilled(store, subscription, item);
  if (!found) return { gross: 1, off: 0, discounts: [] };
  const discounts = found.discounts.map(({ amount, discount }) => ({ amount, discount: idOf(discount) ?? '' }));
  const off = sumOf(discounts);
  return found.gross > 0 ? { gross: found.gross, off, discounts } : { gross: 1, off: 0, discounts: [] };
}

function lastBilled(
  store: Store,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
): { readonly gross: number; readonly discounts: readonly Stripe.InvoiceLineItem.DiscountAmount[] } | null {
  const waiting = store
    .all('invoiceitem', [
      { sql: 'customer = ?', values: [idOf(subscription.customer)] },
      { sql: "json_extract(body, '$.invoice') is null", values: [] },
      { sql: "json_extract(body, '$.parent.subscription_details.subscription_item') = ?", values: [item.id] },
    ])
    .findLast(({ amount, proration }) => proration && amount >= 0);
  const last = lastLine(store, subscription, item);
  if (waiting && (!last || isAfter(waiting, last.invoice, item))) return grossOf(waiting);
  if (!last) return null;
  const { line } = last;
  const proration = store.find('invoiceitem', line.parent?.subscription_item_details?.invoice_item ?? '');
  if (proration) return grossOf(proration);
  return { gross: line.amount, discounts: line.discount_amounts ?? [] };
}

/** Whether what waits for the next invoice is newer than this one; in the same second it is when it is over the item as it is now. */
function isAfter(waiting: Stripe.InvoiceItem, { created }: Stripe.Invoice, item: Stripe.SubscriptionItem): boolean {
  if (waiting.date !== created) return waiting.date > created;
  return idOf(waiting.pricing?.price_details?.price) === item.price.id && waiting.quantity === billedQuantity(item);
}

/** A proration's amount has its discounts in it already. */
function grossOf(proration: Stripe.InvoiceItem) {
  const discounts = proration.proration_details?.discount_amounts ?? [];
  return { gross: proration.amount + discounts.reduce((sum, { amount }) => sum + amount, 0), discounts };
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
  const last = lastLine(store, subscription, item);
  return last && { invoice: last.invoice.id, invoice_line_items: [last.line.id] };
}

function lastLine(
  store: Store,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
): { readonly invoice: Stripe.Invoice; readonly line: Stripe.InvoiceLineItem } | null {
  const invoices = store.all('invoice', [
    { sql: 'customer = ?', values: [idOf(subscription.customer)] },
    { sql: "json_extract(body, '$.parent.subscription_details.subscription') = ?", values: [subscription.id] },
  ]);
  for (const invoice of invoices.toReversed()) {
    // What an update that still waits would bill was not billed: the update that follows takes its place.
    const waits = subscription.pending_update !== null && invoice.id === idOf(subscription.latest_invoice);
    if (invoice.status === 'void' || (waits && invoice.status === 'open')) continue;
    const line = invoice.lines.data.findLast(
      ({ amount, parent }) => amount >= 0 && parent?.subscription_item_details?.subscription_item === item.id,
    );
    if (line) return { invoice, line };
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
