/** What a checkout session is going to make: kept with it until it is paid, and never shown. */

import type Stripe from 'stripe';

export interface OrderedItem {
  /** `li_…` */
  readonly id: string;
  readonly price: string;
  readonly quantity: number;
  /** Of one, in minor units of the session's currency. */
  readonly unitAmount: number;
  readonly metadata: Stripe.Metadata;
  /** Shown with the line; a payer may leave the quantity as it is, and on this page does. */
  readonly adjustable: Stripe.LineItem['adjustable_quantity'];
}

/** Who is paying, as the form or the payment method said. */
export interface Payer {
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly address: Stripe.Address | null;
}

export interface CheckoutOrder {
  readonly items: readonly OrderedItem[];
  readonly subscription: Stripe.Checkout.SessionCreateParams.SubscriptionData;
  readonly payment: Stripe.Checkout.SessionCreateParams.PaymentIntentData;
  readonly setup: Stripe.Checkout.SessionCreateParams.SetupIntentData;
  readonly customerUpdate: Stripe.Checkout.SessionCreateParams.CustomerUpdate;
  /** Of those, each becomes the discount of this id (`di_…`) when the session is paid. */
  readonly discounts: readonly {
    readonly id: string;
    readonly coupon: string;
    readonly promotionCode: string | null;
  }[];
  /** Whether tax is computed, and the payer's address as far as it is known: it decides how much. */
  readonly automaticTax: boolean;
  readonly address: Stripe.Address | null;
  /** The payment or setup intent of the first attempt; later ones go on with it. */
  readonly intent: string | null;
  /** An attempt that waits for 3-D Secure. */
  readonly challenged: { readonly paymentMethod: string; readonly payer: Payer } | null;
}
