/** What discounts take off the lines of an invoice or a checkout. Pure: amounts in, amounts out, all in minor units. */

import type Stripe from 'stripe';

/** How a coupon bears on an invoice in one currency. Exactly one of `percentOff` and `amountOff` is set. */
export interface DiscountTerms {
  readonly percentOff: number | null;
  readonly amountOff: number | null;
  readonly duration: Stripe.Coupon.Duration;
  /** The only products that it is for; null: all. */
  readonly products: readonly string[] | null;
}

/** A discount that is in force. */
export interface AppliedDiscount {
  /** `di_…` */
  readonly id: string;
  readonly terms: DiscountTerms;
}

export interface DiscountableLine {
  readonly amount: number;
  readonly product: string | null;
  readonly discountable: boolean;
}

export interface DiscountAmount {
  readonly discount: string;
  readonly amount: number;
}

/**
 * What each discount takes off each line, in the order of the lines. Discounts follow each other: each sees what the
 * ones before it have left. A percentage is rounded to the nearest unit line by line; an amount is spread over the lines
 * by what they still cost, to the last unit.
 */
export function discountLines(
  lines: readonly DiscountableLine[],
  discounts: readonly AppliedDiscount[],
): DiscountAmount[][] {
  const left = lines.map((line) => (line.discountable ? Math.max(0, line.amount) : 0));
  const taken: DiscountAmount[][] = lines.map(() => []);
  for (const { id, terms } of discounts) {
    const bases = left.map((amount, place) => (isFor(terms, lines[place]?.product ?? null) ? amount : 0));
    const offs = terms.percentOff === null ? spread(terms.amountOff ?? 0, bases) : shares(terms.percentOff, bases);
    for (const [place, amount] of offs.entries()) {
      if (amount === 0) continue;
      left[place] = (left[place] ?? 0) - amount;
      taken[place]?.push({ discount: id, amount });
    }
  }
  return taken;
}

/** The sum of what was taken off, by discount and in their order. */
export function sumByDiscount(taken: readonly (readonly DiscountAmount[])[]): DiscountAmount[] {
  const sums = new Map<string, number>();
  for (const { discount, amount } of taken.flat()) sums.set(discount, (sums.get(discount) ?? 0) + amount);
  return [...sums].map(([discount, amount]) => ({ discount, amount }));
}

export function sumOf(taken: readonly DiscountAmount[]): number {
  return taken.reduce((sum, { amount }) => sum + amount, 0);
}

function isFor(terms: DiscountTerms, product: string | null): boolean {
  return terms.products === null || (product !== null && terms.products.includes(product));
}

/** Percentages have at most two decimals. */
function shares(percentOff: number, bases: readonly number[]): number[] {
  const hundredths = Math.round(percentOff * 100);
  return bases.map((base) => Math.round((base * hundredths) / 10_000));
}

/** An amount over the bases by their size; the parts add up to it, or to the bases where these are less. */
function spread(amountOff: number, bases: readonly number[]): number[] {
  const whole = BigInt(bases.reduce((sum, base) => sum + base, 0));
  if (whole === 0n) return bases.map(() => 0);
  const off = BigInt(amountOff) < whole ? BigInt(amountOff) : whole;
  let seen = 0n;
  let given = 0n;
  return bases.map((base) => {
    seen += BigInt(base);
    const part = (off * seen) / whole - given;
    given += part;
    return Number(part);
  });
}
