/** Whom a paid checkout session belongs to. */

import type Stripe from 'stripe';
import { createCustomerOf } from '../resources/customers.ts';
import type { Change } from '../store/change.ts';
import type { CheckoutOrder, Payer } from './checkout-order.ts';

/** The session's customer, brought up to date where it asked for that; or a new one, where the mode wants one. */
export function payingCustomer(
  change: Change,
  session: Stripe.Checkout.Session,
  order: CheckoutOrder,
  payer: Payer,
): Stripe.Customer | null {
  const currency = session.mode === 'subscription' ? session.currency : null;
  if (typeof session.customer === 'string') {
    const customer = change.store.get('customer', session.customer, 'customer');
    const { address, name } = order.customerUpdate;
    return change.update<'customer'>(customer, {
      ...(currency && { currency: customer.currency ?? currency }),
      ...(address === 'auto' && payer.address && { address: payer.address }),
      ...(name === 'auto' && payer.name !== null && { name: payer.name }),
    });
  }
  const wanted =
    session.mode === 'subscription' ||
    session.customer_creation === 'always' ||
    order.payment.setup_future_usage !== undefined;
  if (!wanted) return null;
  const customer = createCustomerOf(change, {
    ...(payer.email !== null && { email: payer.email }),
    ...(payer.name !== null && { name: payer.name }),
    ...(payer.phone !== null && { phone: payer.phone }),
    ...(payer.address && { address: payer.address as Stripe.AddressParam }),
  });
  return currency ? change.update<'customer'>(customer, { currency }, { events: [] }) : customer;
}
