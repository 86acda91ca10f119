/** Parts of objects that Stripe leaves out until `expand` asks for them. */

import type Stripe from 'stripe';
import { taxPlaceOf, taxRateAt } from '../billing/tax-rates.ts';
import { taxAddressOf } from '../billing/tax.ts';
import { list } from '../http/page.ts';
import type { Store } from '../store/store.ts';
import { breakdownOf, lineItemsOf } from './session-items.ts';

type Include = (holder: never, store: Store) => unknown;

/** By `object`, then by property, or by the way to it inside of the object. */
export const includable: Readonly<Record<string, Readonly<Record<string, Include>>>> = {
  price: {
    currency_options: (price: Stripe.Price, store) => store.hidden('price', price.id).currency_options ?? {},
  },
  coupon: {
    currency_options: (coupon: Stripe.Coupon, store) => store.hidden('coupon', coupon.id).currency_options ?? {},
    applies_to: (coupon: Stripe.Coupon, store) => store.hidden('coupon', coupon.id).applies_to ?? { products: [] },
  },
  promotion_code: {
    'restrictions.currency_options': (code: Stripe.PromotionCode, store) =>
      store.hidden('promotion_code', code.id).currency_options ?? {},
  },
  'checkout.session': {
    line_items: (session: Stripe.Checkout.Session, store) =>
      list(lineItemsOf(store, session), `/v1/checkout/sessions/${session.id}/line_items`),
    'total_details.breakdown': (session: Stripe.Checkout.Session, store) => breakdownOf(store, session),
  },
  customer: {
    subscriptions: (customer: Stripe.Customer, store) =>
      list(
        store
          .all('subscription', [{ sql: 'customer = ?', values: [customer.id] }])
          .filter(({ status }) => status !== 'canceled' && status !== 'incomplete_expired')
          .toReversed(),
        `/v1/customers/${customer.id}/subscriptions`,
      ),
    sources: (customer: Stripe.Customer) => list([], `/v1/customers/${customer.id}/sources`),
    tax: (customer: Stripe.Customer): Stripe.Customer.Tax => {
      const place = taxPlaceOf(taxAddressOf(customer));
      const source = customer.shipping?.address?.country ? 'shipping_destination' : 'billing_address';
      return {
        automatic_tax: place === null ? 'unrecognized_location' : taxRateAt(place) ? 'supported' : 'not_collecting',
        ip_address: null,
        location: place && { country: place.country, source, state: place.state },
        provider: 'stripe',
      };
    },
    tax_ids: (customer: Stripe.Customer) => list([], `/v1/customers/${customer.id}/tax_ids`),
  },
  invoice: {
    payments: (invoice: Stripe.Invoice, store) =>
      list(
        store.all('invoice_payment', [{ sql: "json_extract(body, '$.invoice') = ?", values: [invoice.id] }]),
        `/v1/invoice_payments?invoice=${invoice.id}`,
      ),
    confirmation_secret: (invoice: Stripe.Invoice, store) => {
      const [payment] = store.all('invoice_payment', [
        { sql: "json_extract(body, '$.invoice') = ?", values: [invoice.id] },
      ]);
      const intent = store.find('payment_intent', String(payment?.payment.payment_intent ?? ''));
      return intent?.client_secret ? { client_secret: intent.client_secret, type: 'payment_intent' } : null;
    },
  },
  'billing_portal.configuration': {
    'features.subscription_update.products': (configuration: Stripe.BillingPortal.Configuration, store) =>
      store.hidden('billing_portal.configuration', configuration.id).products,
  },
  charge: {
    refunds: (charge: Stripe.Charge, store) =>
      list(
        store.all('refund', [{ sql: "json_extract(body, '$.charge') = ?", values: [charge.id] }]).toReversed(),
        `/v1/charges/${charge.id}/refunds`,
      ),
  },
};
