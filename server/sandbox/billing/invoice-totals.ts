/** From lines to an invoice's sums: discounts first, then tax on what is left. The same for invoices, previews and checkout. */

import { discountLines, sumByDiscount, sumOf } from './discount-terms.ts';
import type { AppliedDiscount, DiscountAmount, DiscountableLine } from './discount-terms.ts';
import { sumTaxes, taxAmounts, taxesOn } from './tax.ts';
import type { LineTax, TaxTerms } from './tax.ts';

export interface PricedLine extends DiscountableLine {
  readonly taxBehavior: 'inclusive' | 'exclusive';
}

/** What is owed by which rules. */
export interface PricingTerms {
  readonly discounts: readonly AppliedDiscount[];
  /** Null: no tax is computed. */
  readonly tax: TaxTerms | null;
}

export interface Totals {
  /** In the order of the lines. */
  readonly lines: readonly { readonly discounts: readonly DiscountAmount[]; readonly taxes: readonly LineTax[] }[];
  /** Before discounts; a tax that prices include is in it. */
  readonly subtotal: number;
  readonly subtotalExcludingTax: number;
  readonly discounts: readonly DiscountAmount[];
  readonly taxes: readonly LineTax[];
  readonly total: number;
  readonly totalExcludingTax: number;
}

export function totalsOf(lines: readonly PricedLine[], terms: PricingTerms): Totals {
  const { tax } = terms;
  const taken = discountLines(lines, terms.discounts);
  const priced = lines.map((line, place) => {
    const discounts = taken[place] ?? [];
    return { discounts, taxes: tax ? taxesOn(line.amount - sumOf(discounts), line.taxBehavior, tax) : [] };
  });
  const subtotal = lines.reduce((sum, { amount }) => sum + amount, 0);
  const inPrices = tax ? lines.flatMap((line) => taxesOn(line.amount, line.taxBehavior, tax)) : [];
  const discounts = sumByDiscount(taken);
  const taxes = sumTaxes(priced.flatMap((line) => line.taxes));
  const { added, included } = taxAmounts(taxes);
  const net = subtotal - sumOf(discounts);
  return {
    lines: priced,
    subtotal,
    subtotalExcludingTax: subtotal - taxAmounts(inPrices).included,
    discounts,
    taxes,
    total: net + added,
    totalExcludingTax: net - included,
  };
}
