/** A product comes about: by its own call, or with a price that brings one along. */

import type Stripe from 'stripe';
import type { Change } from '../store/change.ts';
import { mergeMetadata } from '../store/wire.ts';

/** Makes the product of `product_data` or of the call. */
export function createProductOf(
  change: Change,
  params: Pick<Stripe.ProductCreateParams, 'name'> & Partial<Stripe.ProductCreateParams>,
): Stripe.Product {
  return change.create<'product'>({
    id: params.id ?? change.store.ids.next('prod'),
    object: 'product',
    active: params.active ?? true,
    created: change.now,
    default_price: null,
    description: params.description ?? null,
    images: params.images ?? [],
    livemode: false,
    marketing_features: params.marketing_features ?? [],
    metadata: mergeMetadata({}, params.metadata),
    name: params.name,
    package_dimensions: null,
    shippable: params.shippable ?? null,
    statement_descriptor: params.statement_descriptor ?? null,
    tax_code: params.tax_code ?? null,
    tax_details: null,
    type: params.type ?? 'service',
    unit_label: params.unit_label ?? null,
    updated: change.now,
    url: params.url ?? null,
  });
}
