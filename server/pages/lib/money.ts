/** Prices as a person reads them. */

/** Stripe's own table of minor units (docs.stripe.com/currencies): it differs from ISO 4217 for ISK and UGX. */
const noDecimals = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const threeDecimals = new Set('bhd jod kwd omr tnd'.split(' '));

/**
 * A price without needless zeros: `$19`, `$15.83`, `¥2,900`.
 *
 * @param amount - Minor units of the currency; may be a fraction of one (a yearly price by the month).
 * @param currency - ISO 4217 in either case.
 */
export function formatPrice(amount: number, currency: string, locale: string): string {
  const code = currency.toLowerCase();
  const digits = noDecimals.has(code) ? 0 : threeDecimals.has(code) ? 3 : 2;
  const text = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: code.toUpperCase(),
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    trailingZeroDisplay: 'stripIfInteger',
  }).format(amount / 10 ** digits);
  return new Intl.Locale(locale).language === 'ar' ? isolate(text) : text;
}

/** CLDR's direction marks break "US$" apart in the middle of a sentence; an isolate keeps the amount in one piece. */
function isolate(text: string): string {
  return `\u2066${text.replaceAll(/[\u200e\u200f\u061c]/g, '')}\u2069`;
}
