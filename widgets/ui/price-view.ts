/** A plan's price in words: the amount by the month, and beneath it what is billed. */

import { priceAt } from '../client/offer.ts';
import type { BillingCycle, Catalogue, Plan, Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { formatNumber, formatPrice } from './money.ts';

export interface PriceView {
  readonly amount: string;
  /** Whether the amount is one, or words in its place. */
  readonly isMoney: boolean;
  readonly per: string;
  readonly terms: string;
}

/** Whose price it is: what a subscriber pays on their own plan may be another price than the plan's (R23.3). */
export type PriceOwner = Pick<Subscription, 'plan' | 'billing_cycle' | 'price'>;

export interface PriceOptions {
  readonly cycle: BillingCycle;
  readonly catalogue: Catalogue;
  readonly text: Messages;
  readonly locale: string;
  readonly own: PriceOwner | null;
}

export function priceView(plan: Plan, { cycle, catalogue, text, locale, own }: PriceOptions): PriceView {
  if (plan.kind === 'contact') return { amount: text.contactPrice, isMoney: false, per: '', terms: '' };
  const found = priceAt(plan, cycle);
  const money = (amount: number, currency: string): string => formatPrice(amount, currency, locale);
  if (!found) {
    const currency = catalogue.currency ?? 'usd';
    const terms = catalogue.payments === 'none' ? text.freeForNow : text.noCard;
    return { amount: money(0, currency), isMoney: true, per: '', terms: plan.kind === 'free' ? text.noCard : terms };
  }
  const ownPrice = own?.plan === plan.id && own.billing_cycle === found.cycle ? own.price : null;
  const isOwn = ownPrice !== null && ownPrice.unit_amount !== null;
  const amount = isOwn ? (ownPrice.unit_amount ?? 0) : found.price.unit_amount;
  const currency = isOwn ? ownPrice.currency : found.price.currency;
  const terms = (billed: string): string => {
    if (catalogue.payments === 'none') return text.freeForNow;
    if (ownPrice?.legacy) return `${billed} · ${text.yourPrice}`;
    return plan.seats && plan.seats.min > 1
      ? `${billed} · ${text.seats(formatNumber(plan.seats.min, locale))}`
      : billed;
  };
  if (found.cycle === 'one_time') {
    const per = plan.per_seat ? text.perSeat : '';
    return { amount: money(amount, currency), isMoney: true, per, terms: terms(text.once) };
  }
  const per = plan.per_seat ? text.perSeatMonth : text.perMonth;
  if (found.cycle === 'monthly') {
    return { amount: money(amount, currency), isMoney: true, per, terms: terms(text.billedMonthly) };
  }
  const billed = plan.per_seat ? text.billedYearlySeat : text.billedYearly;
  return { amount: money(amount / 12, currency), isMoney: true, per, terms: terms(billed(money(amount, currency))) };
}
