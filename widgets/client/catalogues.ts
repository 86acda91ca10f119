/** The catalogue, read once for all elements that show it. */

import type { BillingApi, CatalogueQuery } from './api.ts';
import type { Catalogue } from './types.ts';

/** Milliseconds for which one answer serves: as long as the backend lets caches keep it. */
const lifetime = 60_000;
const read = new Map<string, { readonly at: number; readonly answer: Promise<Catalogue> }>();

/**
 * @param options.fresh not one that was read before
 * @throws BillingError as `BillingApi.catalogue` does; a failure is not remembered
 */
export function catalogueOf(
  api: BillingApi,
  query: CatalogueQuery,
  options: { readonly fresh?: boolean } = {},
): Promise<Catalogue> {
  const key = [api.apiUrl, api.projectId, query.currency, query.locale].join(' ');
  const known = read.get(key);
  if (known && !options.fresh && Date.now() - known.at < lifetime) return known.answer;
  const answer = api.catalogue(query);
  read.set(key, { at: Date.now(), answer });
  answer.catch(() => {
    if (read.get(key)?.answer === answer) read.delete(key);
  });
  return answer;
}
