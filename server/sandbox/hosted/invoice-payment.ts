/** What an invoice would be charged to, and how far its payment is. */

import type Stripe from 'stripe';
import { paymentOf, subscriptionOf } from '../billing/invoices.ts';
import { methodOf } from '../billing/pay-invoice.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';

/** What it would be charged to. */
export function cardOnFile(store: Store, invoice: Stripe.Invoice): Stripe.PaymentMethod | null {
  const subscription = store.find('subscription', subscriptionOf(invoice) ?? '');
  return methodOf({ store }, { customer: invoice.customer, default_payment_method: null, ...subscription });
}

export function intentOfInvoice(store: Store, invoice: string): Stripe.PaymentIntent | null {
  return store.find('payment_intent', idOf(paymentOf({ store }, invoice)?.payment.payment_intent) ?? '');
}

/** Whether the bank has asked already about the card that would be charged: it is not asked again. */
export function isAsked(store: Store, invoice: Stripe.Invoice): boolean {
  const intent = intentOfInvoice(store, invoice.id);
  return (
    intent?.status === 'requires_action' && idOf(intent.payment_method) === (cardOnFile(store, invoice)?.id ?? null)
  );
}
