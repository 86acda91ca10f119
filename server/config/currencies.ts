/** Which currencies there are, and which amounts of them Stripe takes. */

/** ISO 4217 codes in lower case; those that begin with x are metals and test codes, but for the four that people pay with. */
const known = new Set(
  Intl.supportedValuesOf('currency')
    .map((code) => code.toLowerCase())
    .filter((code) => !code.startsWith('x') || ['xaf', 'xcd', 'xof', 'xpf'].includes(code)),
);

/** Currencies whose last digits Stripe does not take (Stripe, Currencies, "Special cases" and "Three-decimal currencies"). */
const steps: Readonly<Record<string, number>> = { bhd: 10, jod: 10, kwd: 10, omr: 10, tnd: 10, isk: 100, ugx: 100 };

export const isCurrency = (code: string): boolean => known.has(code);

/** What is wrong with a currency or an amount of it in minor units, or null. That the amount is a whole number is checked elsewhere. */
export function amountMistake(currency: string, amount: unknown): string | null {
  if (currency !== currency.toLowerCase()) return `must be in lower case: ${currency.toLowerCase()}`;
  if (!isCurrency(currency)) return "is not a currency's ISO 4217 code, such as usd, eur or jpy";
  const step = steps[currency];
  if (step !== undefined && typeof amount === 'number' && amount % step !== 0) {
    return `is ${amount}, and Stripe takes ${currency} only in multiples of ${step} minor units`;
  }
  return null;
}
