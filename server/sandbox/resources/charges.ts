/** Charges: what came of each attempt to be paid. */

import type Stripe from 'stripe';
import type { Read, Write } from '../http/api.ts';
import { attribute, ofCustomer, page, refuse, within } from '../http/page.ts';
import { mergeMetadata, pick } from '../store/wire.ts';

export const retrieveCharge: Read<unknown> = (_params, { store, path }) =>
  store.get('charge', path['id'] ?? '', 'path');

export const updateCharge: Write<Stripe.ChargeUpdateParams> = (params, { change, path }) => {
  refuse(params, ['customer', 'fraud_details', 'shipping', 'transfer_group']);
  const charge = change.store.get('charge', path['id'] ?? '', 'path');
  return change.update<'charge'>(charge, {
    ...(pick(params, ['description', 'receipt_email']) as Partial<Stripe.Charge>),
    metadata: mergeMetadata(charge.metadata, params.metadata),
  });
};

export const listCharges: Read<Stripe.ChargeListParams> = (params, { store, url }) =>
  page(store, 'charge', params, {
    url,
    where: [
      ofCustomer(params.customer),
      attribute('$.payment_intent', params.payment_intent),
      attribute('$.transfer_group', params.transfer_group),
      within('created', params.created),
    ],
  });
