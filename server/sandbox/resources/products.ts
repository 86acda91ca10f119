/** Products. */

import type Stripe from 'stripe';
import type { Read, Write } from '../http/api.ts';
import { StripeApiError, invalid } from '../errors.ts';
import { anyOf, attribute, page, refuse, within } from '../http/page.ts';
import { mergeMetadata, pick } from '../store/wire.ts';
import { createProductOf } from './make-product.ts';
import { createPriceOf } from './prices.ts';

export const createProduct: Write<Stripe.ProductCreateParams> = (params, { change }) => {
  refuse(params, ['package_dimensions', 'tax_details']);
  if (params.id !== undefined && change.store.findAny(params.id)) {
    throw new StripeApiError('Product already exists.', { status: 400, code: 'resource_already_exists', param: 'id' });
  }
  const product = createProductOf(change, params);
  if (!params.default_price_data) return product;
  const price = createPriceOf(change, { ...params.default_price_data, product: product.id });
  return change.update<'product'>(product, { default_price: price.id });
};

export const retrieveProduct: Read<unknown> = (_params, { store, path }) =>
  store.get('product', path['id'] ?? '', 'path');

export const updateProduct: Write<Stripe.ProductUpdateParams> = (params, { change, path }) => {
  refuse(params, ['package_dimensions', 'tax_details']);
  const product = change.store.get('product', path['id'] ?? '', 'path');
  if (typeof params.default_price === 'string') {
    const price = change.store.get('price', params.default_price, 'default_price');
    if (price.product !== product.id) {
      throw invalid(`The price ${price.id} belongs to another product.`, 'default_price');
    }
  }
  const kept = pick(params, [
    'active',
    'default_price',
    'description',
    'name',
    'shippable',
    'statement_descriptor',
    'tax_code',
    'unit_label',
    'url',
  ]);
  return change.update<'product'>(product, {
    ...kept,
    ...(params.images !== undefined && { images: params.images || [] }),
    ...(params.marketing_features !== undefined && { marketing_features: params.marketing_features || [] }),
    metadata: mergeMetadata(product.metadata, params.metadata),
    updated: change.now,
  });
};

export const listProducts: Read<Stripe.ProductListParams> = (params, { store, url }) =>
  page(store, 'product', params, {
    url,
    where: [
      attribute('$.active', params.active),
      attribute('$.shippable', params.shippable),
      attribute('$.type', params.type),
      attribute('$.url', params.url),
      anyOf('$.id', params.ids),
      within('created', params.created),
    ],
  });

export const deleteProduct: Write<unknown> = (_params, { change, path }) => {
  const product = change.store.get('product', path['id'] ?? '', 'path');
  if (change.store.all('price', [{ sql: "json_extract(body, '$.product') = ?", values: [product.id] }]).length > 0) {
    throw invalid('This product cannot be deleted because it has one or more user-created prices.', 'id');
  }
  const left = { id: product.id, object: 'product', deleted: true } as const;
  change.remove<'product'>(product, left);
  return left;
};
