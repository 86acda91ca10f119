/** Whether tax can be told from where a customer is. */

import type Stripe from 'stripe';
import { taxPlaceOf } from '../billing/tax-rates.ts';
import { taxAddressOf } from '../billing/tax.ts';
import { invalid } from '../errors.ts';

/** @throws StripeApiError 400 `customer_tax_location_invalid`. */
export function requireTaxLocation(customer: Stripe.Customer): void {
  if (isTaxable(customer)) return;
  throw invalid(
    "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax.",
    'customer',
    'customer_tax_location_invalid',
  );
}

export function isTaxable(customer: Pick<Stripe.Customer, 'address' | 'shipping'>): boolean {
  return taxPlaceOf(taxAddressOf(customer)) !== null;
}
