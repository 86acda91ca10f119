/** Search as Stripe has it: behind by a minute, so that whoever reads what they have just written finds it out here. */

import { invalid } from '../errors.ts';
import type { Api, Read } from '../http/api.ts';
import { windowOf } from '../http/page.ts';
import { matches, readQuery } from '../http/search-query.ts';
import type { SearchFields } from '../http/search-query.ts';
import { searchAsOf } from '../store/earlier-versions.ts';
import type { SearchableName } from '../store/earlier-versions.ts';

interface SearchParams {
  query: string;
  limit?: number;
  page?: string;
}

interface SearchResult {
  object: 'search_result';
  data: unknown[];
  has_more: boolean;
  next_page: string | null;
  url: string;
}

/** docs.stripe.com/search#supported-query-fields-for-each-resource */
const resources: readonly { name: string; object: SearchableName; fields: SearchFields }[] = [
  {
    name: 'charges',
    object: 'charge',
    fields: {
      amount: 'numeric',
      'billing_details.address.postal_code': 'token',
      created: 'numeric',
      currency: 'token',
      customer: 'token',
      disputed: 'token',
      'payment_method_details.card.brand': 'token',
      'payment_method_details.card.exp_month': 'token',
      'payment_method_details.card.exp_year': 'token',
      'payment_method_details.card.fingerprint': 'token',
      'payment_method_details.card.last4': 'token',
      refunded: 'token',
      status: 'token',
    },
  },
  {
    name: 'customers',
    object: 'customer',
    fields: { created: 'numeric', email: 'string', name: 'string', phone: 'string' },
  },
  {
    name: 'invoices',
    object: 'invoice',
    fields: {
      created: 'numeric',
      currency: 'token',
      customer: 'token',
      number: 'string',
      receipt_number: 'string',
      status: 'token',
      subscription: { type: 'token', path: 'parent.subscription_details.subscription' },
      total: 'numeric',
    },
  },
  {
    name: 'payment_intents',
    object: 'payment_intent',
    fields: { amount: 'numeric', created: 'numeric', currency: 'token', customer: 'token', status: 'token' },
  },
  {
    name: 'prices',
    object: 'price',
    fields: {
      active: 'token',
      created: 'numeric',
      currency: 'token',
      lookup_key: 'string',
      product: 'string',
      type: 'token',
    },
  },
  {
    name: 'products',
    object: 'product',
    fields: {
      active: 'token',
      created: 'numeric',
      description: 'string',
      name: 'string',
      shippable: 'token',
      url: 'string',
    },
  },
  {
    name: 'subscriptions',
    object: 'subscription',
    fields: { canceled_at: 'numeric', created: 'numeric', status: 'token' },
  },
];

/** How many there were in all: told where `total_count` is expanded. */
const counts = new WeakMap<object, number>();

export function countOf(result: object): number {
  return counts.get(result) ?? 0;
}

/** Adds `/v1/…/search` of every resource that has one. Before the routes that would take `search` for an id. */
export function addSearch(api: Api): void {
  for (const { name, object, fields } of resources) {
    const search: Read<SearchParams> = (params, { store, url }) => {
      const { limit } = windowOf(params.limit === undefined ? {} : { limit: params.limit });
      const query = readQuery(params.query, fields, name);
      const found = searchAsOf(store, object).filter((one) => matches(one, query));
      const from = params.page === undefined ? 0 : found.findIndex(({ id }) => id === lastOf(params.page)) + 1;
      if (params.page !== undefined && from === 0) throw invalid('Invalid page token', 'page');
      const data = found.slice(from, from + limit);
      const hasMore = found.length > from + limit;
      const next = hasMore ? tokenOf(data.at(-1)?.id ?? '') : null;
      const result: SearchResult = { object: 'search_result', data, has_more: hasMore, next_page: next, url };
      counts.set(result, found.length);
      return result;
    };
    api.get(`/v1/${name}/search`, search);
  }
}

/** A page begins after the last object of the one before. */
function tokenOf(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function lastOf(token: string | undefined): string {
  return Buffer.from(token ?? '', 'base64url').toString();
}
