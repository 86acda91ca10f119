/** Money and dates as a person reads them. */

/** Stripe's own table of minor units (docs.stripe.com/currencies): it differs from ISO 4217 for ISK and UGX. */
const noDecimals = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const threeDecimals = new Set('bhd jod kwd omr tnd'.split(' '));

/**
 * @param amount - Minor units of the currency.
 * @param currency - ISO 4217 in either case.
 */
export function formatMoney(amount: number, currency: string, locale: string): string {
  const code = currency.toLowerCase();
  const digits = noDecimals.has(code) ? 0 : threeDecimals.has(code) ? 3 : 2;
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: code.toUpperCase(),
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits);
}

/** "23 December 2026" in the reader's way. @param iso - ISO 8601; read in UTC, as the books are kept. */
export function formatDate(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso));
}
