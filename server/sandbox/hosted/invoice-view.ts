/** What the invoice page and its PDF show, read from the books. */

import type Stripe from 'stripe';
import { isPayable } from '../billing/invoices.ts';
import type { InvoiceView } from '../pages/invoice.ts';
import { languageOf } from '../pages/messages.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import { assetsUrl } from './checkout-view.ts';
import { cardOnFile, intentOfInvoice } from './invoice-payment.ts';

/** @param locale - BCP 47. */
export function invoiceView(store: Store, invoice: Stripe.Invoice, locale: string): InvoiceView {
  const paid = store.find('payment_method', idOf(intentOfInvoice(store, invoice.id)?.payment_method) ?? '')?.card;
  const kept = cardOnFile(store, invoice);
  const sum = (parts: readonly { readonly amount: number }[] | null) =>
    (parts ?? []).reduce((total, { amount }) => total + amount, 0);
  return {
    business: { name: invoice.account_name ?? store.accountName },
    number: invoice.number,
    status: (invoice.status ?? 'draft') as InvoiceView['status'],
    currency: invoice.currency,
    issuedAt: iso(invoice.effective_at ?? invoice.created),
    dueAt: invoice.due_date === null ? null : iso(invoice.due_date),
    paidAt: invoice.status_transitions.paid_at === null ? null : iso(invoice.status_transitions.paid_at),
    customer: {
      name: invoice.customer_name,
      email: invoice.customer_email,
      address: addressLines(invoice.customer_address, locale),
    },
    paidWith: invoice.status === 'paid' && paid ? { brand: paid.brand, last4: paid.last4 } : null,
    lines: invoice.lines.data.map((line) => ({
      description: line.description ?? '',
      quantity: line.quantity ?? 1,
      unitAmount: unitAmount(line),
      amount: line.amount,
      period: { start: iso(line.period.start), end: iso(line.period.end) },
    })),
    subtotal: invoice.subtotal,
    discount: sum(invoice.total_discount_amounts),
    tax: invoice.total_taxes && invoice.total_taxes.length > 0 ? sum(invoice.total_taxes) : null,
    total: invoice.total,
    balance: invoice.amount_due - invoice.total,
    amountPaid: invoice.amount_paid,
    amountDue: invoice.amount_remaining,
    pdfUrl: invoice.invoice_pdf ?? null,
    payUrl: isPayable(invoice) ? `/i/${invoice.id}/pay` : null,
    cardOnFile: kept?.card ? { brand: kept.card.brand, last4: kept.card.last4 } : null,
    otherCardUrl: `/i/${invoice.id}?card=new`,
    locale,
    assetsUrl,
  };
}

/** Null where it is not the line's: a proration's amount has no price for one. */
function unitAmount(line: Stripe.InvoiceLineItem): number | null {
  const decimal = line.pricing?.unit_amount_decimal;
  if (decimal === null || decimal === undefined) return null;
  const amount = Number(decimal);
  return Number.isInteger(amount) ? amount : null;
}

/** An address as it is written, without its empty lines. */
export function addressLines(address: Stripe.Address | null, locale: string): string[] {
  if (!address) return [];
  const country = address.country
    ? (new Intl.DisplayNames(languageOf(locale).lang, { type: 'region' }).of(address.country) ?? address.country)
    : null;
  const town = [address.postal_code, address.city, address.state].filter(Boolean).join(' ');
  return [address.line1, address.line2, town, country].filter(
    (part): part is string => typeof part === 'string' && part !== '',
  );
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
