/**
 * A flat table of taxes on what is sold by time over the Internet: one rate a country, or a state. Meant to be plausible
 * and constant, not to be anybody's tax advice.
 */

import type Stripe from 'stripe';

export interface TaxRate {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Null outside of the United States. */
  readonly state: string | null;
  /** At most three decimals. */
  readonly percentage: number;
  readonly kind: 'vat' | 'gst' | 'jct' | 'sales_tax';
}

const valueAdded =
  'AT20 BE21 BG20 CH8.1 CY19 CZ21 DE19 DK25 EE24 ES21 FI25.5 FR20 GB20 GR24 HR25 HU27 IE23 IT22 LT21 LU17 LV21 MT18 NL21 NO25 PL23 PT23 RO21 SE25 SI22 SK23 TR20 ZA15';
const goodsAndServices = 'AU10 CA5 IN18 NZ15 SG9';

/** States that tax software as a service; the others do not, or have no sales tax. */
const salesTaxes =
  'AZ5.6 CT6.35 DC6 HI4 IA6 IL6.25 KY6 LA5 MA6.25 MD3 MN6.875 MS7 NM4.875 NY8.875 OH5.75 PA6 RI7 SC6 SD4.2 TN7 TX6.25 UT4.85 VT6 WA6.5 WV6';

/** First three digits of a ZIP code, from and to, by state. */
const zipCodes =
  'AL350-369 AK995-999 AZ850-865 AR716-729 CA900-961 CO800-816 CT060-069 DC200-205 DE197-199 FL320-349 GA300-319 HI967-968 IA500-528 ID832-838 IL600-629 IN460-479 KS660-679 KY400-427 LA700-714 MA010-027 MD206-219 ME039-049 MI480-499 MN550-567 MO630-658 MS386-397 MT590-599 NC270-289 ND580-588 NE680-693 NH030-038 NJ070-089 NM870-884 NV889-898 NY100-149 OH430-459 OK730-749 OR970-979 PA150-196 RI028-029 SC290-299 SD570-577 TN370-385 TX750-799 UT840-847 VA220-246 VT050-059 WA980-994 WI530-549 WV247-268 WY820-831';

const rates = new Map<string, TaxRate>([
  ...table(valueAdded, 'vat'),
  ...table(goodsAndServices, 'gst'),
  ...table('JP10', 'jct'),
  ...table(salesTaxes, 'sales_tax').map(
    ([state, rate]) => [`US-${state}`, { ...rate, country: 'US', state }] as [string, TaxRate],
  ),
]);

const zips = zipCodes.split(' ').map((entry) => {
  const [from = '', to = ''] = entry.slice(2).split('-');
  return { state: entry.slice(0, 2), from: Number(from), to: Number(to) };
});

/** What is known of where somebody is. */
export type Place = Pick<Stripe.Address, 'country' | 'postal_code' | 'state'>;

/** Where tax is owed; null: that cannot be told from this address, since in the United States it takes a state. */
export function taxPlaceOf(address: Place | null): { country: string; state: string | null } | null {
  const country = address?.country?.toUpperCase() ?? null;
  if (address === null || country === null || !/^[A-Z]{2}$/.test(country)) return null;
  if (country !== 'US') return { country, state: null };
  const state = stateOf(address);
  return state === null ? null : { country, state };
}

/** Null where nothing is collected. */
export function taxRateAt(place: { readonly country: string; readonly state: string | null }): TaxRate | null {
  return rates.get(place.state === null ? place.country : `${place.country}-${place.state}`) ?? null;
}

/** `txr_…`, the same for the same rate for ever: the table is constant. */
export function taxRateId(rate: TaxRate, behavior: 'inclusive' | 'exclusive'): string {
  return `txr_1Sandb0x${rate.country}${rate.state ?? ''}${behavior}`;
}

/** The rate behind an id, as Stripe shows it; null: none of ours. */
export function taxRateOf(id: string): Stripe.TaxRate | null {
  for (const rate of rates.values()) {
    for (const behavior of ['inclusive', 'exclusive'] as const) {
      if (taxRateId(rate, behavior) === id) return taxRateObject(rate, behavior);
    }
  }
  return null;
}

function taxRateObject(rate: TaxRate, behavior: 'inclusive' | 'exclusive'): Stripe.TaxRate {
  const names = { vat: 'VAT', gst: 'GST', jct: 'JCT', sales_tax: 'Sales Tax' };
  return {
    id: taxRateId(rate, behavior),
    object: 'tax_rate',
    active: false,
    country: rate.country,
    created: 0,
    description: null,
    display_name: names[rate.kind],
    effective_percentage: rate.percentage,
    flat_amount: null,
    inclusive: behavior === 'inclusive',
    jurisdiction: rate.state ?? rate.country,
    jurisdiction_level: rate.state === null ? 'country' : 'state',
    livemode: false,
    metadata: {},
    percentage: rate.percentage,
    rate_type: 'percentage',
    state: rate.state,
    tax_type: rate.kind,
  };
}

/** By its name, else by the ZIP code. */
function stateOf(address: Place): string | null {
  const named = address.state?.trim().toUpperCase().replace(/^US-/, '') ?? '';
  if (zips.some(({ state }) => state === named)) return named;
  const digits = /^(\d{3})\d{2}(-\d{4})?$/.exec(address.postal_code?.trim() ?? '')?.[1];
  if (digits === undefined) return null;
  return zips.find(({ from, to }) => Number(digits) >= from && Number(digits) <= to)?.state ?? null;
}

function table(entries: string, kind: TaxRate['kind']): [string, TaxRate][] {
  return entries.split(' ').map((entry) => {
    const name = entry.slice(0, 2);
    return [name, { country: name, state: null, percentage: Number(entry.slice(2)), kind }];
  });
}
