/** Tax rates: kept as they are made. Nothing is taxed by them: what takes one refuses it by name, and automatic tax has its own table. */

import type Stripe from 'stripe';
import { taxRateOf } from '../billing/tax-rates.ts';
import { invalid, noSuch } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, page, within } from '../http/page.ts';
import { mergeMetadata, pick } from '../store/wire.ts';

/** Emits `tax_rate.created`. */
export const createTaxRate: Write<Stripe.TaxRateCreateParams> = (params, { change }) => {
  const percentage = Number(params.percentage);
  if (percentage < 0 || percentage > 100) throw invalid('A percentage is a number from 0 to 100.', 'percentage');
  return change.create<'tax_rate'>({
    id: change.store.ids.next('txr'),
    object: 'tax_rate',
    active: params.active ?? true,
    country: params.country ?? null,
    created: change.now,
    description: params.description ?? null,
    display_name: params.display_name,
    effective_percentage: null,
    flat_amount: null,
    inclusive: params.inclusive,
    jurisdiction: params.jurisdiction ?? null,
    jurisdiction_level: null,
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    percentage,
    rate_type: 'percentage',
    state: params.state ?? null,
    tax_type: params.tax_type ?? null,
  });
};

/** Also those by which automatic tax is computed. */
export const retrieveTaxRate: Read<unknown> = (_params, { store, path }) => {
  const id = path['id'] ?? '';
  const rate = store.find('tax_rate', id) ?? taxRateOf(id);
  if (!rate) throw noSuch('tax_rate', id, 'path');
  return rate;
};

/** Emits `tax_rate.updated`. */
export const updateTaxRate: Write<Stripe.TaxRateUpdateParams> = (params, { change, path }) => {
  const rate = change.store.get('tax_rate', path['id'] ?? '', 'path');
  return change.update<'tax_rate'>(rate, {
    ...pick(params, ['active', 'country', 'description', 'display_name', 'jurisdiction', 'state', 'tax_type']),
    metadata: mergeMetadata(rate.metadata ?? {}, params.metadata),
  });
};

export const listTaxRates: Read<Stripe.TaxRateListParams> = (params, { store, url }) =>
  page(store, 'tax_rate', params, {
    url,
    where: [
      attribute('$.active', params.active),
      attribute('$.inclusive', params.inclusive),
      within('created', params.created),
    ],
  });
