/** Money and dates as a person reads them. */

/** Stripe's own table of minor units (docs.stripe.com/currencies): it differs from ISO 4217 for ISK and UGX. */
const noDecimals = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const threeDecimals = new Set('bhd jod kwd omr tnd'.split(' '));

/**
 * @param amount - Minor units of the currency.
 * @param currency - ISO 4217 in either case.
 */
export function formatMoney(amount: number, currency: string, locale: string): string {
  const { format, digits, isArabic } = formatOf(currency.toLowerCase(), locale);
  const text = format.format(amount / 10 ** digits);
  return isArabic ? isolate(text) : text;
}

interface MoneyFormat {
  readonly format: Intl.NumberFormat;
  readonly digits: number;
  readonly isArabic: boolean;
}

/** Made once each: making one costs more than all that is done with it. */
const formats = new Map<string, MoneyFormat>();

function formatOf(code: string, locale: string): MoneyFormat {
  const key = `${code} ${locale}`;
  const known = formats.get(key);
  if (known) return known;
  const digits = noDecimals.has(code) ? 0 : threeDecimals.has(code) ? 3 : 2;
  const made = {
    format: new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: code.toUpperCase(),
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }),
    digits,
    isArabic: new Intl.Locale(locale).language === 'ar',
  };
  formats.set(key, made);
  return made;
}

/** CLDR's direction marks break "US$" apart in the middle of a sentence; an isolate keeps the amount in one piece. */
function isolate(text: string): string {
  return `\u2066${text.replaceAll(/[\u200e\u200f\u061c]/g, '')}\u2069`;
}

/** "23 December 2026" in the reader's way. @param iso - ISO 8601; read in UTC, as the books are kept. */
export function formatDate(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso));
}
