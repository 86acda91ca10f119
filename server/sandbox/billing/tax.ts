/** Tax on the lines of an invoice or a checkout, where it is computed automatically. Amounts in minor units. */

import type Stripe from 'stripe';
import { taxPlaceOf, taxRateAt, taxRateId } from './tax-rates.ts';
import type { Place, TaxRate } from './tax-rates.ts';

type Behavior = 'inclusive' | 'exclusive';

export interface TaxTerms {
  /** Null where nothing is collected at this place. */
  readonly rate: TaxRate | null;
  readonly exempt: Stripe.Customer.TaxExempt;
}

/** A tax on a line, as invoices show it. */
export interface LineTax {
  readonly amount: number;
  readonly tax_behavior: Behavior;
  readonly tax_rate_details: { readonly tax_rate: string } | null;
  readonly taxability_reason: 'standard_rated' | 'customer_exempt' | 'reverse_charge' | 'not_collecting';
  readonly taxable_amount: number;
  readonly type: 'tax_rate_details';
}

/** The address that decides: where something is sent to, else the customer's own. */
export function taxAddressOf(customer: Pick<Stripe.Customer, 'address' | 'shipping'>): Stripe.Address | null {
  const shipping = customer.shipping?.address ?? null;
  return (shipping?.country ? (shipping as Stripe.Address) : null) ?? customer.address ?? null;
}

/** Null where the address does not say where tax is owed. */
export function taxTermsAt(address: Place | null, exempt: Stripe.Customer.TaxExempt | null): TaxTerms | null {
  const place = taxPlaceOf(address);
  return place && { rate: taxRateAt(place), exempt: exempt ?? 'none' };
}

/**
 * Whether a price has its tax in it. What does not say goes by its currency, as Stripe's default does: in US and Canadian
 * dollars tax comes on top, everywhere else it is in the price.
 */
export function taxBehaviorOf(price: Pick<Stripe.Price, 'tax_behavior'> | null, currency: string): Behavior {
  const said = price?.tax_behavior;
  if (said === 'inclusive' || said === 'exclusive') return said as Behavior;
  return currency === 'usd' || currency === 'cad' ? 'exclusive' : 'inclusive';
}

/** What is owed on an amount; rounded to the nearest unit, so that a credit gives back what its debit took. */
export function taxesOn(amount: number, behavior: Behavior, terms: TaxTerms): LineTax[] {
  const { rate, exempt } = terms;
  const isExempt = exempt === 'exempt' || exempt === 'reverse';
  const owed = rate && !isExempt ? taxOf(amount, rate.percentage, behavior) : 0;
  return [
    {
      amount: owed,
      tax_behavior: behavior,
      tax_rate_details: rate && { tax_rate: taxRateId(rate, behavior) },
      taxability_reason:
        exempt === 'exempt'
          ? 'customer_exempt'
          : exempt === 'reverse'
            ? 'reverse_charge'
            : rate
              ? 'standard_rated'
              : 'not_collecting',
      taxable_amount: behavior === 'inclusive' ? amount - owed : amount,
      type: 'tax_rate_details',
    },
  ];
}

/** The taxes of all lines, added up by what they have in common. */
export function sumTaxes(taxes: readonly LineTax[]): LineTax[] {
  const sums = new Map<string, LineTax>();
  for (const tax of taxes) {
    const key = JSON.stringify([tax.tax_behavior, tax.tax_rate_details, tax.taxability_reason]);
    const before = sums.get(key);
    sums.set(key, {
      ...tax,
      amount: tax.amount + (before?.amount ?? 0),
      taxable_amount: tax.taxable_amount + (before?.taxable_amount ?? 0),
    });
  }
  return [...sums.values()];
}

/** Of an amount, how much is added to it, and how much was in it. */
export function taxAmounts(taxes: readonly LineTax[]): { readonly added: number; readonly included: number } {
  const sum = (behavior: Behavior) =>
    taxes.filter((tax) => tax.tax_behavior === behavior).reduce((total, { amount }) => total + amount, 0);
  return { added: sum('exclusive'), included: sum('inclusive') };
}

function taxOf(amount: number, percentage: number, behavior: Behavior): number {
  const thousandths = BigInt(Math.round(percentage * 1000));
  const whole = behavior === 'inclusive' ? 100_000n + thousandths : 100_000n;
  const product = BigInt(Math.abs(amount)) * thousandths;
  const owed = Number((2n * product + whole) / (2n * whole));
  // Not −0, which is no amount.
  return amount < 0 && owed > 0 ? -owed : owed;
}
