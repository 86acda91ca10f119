/** What the sandbox keeps: Stripe's objects as they go over the wire, and beside some of them what Stripe does not show. */

import type Stripe from 'stripe';
import type { CheckoutOrder } from '../billing/checkout-order.ts';
import type { DiscountTerms } from '../billing/discount-terms.ts';
import type { PortalProduct } from '../resources/portal-features.ts';

/** By `object`. Events, deliveries and answers to idempotent calls have tables of their own. */
export interface StoredObjects {
  product: Stripe.Product;
  price: Stripe.Price;
  'billing.meter': Stripe.Billing.Meter;
  customer: Stripe.Customer;
  payment_method: Stripe.PaymentMethod;
  payment_intent: Stripe.PaymentIntent;
  setup_intent: Stripe.SetupIntent;
  charge: Stripe.Charge;
  coupon: Stripe.Coupon;
  promotion_code: Stripe.PromotionCode;
  discount: Stripe.Discount;
  tax_rate: Stripe.TaxRate;
  credit_note: Stripe.CreditNote;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  balance_transaction: Stripe.BalanceTransaction;
  'checkout.session': Stripe.Checkout.Session;
  subscription: Stripe.Subscription;
  invoice: Stripe.Invoice;
  invoice_payment: Stripe.InvoicePayment;
  invoiceitem: Stripe.InvoiceItem;
  customer_balance_transaction: Stripe.CustomerBalanceTransaction;
  subscription_schedule: Stripe.SubscriptionSchedule;
  webhook_endpoint: Stripe.WebhookEndpoint;
  'billing_portal.configuration': Stripe.BillingPortal.Configuration;
  'billing_portal.session': Stripe.BillingPortal.Session;
  'test_helpers.test_clock': Stripe.TestHelpers.TestClock;
}

export type ObjectName = keyof StoredObjects;

/** Kept with the object, never sent. */
export interface HiddenParts {
  'checkout.session': CheckoutOrder;
  /** The number, or a bank account's key, decides what happens to it (see `cards.ts`); `authenticated` once 3-D Secure was passed for later use. */
  payment_method: { readonly number: string; readonly authenticated: boolean };
  webhook_endpoint: { readonly secret: string };
  /** Which end of a period, and of a trial, was told beforehand: seconds. */
  subscription: {
    readonly upcoming_for?: number | null;
    readonly trial_notice_for?: number | null;
    /** Whether the pause gave back the rest of the period. */
    readonly paused_with_credit?: boolean;
    /** A resumption that waits for its invoice; all in seconds. */
    readonly resumption?: {
      readonly invoice: string;
      readonly anchor: 'now' | 'unchanged';
      readonly at: number;
      readonly expires_at: number;
    } | null;
  };
  /** The order in which Stripe's own rules keep currencies apart is told from here: prices in other currencies. */
  price: { readonly currency_options: Stripe.Price['currency_options'] };
  coupon: {
    readonly currency_options: Stripe.Coupon['currency_options'];
    readonly applies_to: Stripe.Coupon['applies_to'] | null;
  };
  promotion_code: { readonly currency_options: Stripe.PromotionCode.Restrictions['currency_options'] };
  /** As it was when it was redeemed: what becomes of the coupon later changes nothing. */
  discount: DiscountTerms & {
    /** Of a customer's own, which is for whatever they buy: the only currency that an amount is taken off in. */
    readonly currency?: string;
  };
  'billing_portal.configuration': { readonly products: readonly PortalProduct[] };
  /** Null where a developer made it. */
  subscription_schedule: { readonly from_portal: true } | null;
  'billing_portal.session': PortalProgress;
}

/** How far a customer has come in a portal session. */
export interface PortalProgress {
  /** Seconds of the last visit; null: nobody has opened it. */
  readonly used_at: number | null;
  /** The setup or payment intent that the bank wants to see its customer for, and where the page goes on after it. */
  readonly challenged: {
    readonly intent: string;
    readonly about: 'card' | 'card_default' | 'paid' | 'updated';
    /** A path of the portal that waited for the card. */
    readonly next: string | null;
  } | null;
  /** Whether its flow was carried out. */
  readonly done: boolean;
}

export type Hidden<Name extends ObjectName> = Name extends keyof HiddenParts ? HiddenParts[Name] : null;

/** Any stored object, told apart by `object`. */
export type StoredObject = StoredObjects[ObjectName];

/** Types of the events that a change of an object emits when the change names no others; null: none. */
export const eventsOf: Readonly<
  Record<
    ObjectName,
    { readonly created: string | null; readonly updated: string | null; readonly deleted: string | null }
  >
> = {
  product: named('product'),
  price: named('price'),
  'billing.meter': { created: 'billing.meter.created', updated: 'billing.meter.updated', deleted: null },
  customer: named('customer'),
  subscription: named('customer.subscription'),
  payment_method: { created: null, updated: 'payment_method.updated', deleted: null },
  payment_intent: { created: 'payment_intent.created', updated: null, deleted: null },
  setup_intent: { created: 'setup_intent.created', updated: null, deleted: null },
  charge: { created: null, updated: 'charge.updated', deleted: null },
  coupon: named('coupon'),
  promotion_code: { created: 'promotion_code.created', updated: 'promotion_code.updated', deleted: null },
  discount: named('customer.discount'),
  tax_rate: { created: 'tax_rate.created', updated: 'tax_rate.updated', deleted: null },
  credit_note: { created: 'credit_note.created', updated: 'credit_note.updated', deleted: null },
  refund: { created: 'refund.created', updated: 'refund.updated', deleted: null },
  dispute: { created: 'charge.dispute.created', updated: 'charge.dispute.updated', deleted: null },
  balance_transaction: { created: null, updated: null, deleted: null },
  'checkout.session': { created: null, updated: null, deleted: null },
  invoice: { created: 'invoice.created', updated: 'invoice.updated', deleted: 'invoice.deleted' },
  invoice_payment: { created: null, updated: null, deleted: null },
  invoiceitem: { created: 'invoiceitem.created', updated: null, deleted: 'invoiceitem.deleted' },
  customer_balance_transaction: { created: null, updated: null, deleted: null },
  subscription_schedule: {
    created: 'subscription_schedule.created',
    updated: 'subscription_schedule.updated',
    deleted: null,
  },
  webhook_endpoint: { created: null, updated: null, deleted: null },
  'billing_portal.configuration': {
    created: 'billing_portal.configuration.created',
    updated: 'billing_portal.configuration.updated',
    deleted: null,
  },
  'billing_portal.session': { created: 'billing_portal.session.created', updated: null, deleted: null },
  'test_helpers.test_clock': {
    created: 'test_helpers.test_clock.created',
    updated: null,
    deleted: 'test_helpers.test_clock.deleted',
  },
};

function named(prefix: string): { created: string; updated: string; deleted: string } {
  return { created: `${prefix}.created`, updated: `${prefix}.updated`, deleted: `${prefix}.deleted` };
}
