/** Prices and dates as a person reads them. */

/**
 * Stripe's own table of minor units (docs.stripe.com/currencies), for amounts are Stripe's. `Intl` differs: engines take
 * CLDR's digits, which give the Albanian lek none where Stripe counts in hundredths, and show a hundred times the price.
 */
const noDecimals = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const threeDecimals = new Set('bhd jod kwd omr tnd'.split(' '));

/** @param currency ISO 4217 in either case */
export function minorDigits(currency: string): number {
  const code = currency.toLowerCase();
  return noDecimals.has(code) ? 0 : threeDecimals.has(code) ? 3 : 2;
}

/**
 * A price without needless zeros: `$19`, `$15.83`, `¥2,900`.
 *
 * @param amount minor units; may be a fraction of one (a yearly price by the month)
 * @param currency ISO 4217 in either case
 */
export function formatPrice(amount: number, currency: string, locale: string): string {
  return formatMoney(amount, currency, locale, { trailingZeroDisplay: 'stripIfInteger' });
}

/**
 * An amount as it stands on an invoice, to the last minor unit: `$58.00`, `−$9.48`.
 *
 * @param amount minor units
 * @param currency ISO 4217 in either case
 */
export function formatAmount(amount: number, currency: string, locale: string): string {
  return formatMoney(amount, currency, locale, {}).replace(/-(?=\D*\d)/, '\u2212');
}

function formatMoney(
  amount: number,
  currency: string,
  locale: string,
  options: Pick<Intl.NumberFormatOptions, 'trailingZeroDisplay'>,
): string {
  const digits = minorDigits(currency);
  const text = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency.toUpperCase(),
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    ...options,
  }).format(amount / 10 ** digits);
  return new Intl.Locale(locale).language === 'ar' ? isolate(text) : text;
}

/** CLDR's direction marks break "US$" apart in the middle of a sentence; an isolate keeps the amount in one piece. */
function isolate(text: string): string {
  return `\u2066${text.replaceAll(/[\u200e\u200f\u061c]/g, '')}\u2069`;
}

/** `23 Dec`, with the year where it is not this one. */
export function formatShortDate(iso: string, locale: string): string {
  const date = new Date(iso);
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(date);
}

/** `23 December 2026`: where money moves, a date is whole. */
export const formatDate = (iso: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(new Date(iso));

/** `23 December`, for a button, where the whole date stands beside it. */
export const formatDay = (iso: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' }).format(new Date(iso));

/** `23 Nov 2026`, for tables. */
export const formatTableDate = (iso: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(iso));

/** @param percent whole */
export const formatPercent = (percent: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'percent' }).format(percent / 100);

export const formatNumber = (value: number, locale: string): string => new Intl.NumberFormat(locale).format(value);
